import { Inject, Logger, Module, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import type { ResolvedDatabase } from '#infra/postgres';
import { decodeCaseEvent } from '#libs/codec';
import type { EventStore } from '#libs/event-store';
import { type FeedDefinition, type FeedHandle, FeedProgress, RetryLater, startFeed } from '#libs/feeds';
import { openSealed } from '#libs/keys';
import { LedgerService } from '#libs/ledger-feed';
import { KEY_STORE, type KeyStore, KeysUnavailable } from '#libs/keys/port';
import { caseProjections, clockFeed, projectionFeed, readModelFeeds, searchFeed, type Unsealer } from '#libs/read-models';
import { DATABASE_SERVER, EVENT_STORE, POLICY, type PolicySource } from './tokens.js';

/** The feeds: read models now; ledger and the rest beside them. In the api's process by default, in `apps/worker` where asked. */
@Module({})
export class WorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Feeds');
  private handles: readonly FeedHandle[] = [];

  constructor(
    @Inject(DATABASE_SERVER) private readonly server: ResolvedDatabase,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(KEY_STORE) private readonly keys: KeyStore,
    @Inject(POLICY) private readonly policy: PolicySource,
    @Inject(FeedProgress) private readonly progress: FeedProgress,
    @Inject(LedgerService) private readonly ledger: LedgerService,
  ) {}

  onApplicationBootstrap(): void {
    this.ledger.start();
    this.handles = this.definitions().map((definition) =>
      startFeed({
        definition,
        store: this.store,
        databaseUrl: this.server.serviceUrl,
        onProgress: this.progress.advanced,
        onStatus: ({ name, state, lastError }) => {
          if (state === 'BACKING_OFF' || state === 'REFUSED') this.log.warn(`the feed ${name} is ${state}: ${lastError ?? 'no reason given'}`);
        },
      }),
    );
  }

  /** Before the log and the pool are closed: each feed commits the batch under way. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([...this.handles.map((handle) => handle.stop()), this.ledger.stop()]);
  }

  private definitions(): readonly FeedDefinition[] {
    const { store } = this;
    const source = { store, decode: decodeCaseEvent };
    return [
      projectionFeed({ ...readModelFeeds.cases, ...source, projections: caseProjections }),
      clockFeed({ ...readModelFeeds.clocks, ...source, policyAt: () => this.policy.current() }),
      searchFeed({ ...readModelFeeds.search, ...source, unsealer: unsealer(this.keys) }),
    ];
  }
}

function unsealer(keys: KeyStore): Unsealer {
  return {
    async unseal(items) {
      try {
        const opened = await openSealed(keys, items);
        return opened.map((one) => (one.kind === 'OPENED' && typeof one.value === 'string' ? one.value : null));
      } catch (error) {
        if (error instanceof KeysUnavailable) throw new RetryLater(error.message, { cause: error });
        throw error;
      }
    },
  };
}

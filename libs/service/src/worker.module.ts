import { Inject, Logger, Module, type OnApplicationBootstrap, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Config } from '#libs/config';
import type { ResolvedDatabase } from '#infra/postgres';
import type { EventStore } from '#libs/event-store';
import type { CaseRecorder } from '#libs/recorder';
import type { Pool } from 'pg';
import { ClockKeeper, type DeliveryIds, type Endpoint, WebhookSender } from '#libs/clocks';
import { decodeCaseEvent } from '#libs/codec';
import { Purger } from '#libs/expungement';
import { type FeedDefinition, type FeedHandle, FeedProgress, type FeedStatus, startFeed } from '#libs/feeds';
import { ledgerFeedId, LedgerService } from '#libs/ledger-feed';
import { KEY_STORE, type KeyStore } from '#libs/keys/port';
import { rebuildables } from '#libs/read-models';
import { readModelSource } from './read-model-source.js';
import { FeedObserver } from './telemetry/feed-observer.js';
import { FeedWatch } from './telemetry/feed-watch.js';
import { CONFIG, DATABASE, DATABASE_SERVER, DELIVERY_IDS, EVENT_STORE, policiesOf, POLICY, type PolicySource, RECORDER, WEBHOOK_ENDPOINTS } from './tokens.js';

const stoppedLedger: FeedStatus = { ...ledgerFeedId, state: 'STOPPED', position: null, epoch: null, handled: 0, parked: 0, lastError: null };

/** The feeds: read models now; ledger and the rest beside them. In the api's process by default, in `apps/worker` where asked. */
@Module({})
export class WorkerModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Feeds');
  private handles: readonly FeedHandle[] = [];
  private clocks: ClockKeeper | null = null;
  private webhooks: WebhookSender | null = null;
  @Inject(Purger) private readonly purger!: Purger;
  @Inject(CONFIG) private readonly config!: Config;
  @Inject(DATABASE) private readonly pool!: Pool;
  @Inject(RECORDER) private readonly recorder!: CaseRecorder;
  @Inject(WEBHOOK_ENDPOINTS) private readonly endpoints!: readonly Endpoint[];
  @Inject(DELIVERY_IDS) private readonly deliveryIds!: DeliveryIds;
  @Inject(FeedObserver) private readonly observer!: FeedObserver;
  @Inject(FeedWatch) private readonly watch!: FeedWatch;

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
    this.purger.start();
    if (this.config.clocks) {
      this.startClocks();
    }
    this.handles = this.definitions().map((definition) =>
      startFeed({
        definition: this.observer.observe(definition),
        store: this.store,
        databaseUrl: this.server.serviceUrl,
        onProgress: (feed, position) => {
          this.progress.advanced(feed, position);
          this.observer.committed(feed, position);
        },
        onStatus: ({ name, state, lastError }) => {
          if (state === 'BACKING_OFF' || state === 'REFUSED') this.log.warn(`the feed ${name} is ${state}: ${lastError ?? 'no reason given'}`);
        },
      }),
    );
    this.watch.runs([...this.handles, { status: () => this.ledger.status() ?? stoppedLedger }]);
  }

  /** Before the log and the pool are closed: each feed commits the batch under way. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.clocks?.stop(), this.webhooks?.stop()]);
    await Promise.all([...this.handles.map((handle) => handle.stop()), this.ledger.stop(), this.purger.stop()]);
  }

  private startClocks(): void {
    const { pool, store, recorder, endpoints, deliveryIds, log } = this;
    this.clocks = new ClockKeeper({ pool, store, recorder, decode: decodeCaseEvent, ...policiesOf(this.policy), endpoints, deliveryIds, log });
    this.webhooks = new WebhookSender({ pool, endpoints, log });
    this.clocks.start();
    this.webhooks.start();
  }

  private definitions(): readonly FeedDefinition[] {
    const { store, keys, policy } = this;
    return rebuildables(readModelSource({ store, keys, policy })).map((one) => one.feed(one, {}));
  }
}

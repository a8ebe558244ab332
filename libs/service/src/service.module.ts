import { type DynamicModule, Global, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { Pool } from 'pg';
import { loadPolicy } from '#infra/policy';
import { outliveConnections, type ResolvedDatabase, resolveDatabase } from '#infra/postgres';
import { AdoptedPolicies } from '#libs/clocks';
import type { Config } from '#libs/config';
import { policyStreamOf } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { KeyEvictions, LocalKeyWrapper, PostgresKeyStore } from '#libs/keys/module';
import { KEY_STORE, type KeyStore } from '#libs/keys/port';
import { applyExpungements, Purger } from '#libs/expungement';
import { FeedProgress } from '#libs/feeds';
import { LedgerService } from '#libs/ledger-feed';
import { LiveHub } from '#libs/live';
import { createReadModels, readModelFeeds, type ReadModels } from '#libs/read-models';
import { GroupingReadRecorder } from '#libs/reads';
import { READ_RECORDER, type ReadRecorder } from '#libs/reads/port';
import type { Recorder } from '#libs/recorder';
import { userRecorderProvider } from './accounts.provider.js';
import { CaseNumbers } from './case-numbers.js';
import { openEventLog } from './event-log.provider.js';
import { openLedger } from './ledger.provider.js';
import { openSecrets, SECRETS, type Secrets } from './secrets.js';
import { FeedObserver } from './telemetry/feed-observer.js';
import { FeedWatch } from './telemetry/feed-watch.js';
import { ObservedRecorder, ObservedStreamRecorder, type Telemetry } from './telemetry/observed-recorders.js';
import { ObservedStore } from './telemetry/observed-store.js';
import { feedObserverProvider, feedWatchProvider, healthProvider, telemetryProvider } from './telemetry/telemetry.provider.js';
import {
  CASE_LOADER,
  CONFIG,
  DATABASE,
  DATABASE_SERVER,
  DELIVERY_IDS,
  DELIVERY_RETRIES,
  EVENT_STORE,
  HEALTH,
  POLICY,
  POLICY_RECORDER,
  type PolicySource,
  READ_MODELS,
  RECORDER,
  TELEMETRY,
  USER_RECORDER,
  WEBHOOK_ENDPOINTS,
} from './tokens.js';
import { webhookProviders } from './webhooks.provider.js';

/** Connections of the api's queries. Appends have one of their own, feeds another. */
const queryPoolMax = 10;
const connectTimeoutMs = 5_000;
const statementTimeoutMs = 30_000;
/** Longer than the server's own, for a server that no longer answers at all. */
const answerTimeoutMs = statementTimeoutMs + connectTimeoutMs;

const log = new Logger('Service');
const serviceLog = {
  info: (message: string) => log.log(message),
  warn: (message: string) => log.warn(message),
  error: (message: string) => log.error(message),
};

function openPool(server: ResolvedDatabase): Pool {
  const pool = new Pool({
    connectionString: server.serviceUrl,
    max: queryPoolMax,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: answerTimeoutMs,
    keepAlive: true,
    application_name: 'caseledger-query',
  });
  return outliveConnections(pool, log);
}

const providers = [
  {
    provide: DATABASE_SERVER,
    inject: [CONFIG],
    useFactory: (config: Config): Promise<ResolvedDatabase> =>
      resolveDatabase({
        databaseUrl: config.databaseUrl ?? undefined,
        databaseOwnerUrl: config.databaseOwnerUrl ?? undefined,
        dataFolder: config.dataFolder,
        log: serviceLog,
      }),
  },
  { provide: DATABASE, inject: [DATABASE_SERVER], useFactory: openPool },
  {
    provide: SECRETS,
    inject: [CONFIG, DATABASE],
    useFactory: async (config: Config, pool: Pool): Promise<Secrets> => {
      const { rows } = await pool.query<{ present: boolean }>('SELECT EXISTS (SELECT FROM data_key) AS present');
      return openSecrets(config, rows[0]?.present ?? false);
    },
  },
  {
    provide: EVENT_STORE,
    inject: [CONFIG, DATABASE, DATABASE_SERVER, TELEMETRY],
    useFactory: async (config: Config, pool: Pool, server: ResolvedDatabase, telemetry: Telemetry): Promise<EventStore> =>
      new ObservedStore(await openEventLog({ config, pool, server, log: serviceLog }), telemetry),
  },
  {
    provide: KEY_STORE,
    // Nothing is opened before every expungement that the log knows is applied: also to a key table that was restored from before.
    inject: [DATABASE, SECRETS, EVENT_STORE, FeedProgress],
    useFactory: async (pool: Pool, { masterKey }: Secrets, store: EventStore, progress: FeedProgress): Promise<KeyStore> => {
      const keys = new PostgresKeyStore({ pool, wrapper: new LocalKeyWrapper(masterKey) });
      const returned = await applyExpungements({ store, keys, pool, notedThrough: await progress.projectedThrough(readModelFeeds.search) });
      if (returned.length > 0) log.warn(`${returned.length} expunged keys had come back and were destroyed again`);
      return keys;
    },
  },
  {
    provide: KeyEvictions,
    inject: [DATABASE_SERVER, KEY_STORE],
    useFactory: async (server: ResolvedDatabase, keys: KeyStore): Promise<KeyEvictions> => {
      const evictions = new KeyEvictions({ databaseUrl: server.serviceUrl, keys, log: serviceLog });
      await evictions.start();
      return evictions;
    },
  },
  {
    provide: Purger,
    inject: [DATABASE, DATABASE_SERVER, KeyEvictions],
    useFactory: (pool: Pool, { maintenanceUrl }: ResolvedDatabase, evictions: KeyEvictions) => new Purger({ pool, maintenanceUrl, evictions, log: serviceLog }),
  },
  { provide: READ_MODELS, inject: [DATABASE, CONFIG], useFactory: (pool: Pool, { smallestCell }: Config) => createReadModels(pool, () => new Date(), smallestCell) },
  { provide: FeedProgress, inject: [DATABASE], useFactory: (pool: Pool) => new FeedProgress(pool) },
  {
    provide: LiveHub,
    inject: [EVENT_STORE],
    useFactory: async (store: EventStore): Promise<LiveHub> => {
      const hub = new LiveHub(store, ['case'], serviceLog);
      await hub.start();
      return hub;
    },
  },
  {
    provide: LedgerService,
    inject: [CONFIG, DATABASE, DATABASE_SERVER, EVENT_STORE, FeedProgress, FeedObserver, SECRETS],
    useFactory: (config: Config, pool: Pool, server: ResolvedDatabase, store: EventStore, progress: FeedProgress, observer: FeedObserver): Promise<LedgerService> =>
      openLedger({ config, pool, server, store, progress, observer, log: serviceLog }),
  },
  {
    provide: POLICY,
    inject: [CONFIG, EVENT_STORE],
    useFactory: (config: Config, store: EventStore): Promise<AdoptedPolicies> => new AdoptedPolicies(loadPolicy(config.policyFile ?? undefined), store, serviceLog).start(),
  },
  {
    provide: POLICY_RECORDER,
    inject: [EVENT_STORE, SECRETS, POLICY, TELEMETRY],
    useFactory: (store: EventStore, { pepper }: Secrets, { baseline }: PolicySource, telemetry: Telemetry) =>
      new ObservedStreamRecorder(policyStreamOf(baseline), { store, pepper }, telemetry),
  },
  {
    provide: RECORDER,
    inject: [EVENT_STORE, KEY_STORE, SECRETS, DATABASE, POLICY, READ_MODELS, TELEMETRY],
    // One parameter for each part that it is made of.
    useFactory: (...[store, keys, { pepper }, pool, policy, readModels, telemetry]: [EventStore, KeyStore, Secrets, Pool, PolicySource, ReadModels, Telemetry]) => {
      const numbers = new CaseNumbers(pool, yearsIn(policy.current().zone));
      const elsewhere = { caseNumber: () => numbers.next(), claims: (of: Parameters<ReadModels['claims']>[0]) => readModels.claims(of) };
      return new ObservedRecorder({ store, keys, pepper, elsewhere, policy: () => policy.current() }, telemetry);
    },
  },
  {
    provide: READ_RECORDER,
    inject: [EVENT_STORE, KEY_STORE],
    useFactory: (store: EventStore, keys: KeyStore): ReadRecorder => new GroupingReadRecorder({ store, keys, log: serviceLog }),
  },
  userRecorderProvider,
  ...webhookProviders,
  { provide: CASE_LOADER, inject: [RECORDER], useFactory: (recorder: Recorder) => recorder.loader },
  telemetryProvider,
  feedObserverProvider,
  feedWatchProvider,
  healthProvider,
];

/** The city's year. Making a formatter costs more than opening a case: one serves them all. */
function yearsIn(zone: string): () => number {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, year: 'numeric' });
  return () => Number(format.format(new Date()));
}

/** Database, event log, keys, recorder: what every process of the service is made of. The only place that names their adapters. */
@Global()
@Module({})
export class ServiceModule implements OnApplicationShutdown {
  @Inject(FeedWatch) private readonly watch!: FeedWatch;
  @Inject(TELEMETRY) private readonly telemetry!: Telemetry;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DATABASE) private readonly pool: Pool,
    @Inject(LiveHub) private readonly hub: LiveHub,
    @Inject(DATABASE_SERVER) private readonly server: ResolvedDatabase,
    @Inject(KeyEvictions) private readonly evictions: KeyEvictions,
    @Inject(POLICY) private readonly policies: AdoptedPolicies,
  ) {}

  static forRoot(config: Config): DynamicModule {
    return {
      module: ServiceModule,
      providers: [{ provide: CONFIG, useValue: config }, ...providers],
      exports: [Purger, CONFIG, DATABASE, DATABASE_SERVER, EVENT_STORE, KEY_STORE, POLICY, POLICY_RECORDER, READ_MODELS, RECORDER, READ_RECORDER, CASE_LOADER, USER_RECORDER, WEBHOOK_ENDPOINTS, DELIVERY_IDS, DELIVERY_RETRIES, HEALTH, TELEMETRY, FeedObserver, FeedWatch, FeedProgress, LiveHub, LedgerService],
    };
  }

  /** Last of all: feeds and requests have ended by now. */
  async onApplicationShutdown(): Promise<void> {
    this.watch.stop();
    await this.policies.stop();
    await this.hub.stop();
    await this.evictions.stop();
    await this.store.close();
    await this.pool.end();
    await this.server.close();
    await this.telemetry.tracing.stop();
  }
}


import type { ClientConfig, Pool, QueryConfig } from 'pg';
import type { Config } from '#libs/config';
import type { EventStore } from '#libs/event-store';
import { FeedProgress } from '#libs/feeds';
import { LedgerService } from '#libs/ledger-feed';
import { Metrics, openTracing } from '#libs/telemetry';
import { CONFIG, DATABASE, EVENT_STORE, HEALTH, type Health, TELEMETRY } from '../tokens.js';
import { FeedObserver } from './feed-observer.js';
import { FeedWatch } from './feed-watch.js';
import { readGauges } from './gauges.js';
import type { Telemetry } from './observed-recorders.js';
import { Readiness } from './readiness.js';
import { allFeeds, vocabulary } from './vocabulary.js';

/** Of the package: what a collector shows beside the service's name. */
const version = '0.1.0';

export const telemetryProvider = {
  provide: TELEMETRY,
  inject: [CONFIG],
  useFactory: async ({ telemetry: { traces } }: Config): Promise<Telemetry> => {
    const metrics = new Metrics(vocabulary);
    const count = (fate: string, spans: number): void => metrics.add('caseledger_spans_total', { fate }, spans);
    return { metrics, tracing: await openTracing(traces === null ? null : { ...traces, serviceName: 'caseledger', version, count }) };
  },
};

export const feedObserverProvider = { provide: FeedObserver, inject: [TELEMETRY], useFactory: (telemetry: Telemetry) => new FeedObserver(telemetry) };

export const feedWatchProvider = {
  provide: FeedWatch,
  inject: [CONFIG, EVENT_STORE, FeedProgress, DATABASE, LedgerService, TELEMETRY],
  useFactory: ({ telemetry: { feedStillMs } }: Config, store: EventStore, progress: FeedProgress, pool: Pool, ledger: LedgerService, { metrics }: Telemetry): FeedWatch => {
    const watch = new FeedWatch({ store, progress, feeds: allFeeds, stillMs: feedStillMs });
    readGauges(metrics, { pool, watch, ledger });
    watch.start();
    return watch;
  },
};

/** The client gives its question up after this long, in milliseconds, and its connection with it: the next one is asked on another. */
const probeMs = 2_000;

export const healthProvider = {
  provide: HEALTH,
  inject: [DATABASE, EVENT_STORE, FeedWatch],
  useFactory: (pool: Pool, store: EventStore, watch: FeedWatch): Health => {
    const probe: QueryConfig & Pick<ClientConfig, 'query_timeout'> = { text: 'SELECT 1', query_timeout: probeMs };
    return new Readiness({
      database: () => pool.query(probe),
      eventLog: () => store.head(),
      standingStill: () => watch.standingStill(),
      runsFeeds: () => watch.runsHere,
    });
  },
};

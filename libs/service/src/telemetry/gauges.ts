import type { Pool } from 'pg';
import { clockBacklog, countDeliveries } from '#libs/clocks';
import { countParked } from '#libs/feeds';
import type { LedgerService } from '#libs/ledger-feed';
import type { Metrics } from '#libs/telemetry';
import type { FeedWatch } from './feed-watch.js';
import { allFeeds, noUnit } from './vocabulary.js';

export interface GaugeSources {
  readonly pool: Pool;
  readonly watch: FeedWatch;
  readonly ledger: Pick<LedgerService, 'state' | 'latestCheckpoint' | 'alarms'>;
}

/** Has each scrape read where the feeds, the clocks and the ledger stand. A part that can't be read is left out of it, and counted. */
export function readGauges(metrics: Metrics, { pool, watch, ledger }: GaugeSources): void {
  metrics.read(async () => {
    for (const name of ['caseledger_feed_position', 'caseledger_feed_lag_positions', 'caseledger_feed_still_seconds', 'caseledger_feed_state', 'caseledger_log_head_position'] as const) metrics.clear(name);
    for (const { name: feed, state } of watch.statuses()) metrics.set('caseledger_feed_state', { feed, state }, 1);
    const standings = await watch.look();
    metrics.set('caseledger_log_head_position', {}, Number(watch.head));
    for (const { feed: { name: feed }, position, lag, stillMs } of standings) {
      metrics.set('caseledger_feed_position', { feed }, Number(position));
      metrics.set('caseledger_feed_lag_positions', { feed }, Number(lag));
      metrics.set('caseledger_feed_still_seconds', { feed }, stillMs / 1_000);
    }
  });
  metrics.read(async () => {
    metrics.clear('caseledger_parked_streams');
    metrics.clear('caseledger_parked_waiting_events');
    const parked = await countParked(pool, allFeeds);
    // None at all is said, too: absent would be unknown.
    for (const { name: feed } of allFeeds) if (!parked.some((one) => one.feed === feed)) metrics.set('caseledger_parked_streams', { feed, unit: noUnit }, 0);
    for (const { feed, unit, streams, waiting } of parked) {
      metrics.set('caseledger_parked_streams', { feed, unit }, streams);
      metrics.set('caseledger_parked_waiting_events', { feed, unit }, waiting);
    }
  });
  metrics.read(async () => {
    for (const name of ['caseledger_clock_backlog', 'caseledger_clock_backlog_seconds', 'caseledger_webhook_deliveries'] as const) metrics.clear(name);
    const now = new Date();
    const [{ count, oldestDueAt }, deliveries] = await Promise.all([clockBacklog(pool, now), countDeliveries(pool)]);
    metrics.set('caseledger_clock_backlog', {}, count);
    metrics.set('caseledger_clock_backlog_seconds', {}, secondsSince(oldestDueAt, now));
    for (const delivery of ['PENDING', 'DEAD'] as const) metrics.set('caseledger_webhook_deliveries', { delivery }, deliveries[delivery]);
  });
  metrics.read(async () => {
    for (const name of ['caseledger_ledger_leaves', 'caseledger_ledger_signed_leaves', 'caseledger_ledger_checkpoint_age_seconds', 'caseledger_ledger_alarms'] as const) metrics.clear(name);
    const [{ size }, checkpoint, alarms] = await Promise.all([ledger.state(), ledger.latestCheckpoint(), ledger.alarms()]);
    metrics.set('caseledger_ledger_leaves', {}, size);
    metrics.set('caseledger_ledger_signed_leaves', {}, checkpoint?.size ?? 0);
    metrics.set('caseledger_ledger_alarms', {}, alarms.length);
    if (checkpoint !== null) metrics.set('caseledger_ledger_checkpoint_age_seconds', {}, secondsSince(checkpoint.signedAt, new Date()));
  });
}

const secondsSince = (then: Date | null, now: Date): number => (then === null ? 0 : Math.max(0, now.getTime() - then.getTime()) / 1_000);

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readinessLimits } from '#libs/service';
import { metricsLimits } from '#libs/telemetry';
import { type RunningApp, startApp } from '../../../../test/support/app.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { valueOf } from '../../../../test/support/metrics.js';
import { type SilentRelay, startSilentRelay } from '../../../../test/support/silent-relay.js';

describe('a service whose database stops answering, on connections that stay open', () => {
  let database: TestDatabase;
  let relay: SilentRelay;
  let service: RunningApp;
  beforeAll(async () => {
    database = await createTestDatabase();
    relay = await startSilentRelay(database.serviceUrl);
    service = await startApp({}, { ownerUrl: database.ownerUrl, serviceUrl: relay.url });
  });
  afterAll(async () => {
    relay.speak();
    await service.close();
    await relay.close();
    await database.drop();
  });

  /** Asks until the answer has this status; the longest that one was waited for, in milliseconds. */
  async function until(status: number): Promise<{ readonly said: unknown; readonly longestMs: number }> {
    for (let longestMs = 0; ; ) {
      const askedAt = performance.now();
      const answer = await fetch(new URL('/ready', service.url));
      const said: unknown = await answer.json();
      longestMs = Math.max(longestMs, performance.now() - askedAt);
      if (answer.status === status) return { said, longestMs };
    }
  }
  const scrape = async (): Promise<string> => (await fetch(new URL('/metrics', service.url))).text();

  it('says within its bounds that it is not ready, shows the metrics that it has and counts the rest as unread, and is ready again when it is answered', async () => {
    await until(200);
    relay.silence();
    const { said, longestMs } = await until(503);
    expect(said).toEqual({ status: 'not ready', checks: { database: false, eventLog: false, feeds: true }, standingStill: [] });
    expect(longestMs).toBeLessThan(2 * readinessLimits.partMs);
    const askedAt = performance.now();
    const page = await scrape();
    expect(performance.now() - askedAt).toBeLessThan(2 * metricsLimits.readMs);
    expect(valueOf(page, 'caseledger_scrape_failures_total')).toBeGreaterThan(0);
    expect(valueOf(page, 'caseledger_feed_lag_positions')).toBeNull();
    expect(valueOf(page, 'process_resident_memory_bytes')).toBeGreaterThan(0);
    relay.speak();
    expect((await until(200)).said).toMatchObject({ status: 'ready' });
  });
});

import { describe, expect, it } from '@jest/globals';
import { Readiness, readinessLimits } from './readiness.js';

/** Parts that answer when the test says, and a clock that is the test's. */
function asked() {
  const at = { nowMs: 0, still: [] as readonly string[], runsFeeds: true };
  const open: ((answers: boolean) => void)[] = [];
  const readiness = new Readiness({
    database: () => new Promise((resolve, reject) => void open.push((answers) => (answers ? resolve(null) : reject(new Error('away'))))),
    eventLog: () => Promise.resolve(null),
    standingStill: () => Promise.resolve(at.still),
    runsFeeds: () => at.runsFeeds,
    nowMs: () => at.nowMs,
  });
  return { at, open, readiness };
}

describe('readiness', () => {
  it('is one check for all who ask at once, and its answer is given again for a moment', async () => {
    const { at, open, readiness } = asked();
    const many = Promise.all(Array.from({ length: 200 }, () => readiness.check()));
    expect(open).toHaveLength(1);
    open[0]?.(true);
    expect(new Set((await many).map(({ ready }) => ready))).toEqual(new Set([true]));
    at.nowMs += readinessLimits.freshMs - 1;
    await readiness.check();
    expect(open).toHaveLength(1);
    at.nowMs += 1;
    const next = readiness.check();
    expect(open).toHaveLength(2);
    open[1]?.(false);
    expect(await next).toEqual({ ready: false, checks: { database: false, eventLog: true, feeds: true }, standingStill: [] });
  });

  it('waits for no part beyond its bound, and does not ask again one that still owes its answer', async () => {
    const { at, open, readiness } = asked();
    const startedAt = performance.now();
    expect((await readiness.check()).checks).toEqual({ database: false, eventLog: true, feeds: true });
    expect(performance.now() - startedAt).toBeLessThan(2 * readinessLimits.partMs);
    at.nowMs += readinessLimits.freshMs;
    const next = readiness.check();
    expect(open).toHaveLength(1);
    open[0]?.(true);
    expect((await next).ready).toBe(true);
  });

  it('is lost by a feed that stands still where feeds run, and named elsewhere', async () => {
    for (const runsFeeds of [true, false]) {
      const { at, open, readiness } = asked();
      Object.assign(at, { still: ['cases'], runsFeeds });
      const check = readiness.check();
      open[0]?.(true);
      expect(await check).toEqual({ ready: !runsFeeds, checks: { database: true, eventLog: true, feeds: false }, standingStill: ['cases'] });
    }
  });
});

import { describe, expect, it } from '@jest/globals';
import { EventStoreUnavailable } from '#libs/event-store';
import type { FeedState, FeedStatus } from '#libs/feeds';
import { FeedWatch } from './feed-watch.js';

const feed = { name: 'cases', version: 1 };

/** A log and a checkpoint that are where the test says, and a clock that is the test's. */
function watched() {
  const at = { head: 10n as bigint | null, position: 10n as bigint | null, nowMs: 0, away: false };
  const position = (n: bigint | null) => (n === null ? null : { logId: 'log', n });
  const watch = new FeedWatch({
    store: {
      head: async () => {
        if (at.away) throw new EventStoreUnavailable('away', 'REFUSED');
        return position(at.head);
      },
    },
    progress: { positions: async () => [position(at.position)] },
    feeds: [feed],
    stillMs: 60_000,
    nowMs: () => at.nowMs,
  });
  const still = (nowMs: number) => {
    at.nowMs = nowMs;
    return watch.standingStill();
  };
  return { at, watch, still };
}

describe('a feed stands still', () => {
  it('when it is behind the log and has not moved for the configured time, from when it was first seen behind', async () => {
    const { at, still } = watched();
    expect(await still(1_000_000)).toEqual([]);
    at.head = 11n;
    expect(await still(2_000_000)).toEqual([]);
    expect(await still(2_059_700)).toEqual([]);
    expect(await still(2_060_000)).toEqual(['cases']);
  });

  it('not while it moves, however far behind it is', async () => {
    const { at, still } = watched();
    at.head = 1_000_000n;
    for (let n = 0; n < 10; n += 1) {
      at.position = BigInt(n);
      expect(await still(1_000_000 + n * 59_000)).toEqual([]);
    }
  });

  it('not at the end of the log, for as long as nothing comes, nor past an older end', async () => {
    const { at, still } = watched();
    at.position = 12n;
    expect(await still(1_000)).toEqual([]);
    expect(await still(9_000_000)).toEqual([]);
    [at.head, at.position] = [null, null];
    expect(await still(10_000_000)).toEqual([]);
    expect(await still(20_000_000)).toEqual([]);
  });

  it('also before its first event', async () => {
    const { at, still } = watched();
    [at.head, at.position] = [0n, null];
    expect(await still(1_000)).toEqual([]);
    expect(await still(61_000)).toEqual(['cases']);
  });

  it('no more, as soon as it moves', async () => {
    const { at, still } = watched();
    [at.head, at.position] = [20n, 10n];
    await still(1_000);
    expect(await still(61_000)).toEqual(['cases']);
    at.position = 11n;
    expect(await still(61_001 + 1_000)).toEqual([]);
  });

  it('at once where this process has given it up for good', async () => {
    const { watch, still } = watched();
    const runs = (state: FeedState) => watch.runs([{ status: (): FeedStatus => ({ ...feed, state, position: null, epoch: null, handled: 0, parked: 0, lastError: null }) }]);
    for (const state of ['STANDBY', 'LIVE', 'BACKING_OFF', 'STOPPED'] as const) {
      runs(state);
      expect([state, await still(1_000)]).toEqual([state, []]);
    }
    runs('REFUSED');
    expect(await still(2_000)).toEqual(['cases']);
  });

  it('is not said of what can not be asked', async () => {
    const { at, still } = watched();
    at.away = true;
    await expect(still(1_000)).rejects.toThrow(EventStoreUnavailable);
  });
});

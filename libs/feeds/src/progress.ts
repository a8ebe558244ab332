import type { Pool } from 'pg';
import { ForeignPosition, type Position } from '#libs/event-store/port';
import { readCheckpoint } from './checkpoint.js';
import { type FeedId, ProjectionBehind, type Statement } from './port.js';

export const progressLimits = {
  /** How often the checkpoint of a feed that somebody waits for is read, in milliseconds. */
  pollMs: 5,
  /** A feed that this process runs tells of itself; it is read only where nothing was heard of it for so long, in milliseconds. */
  heardMs: 500,
  /** The longest wait that can be asked for, in milliseconds. */
  waitMsMax: 10_000,
  waitersMax: 10_000,
} as const;

interface Waiter {
  readonly wanted: Position;
  readonly arrived: () => void;
}

interface Watched {
  readonly feed: FeedId;
  reached: Position | null;
  /** When {@link FeedProgress.advanced} was told last, by the process's own clock that never goes back. */
  heardAtMs: number;
  readonly waiters: Set<Waiter>;
}

/** How far feeds have come, from any process. A process that runs the feed itself tells by {@link advanced}; else the checkpoint is read. */
export class FeedProgress {
  private readonly feeds = new Map<string, Watched>();
  private polling = false;
  private waiterCount = 0;

  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /** The position through which the feed has handled everything; null before its first batch. */
  async projectedThrough(feed: FeedId): Promise<Position | null> {
    const [position] = await this.positions([feed]);
    return position ?? null;
  }

  /** The same of many feeds, in their order. */
  positions(feeds: readonly FeedId[]): Promise<readonly (Position | null)[]> {
    return this.read(feeds);
  }

  /** Pass it to `startFeed` as `onProgress`. */
  readonly advanced = (feed: FeedId, position: Position): void => {
    const watched = this.watched(feed);
    watched.heardAtMs = performance.now();
    this.reach(watched, position);
  };

  private reach(watched: Watched, position: Position): void {
    if (watched.reached === null || watched.reached.n < position.n || watched.reached.logId !== position.logId) watched.reached = position;
    for (const waiter of watched.waiters) if (hasReached(watched.reached, waiter.wanted)) waiter.arrived();
  }

  /**
   * Answers once the feed has handled everything through `position`: how far it has come by then, that far at least.
   * @throws ProjectionBehind after `timeoutMs`, ForeignPosition
   */
  async waitFor(feed: FeedId, position: Position, timeoutMs: number): Promise<Position> {
    const watched = this.watched(feed);
    if (watched.reached?.logId !== position.logId) {
      const now = await this.projectedThrough(feed);
      if (now !== null && now.logId !== position.logId) throw new ForeignPosition(`A position of the log ${position.logId} was given; this is the log ${now.logId}.`);
      if (now !== null) this.reach(watched, now);
    }
    if (watched.reached !== null && hasReached(watched.reached, position)) return watched.reached;
    if (this.waiterCount >= progressLimits.waitersMax) throw new ProjectionBehind(feed, position, watched.reached);
    await this.wait(watched, position, Math.min(timeoutMs, progressLimits.waitMsMax));
    return watched.reached ?? position;
  }

  private async wait(watched: Watched, wanted: Position, timeoutMs: number): Promise<void> {
    this.waiterCount += 1;
    const outcome = await new Promise<'ARRIVED' | 'LATE'>((resolve) => {
      const timer = setTimeout(() => finish('LATE'), timeoutMs);
      const finish = (how: 'ARRIVED' | 'LATE'): void => {
        clearTimeout(timer);
        watched.waiters.delete(waiter);
        resolve(how);
      };
      const waiter: Waiter = { wanted, arrived: () => finish('ARRIVED') };
      watched.waiters.add(waiter);
      if (!this.polling) void this.poll();
    });
    this.waiterCount -= 1;
    if (outcome === 'LATE') throw new ProjectionBehind(watched.feed, wanted, watched.reached);
  }

  /** One loop for all who wait, while somebody does; each waiter's time-out bounds it. A failing read is tried again until then. */
  private async poll(): Promise<void> {
    this.polling = true;
    while (this.waiterCount > 0) {
      await new Promise((resolve) => setTimeout(resolve, progressLimits.pollMs));
      const silentSince = performance.now() - progressLimits.heardMs;
      const waitedFor = [...this.feeds.values()].filter(({ waiters, heardAtMs }) => waiters.size > 0 && heardAtMs < silentSince);
      if (waitedFor.length === 0) continue;
      const positions = await this.read(waitedFor.map((watched) => watched.feed)).catch(() => []);
      positions.forEach((position, i) => {
        const watched = waitedFor[i];
        if (position !== null && watched !== undefined) this.reach(watched, position);
      });
    }
    this.polling = false;
  }

  private watched(feed: FeedId): Watched {
    const key = `${feed.name}@${feed.version}`;
    const known = this.feeds.get(key);
    if (known !== undefined) return known;
    const watched: Watched = { feed: { name: feed.name, version: feed.version }, reached: null, heardAtMs: -Infinity, waiters: new Set() };
    this.feeds.set(key, watched);
    return watched;
  }

  private read(feeds: readonly FeedId[]): Promise<readonly (Position | null)[]> {
    const { pool } = this;
    return readCheckpoint(
      {
        async query<Row extends object>({ values = [], ...statement }: Statement) {
          const { rows, rowCount } = await pool.query<Row>({ ...statement, values: [...values] });
          return { rows, rowCount: rowCount ?? 0 };
        },
      },
      feeds,
    );
  }
}

const hasReached = (reached: Position | null, wanted: Position): boolean => reached !== null && reached.n >= wanted.n;

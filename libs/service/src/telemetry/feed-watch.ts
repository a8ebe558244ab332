import type { EventStore, Position } from '#libs/event-store';
import type { FeedHandle, FeedId, FeedProgress, FeedStatus } from '#libs/feeds';

export const feedWatchLimits = {
  /** How often the feeds are looked at, in milliseconds, unless a shorter patience asks for more. */
  lookMsMax: 5_000,
  /** Looks within this time of each other are one, in milliseconds. */
  freshMs: 200,
} as const;

export interface FeedStanding {
  readonly feed: FeedId;
  readonly position: bigint;
  /** Of the log's end, in its positions. */
  readonly lag: bigint;
  /** How long it has been behind without moving, in milliseconds; zero while it moves. */
  readonly stillMs: number;
}

export interface FeedWatchOptions {
  readonly store: Pick<EventStore, 'head'>;
  readonly progress: Pick<FeedProgress, 'positions'>;
  readonly feeds: readonly FeedId[];
  /** Behind and unmoved for longer, a feed stands still; in milliseconds. */
  readonly stillMs: number;
  /** Of a clock that never goes back, in milliseconds. */
  readonly nowMs?: () => number;
}

interface Seen {
  position: bigint;
  /** Since when it was behind at this very position; null while it is not behind. */
  since: number | null;
}

/** Positions begin at 0: before it is nothing. */
const nothing = -1n;

/** Whether every feed follows the log, in whichever process it runs: judged by its checkpoint and the log's end. */
export class FeedWatch {
  private readonly seen = new Map<string, Seen>();
  private standings: readonly FeedStanding[] = [];
  private endOfLog: Position | null = null;
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<readonly FeedStanding[]> | null = null;
  private lookedAt = -Infinity;
  private handles: readonly Pick<FeedHandle, 'status'>[] = [];

  private readonly nowMs: () => number;

  constructor(private readonly options: FeedWatchOptions) {
    this.nowMs = options.nowMs ?? (() => performance.now());
  }

  start(): void {
    const everyMs = Math.min(feedWatchLimits.lookMsMax, this.options.stillMs / 2);
    // A log or a database that is away is told of by its own check; feeds are judged again when it is back.
    this.timer ??= setInterval(() => void this.look().catch(() => undefined), everyMs).unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  /** This process runs the feeds, or stands by for them. */
  runs(handles: readonly Pick<FeedHandle, 'status'>[]): void {
    this.handles = handles;
  }

  /** Where none run here, feeds of other processes can't keep this one from recording. */
  get runsHere(): boolean {
    return this.handles.length > 0;
  }

  /** Of the feeds that run here. */
  statuses(): readonly FeedStatus[] {
    return this.handles.map((handle) => handle.status());
  }

  /** The log's end as of the last look; -1 while it is empty. */
  get head(): bigint {
    return this.endOfLog?.n ?? nothing;
  }

  /** @throws EventStoreUnavailable, what the database throws */
  async look(): Promise<readonly FeedStanding[]> {
    if (this.nowMs() - this.lookedAt < feedWatchLimits.freshMs) return this.standings;
    this.looking ??= this.lookNow().finally(() => (this.looking = null));
    return this.looking;
  }

  /** Names of the feeds that stand still: for longer than the configured time, or given up for good by this process. @throws as {@link look} */
  async standingStill(): Promise<readonly string[]> {
    const standings = await this.look();
    const still = standings.filter(({ stillMs }) => stillMs >= this.options.stillMs).map(({ feed }) => feed.name);
    const refused = this.statuses().filter(({ state }) => state === 'REFUSED').map(({ name }) => name);
    return [...new Set([...still, ...refused])].sort();
  }

  private async lookNow(): Promise<readonly FeedStanding[]> {
    const { store, progress, feeds } = this.options;
    // The checkpoints last: a feed can only be further than the head that was read before, and is then not behind.
    this.endOfLog = await store.head();
    const positions = await progress.positions(feeds);
    const now = this.nowMs();
    this.standings = feeds.map((feed, i) => this.judge(feed, positions[i]?.n ?? nothing, now));
    this.lookedAt = now;
    return this.standings;
  }

  private judge(feed: FeedId, position: bigint, now: number): FeedStanding {
    const lag = this.head > position ? this.head - position : 0n;
    const before = this.seen.get(feed.name);
    const same = before !== undefined && before.position === position && before.since !== null;
    const since = lag === 0n ? null : same ? before.since : now;
    this.seen.set(feed.name, { position, since });
    return { feed, position, lag, stillMs: since === null ? 0 : now - since };
  }
}

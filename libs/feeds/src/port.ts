import type { EventStore, Position, StoredEvent } from '#libs/event-store/port';

/**
 * Feed: a named, versioned reader of the event log that writes what it derives, and how far it has come, in one transaction.
 * Checkpoint: the position through which a feed has handled everything of its categories.
 * Holder: the one process that runs a feed now. Epoch: counts its holders; a write under an older epoch is refused.
 * Unit: a part of a feed that can fail alone, one projection. Parked: a stream that waits in a unit because one of its events could not be handled.
 */
export interface FeedId {
  readonly name: string;
  /** A new version starts from the log's beginning, beside the old one. */
  readonly version: number;
}

export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Prepared once a session under this name; the same name always has the same text. */
  readonly name?: string;
}

/** The batch's transaction, on the session that holds the feed's lock. */
export interface FeedTransaction {
  query<Row extends object = Record<string, unknown>>(statement: Statement): Promise<{ readonly rows: Row[]; readonly rowCount: number }>;
}

export interface FeedBatch {
  /** In log order, all of the feed's categories. */
  readonly events: readonly StoredEvent[];
  /** True where the stream waits in this unit: its events are not to be handled there now. */
  waits(unit: string, stream: string): boolean;
  /** True where the events were parked and are tried again: the checkpoint has passed them, and does not move by them. */
  readonly isRetry: boolean;
  /** Of the feed's holder. What was kept in memory under another one may no longer be what is stored: somebody else wrote meanwhile, or a rebuild put other tables in place. */
  readonly epoch: bigint;
}

/** An event that a unit could not handle. The handler left it and the stream's later events out, and kept what came before. */
export interface Poison {
  readonly unit: string;
  readonly event: StoredEvent;
  readonly error: unknown;
}

export interface FeedDefinition extends FeedId {
  /** `case` is the category of `case-<uuid>`. */
  readonly categories: readonly string[] | 'ALL';
  /** What can be parked by itself. */
  readonly units: readonly string[];
  /**
   * True where what was committed must outlive a crash of the machine. Else the newest commits may be lost then, rows and checkpoint together, and are made
   * again from the log: no commit waits for the disk.
   */
  readonly durable?: boolean;
  /**
   * A feed that has caught up lets this many milliseconds pass from one batch to the next, so that one transaction holds what came meanwhile. For what
   * nobody waits for in the next moment; 0 where it is left out.
   */
  readonly gatherMs?: number;
  /**
   * Handles a batch inside its transaction; keeps nothing in memory that a rollback would falsify. What it returns is parked. What it throws is
   * retried if it may pass (a lost connection, {@link RetryLater}); else the batch is halved until the event that it fails at stands alone.
   */
  handle(batch: FeedBatch, tx: FeedTransaction): Promise<readonly Poison[]>;
}

/** Thrown by a handler whose failure lies outside the events and may pass: keys out of reach. The feed backs off and tries again. */
export class RetryLater extends Error {
  override readonly name = 'RetryLater';
}

/** Thrown by a handler to say which unit failed; without it all of the feed's units are parked. */
export class UnitFailed extends Error {
  override readonly name = 'UnitFailed';
  constructor(
    readonly unit: string,
    cause: unknown,
  ) {
    super(`${unit}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The feed can't run at all; trying again would not help. */
export class FeedRefused extends Error {
  override readonly name = 'FeedRefused';
}

/** A read asked for more than the feed has handled, and it did not get there in time. Retryable. */
export class ProjectionBehind extends Error {
  override readonly name = 'ProjectionBehind';
  constructor(
    readonly feed: FeedId,
    readonly wanted: Position,
    readonly reached: Position | null,
  ) {
    super(`${feed.name} is at ${reached === null ? 'the start' : reached.n}, not yet at ${wanted.n}`);
  }
}

export type FeedState =
  /** Another process holds the feed; this one waits for its lock. */
  | 'STANDBY'
  | 'CATCHING_UP'
  | 'LIVE'
  /** Something failed that may pass; see `lastError`. */
  | 'BACKING_OFF'
  /** Stopped for good by {@link FeedRefused}; see `lastError`. */
  | 'REFUSED'
  | 'STOPPED';

export interface FeedStatus extends FeedId {
  readonly state: FeedState;
  /** As of the last commit of this process; null before it. */
  readonly position: Position | null;
  readonly epoch: bigint | null;
  /** Events handled by this process. */
  readonly handled: number;
  /** Streams parked, summed over the units; known to the holder alone. */
  readonly parked: number;
  readonly lastError: string | null;
}

export interface FeedOptions {
  readonly definition: FeedDefinition;
  readonly store: EventStore;
  readonly databaseUrl: string;
  /** Told after each commit. */
  readonly onProgress?: (feed: FeedId, position: Position) => void;
  readonly onStatus?: (status: FeedStatus) => void;
  readonly limits?: Partial<FeedLimits>;
}

export interface FeedHandle {
  status(): FeedStatus;
  /** Asks for parked streams to be tried again, now. All units and streams, unless named. */
  retryParked(which?: { readonly unit?: string; readonly stream?: string }): Promise<number>;
  /** Lets the batch under way commit, gives the lock back and ends. */
  stop(): Promise<void>;
}

export const feedLimits = {
  /** Events in one transaction. */
  batchEventsMax: 2_000,
  /** UTF-16 units of heads and bodies in one transaction. */
  batchCharsMax: 2 * 1024 * 1024,
  /** Events read ahead of the transaction under way. */
  aheadEventsMax: 500,
  aheadCharsMax: 512 * 1024,
  /** How often a waiting process tries the lock, in milliseconds. */
  standbyPollMs: 500,
  /** How often an idle holder proves its session and looks for retries asked for elsewhere, in milliseconds. */
  heartbeatMs: 1_000,
  /** While only events of other categories come, the checkpoint is moved past them this often, in milliseconds. */
  restMs: 500,
  backoffFirstMs: 100,
  backoffLongestMs: 10_000,
  /** A statement that takes longer is ended by the server, in milliseconds. */
  statementMs: 60_000,
  connectMs: 10_000,
  /** Streams parked in one feed. Beyond that something is wrong with the program, not with the events: the feed stops. */
  parkedMax: 10_000,
  /** Events of one stream handled again by one retry. */
  retryEventsMax: 100_000,
  errorCharsMax: 2_000,
} as const;
export type FeedLimits = { readonly [K in keyof typeof feedLimits]: number };

/**
 * The event log, as every other part sees it. Two adapters implement it: PostgreSQL and EventStoreDB.
 * One contract suite (`event-store.contract.ts`) holds them to the same behaviour.
 */

/** Where an event stands in the global order: opaque to everyone but the log that made it, printed as `<logId>:<n>`. */
export interface Position {
  readonly logId: string;
  readonly n: bigint;
}

/** An event as it is appended: two finished texts (envelope.md) and index copies of four head fields. */
export interface EventToAppend {
  readonly id: string;
  readonly type: string;
  readonly head: string;
  readonly body: string;
}

/** An event as it is stored. `head` and `body` are the appended texts, to the byte. */
export interface StoredEvent extends EventToAppend {
  readonly position: Position;
  readonly stream: string;
  readonly revision: bigint;
}

/** The stream must not exist yet, or its last event must have exactly this revision. */
export type ExpectedRevision = bigint | 'NO_STREAM';

export type AppendResult =
  /**
   * `repeated`: these very events were stored before, and these are their first places. What is stored under an id may then differ from
   * what was sent (a later `recordedAt`, another seed): whoever answers with more than places reads it back.
   */
  | { readonly kind: 'APPENDED'; readonly repeated: boolean; readonly events: readonly StoredEventRef[] }
  /** Another append came first. `actual` is the stream's last revision now; null where there is no stream. */
  | { readonly kind: 'CONFLICT'; readonly actual: bigint | null };

export interface StoredEventRef {
  readonly id: string;
  readonly revision: bigint;
  readonly position: Position;
}

export interface ReadStreamOptions {
  /** First revision to read (inclusive). Default 0. */
  readonly from?: bigint;
  /** Last revision to read (inclusive). Default: the head. */
  readonly to?: bigint;
}

export interface ReadAllOptions {
  /** Read only what stands after this position. Default: from the start. */
  readonly after?: Position;
  /** Stop after this position (inclusive). Default: the log's head when the read began. */
  readonly to?: Position;
  /** Only streams of these categories (`case` is the category of `case-<uuid>`). Default: all. */
  readonly categories?: readonly string[];
}

export interface SubscribeOptions {
  readonly after?: Position;
  readonly categories?: readonly string[];
  readonly signal: AbortSignal;
}

/** What a subscription yields: events in order, and a mark each time it has caught up with the head. */
export type SubscriptionMessage =
  | { readonly kind: 'EVENTS'; readonly events: readonly StoredEvent[] }
  /** `position` is the log's head up to which everything of the wanted categories has been delivered. */
  | { readonly kind: 'CAUGHT_UP'; readonly position: Position | null };

/** The log can't be reached or is full. Retryable; nothing is known to have been written unless a read shows it. */
export class EventStoreUnavailable extends Error {
  override readonly name = 'EventStoreUnavailable';
  constructor(
    message: string,
    /** `REFUSED`: surely not written. `UNKNOWN`: may or may not have been written; resolve by {@link EventStore.readStream}. */
    readonly outcome: 'REFUSED' | 'UNKNOWN',
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * What was given can't be stored: over a limit, a text that is not its own reprint, a head that says something else than the index copies.
 * A bug of the caller, or input that should have been refused earlier.
 */
export class EventRejected extends Error {
  override readonly name = 'EventRejected';
}

/** A position was given that this log never gave out: another log's (positions don't survive a copy), or one after this log's end. */
export class ForeignPosition extends Error {
  override readonly name = 'ForeignPosition';
}

/** The stored log itself is wrong: a position is missing. Never retried: a person has to look. */
export class EventLogDamaged extends Error {
  override readonly name = 'EventLogDamaged';
}

/** Where a log reports what it does. A pino logger is one. */
export interface EventStoreLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export interface EventStore {
  /** Identifies this log; part of every position that it gives out. */
  readonly logId: string;
  /**
   * Appends all events, or none, at an exact revision. The same event ids at the same revisions again answer with the first receipt
   * (idempotent); the same ids elsewhere in the stream, or other ids at these revisions, are a conflict. Answers within seconds, whatever happens.
   * @throws EventStoreUnavailable, EventRejected
   */
  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult>;
  /** A stream's events in order; none if there is no such stream. Pages with backpressure. @throws EventStoreUnavailable */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<StoredEvent>;
  /**
   * Every event in the one global order of their commits, without a gap. Yields pages, none of them empty.
   * @throws EventStoreUnavailable, ForeignPosition, EventLogDamaged
   */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]>;
  /**
   * Past events first, then new ones as they are committed. Ends when the signal aborts or the store closes; outlives a lost connection.
   * @throws ForeignPosition, EventLogDamaged
   */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage>;
  /** The position of the last event; null while the log is empty. @throws EventStoreUnavailable */
  head(): Promise<Position | null>;
  /** Waits for the commit under way, refuses what is queued, ends subscriptions and connections. Appends and reads after this are refused. */
  close(): Promise<void>;
}

/** Limits of envelope.md, checked by every adapter before anything is sent. Bytes are of head and body as UTF-8. */
export const limits = {
  eventBytesMax: 256 * 1024,
  appendEventsMax: 100,
  appendBytesMax: 900 * 1024,
  streamCharactersMax: 200,
  typeCharactersMax: 100,
} as const;

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
  | { readonly kind: 'APPENDED'; readonly events: readonly StoredEventRef[] }
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

/** The texts given can't be stored: over a limit, or not their own reprint. A bug of the caller, or input that should have been refused earlier. */
export class EventRejected extends Error {
  override readonly name = 'EventRejected';
}

export interface EventStore {
  /** Identifies this log; part of every position that it gives out. */
  readonly logId: string;
  /**
   * Appends all events, or none, at an exact revision. The same event ids at the same revisions again answer with the first receipt
   * (idempotent); the same ids elsewhere, or other ids at these revisions, are a conflict.
   * @throws EventStoreUnavailable, EventRejected
   */
  append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult>;
  /** A stream's events in order; none if there is no such stream. Pages with backpressure. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<StoredEvent>;
  /** Every event in the one global order of their commits, without a gap. Yields pages. */
  readAll(options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]>;
  /** Past events first, then new ones as they are committed. Ends when the signal aborts; reconnects by itself otherwise. */
  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage>;
  /** The position of the last event; null while the log is empty. */
  head(): Promise<Position | null>;
  /** Ends connections and pending work. Appends after this are refused. */
  close(): Promise<void>;
}

/** Limits of envelope.md, checked by every adapter before anything is sent. */
export const limits = {
  eventBytesMax: 256 * 1024,
  appendEventsMax: 100,
  appendBytesMax: 900 * 1024,
} as const;

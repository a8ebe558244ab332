import { jsonEvent } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { checkAppend } from './append.check.js';
import { Appender } from './eventstoredb.appender.js';
import { logCreatedType, logStream } from './eventstoredb.codec.js';
import { Connection, within } from './eventstoredb.connection.js';
import { attemptOf, isNoStream, messageOf } from './eventstoredb.errors.js';
import { DoorbellWatch } from './eventstoredb.head-watch.js';
import { type EventStoreDbLimits, eventStoreDbLimits } from './eventstoredb.limits.js';
import { Reader } from './eventstoredb.reader.js';
import { SeenIds } from './eventstoredb.seen-ids.js';
import {
  type AppendResult,
  EventLogDamaged,
  EventRejected,
  type EventStore,
  type EventStoreLog,
  EventStoreUnavailable,
  type EventToAppend,
  type ExpectedRevision,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscribeOptions,
  type SubscriptionMessage,
} from './port.js';
import { ownPosition } from './position.js';
import { subscription } from './subscription.js';

export interface EventStoreDbOptions {
  /** `esdb://user:password@host:2113`, or `esdb+discover://…`; without TLS `esdb://host:2113?tls=false`, where nobody is asked who they are. */
  readonly url: string;
  readonly log: EventStoreLog;
  /** Where they differ from {@link eventStoreDbLimits}. */
  readonly limits?: Partial<EventStoreDbLimits>;
}

const revisionMax = 2n ** 63n - 1n;

/**
 * Opens the event log in EventStoreDB 22.10 or newer, and makes it where there is none: the account must be allowed to read `$all`. Later losses of
 * the server are survived; this first look at it is repeated for `openMsMax`.
 * @throws EventStoreUnavailable if the server can't be reached or denies
 */
export async function createEventStoreDb(options: EventStoreDbOptions): Promise<EventStore> {
  const limits: EventStoreDbLimits = { ...eventStoreDbLimits, ...options.limits };
  const connection = openConnection(options.url, limits);
  try {
    const logId = await openLog(connection, limits);
    return new EventStoreDb({ connection, limits, log: options.log, logId });
  } catch (cause) {
    await connection.close();
    throw new EventStoreUnavailable(`The event log could not be opened: ${messageOf(cause)}`, 'REFUSED', { cause });
  }
}

function openConnection(url: string, limits: EventStoreDbLimits): Connection {
  try {
    return new Connection(url, limits);
  } catch (cause) {
    // What the client quotes of the address may be a part of the password.
    throw new EventStoreUnavailable(`The event log's address can't be used: ${messageOf(cause).replaceAll(/"[^"]*"/g, 'a part of it')}`, 'REFUSED');
  }
}

class EventStoreDb implements EventStore {
  readonly logId: string;
  readonly #limits: EventStoreDbLimits;
  readonly #connection: Connection;
  readonly #appender: Appender;
  readonly #reader: Reader;
  readonly #watch: DoorbellWatch;
  #closing: Promise<void> | null = null;

  constructor(parts: { connection: Connection; limits: EventStoreDbLimits; log: EventStoreLog; logId: string }) {
    const { connection, limits, log, logId } = parts;
    const seen = new SeenIds(limits.idsMax);
    this.logId = logId;
    this.#limits = limits;
    this.#connection = connection;
    this.#reader = new Reader({ connection, limits, seen, logId });
    this.#watch = new DoorbellWatch({ connection, look: () => this.#reader.head(), limits, log });
    this.#appender = new Appender({ connection, reader: this.#reader, seen, limits, log, onAppended: (n) => this.#watch.reached(n) });
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    if (stream === logStream) throw new EventRejected(`'${stream}' holds the log's own id.`);
    return this.#appender.append(checkAppend(stream, expected, events));
  }

  async *readStream(stream: string, { from = 0n, to = revisionMax }: ReadStreamOptions = {}): AsyncGenerator<StoredEvent, void, void> {
    if (stream === logStream || stream.startsWith('$')) return;
    yield* this.#reader.stream(stream, from < 0n ? 0n : from, to);
  }

  async *readAll({ after, to, categories }: ReadAllOptions = {}): AsyncGenerator<readonly StoredEvent[], void, void> {
    const start = ownPosition(after, this.logId, -1n);
    const wanted = ownPosition(to, this.logId, revisionMax);
    const head = await this.#reader.head();
    this.#reader.assertReached(start, head);
    for await (const { events } of this.#reader.pages({ after: start, to: wanted < head ? wanted : head, categories })) {
      if (events.length > 0) yield events;
    }
  }

  async *subscribe({ after, categories, signal }: SubscribeOptions): AsyncGenerator<SubscriptionMessage, void, void> {
    const start = ownPosition(after, this.logId, -1n);
    const parts = { logId: this.logId, reader: this.#reader, watch: this.#watch, limits: this.#limits };
    yield* subscription(parts, { after: start, categories, signal });
  }

  async head(): Promise<Position | null> {
    const n = await this.#reader.head();
    return n < 0n ? null : { logId: this.logId, n };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#appender.close();
    this.#reader.close();
    await this.#watch.close();
    await this.#connection.close();
  }
}

/**
 * The log's id: in the only event of a stream of its own, which whoever comes first appends. Whoever comes second is refused by the expected
 * revision, and reads the first one's; an append of unknown outcome is settled by reading, as any id will do.
 */
async function openLog(connection: Connection, limits: EventStoreDbLimits): Promise<string> {
  const giveUpAt = performance.now() + limits.openMsMax;
  for (let wait = limits.reconnectMsMin; ; wait = Math.min(wait * 2, limits.reconnectMsMax)) {
    try {
      const found = await readLogId(connection, limits);
      if (found !== null) return found;
      const event = jsonEvent({ type: logCreatedType, data: { logId: randomUUID() } });
      const options = { ...connection.options, expectedRevision: 'no_stream', deadline: limits.attemptMsMax } as const;
      await within(connection.appends.appendToStream(logStream, event, options), limits.attemptMsMax + limits.graceMs);
    } catch (cause) {
      if (cause instanceof EventLogDamaged) throw cause;
      const { kind } = attemptOf(cause);
      if (kind === 'DENIED' || performance.now() + wait > giveUpAt) throw cause;
      if (kind !== 'CONFLICT') await pause(wait);
    }
  }
}

async function readLogId(connection: Connection, limits: EventStoreDbLimits): Promise<string | null> {
  const read = connection.reads.readStream(logStream, { ...connection.options, maxCount: 1 });
  const first = async () => {
    try {
      for await (const { event } of read) return event ?? null;
      return null;
    } catch (error) {
      if (isNoStream(error)) return null;
      throw error;
    }
  };
  try {
    const event = await within(first(), limits.readMsMax);
    if (event === null) return null;
    const data: unknown = event.data;
    if (typeof data === 'object' && data !== null && 'logId' in data && typeof data.logId === 'string') return data.logId;
    throw new EventLogDamaged(`The stream ${logStream} names no log.`);
  } finally {
    read.cancel().catch(() => undefined); // It rejects where the connection never came about.
  }
}

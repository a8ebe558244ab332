import type { ReadPosition, ReadRevision, ResolvedEvent, StreamingRead } from '@eventstore/db-client';
import { setTimeout as pause } from 'node:timers/promises';
import { fromServer, isOurs, logStream, positionOf } from './eventstoredb.codec.js';
import type { Connection } from './eventstoredb.connection.js';
import { isNoStream, mayPass, messageOf } from './eventstoredb.errors.js';
import type { EventStoreDbLimits } from './eventstoredb.limits.js';
import type { SeenIds } from './eventstoredb.seen-ids.js';
import { EventLogDamaged, EventStoreUnavailable, ForeignPosition, type StoredEvent } from './port.js';
import type { Page, PageRange, PageReader } from './subscription.js';

/** Events as the client read them. `whole`: so many as were asked for, or all that there are. */
interface Batch {
  readonly events: readonly ResolvedEvent[];
  readonly whole: boolean;
  readonly bytes: number;
}

/** Reads by pages, each with a deadline. What is stored never changes: a page that failed is asked for again. */
export class Reader implements PageReader {
  readonly logId: string;
  /** The last event of ours that was ever seen; what stands before it needs no second look. */
  #known = -1n;
  readonly #connection: Connection;
  readonly #limits: EventStoreDbLimits;
  readonly #seen: SeenIds;
  #closed = false;

  constructor(options: { connection: Connection; limits: EventStoreDbLimits; seen: SeenIds; logId: string }) {
    this.#connection = options.connection;
    this.#limits = options.limits;
    this.#seen = options.seen;
    this.logId = options.logId;
  }

  get known(): bigint {
    return this.#known;
  }

  saw(n: bigint): void {
    if (n > this.#known) this.#known = n;
  }

  /** Reads back from the end over the server's own events, which may be many: at most up to what is known, or to the log's first event. */
  async head(): Promise<bigint> {
    let from: ReadPosition = 'end';
    for (let count: number = this.#limits.headEventsMin; ; count = Math.min(count * 4, this.#limits.headEventsMax)) {
      const asked: ReadPosition = from;
      const read = async () => {
        const batch = await this.#batch(() => this.#all(asked, count, 'backwards'));
        // The log's own first event stands there at least: an answer without one was cut short.
        if (batch.events.length === 0) throw new Error('the answer ended before the log did');
        return batch;
      };
      for (const resolved of (await this.#again(read)).events) {
        const n = positionOf(resolved);
        if (n <= this.#known) return this.#known;
        if (resolved.event?.streamId === logStream) return -1n;
        if (resolved.event !== undefined && isOurs(resolved.event)) {
          this.saw(n);
          return n;
        }
        from = { commit: n, prepare: n };
      }
    }
  }

  /** Whoever has come further than the log goes has read another one: a copy from which this one was restored too early. @throws ForeignPosition */
  assertReached(after: bigint, head: bigint): void {
    if (after > head) throw new ForeignPosition(`The position ${this.logId}:${after} stands after this log's last event, ${head}.`);
  }

  /** The next page is read while the caller works on this one: two are held at most. `range.to` must be the position of an event. */
  async *pages(range: PageRange): AsyncGenerator<Page, void, void> {
    if (range.after >= range.to) return;
    const size = new PageSize(this.#limits);
    let next: Promise<Page> | null = this.#page(range, size);
    while (next !== null) {
      const page: Page = await next;
      next = page.upTo < range.to ? this.#page({ ...range, after: page.upTo }, size) : null;
      next?.catch(() => undefined); // Whoever stops reading early never awaits it.
      yield page;
    }
  }

  async *stream(stream: string, from: bigint, to: bigint): AsyncGenerator<StoredEvent, void, void> {
    const size = new PageSize(this.#limits);
    for (let start = from; start <= to; ) {
      const left = to - start + 1n;
      const count = left < BigInt(size.count) ? Number(left) : size.count;
      const batch = await this.#again(() => this.#batch(() => this.#stream(stream, start, count)));
      size.learn(batch);
      for (const resolved of batch.events) {
        const event = fromServer(resolved, this.logId);
        if (event.revision !== start) throw new EventLogDamaged(`${stream} has no revision ${start}; ${event.revision} follows.`);
        this.#seen.add(stream, event.revision, event.id);
        start++;
        yield event;
      }
      if (batch.whole && batch.events.length < count) {
        if (start <= to && start <= this.#seen.upTo(stream)) throw new EventLogDamaged(`${stream} ends before revision ${start}, which was there.`);
        return;
      }
    }
  }

  /** The stream's last revision; null without a stream. */
  async lastRevision(stream: string): Promise<bigint | null> {
    const read = () =>
      this.#batch(() => this.#connection.reads.readStream(stream, { ...this.#connection.options, direction: 'backwards', fromRevision: 'end', maxCount: 1 }));
    return (await this.#again(read)).events[0]?.event?.revision ?? null;
  }

  close(): void {
    this.#closed = true;
  }

  async #page({ after, to, categories }: PageRange, size: PageSize): Promise<Page> {
    const read = async (): Promise<Page> => {
      // A position is read from itself on: one event more.
      const batch = await this.#batch(() => this.#all(after < 0n ? 'start' : { commit: after, prepare: after }, size.count + 1, 'forwards'));
      size.learn(batch);
      const last = batch.events.at(-1);
      const end = last === undefined ? after : positionOf(last);
      // `to` is the place of an event: an answer that ends before it, with nothing new, was cut short.
      if (end <= after) throw new Error(`the answer ended before position ${to}`);
      const events = this.#ours(batch.events).filter(({ position: { n }, stream }) => n > after && n <= to && isWanted(stream, categories));
      return { events, upTo: end < to ? end : to };
    };
    return this.#again(read);
  }

  #ours(events: readonly ResolvedEvent[]): StoredEvent[] {
    return events.filter(({ event }) => event !== undefined && isOurs(event)).map((resolved) => fromServer(resolved, this.logId));
  }

  #all(fromPosition: ReadPosition, maxCount: number, direction: 'forwards' | 'backwards'): StreamingRead<ResolvedEvent> {
    // The client's types know no events of all streams but with their types given; what is read is looked at in fromServer.
    return this.#connection.reads.readAll({ ...this.#connection.options, fromPosition, maxCount, direction }) as StreamingRead<ResolvedEvent>;
  }

  #stream(stream: string, fromRevision: ReadRevision, maxCount: number): StreamingRead<ResolvedEvent> {
    return this.#connection.reads.readStream(stream, { ...this.#connection.options, fromRevision, maxCount });
  }

  /** Reads to the end, to twice a page's bytes, or to the deadline, which the client itself doesn't put on reads. */
  #batch(open: () => StreamingRead<ResolvedEvent>): Promise<Batch> {
    const { readMsMax, pageBytesMax } = this.#limits;
    return new Promise((resolve, reject) => {
      const events: ResolvedEvent[] = [];
      let bytes = 0;
      const read = open();
      const end = (settle: () => void, cancel: boolean) => {
        clearTimeout(timer);
        if (cancel) read.cancel().catch(() => undefined); // It rejects where the connection never came about.
        settle();
      };
      const timer = setTimeout(() => end(() => reject(new Error(`no answer within ${readMsMax} ms`)), true), readMsMax);
      read.on('data', (resolved: ResolvedEvent) => {
        if (bytes > 2 * pageBytesMax) return;
        events.push(resolved);
        bytes += sizeOf(resolved);
        if (bytes > 2 * pageBytesMax) end(() => resolve({ events, whole: false, bytes }), true);
      });
      read.on('end', () => end(() => resolve({ events, whole: true, bytes }), false));
      read.on('error', (error) => end(() => (isNoStream(error) ? resolve({ events: [], whole: true, bytes: 0 }) : reject(error)), false));
    });
  }

  async #again<T>(read: () => Promise<T>): Promise<T> {
    const giveUpAt = performance.now() + this.#limits.readRetryMsMax;
    for (let wait = this.#limits.reconnectMsMin; ; wait *= 2) {
      if (this.#closed) throw new EventStoreUnavailable('The event log is closed.', 'REFUSED');
      try {
        return await read();
      } catch (cause) {
        if (cause instanceof EventLogDamaged) throw cause;
        if (!mayPass(cause) || performance.now() + wait > giveUpAt) {
          throw new EventStoreUnavailable(`The event log could not be read: ${messageOf(cause)}`, 'REFUSED', { cause });
        }
      }
      await pause(wait);
    }
  }
}

/** How many events to ask for, so that a page has about `pageBytesMax`: at most twice as many as before. */
class PageSize {
  readonly #limits: EventStoreDbLimits;
  count: number;

  constructor(limits: EventStoreDbLimits) {
    this.#limits = limits;
    this.count = limits.pageEventsMin;
  }

  learn({ events, bytes }: Batch): void {
    const { pageEventsMin, pageEventsMax, pageBytesMax } = this.#limits;
    if (events.length === 0) return;
    const fitting = Math.floor((pageBytesMax * events.length) / Math.max(bytes, 1));
    this.count = Math.max(1, Math.min(fitting, this.count * 2, pageEventsMax), fitting > pageEventsMin ? pageEventsMin : 1);
  }
}

/** About as many bytes as an event takes: its texts are the greatest part of it. */
function sizeOf({ event }: ResolvedEvent): number {
  return event === undefined ? 0 : roughBytes(event.data) + roughBytes(event.metadata);
}

function roughBytes(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let bytes = 8;
  for (const [key, inner] of Object.entries(value)) bytes += key.length + roughBytes(inner);
  return bytes;
}

function isWanted(stream: string, categories: readonly string[] | undefined): boolean {
  return categories === undefined || categories.includes(stream.slice(0, stream.indexOf('-')));
}

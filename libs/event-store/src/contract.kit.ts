import { createHash } from 'node:crypto';
import type { AppendResult, EventStore, EventToAppend, Position, StoredEvent, StoredEventRef, SubscriptionMessage } from './port.js';

/** A log that a contract run may write to. It need not be empty, nor the run's own. */
export interface LogUnderTest {
  /** Another store on this log, as another process would open it. */
  open(): Promise<EventStore>;
  /** After all its stores were closed. */
  remove(): Promise<void>;
}

/** What the parts of the suite share. */
export interface ContractContext {
  /** A store that stays open for the whole suite. */
  store(): EventStore;
  /** One more; closed after the test. */
  open(): Promise<EventStore>;
  /** A name that no other test uses, of a category that no other test uses unless one is given. */
  stream(category?: string): string;
  category(): string;
}

/** An event whose id follows from what it is called, with a head as envelope.md has it, as far as a log can tell. */
export function event(stream: string, revision: number | bigint, { type = 'Noted', name = '', data = {} }: EventOptions = {}): EventToAppend {
  const id = idOf(`${stream}/${revision}/${name}`);
  const head = JSON.stringify({ v: 1, id, stream, revision: Number(revision), type, typeVersion: 1 });
  return { id, type, head, body: JSON.stringify(data) };
}

export interface EventOptions {
  readonly type?: string;
  /** Tells apart events of the same stream and revision. */
  readonly name?: string;
  readonly data?: object;
}

export function events(stream: string, from: number | bigint, count: number, options: EventOptions = {}): EventToAppend[] {
  return Array.from({ length: count }, (_, index) => event(stream, BigInt(from) + BigInt(index), options));
}

function idOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An event of exactly so many bytes, head and body together. */
export function eventOfBytes(stream: string, revision: number, bytes: number, fill = 'x'): EventToAppend {
  const empty = event(stream, revision, { data: { text: '' } });
  const left = bytes - Buffer.byteLength(empty.head + empty.body);
  const fillBytes = Buffer.byteLength(fill);
  const text = fill.repeat(Math.floor(left / fillBytes)) + 'x'.repeat(left % fillBytes);
  return event(stream, revision, { data: { text } });
}

export function appended(result: AppendResult): readonly StoredEventRef[] {
  if (result.kind !== 'APPENDED') throw new Error(`Expected an append, but the answer was a conflict; the stream's last revision is ${result.actual}.`);
  return result.events;
}

export async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of from) all.push(one);
  return all;
}

export async function collectPages(from: AsyncIterable<readonly StoredEvent[]>): Promise<StoredEvent[]> {
  return (await collect(from)).flat();
}

/** What a log read from here on: `after` is the end of the log as it is now. */
export async function endOf(store: EventStore): Promise<{ after?: Position }> {
  const head = await store.head();
  return head === null ? {} : { after: head };
}

/** Reads a subscription until it has yielded so many events, or its first mark at or after `position`. */
export async function readUntil(
  messages: AsyncIterator<SubscriptionMessage>,
  enough: (events: readonly StoredEvent[], last: SubscriptionMessage) => boolean,
): Promise<StoredEvent[]> {
  const seen: StoredEvent[] = [];
  for (;;) {
    const { value, done } = await messages.next();
    if (done === true) throw new Error(`The subscription ended after ${seen.length} events.`);
    if (value.kind === 'EVENTS') seen.push(...value.events);
    if (enough(seen, value)) return seen;
  }
}

export const caughtUp = (_: readonly StoredEvent[], last: SubscriptionMessage): boolean => last.kind === 'CAUGHT_UP';

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function shape({ stream, revision, id, type, head, body }: StoredEvent): object {
  return { stream, revision, id, type, head, body };
}

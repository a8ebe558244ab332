import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { appended, caughtUp, collect, type ContractContext, endOf, event, eventOfBytes, events, readUntil } from './contract.kit.js';
import { expectOrdered, foreign, write } from './contract.reads.js';
import { ForeignPosition, limits, type Position, type StoredEvent, type SubscribeOptions, type SubscriptionMessage } from './port.js';

/** What a stalled subscription of 64 MB may keep in memory. */
const stalledBytesMax = 28 * 1024 * 1024;
/** Each turn of the wait collects the heap: on a busy machine that takes several times as long. */
const slowMsMax = 90_000;

export function subscriptionContract({ store, open, stream, category }: ContractContext): void {
  let stop: AbortController;
  beforeEach(() => void (stop = new AbortController()));
  afterEach(() => stop.abort());
  const subscribe = (options: Omit<SubscribeOptions, 'signal'>, to = store()): AsyncIterator<SubscriptionMessage> =>
    to.subscribe({ ...options, signal: stop.signal })[Symbol.asyncIterator]();

  describe('subscribe', () => {
    test('delivers past events, marks that it has caught up, then delivers new ones from any store, and marks again', async () => {
      const start = await endOf(store());
      const [name, later] = [stream(), stream()];
      await store().append(name, 'NO_STREAM', events(name, 0, 3));
      const messages = subscribe(start);
      const past = await readUntil(messages, caughtUp);
      expect(past.filter((stored) => stored.stream === name)).toHaveLength(3);
      const live = readUntil(messages, (seen, last) => caughtUp(seen, last) && seen.some((stored) => stored.stream === later));
      const places = appended(await (await open()).append(later, 'NO_STREAM', events(later, 0, 2)));
      expect((await live).filter((stored) => stored.stream === later).map(({ position }) => position)).toEqual(places.map(({ position }) => position));
    });

    test('marks the head at once when there is nothing to catch up with', async () => {
      const name = stream();
      const places = appended(await store().append(name, 'NO_STREAM', [event(name, 0)]));
      const head = places[0]?.position ?? foreign;
      const { value } = await subscribe({ after: head }).next();
      expect(value).toEqual({ kind: 'CAUGHT_UP', position: head });
    });

    test('goes on after the position that it is given', async () => {
      const name = stream();
      const places = appended(await store().append(name, 'NO_STREAM', events(name, 0, 5)));
      const seen = await readUntil(subscribe({ after: places[1]?.position ?? foreign }), caughtUp);
      expect(seen.filter((stored) => stored.stream === name).map(({ revision }) => revision)).toEqual([2n, 3n, 4n]);
    });

    test('delivers only the wanted categories, and marks a head that is of none of them', async () => {
      const start = await endOf(store());
      const wanted = category();
      const [mine, other, after] = [stream(wanted), stream(), stream()];
      await store().append(mine, 'NO_STREAM', [event(mine, 0)]);
      const head = appended(await store().append(other, 'NO_STREAM', [event(other, 0)]))[0]?.position;
      const messages = subscribe({ ...start, categories: [wanted] });
      const marks: (Position | null)[] = [];
      const seen = await readUntil(messages, (_, last) => last.kind === 'CAUGHT_UP' && marks.push(last.position) > 0);
      expect(seen.map((stored) => stored.stream)).toEqual([mine]);
      expect(marks[0]?.n).toBeGreaterThanOrEqual(head?.n ?? 0n);
      const end = appended(await store().append(after, 'NO_STREAM', [event(after, 0)]))[0]?.position;
      expect(await readUntil(messages, (_, last) => last.kind === 'CAUGHT_UP' && (last.position?.n ?? 0n) >= (end?.n ?? 0n))).toEqual([]);
    });

    test('delivers everything once and in order to several subscribers while sixteen writers in two stores append', async () => {
      const stores = [await open(), await open()];
      const start = await endOf(store());
      const acknowledged = new Map<string, Position>();
      const prefix = category();
      const total = 16 * (30 + 2 * 7);
      const all = (seen: readonly StoredEvent[]) => seen.filter((stored) => stored.stream.startsWith(`${prefix}-`)).length === total;
      const readers = [store(), store(), stores[0]].map((from) => readUntil(subscribe(start, from), all));
      await Promise.all(Array.from({ length: 16 }, (_, which) => write(stores[which % 2] ?? store(), `${prefix}-${which}`, 30, acknowledged)));
      for (const reader of readers) {
        const seen = await reader;
        expectOrdered(seen);
        const mine = seen.filter((stored) => stored.stream.startsWith(`${prefix}-`));
        expect(new Map(mine.map(({ id, position }) => [id, position]))).toEqual(acknowledged);
      }
    });

    test("refuses another log's position", async () => {
      await expect(subscribe({ after: foreign }).next()).rejects.toThrow(ForeignPosition);
    });
  });

  describe('a slow subscriber', () => {
    test('sees every event, while the store holds a few pages for it and no more', async () => {
      const start = await endOf(store());
      const wanted = category();
      const names = Array.from({ length: 64 }, () => stream(wanted));
      const messages = subscribe({ ...start, categories: [wanted] });
      await messages.next();
      const before = heapBytes();
      for (const name of names) await store().append(name, 'NO_STREAM', [0, 1, 2, 3].map((revision) => eventOfBytes(name, revision, limits.appendBytesMax / 4)));
      for (const name of names) await store().append(name, 3n, [eventOfBytes(name, 4, limits.appendBytesMax / 8)]);
      const first = await readUntil(messages, (seen) => seen.length > 0);
      for (let turn = 0; turn < 200; turn++) await nextTurn(); // Time enough to read on, if nothing held it back.
      // What sockets held is given back some turns after a collection.
      let kept = heapBytes() - before;
      for (let turn = 0; turn < 50 && kept >= stalledBytesMax; turn++) {
        await nextTurn();
        kept = heapBytes() - before;
      }
      expect(kept).toBeLessThan(stalledBytesMax);
      const seen = new Map(first.map(({ id, position }) => [id, position.n]));
      while (seen.size < names.length * 5) {
        const { value } = await messages.next();
        const delivered: readonly StoredEvent[] = value?.kind === 'EVENTS' ? value.events : [];
        for (const { id, position } of delivered) {
          expect(seen.has(id)).toBe(false);
          seen.set(id, position.n);
        }
        await nextTurn();
      }
      expect([...seen.values()]).toEqual([...seen.values()].sort((a, b) => Number(a - b)));
    }, slowMsMax);
  });

  describe('the end of a subscription', () => {
    test('comes at once when the signal aborts while it waits', async () => {
      const messages = subscribe(await endOf(store()));
      await readUntil(messages, caughtUp);
      const waiting = messages.next();
      stop.abort();
      expect(await waiting).toEqual({ value: undefined, done: true });
    });

    test('comes at once when the signal aborts while it catches up', async () => {
      const start = await endOf(store());
      const name = stream();
      await store().append(name, 'NO_STREAM', events(name, 0, 50));
      const messages = subscribe(start);
      const first = messages.next();
      stop.abort();
      await first;
      expect((await messages.next()).done).toBe(true);
    });

    test('comes before the first message when the signal had aborted before', async () => {
      stop.abort();
      expect(await collect(store().subscribe({ signal: stop.signal }))).toEqual([]);
    });

    test('comes when the store closes', async () => {
      const closing = await open();
      const messages = subscribe(await endOf(store()), closing);
      await readUntil(messages, caughtUp);
      const waiting = messages.next();
      await closing.close();
      expect((await waiting).done).toBe(true);
    });

    test('may be the caller leaving, and the store serves on', async () => {
      const start = await endOf(store());
      for await (const message of store().subscribe({ ...start, signal: stop.signal })) if (message.kind === 'CAUGHT_UP') break;
      const name = stream();
      expect(await readUntil(subscribe(start), caughtUp)).toEqual([]);
      appended(await store().append(name, 'NO_STREAM', [event(name, 0)]));
    });
  });
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage !== 'function') throw new Error('No garbage collector to call.');
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

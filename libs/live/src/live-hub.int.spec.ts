import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventStore, type EventToAppend, type StoredEvent } from '#libs/event-store';
import { createPostgresEventStore } from '#libs/event-store/module';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { BoundedQueue, LiveHub, SubscriberTooSlow } from './index.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
let database: TestDatabase;
let store: EventStore;
let hub: LiveHub;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await createPostgresEventStore({ url: database.serviceUrl, log: silent });
  hub = new LiveHub(store, ['case'], silent);
  await hub.start();
});
afterAll(async () => {
  await hub.stop();
  await store.close();
  await database.drop();
});

function event(stream: string, revision: number): EventToAppend {
  const [id, type] = [randomUUID(), 'Noted'];
  return { id, type, head: JSON.stringify({ id, stream, revision, type }), body: '{}' };
}

async function append(stream: string, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n += 1) {
    const result = await store.append(stream, n === 0 ? 'NO_STREAM' : BigInt(n - 1), [event(stream, n)]);
    expect(result.kind).toBe('APPENDED');
  }
}

async function take(events: AsyncIterable<StoredEvent>, count: number, stop: AbortController): Promise<number[]> {
  const revisions: number[] = [];
  for await (const one of events) {
    revisions.push(Number(one.revision));
    if (revisions.length === count) stop.abort();
  }
  return revisions;
}

describe('live events', () => {
  it('delivers what is committed from now on, of the wanted stream alone', async () => {
    const stream = `case-${randomUUID()}`;
    const stop = new AbortController();
    const taken = take(hub.subscribe({ stream, signal: stop.signal }), 3, stop);
    await append(`case-${randomUUID()}`, 0, 2);
    await append(stream, 0, 3);
    expect(await taken).toEqual([0, 1, 2]);
  });

  it('delivers to a reader that was away all that it missed, then what comes, each event once', async () => {
    const stream = `case-${randomUUID()}`;
    await append(stream, 0, 5);
    const [first] = await Array.fromAsync(store.readStream(stream, { to: 0n }));
    const stop = new AbortController();
    const taken = take(hub.subscribe({ stream, after: first!.position, signal: stop.signal }), 9, stop);
    await append(stream, 5, 5);
    expect(await taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('ends promptly when its reader leaves, though nothing happens', async () => {
    const stop = new AbortController();
    const taken = take(hub.subscribe({ stream: `case-${randomUUID()}`, signal: stop.signal }), 1, stop);
    stop.abort();
    expect(await taken).toEqual([]);
  });

  it('lets a reader that is too slow fail by itself, and says how to go on', async () => {
    const queue = new BoundedQueue<number>(2);
    for (const n of [1, 2, 3]) queue.push(n);
    await expect(Array.fromAsync(queue)).rejects.toThrow(SubscriberTooSlow);
  });
});

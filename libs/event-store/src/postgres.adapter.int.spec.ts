import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { query } from '../../../test/support/sql.js';
import { appended, collect, collectPages, event, events, readUntil } from './contract.kit.js';
import { EventLogDamaged, type EventStore, EventStoreUnavailable, ForeignPosition, type StoredEvent } from './port.js';
import { createPostgresEventStore } from './postgres.adapter.js';
import type { PostgresLimits } from './postgres.limits.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const endConnections = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'caseledger %'`;

let database: TestDatabase;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => void (database = await createTestDatabase()));
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await database.drop();
});

async function open(limits: Partial<PostgresLimits> = {}): Promise<EventStore> {
  const store = await createPostgresEventStore({ url: database.serviceUrl, log, limits });
  closing.push(() => store.close());
  return store;
}

/** Holds the lock that every append needs, until it is let go: a commit that takes long. */
async function holdLog(): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: database.ownerUrl });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('BEGIN');
  await client.query('SELECT FROM log_head FOR UPDATE');
  let held = true;
  const release = async () => {
    if (held) await client.end();
    held = false;
  };
  closing.unshift(release);
  return release;
}

/** Waits until a batch stands before the lock. */
async function batchWaits(): Promise<void> {
  for (;;) {
    const waiting = await query(database.serviceUrl, `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`);
    if (waiting.length > 0) return;
  }
}

describe('the order of the log', () => {
  test('begins empty, with no head, and marks that', async () => {
    const store = await open();
    expect(await store.head()).toBeNull();
    expect(await collect(store.readAll())).toEqual([]);
    const stop = new AbortController();
    for await (const message of store.subscribe({ signal: stop.signal })) {
      expect(message).toEqual({ kind: 'CAUGHT_UP', position: null });
      stop.abort();
    }
  });

  test('has positions from 0 without a gap, whatever two stores were refused in between', async () => {
    const stores = [await open(), await open()];
    await Promise.all(
      Array.from({ length: 200 }, (_, nth) => {
        const name = `case-${nth % 40}`; // Five rivals for each stream: one wins.
        return stores[nth % 2]?.append(name, 'NO_STREAM', events(name, 0, 1 + (nth % 3), { name: `${nth}` }));
      }),
    );
    const all = await collectPages((stores[0] ?? (await open())).readAll());
    expect(all.map(({ position }) => position.n)).toEqual(all.map((_, index) => BigInt(index)));
    expect(new Set(all.map(({ stream }) => stream)).size).toBe(40);
  });

  test('pages by events and by bytes, and is the same in any pages', async () => {
    const whole = await open();
    for (let nth = 0; nth < 30; nth++) await whole.append(`case-${nth}`, 'NO_STREAM', [event(`case-${nth}`, 0, { data: { text: 'x'.repeat(nth * 100) } })]);
    await whole.append('case-long', 'NO_STREAM', Array.from({ length: 25 }, (_, revision) => event('case-long', revision)));
    const [all, long] = [await collectPages(whole.readAll()), await collect(whole.readStream('case-long'))];
    expect(long).toHaveLength(25);
    for (const limits of [{ pageEventsMax: 7, streamPageEventsMax: 5 }, { pageBytesMax: 2_000 }, { pageEventsMax: 1, streamPageEventsMax: 1 }]) {
      const store = await open(limits);
      const pages = await collect(store.readAll());
      expect(pages.flat()).toEqual(all);
      expect(await collect(store.readStream('case-long'))).toEqual(long);
      expect(await collect(store.readStream('case-long', { from: 3n, to: 19n }))).toEqual(long.slice(3, 20));
      const { pageEventsMax = 1_000, pageBytesMax = Infinity } = limits as { pageEventsMax?: number; pageBytesMax?: number };
      for (const page of pages) {
        expect(page.length).toBeLessThanOrEqual(pageEventsMax);
        const before = page.slice(0, -1).reduce((sum, { head, body }) => sum + head.length + body.length, 0);
        expect(before).toBeLessThan(pageBytesMax);
      }
    }
  });

  test('finds a rare category behind many windows of others', async () => {
    const store = await open({ filterWindow: 3n, pageEventsMax: 2 });
    for (let nth = 0; nth < 40; nth++) await store.append(`case-${nth}`, 'NO_STREAM', [event(`case-${nth}`, 0)]);
    for (const name of ['policy-a', 'policy-b', 'policy-c']) await store.append(name, 'NO_STREAM', [event(name, 0)]);
    expect((await collectPages(store.readAll({ categories: ['policy'] }))).map(({ stream }) => stream)).toEqual(['policy-a', 'policy-b', 'policy-c']);
  });

  test('is reported as damaged, never read over, when an event is missing', async () => {
    const store = await open();
    await store.append('case-1', 'NO_STREAM', events('case-1', 0, 5));
    await query(
      database.ownerUrl,
      'ALTER TABLE event DISABLE TRIGGER event_is_immutable; DELETE FROM event WHERE position = 2; ALTER TABLE event ENABLE ALWAYS TRIGGER event_is_immutable',
    );
    await expect(collect(store.readAll())).rejects.toThrow(EventLogDamaged);
    await expect(collect(store.readStream('case-1'))).rejects.toThrow(EventLogDamaged);
    await expect(collect(store.subscribe({ signal: new AbortController().signal }))).rejects.toThrow(EventLogDamaged);
  });

  test('refuses a reader that has come further than the log: it has read another copy', async () => {
    const store = await open();
    await store.append('case-1', 'NO_STREAM', [event('case-1', 0)]);
    const ahead = { after: { logId: store.logId, n: 1n } };
    await expect(collect(store.readAll(ahead))).rejects.toThrow(ForeignPosition);
    await expect(collect(store.subscribe({ ...ahead, signal: new AbortController().signal }))).rejects.toThrow(ForeignPosition);
  });
});

describe('group commit', () => {
  test('gathers what comes during a commit into one transaction, and keeps a conflict to itself', async () => {
    const store = await open();
    await store.append('case-old', 'NO_STREAM', [event('case-old', 0)]);
    const release = await holdLog();
    const first = store.append('case-first', 'NO_STREAM', [event('case-first', 0)]);
    await batchWaits();
    const names = Array.from({ length: 100 }, (_, nth) => `case-${nth}`);
    const rest = names.map((name) => store.append(name, 'NO_STREAM', [event(name, 0)]));
    const conflict = store.append('case-old', 'NO_STREAM', [event('case-old', 0, { name: 'other' })]);
    const repeat = store.append('case-old', 'NO_STREAM', [event('case-old', 0)]);
    const next = store.append('case-0', 0n, [event('case-0', 1)]);
    await release();
    expect((await first).kind).toBe('APPENDED');
    for (const result of [...(await Promise.all(rest)), await next]) expect(result).toMatchObject({ kind: 'APPENDED', repeated: false });
    expect(await conflict).toEqual({ kind: 'CONFLICT', actual: 0n });
    expect(await repeat).toMatchObject({ kind: 'APPENDED', repeated: true });
    const [row] = await query(database.ownerUrl, `SELECT count(DISTINCT xmin::text) AS n FROM event WHERE stream <> 'case-old'`);
    expect(row).toEqual({ n: '2' });
  });

  test('answers a repeat of what two appends had brought', async () => {
    const store = await open();
    const places = [
      ...appended(await store.append('case-1', 'NO_STREAM', [event('case-1', 0)])),
      ...appended(await store.append('case-2', 'NO_STREAM', [event('case-2', 0)])).slice(1),
      ...appended(await store.append('case-1', 0n, [event('case-1', 1)])),
    ];
    expect(await store.append('case-1', 'NO_STREAM', events('case-1', 0, 2))).toEqual({ kind: 'APPENDED', repeated: true, events: places });
  });

  test('takes an event id for one stream only, also within a batch', async () => {
    const store = await open();
    const given = event('case-1', 0);
    const moved = { ...given, head: given.head.replace('case-1', 'case-2') };
    const results = await Promise.all([store.append('case-1', 'NO_STREAM', [given]), store.append('case-2', 'NO_STREAM', [moved])]);
    expect(results).toMatchObject([{ kind: 'APPENDED' }, { kind: 'CONFLICT', actual: null }]);
    expect(await store.append('case-2', 'NO_STREAM', [moved])).toEqual({ kind: 'CONFLICT', actual: null });
  });

  test('refuses the append that finds the queue full, and serves the others', async () => {
    const store = await open({ queueAppendsMax: 10 });
    const release = await holdLog();
    const sent = store.append('case-sent', 'NO_STREAM', [event('case-sent', 0)]);
    await batchWaits();
    const queued = Array.from({ length: 10 }, (_, nth) => store.append(`case-${nth}`, 'NO_STREAM', [event(`case-${nth}`, 0)]));
    await expect(store.append('case-x', 'NO_STREAM', [event('case-x', 0)])).rejects.toMatchObject({ outcome: 'REFUSED' });
    await release();
    for (const result of await Promise.all([sent, ...queued])) expect(result.kind).toBe('APPENDED');
    expect(await collect(store.readStream('case-x'))).toEqual([]);
  });

  test('refuses a batch that the server gave up, as surely not written, and goes on', async () => {
    const store = await open({ statementMsMax: 150 });
    const release = await holdLog();
    await expect(store.append('case-1', 'NO_STREAM', [event('case-1', 0)])).rejects.toMatchObject({ outcome: 'REFUSED' });
    await release();
    expect(await collect(store.readStream('case-1'))).toEqual([]);
    appended(await store.append('case-1', 'NO_STREAM', [event('case-1', 0)]));
  });

  test('says that an outcome is unknown when it could not be learnt in time; the same append again learns it', async () => {
    const store = await open({ statementMsMax: 60_000, answerMsMax: 200, resolveMsMax: 400 });
    const release = await holdLog();
    await expect(store.append('case-1', 'NO_STREAM', [event('case-1', 0)])).rejects.toMatchObject({ outcome: 'UNKNOWN' });
    await release();
    appended(await store.append('case-1', 'NO_STREAM', [event('case-1', 0)]));
    expect(await collect(store.readStream('case-1'))).toHaveLength(1);
  });

  test('refuses what waits too long behind a slow commit', async () => {
    const store = await open({ queueMsMax: 100 });
    const release = await holdLog();
    const sent = store.append('case-sent', 'NO_STREAM', [event('case-sent', 0)]);
    await batchWaits();
    await expect(store.append('case-1', 'NO_STREAM', [event('case-1', 0)])).rejects.toMatchObject({ outcome: 'REFUSED' });
    await release();
    expect((await sent).kind).toBe('APPENDED');
  });
});

describe("the service's role", () => {
  test.each([
    `INSERT INTO event SELECT 7, 'case-1', 7, gen_random_uuid(), 'Noted', '{}', '{}'`,
    `UPDATE event SET body = '{}'`,
    'DELETE FROM event',
    'TRUNCATE event',
    'UPDATE log_head SET next_position = 0',
    'SELECT FROM log_head FOR UPDATE',
  ])('may not: %s', async (statement) => {
    const store = await open();
    await store.append('case-1', 'NO_STREAM', [event('case-1', 0)]);
    await expect(query(database.serviceUrl, statement)).rejects.toMatchObject({ code: '42501' });
    expect(await collect(store.readStream('case-1'))).toHaveLength(1);
  });
});

describe('a lost connection', () => {
  test('in a commit: the batch is asked for again, and stored once', async () => {
    const store = await open();
    const release = await holdLog();
    const asked = store.append('case-1', 'NO_STREAM', events('case-1', 0, 3));
    await batchWaits();
    await query(database.serviceUrl, endConnections);
    await release();
    expect(appended(await asked)).toHaveLength(3);
    expect(await collect(store.readStream('case-1'))).toHaveLength(3);
  });

  test('does not end a subscription, nor make it miss or double an event', async () => {
    const store = await open();
    const stop = new AbortController();
    const messages = store.subscribe({ signal: stop.signal })[Symbol.asyncIterator]();
    const seen: StoredEvent[] = [];
    for (let revision = 0; revision < 8; revision++) {
      const read = readUntil(messages, (got) => got.some((stored) => stored.revision === BigInt(revision)));
      appended(await store.append('case-1', revision === 0 ? 'NO_STREAM' : BigInt(revision - 1), [event('case-1', revision)]));
      seen.push(...(await read));
      await query(database.serviceUrl, endConnections);
    }
    stop.abort();
    expect(seen.map(({ position }) => position.n)).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n]);
  });

  test('to a database that now holds another log: nothing is appended to that', async () => {
    const store = await open({ queueMsMax: 300 });
    await query(database.ownerUrl, 'UPDATE log_head SET log_id = gen_random_uuid()');
    await query(database.serviceUrl, endConnections);
    await expect(store.append('case-1', 'NO_STREAM', [event('case-1', 0)])).rejects.toMatchObject({ outcome: 'REFUSED' });
    expect(await query(database.ownerUrl, 'SELECT FROM event')).toEqual([]);
  });

  test('at the start is said at once', async () => {
    const url = new URL(database.serviceUrl);
    url.pathname = '/no_such_database';
    await expect(createPostgresEventStore({ url: url.href, log })).rejects.toThrow(EventStoreUnavailable);
  });
});

test('a subscription finds an event of which no notification came', async () => {
  const store = await open({ pollMs: 20 });
  const stop = new AbortController();
  const messages = store.subscribe({ signal: stop.signal })[Symbol.asyncIterator]();
  await messages.next();
  const read = readUntil(messages, (seen) => seen.length === 1);
  await query(
    database.ownerUrl,
    `INSERT INTO event SELECT 0, 'case-1', 0, gen_random_uuid(), 'Noted', '{}', '{}'; UPDATE log_head SET next_position = 1`,
  );
  expect((await read)[0]?.stream).toBe('case-1');
  stop.abort();
});

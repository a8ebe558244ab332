import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DurableCluster, startDurableCluster } from '../../../test/support/database.js';
import { query } from '../../../test/support/sql.js';
import { collect, collectPages, endOf, event, readUntil, seeded } from './contract.kit.js';
import { expectOrdered } from './contract.reads.js';
import { type EventStore, EventStoreUnavailable, type Position } from './port.js';
import { createPostgresEventStore } from './postgres.adapter.js';
import { postgresLimits } from './postgres.limits.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const seed = 20_261_122;
const writers = 16;
/** The longest that an append may take, whatever happens, on a machine that is busy with other tests. */
const answerMsMax = postgresLimits.queueMsMax + postgresLimits.answerMsMax + postgresLimits.resolveMsMax + 2_000;
const endConnections = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'caseledger' AND application_name LIKE 'caseledger %'`;

let cluster: DurableCluster;
let store: EventStore;
/** The tests have ended, in one way or another. */
let over = false;

beforeAll(async () => {
  cluster = await startDurableCluster();
  store = await createPostgresEventStore({ url: cluster.serviceUrl, log });
}, 60_000);

afterAll(async () => {
  over = true;
  await store.close();
  await cluster.remove();
}, 60_000);

interface Load {
  readonly acknowledged: Map<string, Position>;
  readonly refused: Set<string>;
  readonly unknown: Set<string>;
  slowestMs: number;
}

/**
 * Writers append one event to a stream of its own, again and again, and note each answer. A fault strikes whenever a number of appends, drawn
 * from the seed, has been acknowledged since the one before; the load ends as many appends after the last.
 */
async function underLoad(prefix: string, faults: number, strike: () => Promise<unknown>): Promise<Load> {
  const load: Load = { acknowledged: new Map(), refused: new Set(), unknown: new Set(), slowestMs: 0 };
  const random = seeded(seed);
  const draw = () => 50 + Math.floor(random() * 400);
  let struck = 0;
  let next = draw();
  let striking: Promise<unknown> = Promise.resolve();
  const writer = async (which: number) => {
    for (let nth = 0; struck < faults || load.acknowledged.size < next; nth++) {
      const stream = `${prefix}-${which}.${nth}`;
      await appendOnce(stream, load);
      if (struck < faults && load.acknowledged.size >= next) {
        struck++;
        next = load.acknowledged.size + draw();
        // One after the other: two at once would strike the same server, and the second would find nobody.
        striking = striking.then(strike);
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, which) => writer(which)));
  await striking;
  expect(struck).toBe(faults);
  return load;
}

async function appendOnce(stream: string, load: Load): Promise<void> {
  const started = performance.now();
  try {
    const result = await store.append(stream, 'NO_STREAM', [event(stream, 0)]);
    if (result.kind !== 'APPENDED') throw new Error(`${stream} has only one writer, and a conflict.`);
    for (const { position } of result.events) load.acknowledged.set(stream, position);
  } catch (error) {
    // A closed log refuses at once: a load that outlives its test must not spin on that.
    if (!(error instanceof EventStoreUnavailable) || over) throw error;
    (error.outcome === 'REFUSED' ? load.refused : load.unknown).add(stream);
  }
  load.slowestMs = Math.max(load.slowestMs, performance.now() - started);
}

/** Acknowledged: there once, at that place. Refused: not there. Unknown: at most once. Nothing else. */
async function expectHonest(prefix: string, load: Load, seenBySubscriber: readonly { readonly stream: string; readonly position: Position }[]): Promise<void> {
  const all = await collectPages(store.readAll());
  expect(all.map(({ position }) => position.n)).toEqual(all.map((_, index) => BigInt(index)));
  const mine = all.filter(({ stream }) => stream.startsWith(`${prefix}-`));
  const places = new Map(mine.map(({ stream, position }) => [stream, position]));
  expect(places.size).toBe(mine.length);
  const wrong = {
    lost: [...load.acknowledged].filter(([stream, position]) => places.get(stream)?.n !== position.n),
    refusedButThere: [...load.refused].filter((stream) => places.has(stream)),
    neverAsked: mine.filter(({ stream }) => !load.acknowledged.has(stream) && !load.unknown.has(stream)),
  };
  expect(wrong).toEqual({ lost: [], refusedButThere: [], neverAsked: [] });
  expect(seenBySubscriber.map(({ position }) => position.n)).toEqual(mine.map(({ position }) => position.n));
  expect(load.slowestMs).toBeLessThan(answerMsMax);
}

async function watching(prefix: string, run: () => Promise<Load>): Promise<void> {
  const stop = new AbortController();
  const messages = store.subscribe({ ...(await endOf(store)), categories: [prefix], signal: stop.signal })[Symbol.asyncIterator]();
  let last: Position | null = null;
  let done = false;
  const seen = readUntil(messages, (_, message) => done && message.kind === 'CAUGHT_UP' && (message.position?.n ?? -1n) >= (last?.n ?? 0n));
  const load = await run();
  const marker = `${prefix}-last`;
  last = await eventually(async () => {
    await store.append(marker, 'NO_STREAM', [event(marker, 0)]);
    return store.head();
  });
  done = true;
  await eventually(() => store.append(`wake-${prefix}`, 'NO_STREAM', [event(`wake-${prefix}`, 0)]));
  const events = await seen;
  stop.abort();
  expectOrdered(events);
  load.acknowledged.set(marker, last ?? { logId: store.logId, n: -1n });
  await expectHonest(prefix, load, events);
}

/** Asks again while the database is away; each try takes seconds at most, and there are few. */
async function eventually<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === 10 || !(error instanceof EventStoreUnavailable)) throw error;
    }
  }
}

describe('the event log under faults, fsync on', () => {
  test('loses and doubles nothing when the server is killed again and again under load', async () => {
    await watching('killed', () =>
      underLoad('killed', 3, async () => {
        const [row] = await eventuallyQuery(cluster.adminUrl, `SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid`);
        process.kill(Number(row?.['pid']), 'SIGKILL');
      }),
    );
  }, 120_000);

  test('loses and doubles nothing when its connections are ended at random under load', async () => {
    await watching('ended', () => underLoad('ended', 20, () => eventuallyQuery(cluster.adminUrl, endConnections)));
  }, 120_000);

  test('refuses within seconds while the database is away, and serves again when it is back', async () => {
    await query(cluster.adminUrl, 'ALTER DATABASE caseledger ALLOW_CONNECTIONS false', endConnections);
    await expect(store.head()).rejects.toThrow(EventStoreUnavailable); // By now the loss is known: a batch sent just before would be UNKNOWN.
    const started = performance.now();
    const asked = await Promise.allSettled([0, 1, 2].map((nth) => store.append(`away-${nth}`, 'NO_STREAM', [event(`away-${nth}`, 0)])));
    for (const answer of asked) expect(answer).toMatchObject({ status: 'rejected', reason: { outcome: 'REFUSED' } });
    expect(performance.now() - started).toBeLessThan(answerMsMax);
    await query(cluster.adminUrl, 'ALTER DATABASE caseledger ALLOW_CONNECTIONS true');
    expect((await eventually(() => store.append('away-0', 'NO_STREAM', [event('away-0', 0)]))).kind).toBe('APPENDED');
    expect(await collect(store.readStream('away-1'))).toEqual([]);
  }, 60_000);
});

/** The server may be starting again after the fault before. */
async function eventuallyQuery(url: string, statement: string): ReturnType<typeof query> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await query(url, statement);
    } catch (error) {
      if (attempt === 2_000) throw error;
    }
  }
}

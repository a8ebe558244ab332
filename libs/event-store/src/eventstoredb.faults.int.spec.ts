import { afterEach, describe, expect, test } from '@jest/globals';
import { type CallKind, DrawnFaults, type FaultKind, faultKinds, PlannedFaults } from '../../../test/eventstoredb-double/faults.js';
import { type DoubleOptions, EventStoreDbDouble } from '../../../test/eventstoredb-double/server.js';
import { appended, collect, collectPages, event, events, readUntil, seeded } from './contract.kit.js';
import { expectOrdered } from './contract.reads.js';
import { createEventStoreDb } from './eventstoredb.adapter.js';
import { type EventStoreDbLimits, eventStoreDbLimits } from './eventstoredb.limits.js';
import { EventLogDamaged, type EventStore, EventStoreUnavailable, type Position } from './port.js';

const log = { info: () => undefined, warn: () => undefined, error: (message: string) => console.error(message) };
/** Deadlines that a test can wait for. */
const limits: Partial<EventStoreDbLimits> = { attemptMsMax: 150, graceMs: 100, resolveMsMax: 2_500, readMsMax: 200, readRetryMsMax: 2_500, pollMs: 50, retryMsMin: 5, reconnectMsMin: 5, reconnectMsMax: 50 };
/** The longest that an append may take: its turn, its attempts, the read before them and the one after, and a machine busy with other tests. */
const answerMsMax = eventStoreDbLimits.queueMsMax + 2_500 + 2 * (2_500 + 200) + 150 + 100 + 2_000;
const seed = 20_261_122;
const writers = 8;
const appendsEach = 25;

let double: EventStoreDbDouble;
let stores: EventStore[] = [];

const the = (which = 0): EventStore => {
  const found = stores[which];
  if (found === undefined) throw new Error('There are not so many stores.');
  return found;
};

async function start(options: DoubleOptions = {}, count = 2): Promise<void> {
  double = await EventStoreDbDouble.start(options);
  stores = await Promise.all(Array.from({ length: count }, () => createEventStoreDb({ url: double.url, log, limits })));
}

afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await double.stop();
});

interface Load {
  readonly acknowledged: Map<string, Position>;
  readonly unresolved: Set<string>;
  readonly refused: Set<string>;
  slowestMs: number;
}

/** Each writer appends to a stream of its own, one to three events at a time; after an append without an answer it goes on with another stream. */
async function write(which: number, load: Load): Promise<void> {
  const store = the(which % stores.length);
  let stream = `case-${which}.0`;
  let next = 0n;
  for (let nth = 0; nth < appendsEach; nth++) {
    const given = events(stream, next, nth % 4 === 3 ? 3 : 1);
    const started = performance.now();
    try {
      const result = await store.append(stream, next === 0n ? 'NO_STREAM' : next - 1n, given);
      if (result.kind !== 'APPENDED') throw new Error(`${stream} has only one writer, and a conflict at ${next}.`);
      for (const { id, position } of result.events) load.acknowledged.set(id, position);
      next += BigInt(given.length);
    } catch (error) {
      if (!(error instanceof EventStoreUnavailable)) throw error;
      for (const { id } of given) (error.outcome === 'REFUSED' ? load.refused : load.unresolved).add(id);
      stream = `case-${which}.${nth + 1}`;
      next = 0n;
    }
    load.slowestMs = Math.max(load.slowestMs, performance.now() - started);
  }
}

async function underFaults(faults: DrawnFaults): Promise<void> {
  const load: Load = { acknowledged: new Map(), unresolved: new Set(), refused: new Set(), slowestMs: 0 };
  const stop = new AbortController();
  const watched = the();
  const messages = watched.subscribe({ categories: ['case'], signal: stop.signal })[Symbol.asyncIterator]();
  let last: Position | null = null;
  double.faults = faults;
  const seen = readUntil(messages, (_, message) => last !== null && message.kind === 'CAUGHT_UP' && (message.position?.n ?? -1n) >= last.n);
  await Promise.all(Array.from({ length: writers }, (_, which) => write(which, load)));
  double.faults = null;
  last = appended(await watched.append('end-1', 'NO_STREAM', [event('end-1', 0)]))[0]?.position ?? null;
  const delivered = await seen;
  stop.abort();
  expect(faults.struck.length).toBeGreaterThan(0);
  expectHonest(load, delivered.map(({ id, position }) => [id, position]));
  expectOrdered(delivered);
  expect(load.slowestMs).toBeLessThan(answerMsMax);
  const all = (await collectPages(watched.readAll())).filter(({ stream }) => stream.startsWith('case-'));
  expect(all.map(({ id }) => id)).toEqual(delivered.map(({ id }) => id));
}

/** What the server holds against what was said of it: acknowledged is there once, at its place; refused is not there; the rest at most once. */
function expectHonest(load: Load, delivered: readonly (readonly [string, Position])[]): void {
  const held = double.log.all.filter(({ stream }) => stream.startsWith('case-'));
  const places = new Map(held.map(({ id, position }) => [id, position]));
  const wrong = {
    doubled: held.length - places.size,
    lost: [...load.acknowledged].filter(([id, { n }]) => places.get(id) !== n),
    refusedButThere: [...load.refused].filter((id) => places.has(id)),
    neverAsked: [...places.keys()].filter((id) => !load.acknowledged.has(id) && !load.unresolved.has(id)),
  };
  expect(wrong).toEqual({ doubled: 0, lost: [], refusedButThere: [], neverAsked: [] });
  expect(delivered.map(([id, { n }]) => [id, n])).toEqual(held.map(({ id, position }) => [id, position]));
}

describe('the event log in EventStoreDB under faults', () => {
  test.each(faultKinds)('keeps every acknowledged event once and in order, and answers in time: %s', async (kind: FaultKind) => {
    await start();
    await underFaults(new DrawnFaults({ random: seeded(seed), percent: 12, most: 30, kinds: [kind] }));
  }, 60_000);

  test('keeps every acknowledged event once and in order, and answers in time: all kinds together', async () => {
    await start({ wrongVersionForm: 'ERROR' });
    await underFaults(new DrawnFaults({ random: seeded(seed + 1), percent: 20, most: 60 }));
  }, 60_000);
});

describe('an append of unknown outcome', () => {
  const struck = async (kind: FaultKind, call: CallKind = 'APPEND', times = 1) => {
    const faults = new PlannedFaults();
    await start({}, 1);
    faults.plan(kind, call, times);
    double.faults = faults;
    return the();
  };

  test.each<FaultKind>(['ANSWER_LOST', 'ANSWER_WITHHELD', 'COMMIT_TIMEOUT', 'WRITTEN_LATE', 'DUPLICATE_DELIVERY'])('is resolved, and stored once: %s', async (kind) => {
    const store = await struck(kind);
    const [place] = appended(await store.append('case-1', 'NO_STREAM', [event('case-1', 0)]));
    expect(double.log.readable('case-1')).toHaveLength(1);
    expect(place?.position.n).toBe(double.log.readable('case-1')?.[0]?.position);
  });

  test('is attempted again by the deadline of its call alone, though the adapter would wait for minutes', async () => {
    const faults = new PlannedFaults();
    faults.plan('NO_ANSWER', 'APPEND');
    await start({}, 0);
    const patient = await createEventStoreDb({ url: double.url, log, limits: { ...limits, graceMs: 120_000 } });
    double.faults = faults;
    expect((await patient.append('case-1', 'NO_STREAM', [event('case-1', 0)])).kind).toBe('APPENDED');
    await patient.close();
    expect(double.log.readable('case-1')).toHaveLength(1);
  });

  test('is a conflict when another event took its place', async () => {
    const store = await struck('NO_ANSWER');
    const answer = store.append('case-1', 'NO_STREAM', [event('case-1', 0)]);
    const other = await createEventStoreDb({ url: double.url, log, limits });
    double.faults = null;
    const first = await other.append('case-1', 'NO_STREAM', [event('case-1', 0, { name: 'other' })]);
    await other.close();
    const results = [first, await answer].map(({ kind }) => kind).sort();
    expect(results).toEqual(['APPENDED', 'CONFLICT']);
    expect(double.log.readable('case-1')).toHaveLength(1);
  });

  test('is said to be unknown when no attempt is answered in time, and surely not stored when none could be sent', async () => {
    const store = await struck('ANSWER_WITHHELD', 'APPEND', 1_000);
    const started = performance.now();
    await expect(store.append('case-1', 'NO_STREAM', [event('case-1', 0)])).rejects.toMatchObject({ outcome: 'UNKNOWN' });
    expect(performance.now() - started).toBeLessThan(answerMsMax);
    expect(double.log.readable('case-1')).toHaveLength(1);
    await double.suspend();
    await expect(store.head()).rejects.toThrow(EventStoreUnavailable);
    await expect(store.append('case-2', 'NO_STREAM', [event('case-2', 0)])).rejects.toMatchObject({ outcome: 'REFUSED' });
    double.faults = null;
    await double.resume();
    expect((await store.append('case-2', 'NO_STREAM', [event('case-2', 0)])).kind).toBe('APPENDED');
  }, 30_000);
});

describe('an append of ids that the stream has', () => {
  test('is never stored a second time at the head, where the server looks at no ids, by a process that has read nothing yet', async () => {
    await start();
    const [one, two] = [the(0), the(1)];
    await one.append('case-1', 'NO_STREAM', events('case-1', 0, 2));
    const [, second] = events('case-1', 0, 2);
    const again = second === undefined ? [] : [{ ...second, head: second.head.replace('"revision":1', '"revision":2') }];
    expect(await two.append('case-1', 1n, again)).toEqual({ kind: 'CONFLICT', actual: 1n });
    expect(double.log.readable('case-1')).toHaveLength(2);
    // What the double does without the adapter, as the server does: it writes the event twice.
    const [stored] = double.log.readable('case-1') ?? [];
    if (stored !== undefined) double.log.append('case-1', 1n, [stored]);
    expect(double.log.readable('case-1')).toHaveLength(3);
  });

  test('answers as repeated when another process stored other texts under them', async () => {
    await start();
    const [one, two] = [the(0), the(1)];
    const given = (secret: number) => [event('case-1', 0, { data: { secret } })];
    const first = appended(await one.append('case-1', 'NO_STREAM', given(1)));
    expect(await two.append('case-1', 'NO_STREAM', given(2))).toEqual({ kind: 'APPENDED', repeated: true, events: first });
  });

  test('answers so though hundreds come at once, each read back with others', async () => {
    await start();
    const names = Array.from({ length: 300 }, (_, nth) => `case-${nth}`);
    const results = await Promise.all(names.map((name, nth) => the(nth % 2).append(name, 'NO_STREAM', [event(name, 0)])));
    for (const [nth, result] of results.entries()) {
      expect(result).toMatchObject({ kind: 'APPENDED', repeated: false });
      expect(appended(result)[0]?.position.n).toBe(double.log.readable(names[nth] ?? '')?.[0]?.position);
    }
    expect(double.calls.READ).toBeLessThan(300);
  });
});

describe('a stream that was tampered with', () => {
  test.each(['softDelete', 'tombstone'] as const)('is no stream to append to as if nothing had happened: %s', async (how) => {
    await start({}, 1);
    const store = the();
    await store.append('case-1', 'NO_STREAM', events('case-1', 0, 2));
    double.log[how]('case-1');
    await expect(collect(store.readStream('case-1'))).rejects.toThrow();
    expect((await collectPages(store.readAll())).map(({ stream }) => stream)).toEqual(['case-1', 'case-1']);
  });

  test.each(['data', 'metadata'] as const)('stops every read at an event that the redaction tool has blanked: its %s', async (part) => {
    await start({}, 1);
    const store = the();
    await store.append('case-1', 'NO_STREAM', events('case-1', 0, 3));
    const held = double.log.readable('case-1')?.[1];
    if (held !== undefined) Object.assign(held, { [part]: Buffer.alloc(held[part].length, 0xff) });
    await expect(collect(store.readStream('case-1'))).rejects.toThrow(EventLogDamaged);
    await expect(collectPages(store.readAll())).rejects.toThrow(EventLogDamaged);
    await expect(collect(store.subscribe({ signal: new AbortController().signal }))).rejects.toThrow(EventLogDamaged);
  });
});

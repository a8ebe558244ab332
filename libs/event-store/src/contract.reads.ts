import { describe, expect, test } from '@jest/globals';
import { appended, collect, collectPages, type ContractContext, endOf, event, eventOfBytes, events } from './contract.kit.js';
import { type EventStore, ForeignPosition, limits, type Position, type StoredEvent } from './port.js';

export const foreign: Position = { logId: '00000000-0000-4000-8000-000000000000', n: 0n };

export function readContract(context: ContractContext): void {
  const { store, open, stream, category } = context;

  describe('readStream', () => {
    test('has nothing of a stream that does not exist', async () => {
      expect(await collect(store().readStream(stream()))).toEqual([]);
    });

    test.each([
      [{ from: 0n, to: 0n }, [0n]],
      [{ from: 2n }, [2n, 3n, 4n]],
      [{ to: 1n }, [0n, 1n]],
      [{ from: 1n, to: 3n }, [1n, 2n, 3n]],
      [{ from: 5n }, []],
      [{ from: 3n, to: 2n }, []],
      [{ from: 4n, to: 400n }, [4n]],
    ])('reads the range %j, both ends included', async (range, expected) => {
      const name = stream();
      await store().append(name, 'NO_STREAM', events(name, 0, 5));
      expect((await collect(store().readStream(name, range))).map(({ revision }) => revision)).toEqual(expected);
    });

    test('reads a stream of many pages and large events in order', async () => {
      const name = stream();
      let last: bigint | 'NO_STREAM' = 'NO_STREAM';
      for (let from = 0; from < 2_500; from += 100) {
        await store().append(name, last, events(name, from, 100));
        last = BigInt(from + 99);
      }
      for (let revision = 2_500; revision < 2_530; revision++) {
        await store().append(name, BigInt(revision - 1), [eventOfBytes(name, revision, limits.eventBytesMax)]);
      }
      let next = 0n;
      for await (const { revision } of store().readStream(name)) expect(revision).toBe(next++);
      expect(next).toBe(2_530n);
    });

    test('stops reading when the caller does', async () => {
      const name = stream();
      await store().append(name, 'NO_STREAM', events(name, 0, 10));
      for await (const { revision } of store().readStream(name)) if (revision === 3n) break;
      expect(await collect(store().readStream(name))).toHaveLength(10);
    });
  });

  describe('readAll', () => {
    test('reads all streams in the order of their commits', async () => {
      const start = await endOf(store());
      const [a, b] = [stream(), stream()];
      await store().append(a, 'NO_STREAM', events(a, 0, 2));
      await (await open()).append(b, 'NO_STREAM', events(b, 0, 1));
      await store().append(a, 1n, events(a, 2, 1));
      const read = (await collectPages(store().readAll(start))).filter((stored) => stored.stream === a || stored.stream === b);
      expect(read.map((stored) => [stored.stream, stored.revision])).toEqual([[a, 0n], [a, 1n], [b, 0n], [a, 2n]]);
    });

    test('reads after a position, up to one, and no empty page', async () => {
      const name = stream();
      const places = appended(await store().append(name, 'NO_STREAM', events(name, 0, 6)));
      const at = (index: number): Position => places[index]?.position ?? foreign;
      const pages = await collect(store().readAll({ after: at(1), to: at(4) }));
      expect(pages.flat().map(({ revision }) => revision)).toEqual([2n, 3n, 4n]);
      expect(pages.every((page) => page.length > 0)).toBe(true);
      expect(await collect(store().readAll({ after: at(3), to: at(2) }))).toEqual([]);
      expect(await collect(store().readAll(await endOf(store())))).toEqual([]);
    });

    test('reads only the wanted categories', async () => {
      const start = await endOf(store());
      const [one, two, three] = [category(), category(), category()];
      const names = [one, two, three, one].map((of) => stream(of));
      for (const name of names) await store().append(name, 'NO_STREAM', [event(name, 0)]);
      const read = async (categories: readonly string[]) =>
        (await collectPages(store().readAll({ ...start, categories }))).map((stored) => stored.stream);
      expect(await read([one])).toEqual([names[0], names[3]]);
      expect(await read([two, three])).toEqual([names[1], names[2]]);
      expect(await read([one.slice(0, -1)])).toEqual([]);
      expect(await read([])).toEqual([]);
    });

    test('stops at the head of when it began, though writers go on', async () => {
      const start = await endOf(store());
      const name = stream();
      await store().append(name, 'NO_STREAM', events(name, 0, 1));
      let last = 0n;
      let read = 0;
      for await (const page of store().readAll(start)) {
        read += page.length;
        await store().append(name, last, [event(name, last + 1n)]);
        last++;
        if (read > 100) throw new Error('It never stops.');
      }
      expect(read).toBeGreaterThan(0);
    });

    test("refuses another log's position", async () => {
      await expect(collect(store().readAll({ after: foreign }))).rejects.toThrow(ForeignPosition);
      await expect(collect(store().readAll({ to: foreign }))).rejects.toThrow(ForeignPosition);
    });

    test('misses nothing and doubles nothing while sixteen writers in two stores append', async () => {
      const stores = [await open(), await open()];
      const start = await endOf(store());
      const acknowledged = new Map<string, Position>();
      const prefix = category();
      let writing = true;
      const reading = readOn(store(), start, () => writing);
      const writers = Array.from({ length: 16 }, (_, which) => write(stores[which % 2] ?? store(), `${prefix}-${which}`, 60, acknowledged));
      await Promise.all(writers);
      writing = false;
      const seen = await reading;
      const mine = seen.filter((stored) => stored.stream.startsWith(`${prefix}-`));
      expect(mine).toHaveLength(acknowledged.size);
      expect(new Map(mine.map(({ id, position }) => [id, position]))).toEqual(acknowledged);
      expectOrdered(seen);
      expect((await collectPages(store().readAll(start))).map(({ id }) => id).slice(0, seen.length)).toEqual(seen.map(({ id }) => id));
    });
  });

  describe('head', () => {
    test('is the position of the last event, as soon as its append is answered, in every store', async () => {
      const other = await open();
      const name = stream();
      for (let revision = 0; revision < 5; revision++) {
        const places = appended(await store().append(name, revision === 0 ? 'NO_STREAM' : BigInt(revision - 1), [event(name, revision)]));
        expect(await other.head()).toEqual(places[0]?.position);
      }
    });

    test('carries the log id that every store of the log has', async () => {
      const other = await open();
      expect(other.logId).toBe(store().logId);
      const name = stream();
      expect(appended(await other.append(name, 'NO_STREAM', [event(name, 0)]))[0]?.position.logId).toBe(store().logId);
    });
  });
}

/** Appends a stream's events one after the other, one or three at a time, and notes what was acknowledged. */
export async function write(to: EventStore, stream: string, appends: number, acknowledged: Map<string, Position>): Promise<void> {
  let next = 0n;
  for (let nth = 0; nth < appends; nth++) {
    const given = events(stream, next, nth % 4 === 3 ? 3 : 1);
    for (const { id, position } of appended(await to.append(stream, next === 0n ? 'NO_STREAM' : next - 1n, given))) acknowledged.set(id, position);
    next += BigInt(given.length);
  }
}

/** Reads on from where it was, again and again, and once more when the writing has ended. */
async function readOn(from: EventStore, start: { after?: Position }, writing: () => boolean): Promise<StoredEvent[]> {
  const seen: StoredEvent[] = [];
  let range = start;
  for (let more = true; more; ) {
    more = writing();
    for await (const page of from.readAll(range)) {
      seen.push(...page);
      const last = page.at(-1);
      if (last !== undefined) range = { after: last.position };
    }
  }
  return seen;
}

/** Positions grow, and each stream's revisions follow one another. */
export function expectOrdered(seen: readonly StoredEvent[]): void {
  const revisions = new Map<string, bigint>();
  let before = -1n;
  for (const { stream, revision, position } of seen) {
    if (position.n <= before) throw new Error(`Position ${position.n} follows ${before}.`);
    before = position.n;
    const last = revisions.get(stream);
    if (last !== undefined && revision !== last + 1n) throw new Error(`Revision ${revision} of ${stream} follows ${last}.`);
    revisions.set(stream, revision);
  }
}


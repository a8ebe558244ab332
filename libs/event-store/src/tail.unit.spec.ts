import { describe, expect, test } from '@jest/globals';
import { seeded } from './contract.kit.js';
import type { StoredEvent } from './port.js';
import type { Page, PageRange, PageReader } from './subscription.js';
import { Tail } from './tail.js';

const logId = 'a-log';
const stored = (n: number): StoredEvent => ({ position: { logId, n: BigInt(n) }, stream: `${n % 3 === 0 ? 'access' : 'case'}-${n}`, revision: 0n, id: `id-${n}`, type: 'T', head: 'h'.repeat(n % 7), body: 'b' });

/** A log in memory that counts what is read from it, and gives out pages of a few events. */
class CountingLog implements PageReader {
  readonly events: StoredEvent[] = [];
  reads: { readonly after: bigint; readonly categories: readonly string[] | undefined }[] = [];
  fails = 0;

  grow(by: number): void {
    for (let i = 0; i < by; i += 1) this.events.push(stored(this.events.length));
  }

  head = (): Promise<bigint> => Promise.resolve(BigInt(this.events.length - 1));
  assertReached = (): void => undefined;

  async *pages({ after, to, categories }: PageRange): AsyncGenerator<Page, void, void> {
    for (let at = after; at < to; ) {
      this.reads.push({ after: at, categories });
      await Promise.resolve();
      if ((this.fails -= 1) >= 0) throw new Error('the log is away');
      const upTo = at + 4n < to ? at + 4n : to;
      const events = this.events.slice(Number(at) + 1, Number(upTo) + 1);
      yield { events: categories === undefined ? events : events.filter(({ stream }) => categories.some((one) => stream.startsWith(`${one}-`))), upTo };
      at = upTo;
    }
  }
}

async function read(tail: Tail, range: PageRange): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const page of tail.pages(range)) events.push(...page.events);
  return events;
}

describe('the tail of the log', () => {
  test('is read once for all who have caught up; each is given the same objects, of its categories alone', async () => {
    const log = new CountingLog();
    const tail = new Tail(log, { tailEventsMax: 100, tailCharsMax: 10_000 });
    log.grow(3);
    const range = { after: -1n, to: 2n };
    const [all, cases] = await Promise.all([read(tail, { ...range, categories: undefined }), read(tail, { ...range, categories: ['case'] })]);
    expect(all).toEqual(log.events);
    expect(cases).toEqual([log.events[1], log.events[2]]);
    expect(cases[0]).toBe(all[1]);
    expect(log.reads).toEqual([{ after: -1n, categories: undefined }]);
  });

  test('gives each reader exactly what a read of the log alone would, however far apart they are and however the log grows, within its bounds', async () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seeded(seed);
      const log = new CountingLog();
      const tail = new Tail(log, { tailEventsMax: 1 + Math.floor(random() * 12), tailCharsMax: 1 + Math.floor(random() * 60) });
      const readers = Array.from({ length: 4 }, (_, which) => ({ after: -1n, categories: [undefined, ['case'], ['access'], ['other']][which], seen: [] as StoredEvent[] }));
      for (let round = 0; round < 12; round += 1) {
        log.grow(Math.floor(random() * 15));
        const to = BigInt(log.events.length - 1);
        await Promise.all(
          readers
            .filter(() => random() < 0.6)
            .map(async (reader) => {
              reader.seen.push(...(await read(tail, { after: reader.after, to, categories: reader.categories })));
              if (to > reader.after) reader.after = to;
            }),
        );
      }
      for (const { after, categories, seen } of readers) {
        const wanted = log.events.slice(0, Number(after) + 1).filter(({ stream }) => categories === undefined || categories.some((one) => stream.startsWith(`${one}-`)));
        expect({ seed, seen }).toEqual({ seed, seen: wanted });
      }
    }
  });

  test('a read that fails fails for those who waited for it, and the next one is tried anew', async () => {
    const log = new CountingLog();
    const tail = new Tail(log, { tailEventsMax: 100, tailCharsMax: 10_000 });
    log.grow(3);
    log.fails = 1;
    const range = { after: -1n, to: 2n, categories: undefined };
    const outcomes = await Promise.allSettled([read(tail, range), read(tail, range)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await read(tail, range)).toEqual(log.events);
  });
});

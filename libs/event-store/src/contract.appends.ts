import { describe, expect, test } from '@jest/globals';
import { appended, collect, collectPages, type ContractContext, endOf, event, eventOfBytes, events, seeded, shape } from './contract.kit.js';
import { EventRejected, EventStoreUnavailable, type EventToAppend, limits } from './port.js';

export function appendContract({ store, open, stream }: ContractContext): void {
  describe('append', () => {
    test('stores events at exact revisions and answers with their places', async () => {
      const name = stream();
      const first = appended(await store().append(name, 'NO_STREAM', events(name, 0, 3)));
      const second = appended(await store().append(name, 2n, [event(name, 3)]));
      const stored = await collect(store().readStream(name));
      expect(stored.map(({ id, revision, position }) => ({ id, revision, position }))).toEqual([...first, ...second]);
      expect(stored.map(shape)).toEqual(events(name, 0, 4).map((given, index) => ({ stream: name, revision: BigInt(index), ...given })));
    });

    test.each([
      ['NO_STREAM on a stream that exists', 'NO_STREAM', 1n],
      ['a revision behind the last', 0n, 1n],
      ['a revision after the last', 2n, 1n],
    ] as const)('refuses %s, and tells the last revision', async (_, expected, actual) => {
      const name = stream();
      await store().append(name, 'NO_STREAM', events(name, 0, 2));
      const next = expected === 'NO_STREAM' ? 0n : expected + 1n;
      expect(await store().append(name, expected, [event(name, next, { name: 'other' })])).toEqual({ kind: 'CONFLICT', actual });
      expect(await collect(store().readStream(name))).toHaveLength(2);
    });

    test('refuses a revision of a stream that does not exist', async () => {
      const name = stream();
      expect(await store().append(name, 0n, [event(name, 1)])).toEqual({ kind: 'CONFLICT', actual: null });
      expect(await collect(store().readStream(name))).toEqual([]);
    });

    test('lets one of sixteen writers in two stores win each revision, and tells the others', async () => {
      const name = stream();
      const stores = [store(), await open()];
      for (let round = 0; round < 5; round++) {
        const expected = round === 0 ? 'NO_STREAM' : BigInt(round - 1);
        const results = await Promise.all(
          Array.from({ length: 16 }, (_, writer) => stores[writer % 2]?.append(name, expected, [event(name, round, { name: `${writer}` })])),
        );
        expect(results.filter((result) => result?.kind === 'APPENDED')).toHaveLength(1);
        expect(results.filter((result) => result?.kind === 'CONFLICT')).toEqual(Array(15).fill({ kind: 'CONFLICT', actual: BigInt(round) }));
      }
      expect((await collect(store().readStream(name))).map((stored) => stored.revision)).toEqual([0n, 1n, 2n, 3n, 4n]);
    });

    test('lets writers that read again after a conflict all through, with contiguous revisions', async () => {
      const name = stream();
      const stores = [store(), await open()];
      const writer = async (which: number) => {
        const mine = stores[which % 2] ?? store();
        let last = -1n;
        for (let nth = 0; nth < 5; ) {
          const result = await mine.append(name, last < 0n ? 'NO_STREAM' : last, [event(name, last + 1n, { name: `${which}`, data: { which, nth } })]);
          if (result.kind === 'APPENDED') nth++;
          last = result.kind === 'APPENDED' ? last + 1n : (result.actual ?? -1n);
        }
      };
      await Promise.all(Array.from({ length: 8 }, (_, which) => writer(which)));
      const stored = await collect(store().readStream(name));
      expect(stored.map(({ revision }) => revision)).toEqual(Array.from({ length: 40 }, (_, index) => BigInt(index)));
      expect(new Set(stored.map(({ body }) => body)).size).toBe(40);
    });

    test('takes appends to one stream that were asked for together, in their order', async () => {
      const name = stream();
      const results = await Promise.all([
        store().append(name, 'NO_STREAM', events(name, 0, 2)),
        store().append(name, 1n, [event(name, 2)]),
        store().append(name, 1n, [event(name, 2, { name: 'late' })]),
        store().append(name, 2n, [event(name, 3)]),
      ]);
      expect(results.map(({ kind }) => kind)).toEqual(['APPENDED', 'APPENDED', 'CONFLICT', 'APPENDED']);
      expect((await collect(store().readStream(name))).map(({ revision }) => revision)).toEqual([0n, 1n, 2n, 3n]);
    });
  });

  describe('a repeated append', () => {
    test('answers with the first receipt and stores nothing', async () => {
      const name = stream();
      const first = await store().append(name, 'NO_STREAM', events(name, 0, 2));
      const again = await store().append(name, 'NO_STREAM', events(name, 0, 2));
      expect(again).toEqual({ kind: 'APPENDED', repeated: true, events: appended(first) });
      expect(await collect(store().readStream(name))).toHaveLength(2);
    });

    test('answers so after later events, and keeps the text that was stored first', async () => {
      const name = stream();
      const first = await store().append(name, 'NO_STREAM', [event(name, 0, { data: { seed: 1 } })]);
      await store().append(name, 0n, events(name, 1, 3));
      expect(appended(await store().append(name, 'NO_STREAM', [event(name, 0, { data: { seed: 2 } })]))).toEqual(appended(first));
      expect((await collect(store().readStream(name)))[0]?.body).toBe('{"seed":1}');
    });

    test('answers so in another process, and after a restart', async () => {
      const name = stream();
      const before = await open();
      const first = appended(await before.append(name, 'NO_STREAM', events(name, 0, 2)));
      await before.close();
      expect(appended(await (await open()).append(name, 'NO_STREAM', events(name, 0, 2)))).toEqual(first);
      expect(appended(await store().append(name, 'NO_STREAM', events(name, 0, 2)))).toEqual(first);
    });

    test('answers so to both of two that came together', async () => {
      const name = stream();
      const other = await open();
      const [first, ...others] = await Promise.all([store(), store(), other].map((to) => to.append(name, 'NO_STREAM', events(name, 0, 2))));
      if (first === undefined) throw new Error('No result.');
      for (const again of others) expect(appended(again)).toEqual(appended(first));
      expect(await collect(store().readStream(name))).toHaveLength(2);
    });

    test('is a conflict when it brings more than what was stored', async () => {
      const name = stream();
      await store().append(name, 'NO_STREAM', events(name, 0, 1));
      expect(await store().append(name, 'NO_STREAM', events(name, 0, 2))).toEqual({ kind: 'CONFLICT', actual: 0n });
      expect(await collect(store().readStream(name))).toHaveLength(1);
    });

    test('is a conflict at another revision', async () => {
      const name = stream();
      const given = event(name, 0);
      await store().append(name, 'NO_STREAM', [given]);
      const moved = { ...given, head: given.head.replace('"revision":0', '"revision":1') };
      expect(await store().append(name, 0n, [moved])).toEqual({ kind: 'CONFLICT', actual: 0n });
      expect(await collect(store().readStream(name))).toHaveLength(1);
    });
  });

  describe('texts', () => {
    const awkward: Readonly<Record<string, object>> = {
      'every kind of letter': { text: 'naïve Ω 漢字 🚔 \u{10FFFF} \u2028 \uFEFF' },
      'escapes and control characters': { text: '"\\/\b\f\n\r\t\u0000\u001f', 'key "with" \\': '' },
      'a lone surrogate, which JSON prints as an escape': { text: '\ud800' },
      'numbers as JavaScript prints them': { n: [0, -0.5, 1e21, 5e-324, 1.7976931348623157e308, 9007199254740991] },
      'keys that objects have anyway': JSON.parse('{"__proto__":1,"constructor":2,"toString":3}') as object,
      'braces, quotes and NULL, as array literals have them': { text: '{NULL,"a",b\\,}' },
    };

    test.each(Object.entries(awkward))('keeps %s to the byte', async (_, data) => {
      const name = stream();
      const given = event(name, 0, { data });
      await store().append(name, 'NO_STREAM', [given]);
      const [alone] = await collect(store().readStream(name));
      expect({ head: alone?.head, body: alone?.body }).toEqual({ head: given.head, body: given.body });
    });

    test('keeps random texts to the byte, head and body, read by stream and in the global order', async () => {
      const name = stream();
      const random = seeded(20_261_122);
      const text = () => Array.from({ length: 40 }, () => String.fromCodePoint(Math.floor(random() ** 4 * 0x10ffff))).join('');
      const given = Array.from({ length: 60 }, (_, revision) => {
        const plain = event(name, revision, { data: { [text()]: text(), n: random() * 10 ** Math.floor(random() * 40 - 20) } });
        return { ...plain, head: JSON.stringify({ ...(JSON.parse(plain.head) as object), note: text() }) };
      });
      const start = await endOf(store());
      await store().append(name, 'NO_STREAM', given);
      const texts = (of: readonly EventToAppend[]) => of.map(({ head, body }) => [head, body]);
      expect(texts(await collect(store().readStream(name)))).toEqual(texts(given));
      expect(texts((await collectPages(store().readAll(start))).filter((stored) => stored.stream === name))).toEqual(texts(given));
    });
  });

  describe('limits', () => {
    const tooMuch = async (name: string, given: readonly EventToAppend[]) => {
      await expect(store().append(name, 'NO_STREAM', given)).rejects.toThrow(EventRejected);
      expect(await collect(store().readStream(name))).toEqual([]);
    };

    test.each([['x'], ['ü'], ['🚔']])('takes an event of exactly the most bytes, counted as UTF-8, of %s; refuses one more', async (fill) => {
      const name = stream();
      const most = eventOfBytes(name, 0, limits.eventBytesMax, fill);
      expect(Buffer.byteLength(most.head + most.body)).toBe(limits.eventBytesMax);
      await tooMuch(name, [eventOfBytes(name, 0, limits.eventBytesMax + 1, fill)]);
      appended(await store().append(name, 'NO_STREAM', [most]));
      expect((await collect(store().readStream(name)))[0]?.body).toBe(most.body);
    });

    test('takes exactly the most bytes in one append; refuses one more', async () => {
      const name = stream();
      const of = (bytes: number) => [0, 1, 2, 3].map((revision) => eventOfBytes(name, revision, revision < 3 ? limits.eventBytesMax : bytes - 3 * limits.eventBytesMax));
      await tooMuch(name, of(limits.appendBytesMax + 1));
      expect(appended(await store().append(name, 'NO_STREAM', of(limits.appendBytesMax)))).toHaveLength(4);
    });

    test('takes exactly the most events in one append; refuses one more', async () => {
      const name = stream();
      await tooMuch(name, events(name, 0, limits.appendEventsMax + 1));
      expect(appended(await store().append(name, 'NO_STREAM', events(name, 0, limits.appendEventsMax)))).toHaveLength(limits.appendEventsMax);
    });

    test('refuses an append without an event', () => tooMuch(stream(), []));

    test.each<[string, (given: EventToAppend, name: string) => readonly EventToAppend[]]>([
      ['an event given twice', (given, name) => [given, { ...given, head: event(name, 1).head }]],
      ['a text that is not JSON', (given) => [{ ...given, body: '{' }]],
      ['a text that is JSON, but no object', (given) => [{ ...given, body: '[]' }]],
      ['a text with a space that JSON.stringify would not print', (given) => [{ ...given, body: '{ }' }]],
      ['a number that JavaScript prints otherwise', (given) => [{ ...given, body: '{"n":1.0}' }]],
      ['a key that is there twice', (given) => [{ ...given, body: '{"a":1,"a":1}' }]],
      ['a raw lone surrogate', (given) => [{ ...given, body: '{"a":"\ud800"}' }]],
      ['a raw NUL', (given) => [{ ...given, body: '{"a":"\u0000"}' }]],
      ['an id that is no UUID', (given) => [{ ...given, id: 'one' }]],
      ['an id in capitals', (given) => [{ ...given, id: given.id.toUpperCase() }]],
      ['a type that is no name', (given) => [{ ...given, type: 'a b' }]],
      ['a head that names another id', (given, name) => [{ ...given, head: event(name, 0, { name: 'other' }).head }]],
      ['a head that names another type', (given, name) => [{ ...given, head: event(name, 0, { type: 'Other' }).head }]],
      ['a head that names another revision', (given) => [{ ...given, head: given.head.replace('"revision":0', '"revision":1') }]],
      ['a head that names another stream', (given) => [{ ...given, head: given.head.replace('"stream":"', '"stream":"x') }]],
    ])('refuses %s', (_, change) => {
      const name = stream();
      return tooMuch(name, change(event(name, 0), name));
    });

    test.each(['', 'case', '-1', 'Case-1', 'case-ü', 'case-\u0000', '$all-1', `case-${'1'.repeat(200)}`])('refuses the stream name %j', async (name) => {
      await expect(store().append(name, 'NO_STREAM', [event(name, 0)])).rejects.toThrow(EventRejected);
    });
  });

  describe('close', () => {
    test('refuses appends and reads afterwards, as surely not written; twice is once', async () => {
      const closed = await open();
      await closed.close();
      await closed.close();
      const name = stream();
      await expect(closed.append(name, 'NO_STREAM', [event(name, 0)])).rejects.toMatchObject({ name: 'EventStoreUnavailable', outcome: 'REFUSED' });
      await expect(closed.head()).rejects.toThrow(EventStoreUnavailable);
      await expect(collect(closed.readStream(name))).rejects.toThrow(EventStoreUnavailable);
      await expect(collect(closed.readAll())).rejects.toThrow(EventStoreUnavailable);
    });

    test('answers every append that was asked for before: stored, or surely not', async () => {
      const closing = await open();
      const names = Array.from({ length: 600 }, () => stream());
      const answers = Promise.allSettled(names.map((name) => closing.append(name, 'NO_STREAM', [event(name, 0)])));
      await closing.close();
      for (const [index, answer] of (await answers).entries()) {
        const stored = await collect(store().readStream(names[index] ?? ''));
        expect(stored).toHaveLength(answer.status === 'fulfilled' ? 1 : 0);
        if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ outcome: 'REFUSED' });
      }
    });
  });
}

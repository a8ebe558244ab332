import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EventStoreDbDouble } from '../../../test/eventstoredb-double/server.js';
import { appended, collect } from './contract.kit.js';
import { createEventStoreDb } from './eventstoredb.adapter.js';
import { readRawEvents } from './eventstoredb.raw.js';
import type { EventStore, EventToAppend } from './port.js';

const log = { info: () => undefined, warn: () => undefined, error: (message: string) => console.error(message) };

/** Any object that JSON can print, keys that objects have anyway and lone surrogates among them, as the text that JSON prints. */
const text = fc
  .dictionary(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor', 'toJSON', 'length', '0', '10', '')), fc.jsonValue({ stringUnit: 'binary' }))
  .map((value) => JSON.stringify(JSON.parse(JSON.stringify(value))));

describe('the texts of an event in EventStoreDB', () => {
  let double: EventStoreDbDouble;
  let store: EventStore;
  beforeAll(async () => {
    double = await EventStoreDbDouble.start();
    store = await createEventStoreDb({ url: double.url, log });
  });
  afterAll(async () => {
    await store.close();
    await double.stop();
  });

  test('are, for any JSON, the very bytes that the server holds, and the very texts that are read again', async () => {
    let nth = 0;
    await fc.assert(
      fc.asyncProperty(text, text, async (note, body) => {
        const stream = `case-${++nth}`;
        const id = `00000000-0000-8000-8000-${nth.toString(16).padStart(12, '0')}`;
        const head = JSON.stringify({ v: 1, id, stream, revision: 0, type: 'Noted', typeVersion: 1, note: JSON.parse(note) as unknown });
        const given: EventToAppend = { id, type: 'Noted', head, body };
        appended(await store.append(stream, 'NO_STREAM', [given]));
        const held = double.log.readable(stream)?.[0];
        expect(Buffer.from(held?.metadata ?? []).toString()).toBe(head);
        expect(Buffer.from(held?.data ?? []).toString()).toBe(body);
        const [read] = await collect(store.readStream(stream));
        expect({ head: read?.head, body: read?.body }).toEqual({ head, body });
      }),
      { numRuns: 300, seed: 20_261_122 },
    );
  }, 60_000);

  test('are read as bytes for an audit, in the order of the log, with places that the port gives too', async () => {
    const raw = await collect(readRawEvents({ url: double.url }));
    const pages = (await collect(store.readAll())).flat();
    expect(raw.map(({ head, body, ...rest }) => ({ ...rest, head: Buffer.from(head).toString(), body: Buffer.from(body).toString() }))).toEqual(
      pages.map(({ position, ...rest }) => ({ ...rest, position: position.n })),
    );
    const after = pages[100]?.position.n ?? 0n;
    expect((await collect(readRawEvents({ url: double.url, after }))).map(({ position }) => position)).toEqual(pages.slice(101).map(({ position }) => position.n));
  });
});

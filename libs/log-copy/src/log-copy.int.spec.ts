import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEventStoreDb, createPostgresEventStore, readRawEvents } from '#libs/event-store/module';
import { collect, collectPages, event, events, seeded, shape } from '../../../test/support/log-kit.js';
import type { EventStore } from '#libs/event-store';
import { DrawnFaults } from '../../../test/eventstoredb-double/faults.js';
import { EventStoreDbDouble } from '../../../test/eventstoredb-double/server.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { changeOver, comparedPositions, copyEvents, CopyRefused } from './index.js';

const log = { info: () => undefined, warn: () => undefined, error: (message: string) => console.error(message) };
const limits = { attemptMsMax: 150, graceMs: 100, resolveMsMax: 2_500, readMsMax: 300, readRetryMsMax: 2_500, retryMsMin: 5, reconnectMsMin: 5, reconnectMsMax: 50 };
const seed = 20_261_125;
const streams = 12;
const appends = 160;

let database: TestDatabase;
let double: EventStoreDbDouble;
let source: EventStore;
let target: EventStore;

beforeEach(async () => {
  database = await createTestDatabase();
  double = await EventStoreDbDouble.start();
  source = await createPostgresEventStore({ url: database.serviceUrl, log });
  target = await createEventStoreDb({ url: double.url, log, limits });
});
afterEach(async () => {
  double.faults = null;
  await source.close();
  await target.close();
  await double.stop();
  await database.drop();
});

/** Streams that grow in turns, by one to five events at a time, with texts that JSON escapes. */
async function fill(): Promise<void> {
  const random = seeded(seed);
  const next = Array.from({ length: streams }, () => 0);
  for (let nth = 0; nth < appends; nth++) {
    const which = Math.floor(random() * streams);
    const stream = `case-${which}`;
    const from = next[which] ?? 0;
    const given = events(stream, from, 1 + Math.floor(random() * 5), { data: { text: `ü\u2028 "${nth}" \\ 𝄞`, n: nth / 7 } });
    await source.append(stream, from === 0 ? 'NO_STREAM' : BigInt(from - 1), given);
    next[which] = from + given.length;
  }
}

const never = new AbortController().signal;
const readTarget = () => readRawEvents({ url: double.url });

async function expectCopied(): Promise<void> {
  const [old, copy] = [await collectPages(source.readAll()), await collectPages(target.readAll())];
  expect(copy.map(shape)).toEqual(old.map(shape));
  const pairs = await collect(comparedPositions(source, readTarget()));
  expect(pairs).toEqual(old.map(({ position }, index) => ({ source: position.n, target: copy[index]?.position.n })));
}

describe('a copy of the log', () => {
  it('has every event in the one order of all, with the same bytes; copied again it changes nothing', async () => {
    await fill();
    const first = await copyEvents({ source, target, signal: never });
    await expectCopied();
    const written = double.calls.APPEND;
    expect(await copyEvents({ source, target, signal: never })).toEqual({ compared: first.copied, copied: 0 });
    expect(double.calls.APPEND).toBe(written);
  });

  it('that is interrupted again and again, while its server fails, goes on where it stopped and doubles nothing', async () => {
    await fill();
    const random = seeded(seed);
    double.faults = new DrawnFaults({ random, percent: 10, most: 60 });
    let runs = 0;
    for (let done = false; !done; runs++) {
      const interrupted = new AbortController();
      const after = 5 + Math.floor(random() * 30);
      let progresses = 0;
      const stop = () => (progresses++ > after ? interrupted.abort(new Error('interrupted')) : undefined);
      done = await copyEvents({ source, target, signal: interrupted.signal, onProgress: stop }).then(
        () => true,
        () => false,
      );
      expect(runs).toBeLessThan(100);
    }
    expect(runs).toBeGreaterThan(2);
    double.faults = null;
    await expectCopied();
  }, 60_000);

  it('goes on with what was appended since', async () => {
    await fill();
    await copyEvents({ source, target, signal: never });
    await source.append('case-new', 'NO_STREAM', [event('case-new', 0)]);
    expect((await copyEvents({ source, target, signal: never })).copied).toBe(1);
    await expectCopied();
  });

  it('is refused where the target holds what the source does not: another event, another text, one more', async () => {
    await source.append('case-1', 'NO_STREAM', events('case-1', 0, 2, { data: { text: 'a' } }));
    await target.append('case-1', 'NO_STREAM', [event('case-1', 0, { data: { text: 'b' } })]);
    await expect(copyEvents({ source, target, signal: never })).rejects.toThrow(CopyRefused);
    await expect(collect(comparedPositions(source, readTarget()))).rejects.toThrow(/not stored with the same bytes/);
  });

  it('is refused where somebody else writes to the target', async () => {
    await source.append('case-1', 'NO_STREAM', events('case-1', 0, 2));
    await copyEvents({ source, target, signal: never });
    await target.append('case-2', 'NO_STREAM', [event('case-2', 0)]);
    await expect(copyEvents({ source, target, signal: never })).rejects.toThrow(/more events than the 2 of the source/);
    await expect(collect(comparedPositions(source, readTarget()))).rejects.toThrow(/more events/);
  });

  it('is not believed where a byte of it was changed behind its back', async () => {
    await source.append('case-1', 'NO_STREAM', events('case-1', 0, 2, { data: { text: 'a' } }));
    await copyEvents({ source, target, signal: never });
    const [held] = double.log.readable('case-1') ?? [];
    // As JSON it says the same: only the bytes tell.
    if (held !== undefined) Object.assign(held, { data: Buffer.from('{"text": "a"}') });
    await expect(collect(comparedPositions(source, readTarget()))).rejects.toThrow(/not stored with the same bytes/);
  });
});

describe('the change-over', () => {
  it('is refused for a database that belongs to another log, and leaves everything as it was', async () => {
    await source.append('case-1', 'NO_STREAM', [event('case-1', 0)]);
    const asked = { source, target, signal: never, ownerUrl: database.ownerUrl, readTarget };
    await expect(changeOver(asked)).rejects.toThrow(/no log in use/);
    expect((await source.append('case-1', 0n, [event('case-1', 1)])).kind).toBe('APPENDED');
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bundleFields, leafHash, readHead, verifyBundleItem, verifyEvent } from '#libs/envelope';
import { type AppendResult, type EventStore, EventStoreUnavailable, type EventToAppend, type ExpectedRevision, type StoredEvent } from '#libs/event-store';
import { createPostgresEventStore } from '#libs/event-store/module';
import { openSealed } from '#libs/keys';
import { MemoryKeyStore } from '#libs/keys/module';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { decodeReads, GroupingReadRecorder, type Read, readLimits, ReadNotRecordable, type ReadWhat } from './index.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const caseId = '0190b5a0-0000-8000-8000-000000000001';

const readOf = (what: Partial<ReadWhat> = {}): Read => ({
  by: { actor: 'investigator-1', roles: ['INVESTIGATOR'], unit: 'unit-1', purpose: 'case work', address: '192.0.2.7', session: 'session-1', channel: 'HTTP', correlationId: caseId },
  what: { kind: 'CaseViewed', outcome: 'SHOWN', source: 'Query.case', case: caseId, things: [], detail: null, words: null, ...what },
});

/** A log whose appends fail as told, before or after they are stored. */
class FailingLog {
  readonly fail: ('REFUSED' | 'UNKNOWN_NOT_STORED' | 'UNKNOWN_STORED')[] = [];
  appends = 0;
  constructor(private readonly inner: EventStore) {}

  async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    this.appends += 1;
    const how = this.fail.shift();
    if (how === 'REFUSED') throw new EventStoreUnavailable('told to', 'REFUSED');
    if (how === 'UNKNOWN_NOT_STORED') throw new EventStoreUnavailable('told to', 'UNKNOWN');
    const result = await this.inner.append(stream, expected, events);
    if (how === 'UNKNOWN_STORED') throw new EventStoreUnavailable('told to', 'UNKNOWN');
    return result;
  }
}

let database: TestDatabase;
let store: EventStore;
let keys: MemoryKeyStore;
let log: FailingLog;
let recorder: GroupingReadRecorder;

beforeAll(async () => {
  database = await createTestDatabase();
  store = await createPostgresEventStore({ url: database.serviceUrl, log: silent });
});
afterAll(async () => {
  await store.close();
  await database.drop();
});
beforeEach(() => {
  keys = new MemoryKeyStore();
  log = new FailingLog(store);
  // A derivation: the recorder appends and does nothing else.
  recorder = new GroupingReadRecorder({ store: log as unknown as EventStore, keys, log: silent });
});

async function stored(): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(recorder.stream)) events.push(event);
  return events;
}
const readsOf = (events: readonly StoredEvent[]) => events.flatMap(decodeReads);

describe('recording reads', () => {
  it('is durable when it answers, on a stream of the process alone, as a chain that verifies', async () => {
    await recorder.record([readOf()]);
    await recorder.record([readOf({ kind: 'FootageViewed', things: ['footage:1'] })]);
    const events = await stored();
    expect(recorder.stream).toMatch(/^access-[0-9a-f-]{36}$/);
    let previous: { readonly leaf: string; readonly recordedAt: string } | undefined;
    for (const event of events) {
      expect(verifyEvent(event.head, event.body, { stream: recorder.stream, revision: event.revision, type: 'ReadsRecorded' })).toMatchObject({ kind: 'VERIFIED' });
      expect(readHead(event.head).prev).toBe(previous?.leaf ?? null);
      previous = { leaf: leafHash(event.head), recordedAt: readHead(event.head).recordedAt };
    }
    expect(readsOf(events).map(({ read }) => [read.kind, read.case, read.things])).toEqual([
      ['CaseViewed', caseId, []],
      ['FootageViewed', caseId, ['footage:1']],
    ]);
  });

  it('reads of one moment share an event, each in a field of its own that a bundle can disclose alone', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, n) => recorder.record([readOf({ things: [`event:${n}`] })])));
    const [event, ...others] = await stored();
    if (event === undefined) throw new Error('nothing was recorded');
    expect(others).toEqual([]);
    expect(log.appends).toBe(1);
    const fields = bundleFields(event.head, event.body, (name) => (name === 'read7' ? { kind: 'DISCLOSE' } : { kind: 'WITHHOLD', ground: 'OTHER_CASE' }));
    expect(verifyBundleItem({ head: event.head, fields })).toMatchObject({ kind: 'VERIFIED' });
    expect(JSON.stringify(fields)).toContain('event:7');
    expect(JSON.stringify(fields)).not.toContain('event:8');
  });

  it('more reads than an event has fields go into further events, in their order', async () => {
    const count = readLimits.eventFieldsMax * 2 + 5;
    await recorder.record(Array.from({ length: count }, (_, n) => readOf({ things: [`event:${n}`] })));
    const events = await stored();
    expect(events.map((event) => decodeReads(event).length)).toEqual([253, 253, 5]);
    expect(readsOf(events).map(({ read }) => read.things[0])).toEqual(Array.from({ length: count }, (_, n) => `event:${n}`));
  });

  it('reads as large as they can be stay below the limit of an event', async () => {
    const things = Array.from({ length: readLimits.thingsMax * 2 }, (_, n) => `footage:\u{1F4F7}${n}${'x'.repeat(600)}`);
    const large = readOf({ things: things.map((thing) => thing.slice(0, 60)), words: '\u{1F4F7}'.repeat(2_000), detail: { all: 'y'.repeat(100_000) } });
    await recorder.record([large, large, large, readOf({ things })]);
    expect(readsOf(await stored())).toHaveLength(4);
  });

  it('what somebody typed is sealed and stands nowhere in the clear', async () => {
    await recorder.record([readOf({ kind: 'SearchRun', words: 'filter.search: a certain lantern' })]);
    const [event] = await stored();
    if (event === undefined) throw new Error('nothing was recorded');
    expect(event.head + event.body).not.toContain('lantern');
    const [read] = decodeReads(event);
    if (!read?.words) throw new Error('the words were not kept');
    expect(await openSealed(keys, [read.words])).toMatchObject([{ kind: 'OPENED', value: 'filter.search: a certain lantern' }]);
  });

  it('a read whose record is refused is refused; the next one is recorded', async () => {
    log.fail.push('REFUSED');
    await expect(recorder.record([readOf()])).rejects.toThrow(ReadNotRecordable);
    await recorder.record([readOf({ things: ['event:after'] })]);
    expect(readsOf(await stored()).map(({ read }) => read.things)).toEqual([['event:after']]);
  });

  it.each(['UNKNOWN_STORED', 'UNKNOWN_NOT_STORED'] as const)('after %s nothing is recorded before that event is settled, and none is lost or recorded twice', async (how) => {
    log.fail.push(how, 'UNKNOWN_NOT_STORED');
    await expect(recorder.record([readOf({ things: ['event:first'] })])).rejects.toThrow(ReadNotRecordable);
    await expect(recorder.record([readOf({ things: ['event:second'] })])).rejects.toThrow(ReadNotRecordable);
    await recorder.record([readOf({ things: ['event:third'] })]);
    // A record of a read that was refused may stand; a read that was shown always does.
    expect(readsOf(await stored()).map(({ read }) => read.things)).toEqual([['event:first'], ['event:third']]);
  });

  it('more reads waiting than the queue holds are refused at once', async () => {
    const calls = Array.from({ length: 41 }, () => recorder.record(Array.from({ length: 250 }, () => readOf())));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(readsOf(await stored())).toHaveLength(10_000);
  });
});

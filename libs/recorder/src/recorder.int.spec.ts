import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, CaseCommand, CaseCommands, CaseId, CommandId } from '#libs/domain';
import { derivedId, leafHash, readHead, systemRandom, uuidv7, verifyEvent } from '#libs/envelope';
import { type EventStore, EventStoreUnavailable, type StoredEvent } from '#libs/event-store';
import { createPostgresEventStore } from '#libs/event-store/module';
import { MemoryKeyStore } from '#libs/keys/module';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { people } from '../../../test/support/case-kit.js';
import { samplePolicy } from '../../../test/support/policy.js';
import { Recorder, type CaseRecorder, type RecordOutcome } from './index.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const pepper = createSecretKey(randomBytes(32));
const newCommandId = () => uuidv7({ now: Date.now, random: systemRandom }) as string as CommandId;
const caseOf = (commandId: CommandId) => derivedId('case', commandId) as string as CaseId;

const report: CaseCommands['fileReport'] = {
  target: 'NEW',
  origin: 'OFFICER',
  source: null,
  incident: { dispatch: 'D-1', records: null, other: [] },
  occurredAt: { earliest: { instant: '2026-03-01T18:00:00.000Z' }, latest: null, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' },
  reportedAt: null,
  place: { beat: '411', district: '4', description: 'STREET' },
  address: '1 Invented Street',
  category: null,
  narrative: 'An invented account.',
  onSceneAt: null,
  unit: 'unit-1',
  camera: null,
  officersPresent: [],
  injuries: 'NO',
  footageViewed: false,
};

let database: TestDatabase;
let store: EventStore;
let keys: MemoryKeyStore;
let recorder: CaseRecorder;

function newRecorder(on: EventStore = store): CaseRecorder {
  let next = 0;
  const elsewhere = { caseNumber: async () => `2026-${String((next += 1)).padStart(6, '0')}`, claims: async () => [] };
  return new Recorder({ store: on, keys, pepper, elsewhere, policy: () => samplePolicy });
}

function run(to: CaseRecorder, caseId: CaseId, command: CaseCommand, actor: Actor, more: { commandId?: CommandId; expectedRevision?: number } = {}): Promise<RecordOutcome> {
  const { commandId = newCommandId(), expectedRevision = null } = more;
  return to.record({ commandId, caseId, command, actor, expectedRevision, correlationId: commandId, causationId: null });
}

async function fileCase(to: CaseRecorder = recorder): Promise<CaseId> {
  const commandId = newCommandId();
  const outcome = await run(to, caseOf(commandId), { type: 'fileReport', data: report }, people.officer, { commandId });
  expect(outcome).toMatchObject({ kind: 'RECORDED' });
  return caseOf(commandId);
}

async function stored(caseId: CaseId): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readStream(`case-${caseId}`)) events.push(event);
  return events;
}

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
  recorder = newRecorder();
});

const triage: CaseCommand = { type: 'triageCase', data: { outcome: 'INVESTIGATE', disposition: null, duplicateOf: null, reason: null } };

describe('recording a command', () => {
  it('stores chained events that verify, and answers with what was stored', async () => {
    const caseId = await fileCase();
    const outcome = await run(recorder, caseId, triage, people.supervisor);
    const events = await stored(caseId);
    expect(outcome).toMatchObject({ kind: 'RECORDED', receipt: { revision: 1, eventTypes: ['CaseTriaged'], repeated: false } });
    if (outcome.kind !== 'RECORDED') throw new Error('unreachable');
    expect(outcome.receipt.eventIds).toEqual([events[1]?.id]);
    expect(outcome.receipt.position).toBe(`${store.logId}:${events[1]?.position.n}`);
    for (const event of events) expect(verifyEvent(event.head, event.body)).toMatchObject({ kind: 'VERIFIED' });
  });

  it('stores no protected text in the clear', async () => {
    const caseId = await fileCase();
    const text = (await stored(caseId)).map((event) => event.head + event.body).join('');
    expect(text).not.toContain('invented account');
    expect(text).not.toContain('Invented Street');
    expect(text).toContain('"@sealed"');
  });

  it('forms and sends nothing for a row that repeats after another one did, and opens a case after that as ever', async () => {
    const commands = Array.from({ length: 4 }, () => newCommandId());
    const command: CaseCommand = { type: 'fileReport', data: report };
    for (const commandId of commands) await run(recorder, caseOf(commandId), command, people.officer, { commandId });
    let appends = 0;
    const counting = new Proxy(store, {
      get: (target, name) => {
        if (name === 'append') appends += 1;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const restarted = newRecorder(counting);
    for (const commandId of commands) {
      expect(await run(restarted, caseOf(commandId), command, people.officer, { commandId })).toMatchObject({ receipt: { repeated: true } });
    }
    expect(appends).toBe(1);
    for (let i = 0; i < 2; i += 1) await fileCase(restarted);
    expect(appends).toBe(3);
  });

  it('answers a repeated command with its first receipt and records nothing, in another process too', async () => {
    const commandId = newCommandId();
    const caseId = caseOf(commandId);
    const command: CaseCommand = { type: 'fileReport', data: report };
    const first = await run(recorder, caseId, command, people.officer, { commandId });
    const again = await run(recorder, caseId, command, people.officer, { commandId });
    const elsewhere = await run(newRecorder(), caseId, command, people.officer, { commandId });
    if (first.kind !== 'RECORDED') throw new Error('unreachable');
    expect(again).toEqual({ kind: 'RECORDED', receipt: { ...first.receipt, repeated: true } });
    expect(elsewhere).toEqual(again);
    expect(await stored(caseId)).toHaveLength(1);
  });

  it('refuses a command id that was used for another input', async () => {
    const commandId = newCommandId();
    const caseId = caseOf(commandId);
    await run(recorder, caseId, { type: 'fileReport', data: report }, people.officer, { commandId });
    const other = await run(recorder, caseId, { type: 'fileReport', data: { ...report, narrative: 'Another account.' } }, people.officer, { commandId });
    expect(other).toMatchObject({ kind: 'REFUSED', code: 'COMMAND_ID_REUSED' });
  });

  it('says that a repeat can no longer be compared once a key that it used is destroyed', async () => {
    const commandId = newCommandId();
    const caseId = caseOf(commandId);
    const command: CaseCommand = { type: 'fileReport', data: report };
    await run(recorder, caseId, command, people.officer, { commandId });
    await keys.destroy(`case:${caseId}`);
    expect(await run(newRecorder(), caseId, command, people.officer, { commandId })).toMatchObject({ kind: 'REFUSED', code: 'REPEATED_AFTER_EXPUNGEMENT' });
  });

  it('answers a revision that is not the last one with a conflict that names both', async () => {
    const caseId = await fileCase();
    const outcome = await run(recorder, caseId, triage, people.supervisor, { expectedRevision: 7 });
    expect(outcome).toEqual({ kind: 'CONFLICT', expected: 7, actual: 0 });
  });

  it('decides on what another process recorded, never on its own memory of the case', async () => {
    const other = newRecorder();
    const caseId = await fileCase();
    await run(other, caseId, triage, people.supervisor);
    // This process still sees an untriaged case; its append loses, and the log's state decides.
    expect(await run(recorder, caseId, triage, people.supervisor)).toMatchObject({ kind: 'REFUSED', code: 'STAGE_NOT_ALLOWED' });
    expect(await stored(caseId)).toHaveLength(2);
  });

  it('refuses on the log’s state, not on a memory that is behind', async () => {
    const other = newRecorder();
    const caseId = await fileCase();
    const assign: CaseCommand = { type: 'assignInvestigator', data: { investigator: people.investigator.actor } };
    const alleges: CaseCommand = {
      type: 'recordAgent',
      data: { agencyClaimed: 'An agency', agencyConfirmed: null, badgeSeen: null, faceCovered: 'YES', clothing: 'dark vest', markings: null, role: null, timecode: null },
    };
    await run(other, caseId, assign, people.supervisor);
    // For this process's memory of the case nobody is assigned: a refusal on that ground would be wrong.
    expect(await run(recorder, caseId, alleges, people.investigator)).toMatchObject({ kind: 'RECORDED' });
  });

  it('lets one of many concurrent commands in several processes win each revision, without a gap', async () => {
    const caseId = await fileCase();
    const recorders = [recorder, newRecorder(), newRecorder()];
    const contact = (n: number): CaseCommand => ({
      type: 'notifyProsecutor',
      data: { office: `Invented office ${n}`, reason: 'early notice', at: null },
    });
    const outcomes = await Promise.all(Array.from({ length: 24 }, (_, n) => run(recorders[n % 3] ?? recorder, caseId, contact(n), people.legal)));
    const won = outcomes.filter((outcome) => outcome.kind === 'RECORDED').length;
    expect(outcomes.every((outcome) => outcome.kind === 'RECORDED' || outcome.kind === 'CONFLICT')).toBe(true);
    expect((await stored(caseId)).map((event) => Number(event.revision))).toEqual(Array.from({ length: won + 1 }, (_, n) => n));
    expect(won).toBeGreaterThanOrEqual(8);
  });

  it('keeps recorded times in order when the clock goes back', async () => {
    const elsewhere = { caseNumber: async () => '2026-000900', claims: async () => [] };
    const clocks = ['2026-05-01T10:00:00.000Z', '2026-05-01T09:00:00.000Z'];
    const now = () => new Date(clocks.shift() ?? '2026-05-01T08:00:00.000Z');
    const wavering = new Recorder({ store, keys, pepper, elsewhere, policy: () => samplePolicy, now });
    const commandId = newCommandId();
    await run(wavering, caseOf(commandId), { type: 'fileReport', data: report }, people.officer, { commandId });
    await run(wavering, caseOf(commandId), triage, people.supervisor);
    const times = (await stored(caseOf(commandId))).map((event) => /"recordedAt":"([^"]+)"/.exec(event.head)?.[1]);
    expect(times).toEqual(['2026-05-01T10:00:00.000Z', '2026-05-01T10:00:00.000Z']);
  });

  it('answers with a retryable error when the outcome is unknown, and finds the truth at the retry', async () => {
    const commandId = newCommandId();
    const caseId = caseOf(commandId);
    let lost = false;
    const flaky: EventStore = {
      logId: store.logId,
      readStream: (stream, options) => store.readStream(stream, options),
      readAll: (options) => store.readAll(options),
      subscribe: (options) => store.subscribe(options),
      head: () => store.head(),
      close: () => Promise.resolve(),
      append: async (stream, expected, events) => {
        const result = await store.append(stream, expected, events);
        if (lost) return result;
        lost = true;
        throw new EventStoreUnavailable('the answer was lost', 'UNKNOWN');
      },
    };
    const over = newRecorder(flaky);
    const command: CaseCommand = { type: 'fileReport', data: report };
    await expect(run(over, caseId, command, people.officer, { commandId })).rejects.toThrow(EventStoreUnavailable);
    expect(await run(over, caseId, command, people.officer, { commandId })).toMatchObject({ kind: 'RECORDED', receipt: { repeated: true, revision: 0 } });
    expect(await stored(caseId)).toHaveLength(1);
  });

  it('chains on what is stored, not on what it formed, when another process recorded the same command first', async () => {
    const caseId = await fileCase();
    const other = newRecorder();
    const commandId = newCommandId();
    const first = await run(other, caseId, triage, people.supervisor, { commandId });
    const again = await run(recorder, caseId, triage, people.supervisor, { commandId });
    if (first.kind !== 'RECORDED') throw new Error('unreachable');
    expect(again).toEqual({ kind: 'RECORDED', receipt: { ...first.receipt, repeated: true } });
    await run(recorder, caseId, { type: 'assignInvestigator', data: { investigator: people.investigator.actor } }, people.supervisor);
    const [, second, third] = await stored(caseId);
    if (second === undefined || third === undefined) throw new Error('unreachable');
    const previous = { head: readHead(second.head), leafHash: leafHash(second.head) };
    expect(verifyEvent(third.head, third.body, { previous })).toMatchObject({ kind: 'VERIFIED' });
  });

  it('refuses an event over the limit, and records nothing of the command', async () => {
    const commandId = newCommandId();
    const data = { ...report, narrative: 'x'.repeat(300 * 1024) };
    const outcome = await run(recorder, caseOf(commandId), { type: 'fileReport', data }, people.officer, { commandId });
    expect(outcome).toMatchObject({ kind: 'REFUSED', code: 'EVENT_TOO_LARGE' });
    expect(await stored(caseOf(commandId))).toHaveLength(0);
  });

});

import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { decodeCaseEvent } from '#libs/codec';
import { type Adoptions, type CaseCommand, type CaseCommands, type CaseId, type CommandId, type Policy, policyInForce, type StoredCaseEventData, type UserId } from '#libs/domain';
import { derivedId, systemRandom, uuidv7 } from '#libs/envelope';
import type { EventStore, StoredEvent } from '#libs/event-store';
import { createPostgresEventStore } from '#libs/event-store/module';
import { type FeedHandle, FeedProgress, startFeed } from '#libs/feeds';
import { MemoryKeyStore } from '#libs/keys/module';
import { clockFeed, readModelFeeds } from '#libs/read-models';
import { Recorder } from '#libs/recorder';
import { people } from '../../../test/support/case-kit.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { samplePolicy } from '../../../test/support/policy.js';
import { ClockKeeper, deliveryIdsOf } from './index.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const newId = () => uuidv7({ now: Date.now, random: systemRandom }) as string as CommandId;
const opened = Date.parse('2026-03-02T15:00:00.000Z');
const hourMs = 3_600_000;

const report: CaseCommands['fileReport'] = {
  target: 'NEW', origin: 'OFFICER', source: null, incident: { dispatch: 'D-1', records: null, other: [] },
  occurredAt: { earliest: { instant: '2026-03-02T14:00:00.000Z' }, latest: null, precision: 'MINUTE', source: 'officer', zone: 'America/Chicago' },
  reportedAt: null, place: { beat: '411', district: '4', description: 'STREET' }, address: null, category: null, narrative: 'An invented account.',
  onSceneAt: null, unit: 'unit-1', camera: null, officersPresent: [], injuries: 'NO', footageViewed: false,
}; // prettier-ignore

describe('the keeper of the clocks', () => {
  let database: TestDatabase;
  let pool: Pool;
  let store: EventStore;
  let feed: FeedHandle | null = null;
  let progress: FeedProgress;
  let nowMs = opened;
  const now = () => new Date(nowMs);
  let recorder: Recorder;
  let adopted: Adoptions = [];
  const policies = {
    policyAt: (time: string) => policyInForce(samplePolicy, adopted, time),
    policyOf: (version: number) => adopted.find(({ policy }) => policy.version === version)?.policy ?? samplePolicy,
  };

  const keeperOn = (change: Partial<ConstructorParameters<typeof ClockKeeper>[0]> = {}) =>
    new ClockKeeper({ pool, store, recorder, decode: decodeCaseEvent, ...policies, endpoints: [], deliveryIds: deliveryIdsOf(createSecretKey(randomBytes(32))), log: silent, now, ...change });
  const startClocks = () => {
    feed = startFeed({ definition: clockFeed({ ...readModelFeeds.clocks, store, decode: decodeCaseEvent, ...policies }), store, databaseUrl: database.serviceUrl, onProgress: progress.advanced });
  };
  const caughtUp = async () => {
    const head = await store.head();
    if (head !== null) await progress.waitFor(readModelFeeds.clocks, head, 10_000);
  };

  async function run(caseId: CaseId, command: CaseCommand, actor = people.intake, commandId = newId()): Promise<void> {
    const outcome = await recorder.record({ commandId, caseId, command, actor, expectedRevision: null, correlationId: commandId, causationId: null });
    expect(outcome).toMatchObject({ kind: 'RECORDED' });
  }
  async function file(change: Partial<CaseCommands['fileReport']> = {}): Promise<CaseId> {
    const commandId = newId();
    const caseId = derivedId('case', commandId) as string as CaseId;
    const data = { ...report, ...change } as CaseCommands['fileReport'];
    await run(caseId, { type: 'fileReport', data }, data.origin === 'OFFICER' ? people.officer : people.intake, commandId);
    return caseId;
  }
  const triage: CaseCommand = { type: 'triageCase', data: { outcome: 'INVESTIGATE', disposition: null, duplicateOf: null, reason: null } };
  async function misses(caseId: CaseId): Promise<readonly StoredCaseEventData<'DeadlineMissed'>[]> {
    const events: StoredEvent[] = [];
    for await (const event of store.readStream(`case-${caseId}`)) events.push(event);
    return events.map(decodeCaseEvent).flatMap((event) => (event.type === 'DeadlineMissed' ? [event.data] : []));
  }
  const missed = async (caseId: CaseId): Promise<string[]> => (await misses(caseId)).map(({ clock }) => clock);
  const triageMissed = async (caseId: CaseId) => (await misses(caseId)).filter(({ clock }) => clock === 'TRIAGE');
  const adopt = (change: Partial<Policy>): void => {
    const policy = { ...samplePolicy, version: 2, ...change };
    adopted = [{ previous: 1, policy, sha256: 'invented', adoptedBy: 'admin-1' as UserId, adoptedAt: '2026-01-01T00:00:00.000Z', reason: 'invented' }];
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.serviceUrl });
    pool.on('error', () => undefined);
    store = await createPostgresEventStore({ url: database.serviceUrl, log: silent });
    progress = new FeedProgress(pool);
    startClocks();
  });
  afterAll(async () => {
    await feed?.stop();
    await store.close();
    await pool.end();
    await database.drop();
  });
  beforeEach(() => {
    nowMs = opened;
    adopted = [];
    let next = 0;
    const elsewhere = { caseNumber: async () => `2026-${String((next += 1)).padStart(6, '0')}`, claims: async () => [] };
    recorder = new Recorder({ store, keys: new MemoryKeyStore(), pepper: createSecretKey(randomBytes(32)), elsewhere, policy: () => policies.policyAt(now().toISOString()), now });
  });

  it('records each deadline once after a week in which nobody looked, by the service itself, and tells of it once', async () => {
    const caseId = await file();
    await caughtUp();
    await keeperOn().look();
    expect(await missed(caseId)).toEqual([]);
    nowMs += 7 * 24 * hourMs;
    const keeper = keeperOn();
    await keeper.look();
    const first = await missed(caseId);
    expect(first.toSorted()).toEqual(['FOOTAGE_PRESERVED', 'IDENTIFICATION_ATTEMPT', 'TRIAGE']);
    await caughtUp();
    await keeper.look();
    await keeperOn().look();
    expect(await missed(caseId)).toEqual(first);
    const { rows } = await pool.query("SELECT clock_id, event_id FROM clock_notice WHERE case_id = $1 AND kind = 'BREACH'", [caseId]);
    expect(rows).toHaveLength(3);
    expect(rows.every(({ event_id: id }) => id !== null)).toBe(true);
  });

  it('records nothing twice where the clock jumps back, and two keepers look at once', async () => {
    const caseId = await file();
    nowMs += 30 * 24 * hourMs;
    await caughtUp();
    const [one, other] = [keeperOn(), keeperOn()];
    await Promise.all([one.look(), other.look()]);
    await Promise.all([one.look(), other.look()]);
    const first = await missed(caseId);
    expect(new Set(first).size).toBe(first.length);
    expect(first).not.toEqual([]);
    nowMs -= 29 * 24 * hourMs;
    await caughtUp();
    await Promise.all([one.look(), other.look()]);
    nowMs += 29 * 24 * hourMs;
    await Promise.all([one.look(), keeperOn().look()]);
    expect(await missed(caseId)).toEqual(first);
  });

  it('goes on after a keeper that was killed between the record and its notice', async () => {
    const caseId = await file();
    nowMs += 30 * 24 * hourMs;
    await caughtUp();
    await keeperOn().look();
    const first = await missed(caseId);
    const owner = new Pool({ connectionString: database.ownerUrl, max: 1 });
    await owner.query('DELETE FROM clock_notice WHERE case_id = $1', [caseId]);
    await owner.end();
    await keeperOn().look();
    expect(await missed(caseId)).toEqual(first);
    const { rows } = await pool.query('SELECT event_id FROM clock_notice WHERE case_id = $1 AND event_id IS NOT NULL', [caseId]);
    expect(rows).toHaveLength(first.length);
  });

  it('records nothing of a clock that was stopped in time, though the rows do not know it yet', async () => {
    const caseId = await file();
    await caughtUp();
    await feed?.stop();
    await run(caseId, triage);
    nowMs += 30 * 24 * hourMs;
    await keeperOn().look();
    expect(await missed(caseId)).not.toContain('TRIAGE');
    startClocks();
    await caughtUp();
  });

  it('records a deadline that was kept too late, while no keeper looked', async () => {
    const caseId = await file();
    nowMs += 30 * 24 * hourMs;
    await run(caseId, triage);
    await caughtUp();
    await keeperOn().look();
    expect(await missed(caseId)).toContain('TRIAGE');
  });

  it('starts no clock of an imported case before its triage', async () => {
    const source = { system: 'invented', reference: newId(), row: 1, columns: {} };
    const caseId = await file({ target: 'IMPORT', origin: 'IMPORTED', source, reportedAt: '2026-03-02T14:30:00.000Z' });
    nowMs += 60 * 24 * hourMs;
    await caughtUp();
    await keeperOn().look();
    expect(await missed(caseId)).toEqual([]);
    await run(caseId, triage);
    nowMs += 60 * 24 * hourMs;
    await caughtUp();
    await keeperOn().look();
    expect(await missed(caseId)).toContain('ASSIGNMENT');
  });

  it.each([
    ['a weekend in which the clocks go forward', '2026-03-06T21:00:00.000Z', '2026-03-10T20:00:00.000Z'],
    ['a weekend in which the clocks go back', '2026-10-30T20:00:00.000Z', '2026-11-03T21:00:00.000Z'],
    ['a holiday and a weekend', '2026-11-25T21:00:00.000Z', '2026-11-30T21:00:00.000Z'],
    ['a holiday on a Friday', '2026-07-02T20:00:00.000Z', '2026-07-07T20:00:00.000Z'],
    ['a Saturday night to a Tuesday', '2026-03-15T04:30:00.000Z', '2026-03-18T04:30:00.000Z'],
  ])('counts two business days over %s, to the local minute, and misses them at the very end and not before', async (_over, from, due) => {
    nowMs = Date.parse(from);
    const caseId = await file();
    await caughtUp();
    nowMs = Date.parse(due) - 1;
    await keeperOn().look();
    expect(await triageMissed(caseId)).toEqual([]);
    nowMs += 1;
    await keeperOn().look();
    expect(await triageMissed(caseId)).toMatchObject([{ dueAt: due, policyVersion: 1 }]);
    await caughtUp();
    nowMs -= 6 * 24 * hourMs;
    await keeperOn().look();
    nowMs += 7 * 24 * hourMs;
    await keeperOn().look();
    expect(await triageMissed(caseId)).toHaveLength(1);
  });

  it('a clock that runs keeps its version of the policy, one that starts later has the next, and each missed deadline says which', async () => {
    const before = await file();
    adopt({ effectiveFrom: '2026-03-02T16:00:00.000Z', clocks: { ...samplePolicy.clocks, TRIAGE: { ...samplePolicy.clocks.TRIAGE, value: { amount: 1, unit: 'HOURS' } } } });
    nowMs = Date.parse('2026-03-02T16:00:00.000Z');
    const after = await file();
    await caughtUp();
    nowMs += hourMs;
    await keeperOn().look();
    expect([await triageMissed(before), await triageMissed(after)]).toMatchObject([[], [{ dueAt: '2026-03-02T17:00:00.000Z', policyVersion: 2 }]]);
    nowMs = Date.parse('2026-03-04T15:00:00.000Z');
    await keeperOn().look();
    expect(await triageMissed(before)).toMatchObject([{ dueAt: '2026-03-04T15:00:00.000Z', policyVersion: 1 }]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import type { EventStore } from '#libs/event-store';
import { createPostgresEventStore } from '#libs/event-store/module';
import { auditLog } from '#libs/ledger-feed';
import { cast, graphqlScenarioPort, play, type Play, type Player, scenario } from '#libs/scenario';
import { DATABASE, EVENT_STORE } from '#libs/service';
import { collectPages, event } from '../../../test/support/log-kit.js';
import { EventStoreDbDouble } from '../../../test/eventstoredb-double/server.js';
import { type RunningApp, startApp } from '../../../test/support/app.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { runFromSource } from '../../../test/support/from-source.js';
import { differingTables } from '../../../test/support/read-model-oracle.js';
import { query } from '../../../test/support/sql.js';

const origin = 'development.caseledger.invalid';
const waitMsMax = 20_000;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

let folder: string;
let database: TestDatabase;
let double: EventStoreDbDouble;
let service: RunningApp | null = null;
let played: Play;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'caseledger-copy-'));
  database = await createTestDatabase();
  double = await EventStoreDbDouble.start();
});
afterAll(async () => {
  await service?.close();
  await double.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const running = (): RunningApp => {
  if (service === null) throw new Error('the service is stopped');
  return service;
};

async function ask<Data>(as: Player, text: string, variables: object): Promise<Data> {
  const answer = await running().graphql<Data>(await running().token(as.user, as.role), text, variables);
  if (answer.data === null) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

const program = (...words: string[]) => runFromSource(['apps/cli/src/main.ts', '--json', ...words], { database, folder, EVENTSTORE_URL: double.url });
const copyLog = (...options: string[]) => program('copy-log', ...options);

/** Every event is a leaf: asked until then. */
async function numbered(pool: Pool, events: number): Promise<void> {
  const until = Date.now() + waitMsMax;
  for (let size = 0; size < events && Date.now() < until; ) size = Number((await pool.query<{ size: string }>('SELECT size FROM ledger_state')).rows[0]?.size);
}

const leaves = () => query(database.ownerUrl, `SELECT leaf_index::int, event_id, encode(hash, 'hex') AS hash FROM ledger_leaf ORDER BY leaf_index`);
const checkpoints = () => query(database.ownerUrl, 'SELECT size::int, note FROM ledger_checkpoint ORDER BY size');

describe('moving the log from PostgreSQL to EventStoreDB (the double of test/)', () => {
  let before: { leaves: Awaited<ReturnType<typeof leaves>>; checkpoints: Awaited<ReturnType<typeof checkpoints>> };

  it('copies beside the running service, and refuses to change over while it runs', async () => {
    service = await startApp({ CASELEDGER_DATA: folder }, database);
    played = await play(scenario, graphqlScenarioPort(ask), new Date());
    const events = await collectPages(service.app.get<EventStore>(EVENT_STORE).readAll());
    const copied = await copyLog();
    expect(copied).toMatchObject({ code: 0 });
    expect(JSON.parse(copied.out)).toMatchObject({ copied: events.length, equal: events.length, changedOver: false });
    expect(await copyLog('--change-over')).toMatchObject({ code: 1, said: expect.stringContaining('still runs on this database') });
    await numbered(service.app.get<Pool>(DATABASE), events.length);
  }, 60_000);

  it('changes over once the service has stopped: positions are remapped, leaf indices and checkpoints stay', async () => {
    await running().close();
    service = null;
    before = { leaves: await leaves(), checkpoints: await checkpoints() };
    expect(before.checkpoints.length).toBeGreaterThan(0);
    const changed = await copyLog('--change-over');
    expect(changed).toMatchObject({ code: 0 });
    expect(JSON.parse(changed.out)).toMatchObject({ copied: 0, changedOver: true });
    expect({ leaves: await leaves(), checkpoints: await checkpoints() }).toEqual(before);
    const positions = await query(database.ownerUrl, 'SELECT position FROM ledger_leaf ORDER BY leaf_index');
    expect(positions.map(({ position }) => BigInt(String(position)))).toEqual(double.log.all.filter(({ stream }) => !stream.startsWith('$') && stream !== 'caseledger-log').map(({ position }) => position));
  }, 60_000);

  it('leaves a log in PostgreSQL that takes no more events, and a ledger whose rows only grow', async () => {
    const old = await createPostgresEventStore({ url: database.serviceUrl, log });
    await expect(old.append('case-late', 'NO_STREAM', [event('case-late', 0)])).rejects.toMatchObject({ outcome: 'REFUSED' });
    await old.close();
    await expect(query(database.ownerUrl, 'UPDATE ledger_leaf SET position = position + 1')).rejects.toThrow(/only grows/);
    await expect(startApp({ CASELEDGER_DATA: folder }, database)).rejects.toThrow(/Set EVENTSTORE_URL/);
    expect(await copyLog('--change-over')).toMatchObject({ code: 1, said: expect.stringContaining('belongs to the event log') });
  }, 60_000);

  it('serves on from the copy: read models need no rebuild, the audit finds all as it was, new actions follow', async () => {
    service = await startApp({ CASELEDGER_DATA: folder, EVENTSTORE_URL: double.url }, database);
    const [store, pool] = [service.app.get<EventStore>(EVENT_STORE), service.app.get<Pool>(DATABASE)];
    expect(await differingTables(pool, await collectPages(store.readAll({ categories: ['case'] })))).toEqual({});
    const input = { caseId: played.caseId, reason: 'INVENTED: a further fact.' };
    const { answer } = await ask<{ answer: { position: string } }>(cast.supervisor, 'mutation ($input: ResumeInvestigationInput!) { answer: resumeInvestigation(input: $input) { ... on Recorded { position } } }', { input });
    expect(answer.position).toContain(store.logId);
    const events = await collectPages(store.readAll());
    // The action, and what was recorded of its being asked for.
    expect(events.length).toBeGreaterThan(before.leaves.length);
    await numbered(pool, events.length);
    const audit = await auditLog({ store, pool, origin, pinsFolder: join(folder, 'pins') });
    expect(audit).toMatchObject({ kind: 'SOUND', counts: { leaves: events.length, foreign: 0 } });
    expect((await pool.query('SELECT kind, detail FROM ledger_alarm')).rows).toEqual([]);
  }, 60_000);

  it('is audited by its bytes where asked: a change that JSON would hide is found by --raw alone', async () => {
    expect(await program('audit', '--raw')).toMatchObject({ code: 0 });
    const held = double.log.readable(`case-${played.caseId}`)?.[3];
    if (held === undefined) throw new Error('the case has no such event');
    Object.assign(held, { data: Buffer.from(Buffer.from(held.data).toString().replace('{', '{ ')) });
    expect(await program('audit')).toMatchObject({ code: 0 });
    const raw = await program('audit', '--raw');
    expect(raw.code).toBe(1);
    expect(JSON.parse(raw.out)).toMatchObject({ kind: 'DIFFERENT', difference: { eventId: held.id } });
  }, 60_000);
});

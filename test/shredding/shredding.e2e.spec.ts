import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import type { ResolvedDatabase } from '#infra/postgres';
import type { Role } from '#libs/domain';
import { systemRandom, uuidv7 } from '#libs/envelope';
import type { EventStore } from '#libs/event-store';
import { auditLog } from '#libs/ledger-feed';
import { DATABASE, DATABASE_SERVER, EVENT_STORE } from '#libs/service';
import { type RunningApp, startAppIn } from '../support/app.js';
import { query } from '../support/sql.js';

/** Invented words that stand nowhere else. Each is looked for as it was typed, in any case, and as the index stores it. */
const secrets = { name: 'Quillonath Zembrovka', contact: 'quillonath.z at invented dot example', statement: 'INVENTED. Quillonath saw the wexbordine lantern fall.' };
const marks = ['quillonath', 'zembrovka', 'wexbordin'];
const kept = 'an invented narrative of a harmless marblethwick';

const settleMs = 30_000;

let folder: string;
let service: RunningApp;
const tokens = new Map<Role, string>();
let caseId: string;
let person: string;
const personCommand = uuidv7({ now: Date.now, random: systemRandom });
let destroyed: readonly Record<string, unknown>[];

beforeAll(async () => {
  folder = await mkdtemp('/tmp/caseledger-shredding-');
  await chmod(folder, 0o711); // As root, the server's user passes through.
  await start();
}, 60_000);
afterAll(async () => {
  await service.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

async function start(): Promise<void> {
  service = await startAppIn(join(folder, 'data'));
  for (const role of ['OFFICER', 'INTAKE', 'RECORDS', 'LEGAL', 'CUSTODIAN', 'SUPERVISOR'] as const) tokens.set(role, await service.token(`${role.toLowerCase()}-1`, role));
}

interface Answer {
  readonly __typename: string;
  readonly code?: string;
  readonly caseId?: string;
  readonly position?: string;
}

async function act(role: Role, action: string, input: object): Promise<Answer> {
  const document = `mutation ($input: ${action[0]?.toUpperCase() ?? ''}${action.slice(1)}Input!) { answer: ${action}(input: $input) { __typename ... on Recorded { caseId position } ... on Refused { code } } }`;
  const { data, errors } = await service.graphql<{ answer: Answer }>(tokens.get(role) ?? null, document, { input });
  if (data === null) throw new Error(JSON.stringify(errors));
  return data.answer;
}

interface Seen {
  readonly persons: readonly { readonly id: string; readonly name: { readonly text: string | null; readonly expunged: boolean } }[];
  readonly courtOrders: readonly { readonly id: string }[];
  readonly reports: readonly { readonly narrative: { readonly text: string | null } }[];
}

async function look(role: Role): Promise<Seen> {
  const document = 'query ($id: UUID!) { case(caseId: $id, purpose: "test") { persons { id name { text expunged } } courtOrders { id } reports { narrative { text } } } }';
  const { data, errors } = await service.graphql<{ case: Seen | null }>(tokens.get(role) ?? null, document, { id: caseId });
  if (!data?.case) throw new Error(JSON.stringify(errors));
  return data.case;
}

const found = async (word: string, atLeast: string | undefined): Promise<number> => {
  const document = 'query ($word: String!, $at: Position) { cases(purpose: "test", filter: { search: $word }, atLeast: $at) { edges { node { caseId } } } }';
  const { data } = await service.graphql<{ cases: { edges: unknown[] } }>(tokens.get('LEGAL') ?? null, document, { word, at: atLeast });
  return data?.cases.edges.length ?? -1;
};

const pool = (): Pool => service.app.get<Pool>(DATABASE);
const adminUrl = (): string => service.app.get<ResolvedDatabase>(DATABASE_SERVER).maintenanceUrl;

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + settleMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${settleMs} ms`);
    await pause(20);
  }
}

/** Files under the data folder that hold one of the marks, in any case, as bytes. */
async function filesWith(words: readonly string[]): Promise<readonly string[]> {
  const hits: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const text = (await readFile(path)).toString('latin1').toLowerCase();
    if (words.some((word) => text.includes(word))) hits.push(path.slice(folder.length));
  }
  return hits;
}

/** Tables of every schema, those of PostgreSQL itself included, with a row that holds one of the marks. */
async function tablesWith(words: readonly string[]): Promise<readonly string[]> {
  const tables = await query(adminUrl(), `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm')`);
  const where = words.map((word) => `t::text ILIKE '%${word}%'`).join(' OR ');
  const each = (tables as readonly { name: string }[]).map(({ name }) => `SELECT '${name}' AS name WHERE EXISTS (SELECT FROM ${name} AS t WHERE ${where})`);
  return (await query(adminUrl(), each.join(' UNION ALL '))).map(({ name }) => String(name));
}

describe('shredding, on a service with its own database, as it is started by npm start', () => {
  it('what is to be expunged is found by search, in tables and in files of the data folder: the search for it works', async () => {
    const report = {
      origin: 'CIVILIAN',
      incident: { dispatch: 'D-1' },
      place: {},
      occurredAt: { precision: 'UNKNOWN', source: 'intake', zone: 'America/Chicago' },
      narrative: kept,
      injuries: 'NO',
    };
    caseId = (await act('INTAKE', 'fileReport', report)).caseId ?? '';
    await act('INTAKE', 'recordPerson', { commandId: personCommand, caseId, roles: ['WITNESS'], identity: 'CONFIDENTIAL', minor: 'NO', name: secrets.name, contact: secrets.contact });
    person = (await look('INTAKE')).persons[0]?.id ?? '';
    const { position } = await act('INTAKE', 'takeStatement', {
      caseId,
      giver: { person },
      voluntariness: 'VOLUNTARY',
      language: 'en',
      kind: 'SUMMARY',
      present: [],
      takenAt: new Date(Date.now() - 60_000).toISOString(),
      text: secrets.statement,
    });
    await until('the statement is searchable', async () => (await found('wexbordine', position)) === 1);
    await query(adminUrl(), 'ANALYZE', 'CHECKPOINT');
    expect(await tablesWith(marks)).toEqual(expect.arrayContaining(['search_text_v1.search_text', 'pg_catalog.pg_statistic']));
    const files = await filesWith(marks);
    expect(files.some((file) => file.includes('/pg_wal/'))).toBe(true);
    expect(files.some((file) => file.includes('/base/'))).toBe(true);
    // Sealed in the log: the events themselves never hold it.
    expect(await tablesWith(marks)).not.toContain('public.event');
  }, 60_000);

  it('is refused to who asked for it, and confirmed by a second person; the person can no longer be read or found', async () => {
    await act('RECORDS', 'recordCourtOrder', { caseId, kind: 'EXPUNGE', court: 'An invented court', number: 'E-1', subjects: [person], orderedAt: new Date(Date.now() - 60_000).toISOString() });
    const order = (await look('RECORDS')).courtOrders[0]?.id;
    await act('RECORDS', 'requestShredding', { caseId, order, persons: [person], reason: 'paragraph 2 of the invented order' });
    const [request] = await query(adminUrl(), `SELECT body::json->>'shredding' AS id FROM event WHERE type = 'ShreddingRequested'`);
    destroyed = await query(adminUrl(), `SELECT * FROM data_key WHERE subject = 'person:${person}'`);
    expect(destroyed).toHaveLength(1);
    expect(await act('RECORDS', 'confirmShredding', { caseId, shredding: request?.['id'] })).toMatchObject({ __typename: 'Refused', code: 'ONESELF' });
    const confirmed = await act('LEGAL', 'confirmShredding', { caseId, shredding: request?.['id'] });
    expect(confirmed).toMatchObject({ __typename: 'Recorded' });
    // At once: before anything else was done.
    expect((await look('RECORDS')).persons[0]?.name).toEqual({ text: null, expunged: true });
    expect((await look('RECORDS')).reports[0]?.narrative.text).toBe(kept);
    expect(await query(adminUrl(), `SELECT FROM data_key WHERE subject = 'person:${person}'`)).toEqual([]);
    await until('it is no longer found', async () => (await found('wexbordine', confirmed.position)) === 0);
    expect(await found('marblethwick', confirmed.position)).toBe(1);
  }, 60_000);

  it('leaves no word of it in any table, log or file of the data folder', async () => {
    await until('it is off the disk', async () => (await pool().query('SELECT FROM expungement WHERE purged_at IS NOT NULL')).rowCount === 1);
    const receipt = await pool().query('SELECT person, confirmed_by, search_rows, left_to_operator FROM expungement');
    expect(receipt.rows).toEqual([{ person, confirmed_by: 'legal-1', search_rows: 1, left_to_operator: [] }]);
    expect(await tablesWith(marks)).toEqual([]);
    await query(adminUrl(), 'CHECKPOINT');
    expect(await filesWith(marks)).toEqual([]);
    // What was not expunged is still there: the search still finds things.
    expect((await filesWith(['marblethwick'])).length).toBeGreaterThan(0);
  }, 60_000);

  it('every proof still verifies', async () => {
    const store = service.app.get<EventStore>(EVENT_STORE);
    await until('the ledger is through', async () => {
      const { rows } = await pool().query<{ last: string }>('SELECT last_position AS last FROM ledger_state');
      return BigInt(rows[0]?.last ?? 0) >= ((await store.head())?.n ?? 0n);
    });
    expect(await auditLog({ store, pool: pool(), origin: 'development.caseledger.invalid', pinsFolder: null })).toMatchObject({ kind: 'SOUND', counts: { foreign: 0 } });
  }, 60_000);

  it('the command that had recorded it is answered REPEATED_AFTER_EXPUNGEMENT', async () => {
    const again = { commandId: personCommand, caseId, roles: ['WITNESS'], identity: 'CONFIDENTIAL', minor: 'NO', name: secrets.name, contact: secrets.contact };
    expect(await act('INTAKE', 'recordPerson', again)).toMatchObject({ __typename: 'Refused', code: 'REPEATED_AFTER_EXPUNGEMENT' });
  });

  it('a key that comes back with a restored table is destroyed before the service serves', async () => {
    const [key] = destroyed as readonly { id: string; subject: string; wrapped: Buffer }[];
    if (key === undefined) throw new Error('the key was not kept by this test');
    await pool().query('INSERT INTO data_key (id, subject, wrapped) VALUES ($1, $2, $3)', [key.id, key.subject, key.wrapped]);
    await service.close();
    await start();
    expect((await pool().query('SELECT FROM data_key WHERE id = $1', [key.id])).rowCount).toBe(0);
    expect((await look('RECORDS')).persons[0]?.name).toEqual({ text: null, expunged: true });
    expect(await filesWith(marks)).toEqual([]);
  }, 60_000);
});

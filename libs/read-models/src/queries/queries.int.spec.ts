import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import type { StageName } from '#libs/domain';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { people } from '../../../../test/support/case-kit.js';
import { Chance } from '../../../../test/support/chance.js';
import { BadInput, type CaseFilter, type CaseNode, type CasesInput, type CaseSort, createReadModels, type Queries } from '../index.js';

const ids = Array.from({ length: 400 }, (_, i) => `0190b5a0-0000-8000-8000-${String(i).padStart(12, '0')}`);
const time = (minutes: number): string => new Date(Date.UTC(2026, 0, 1) + minutes * 60_000).toISOString();
const stageNames: readonly StageName[] = ['REPORTED', 'UNDER_INVESTIGATION', 'CLOSED'];

/** Rows written straight into the tables, with many equal sort keys: what is tested here is reading. */
function caseRow(chance: Chance, i: number): Record<string, unknown> {
  const earliest = chance.below(500);
  // prettier-ignore
  return {
    case_id: ids[i], number: `2026-${String(chance.below(300)).padStart(6, '0')}`, stage: chance.one(stageNames), sealed: chance.is(0.1),
    origin: chance.one(['OFFICER', 'CIVILIAN', 'IMPORTED']), opened_at: time(chance.below(40)), reported_at: time(0),
    ...(chance.is(0.2) ? { occurred_earliest: null, occurred_latest: null } : { occurred_earliest: time(earliest), occurred_latest: time(earliest + chance.below(60)) }),
    beat: chance.one(['0111', '0112', null]), district: chance.one(['001', '002']), category: chance.one(['Force', "O'Brien; DROP TABLE event; --", null]), category_code: null,
    unit: chance.one(['u1', null]), triaged: true, investigator: chance.one(['investigator-1', null]), filed_by: 'officer-1', report_count: 1, person_count: 0,
    agent_count: 0, violation_count: 0, referral_count: 0, footage_count: 0, holds_unconfirmed: chance.below(2), requests_unconfirmed: 0, mismatches_open: 0,
    federal_supervisor: 'NONE', injuries: 'NO', disposition: null, duplicate_of: null, facts: {},
  };
}

describe('queries for a viewer', () => {
  let database: TestDatabase;
  let pool: Pool;
  let queries: Queries;
  const chance = new Chance(7);
  const rows = ids.slice(0, 300).map((_, i) => caseRow(chance, i));
  const activity = new Map(rows.map((row, i) => [String(row['case_id']), { last_event_at: time(chance.below(50)), last_position: i, revision: 0, material_revision: 0, district: row['district'] }]));
  const due = new Map(rows.filter(() => chance.is(0.5)).map((row) => [String(row['case_id']), time(chance.below(30))]));
  const words = new Map(rows.filter(() => chance.is(0.4)).map((row) => [String(row['case_id']), chance.one(['a dark van stopped', 'the agents left', 'nothing seen'])]));

  const insert = (table: string, given: readonly object[]) =>
    pool.query(`INSERT INTO ${table} (${Object.keys(given[0] ?? {}).join(', ')}) SELECT ${Object.keys(given[0] ?? {}).join(', ')} FROM json_populate_recordset(NULL::${table}, $1::json)`, [JSON.stringify(given)]);

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.serviceUrl });
    pool.on('error', () => undefined);
    queries = createReadModels(pool).queriesFor({ actor: people.supervisor });
    await insert('case_list_v2.case_list', rows);
    await insert('case_access_v1.case_access', ids.map((case_id) => ({ case_id, unit: 'unit-1', stage: 'REPORTED', sealed: false, referred: false })));
    await insert('case_list_v2.case_activity', [...activity].map(([case_id, row]) => ({ case_id, ...row })));
    await insert('clock_v1.case_due', [...due].map(([case_id, next_due_at]) => ({ case_id, next_clock: 'TRIAGE', next_due_at, limitation_at: null, running: 1 })));
    await insert(
      'search_text_v1.search_text',
      [...words].map(([case_id, content], i) => ({ case_id, text_id: `e/${i}`, key_id: 'k', event_id: `e-${i}`, position: i, type: 'ReportFiled', field: 'narrative', content })),
    );
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const key = (row: Record<string, unknown>, sort: CaseSort): string => {
    const keys = { OPENED: row['opened_at'], NUMBER: row['number'], LAST_EVENT: activity.get(String(row['case_id']))?.last_event_at, NEXT_DUE: due.get(String(row['case_id'])) ?? '9' };
    return `${String(keys[sort])}/${String(row['case_id'])}`;
  };
  const expected = (sort: CaseSort, direction: 'ASC' | 'DESC', keep: (row: Record<string, unknown>) => boolean = () => true): string[] => {
    const ordered = rows.filter(keep).sort((a, b) => (key(a, sort) < key(b, sort) ? -1 : 1)).map((row) => String(row['case_id']));
    return direction === 'ASC' ? ordered : ordered.reverse();
  };
  const walk = async (input: CasesInput, forward: boolean, size: number): Promise<string[]> => {
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let pages = 0; pages < 1_000; pages += 1) {
      const page = await queries.cases({ ...input, page: forward ? { first: size, after: cursor } : { last: size, before: cursor } });
      const ofPage = page.edges.map((edge) => edge.node.case_id);
      if (forward) seen.push(...ofPage);
      else seen.unshift(...ofPage);
      cursor = forward ? page.pageInfo.endCursor : page.pageInfo.startCursor;
      if (!(forward ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage)) return seen;
    }
    throw new Error('the walk never ended');
  };

  it.each(
    (['OPENED', 'NUMBER', 'LAST_EVENT', 'NEXT_DUE'] as const).flatMap((sort) => (['ASC', 'DESC'] as const).flatMap((way) => [[sort, way, true], [sort, way, false]] as const)),
  )('pages by %s %s (forward: %s) show each row once, in order', async (sort, direction, forward) => {
    for (const size of [7, 50, 200]) expect(await walk({ sort, direction }, forward, size)).toEqual(expected(sort, direction));
  });

  it('a walk sees each row that was there once, while others come and go', async () => {
    const before = expected('OPENED', 'ASC');
    const seen: string[] = [];
    let after: string | null = null;
    for (let i = 300; i < 400; i += 1) {
      await insert('case_list_v2.case_list', [caseRow(chance, i)]);
      await insert('case_list_v2.case_activity', [{ case_id: ids[i], last_event_at: time(0), last_position: i, revision: 0, material_revision: 0 }]);
      const page = await queries.cases({ sort: 'OPENED', direction: 'ASC', page: { first: 9, after } });
      seen.push(...page.edges.map((edge) => edge.node.case_id));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    await pool.query('DELETE FROM case_list_v2.case_list WHERE case_id = ANY($1)', [ids.slice(300)]);
    await pool.query('DELETE FROM case_list_v2.case_activity WHERE case_id = ANY($1)', [ids.slice(300)]);
    expect(seen.filter((id) => ids.indexOf(id) < 300)).toEqual(before);
    expect(new Set(seen).size).toBe(seen.length);
  });

  const naive: readonly [string, CaseFilter, (row: Record<string, unknown>) => boolean][] = [
    ['stages', { stages: ['CLOSED', 'REPORTED'] }, (row) => row['stage'] !== 'UNDER_INVESTIGATION'],
    ['districts', { districts: ['001', '002'] }, (row) => row['district'] === '001' || row['district'] === '002'],
    ['three at once', { stages: ['CLOSED'], districts: ['001'], beats: ['0111'] }, (row) => row['stage'] === 'CLOSED' && row['district'] === '001' && row['beat'] === '0111'],
    ['a category of hostile words', { categories: ["O'Brien; DROP TABLE event; --"] }, (row) => String(row['category']).startsWith("O'Brien")],
    ['origin and unit', { origins: ['IMPORTED'], units: ['u1'] }, (row) => row['origin'] === 'IMPORTED' && row['unit'] === 'u1'],
    ['investigator', { investigators: ['investigator-1' as never] }, (row) => row['investigator'] === 'investigator-1'],
    ['nobody assigned', { unassigned: true }, (row) => row['investigator'] === null],
    ['opened', { openedFrom: time(10), openedTo: time(20) }, (row) => String(row['opened_at']) >= time(10) && String(row['opened_at']) <= time(20)],
    ['occurred', { occurredFrom: time(100), occurredTo: time(200) }, (row) => row['occurred_earliest'] !== null && String(row['occurred_latest']) >= time(100) && String(row['occurred_earliest']) <= time(200)],
    ['sealed', { sealed: true }, (row) => row['sealed'] === true],
    ['not sealed', { sealed: false }, (row) => row['sealed'] === false],
    ['unconfirmed hold', { unconfirmedHold: true }, (row) => Number(row['holds_unconfirmed']) > 0],
    ['overdue', { overdueAt: time(15) }, (row) => (due.get(String(row['case_id'])) ?? '9') < time(15)],
    ['search', { search: 'vans' }, (row) => words.get(String(row['case_id'])) === 'a dark van stopped'],
    ['a phrase', { search: '"agents left"' }, (row) => words.get(String(row['case_id'])) === 'the agents left'],
    ['an empty list of stages', { stages: [] }, () => false],
  ];
  it.each(naive)('filter: %s, as a plain filter gives', async (_name, filter, keep) => {
    for (const sort of ['OPENED', 'NEXT_DUE', 'LAST_EVENT'] as const) expect(await walk({ filter, sort, direction: 'ASC' }, true, 200)).toEqual(expected(sort, 'ASC', keep));
  });

  it('gives dates, counts and positions as code expects them, and keeps the inner facts inside', async () => {
    const node = (await queries.caseById(ids[3] ?? '')) as CaseNode;
    const row = rows[3];
    expect(node).toMatchObject({ opened_at: row?.['opened_at'], last_position: 3n, next_due_at: due.get(ids[3] ?? '') ?? null });
    expect(node).not.toHaveProperty('facts');
    expect(await queries.caseByNumber(String(row?.['number']))).not.toBeNull();
    expect(await queries.caseByNumber("' OR 1=1 --")).toBeNull();
  });

  it('refuses a page out of bounds, or from both ends', async () => {
    for (const page of [{ first: 201 }, { first: -1 }, { first: 1.5 }, { last: 201 }, { first: 1, last: 1 }, { first: 1, before: 'x' }, { last: 1, after: 'x' }]) {
      await expect(queries.cases({ page })).rejects.toBeInstanceOf(BadInput);
    }
    expect((await queries.cases({ page: { first: 0 } })).edges).toEqual([]);
  });

  it('refuses forged cursors, cursors of another order, and texts that are none', async () => {
    const forge = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const real = (await queries.cases({ sort: 'OPENED', page: { first: 1 } })).pageInfo.endCursor ?? '';
    const hostile = [
      '', '%', 'x'.repeat(5_000), forge(), forge(1, 'opened', 'DESC', "2026'; DROP TABLE event; --", ids[0]),
      forge(1, 'opened', 'DESC', time(0), "' OR true --"), forge(1, 'opened', 'ASC', time(0), ids[0]), forge(2, 'opened', 'DESC', time(0), ids[0]),
      forge(1, 'opened', 'DESC', null, ids[0]), forge(1, 'opened', 'DESC', '2026-13-45T99:00:00.000Z', ids[0]), `${real}=`,
    ]; // prettier-ignore
    for (const after of hostile) await expect(queries.cases({ sort: 'OPENED', page: { first: 1, after } })).rejects.toBeInstanceOf(BadInput);
    await expect(queries.cases({ sort: 'NUMBER', page: { first: 1, after: real } })).rejects.toBeInstanceOf(BadInput);
    await expect(queries.cases({ sort: 'NEXT_DUE', page: { first: 1, after: real } })).rejects.toBeInstanceOf(BadInput);
    await expect(queries.auditTrail({ page: { after: forge(1, 'position-case_id', 'DESC', '99999999999999999999', ids[0]) } })).rejects.toBeInstanceOf(BadInput);
  });

  it('refuses filters that are no ids, times or texts, and takes hostile words as words', async () => {
    await expect(queries.footage({ caseId: "x' OR 1=1" })).rejects.toBeInstanceOf(BadInput);
    await expect(queries.links('nope')).rejects.toBeInstanceOf(BadInput);
    await expect(queries.cases({ filter: { openedFrom: 'yesterday' } })).rejects.toBeInstanceOf(BadInput);
    await expect(queries.cases({ filter: { overdueAt: "now() - '1 day'" } })).rejects.toBeInstanceOf(BadInput);
    await expect(queries.cases({ filter: { beats: ['a\0b'] } })).rejects.toBeInstanceOf(BadInput);
    await expect(queries.cases({ filter: { beats: Array.from({ length: 51 }, String) } })).rejects.toBeInstanceOf(BadInput);
    await expect(queries.cases({ filter: { search: 'x'.repeat(501) } })).rejects.toBeInstanceOf(BadInput);
    for (const search of ["'; DROP TABLE event; --", '((((', ':* & | !', '"', 'OR', '<->', "\\' ''"]) {
      await expect(queries.cases({ filter: { search } })).resolves.toBeDefined();
      await expect(queries.auditTrail({ text: search })).resolves.toBeDefined();
      await expect(queries.search({ text: search })).resolves.toBeDefined();
    }
    expect((await pool.query('SELECT count(*)::int AS n FROM event')).rows).toEqual([{ n: 0 }]);
  });

  it('search answers newest first', async () => {
    const found = await queries.search({ text: 'agents', page: { first: 5 } });
    const positions = found.edges.map((edge) => edge.node.position);
    expect(positions).toHaveLength(5);
    expect(positions).toEqual([...positions].sort((a, b) => (a < b ? 1 : -1)));
  });

  it('every list and lookup runs on empty tables too', async () => {
    const lists = [queries.footage(), queries.agents(), queries.persons(), queries.violations(), queries.referrals(), queries.clocks({ running: true, dueBefore: time(9) }), queries.auditTrail({ marks: ['CORRECTION'], from: time(0) })];
    for (const list of await Promise.all(lists)) expect(list.edges).toEqual([]);
    const lookups = [queries.footageById('x'), queries.agentById('x'), queries.personById('x'), queries.violationById('x'), queries.referralById('x'), queries.eventById('x')];
    expect(await Promise.all(lookups)).toEqual([null, null, null, null, null, null]);
  });
});

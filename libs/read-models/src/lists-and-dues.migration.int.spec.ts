import { copyFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrate, migrationsFolder, silentLog } from '#infra/postgres';
import { Chance } from '../../../test/support/chance.js';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { query } from '../../../test/support/sql.js';
import { dueLevels } from './counters/periods.js';

const migrationName = '0096_lists_and_dues.sql';
const caseIdAt = (i: number): string => `0190b5a0-0000-8000-8000-${String(i).padStart(12, '0')}`;
const counters = ['clock_due', 'custodian_due/sealed'];

/** What is due, counted by these of its levels: as JSON of counter, period, district, labels and amount, in order. */
function cells(isKept: (period: string) => boolean): readonly string[] {
  const chance = new Chance(3);
  const sums = new Map<string, number>();
  for (let i = 0; i < 400; i += 1) {
    const at = new Date(Date.parse('2024-06-01T00:00:00Z') + chance.below(900 * 24) * 3_600_000).toISOString();
    const [counter, district, label] = [chance.one(counters), chance.one(['*', '001']), chance.one(['TRIAGE', 'a label'])];
    for (const period of dueLevels(at, 'HOUR').filter(isKept)) {
      const key = JSON.stringify([counter, period, district, [label]]);
      sums.set(key, (sums.get(key) ?? 0) + 1);
    }
  }
  return [...sums].map(([key, amount]) => `${key} ${amount}`).sort();
}

describe(`the migration ${migrationName}`, () => {
  let database: TestDatabase;
  let folder: string;

  /** A database as it stood before, filled in the old forms. */
  beforeAll(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(join(tmpdir(), 'caseledger-migrations-'));
    const owner = database.ownerUrl;
    const schemas = await query(owner, "SELECT nspname AS name FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'");
    for (const { name } of schemas) await query(owner, `DROP SCHEMA ${String(name)} CASCADE`);
    await query(owner, 'CREATE SCHEMA public');
    for (const name of await readdir(migrationsFolder)) if (name.endsWith('.sql') && name < migrationName) await copyFile(join(migrationsFolder, name), join(folder, name));
    await migrate(owner, { log: silentLog, folder });
    for (let i = 0; i < 5; i += 1) {
      const row = { case_id: caseIdAt(i), number: `2026-${i}`, stage: 'REPORTED', sealed: false, origin: 'OFFICER', opened_at: '2026-03-01T00:00:00Z', reported_at: '2026-03-01T00:00:00Z', district: i === 0 ? null : `00${i}` };
      const counts = { triaged: false, filed_by: 'officer-1', report_count: 1, person_count: 0, agent_count: 0, violation_count: 0, referral_count: 0, footage_count: 0 };
      const more = { holds_unconfirmed: 0, requests_unconfirmed: 0, mismatches_open: 0, federal_supervisor: 'NONE', injuries: 'NO', facts: {} };
      await query(owner, `INSERT INTO case_list_v1.case_list SELECT * FROM json_populate_record(NULL::case_list_v1.case_list, '${JSON.stringify({ ...row, ...counts, ...more })}')`);
      await query(owner, `INSERT INTO case_list_v1.case_activity VALUES ('${caseIdAt(i)}', '2026-03-0${i + 1}T00:00:00Z', ${i}, ${i}, 0)`);
    }
    for (const cell of cells((period) => /^[MDH]/.test(period))) {
      const [, key = '', amount = ''] = /^(.*) (\d+)$/.exec(cell) ?? [];
      const [counter, period, due, [label]] = JSON.parse(key) as [string, string, string, [string]];
      await query(owner, `INSERT INTO clock_counter_v1.clock_counter VALUES ('${counter}', '${period}', '${due}', ARRAY['${label}'], ${amount})`);
    }
    await copyFile(join(migrationsFolder, migrationName), join(folder, migrationName));
    await migrate(owner, { log: silentLog, folder });
  }, 60_000);
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it('keeps every row of the lists, and gives the row of the last event its district', async () => {
    const rows = await query(database.serviceUrl, 'SELECT c.number, c.district, a.district AS beside, a.revision FROM read.case_list AS c JOIN read.case_activity AS a USING (case_id) ORDER BY c.case_id');
    expect(rows).toEqual(Array.from({ length: 5 }, (_, i) => ({ number: `2026-${i}`, district: i === 0 ? null : `00${i}`, beside: i === 0 ? null : `00${i}`, revision: i })));
  });

  it('keeps what is due by year and as a whole, as the feed would have from the beginning', async () => {
    const rows = await query(database.serviceUrl, 'SELECT counter, period, district, labels, amount::int AS amount FROM read.clock_counter');
    const found = rows.map(({ counter, period, district, labels, amount }) => `${JSON.stringify([counter, period, district, labels])} ${String(amount)}`).sort();
    expect(found).toEqual(cells(() => true));
  });
});

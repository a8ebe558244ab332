/**
 * Measures pages of 50 cases over many invented ones, written straight into the tables:
 * `node --import ./test/scripts/without-jest.js --import ./test/support/source-hooks.js test/scripts/page-speed.ts [cases]`
 */
import { Pool } from 'pg';
import type { Actor } from '#libs/domain';
import type { CasesInput } from '#libs/read-models';
import { createReadModels } from '#libs/read-models';
import { people, person } from '../support/case-kit.js';
import { startDurableCluster } from '../support/database.js';

const cases = Number(process.argv[2] ?? 100_000);
const runs = 20;
const cluster = await startDurableCluster();
const pool = new Pool({ connectionString: cluster.serviceUrl });
pool.on('error', () => undefined);
try {
  const owner = new Pool({ connectionString: cluster.ownerUrl, max: 1 });
  // Independent choices that are the same in every run.
  await owner.query('CREATE FUNCTION pg_temp.h(i integer, k bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS $$ SELECT abs(hashint4extended(i, k) % 1000000007) $$');
  await owner.query(`INSERT INTO case_list_v1.case_list
    SELECT md5('case' || i)::uuid, '2026-' || lpad(i::text, 7, '0'), (ARRAY['REPORTED','REPORTED','REPORTED','UNDER_INVESTIGATION','CLOSED'])[1 + pg_temp.h(i, 1) % 5], i % 1000 = 0,
      'IMPORTED', timestamptz '2026-01-01Z' + i * interval '1 second', timestamptz '2020-01-01Z', timestamptz '2000-01-01Z' + (pg_temp.h(i, 2) % 8000) * interval '1 day',
      timestamptz '2000-01-02Z' + (pg_temp.h(i, 2) % 8000) * interval '1 day', lpad((pg_temp.h(i, 3) % 280)::text, 4, '0'), lpad((pg_temp.h(i, 4) % 25)::text, 3, '0'), 'Category ' || pg_temp.h(i, 5) % 60, null,
      null, false, CASE WHEN pg_temp.h(i, 6) % 9 = 0 THEN 'investigator-' || pg_temp.h(i, 7) % 40 END, 'intake-1', 1, 0, 0, 0, 0, 0, (pg_temp.h(i, 8) % 50 / 49)::int, 0, 0, 'NONE', 'UNKNOWN', null, null, '{}'
    FROM generate_series(1, ${cases}) AS i`);
  await owner.query('INSERT INTO case_list_v1.case_activity SELECT case_id, opened_at, 1, 0, 0 FROM case_list_v1.case_list');
  await owner.query(`INSERT INTO clock_v1.case_due SELECT case_id, 'TRIAGE', opened_at + interval '2 days', null, 1 FROM case_list_v1.case_list WHERE investigator IS NOT NULL`);
  await owner.query(`INSERT INTO search_text_v1.search_text SELECT case_id, 'e/narrative', 'k', 'e', row_number() OVER (), 'ReportFiled', 'narrative',
    'It is alleged that the officers ' || (ARRAY['entered', 'searched', 'pushed', 'detained'])[1 + (random() * 3)::int] || ' the affected person ' || (random() * 5000)::int
    FROM case_list_v1.case_list`);
  // A large unit, many of usual size, and one of a dozen cases; whoever imported has filed them all; some cases are sealed.
  await owner.query(`INSERT INTO case_access_v1.case_access
    SELECT case_id, CASE WHEN n % 3 = 0 THEN 'unit-1' WHEN n <= 12 * 3 THEN 'unit-few' ELSE 'unit-' || (2 + n % 97) END, stage, sealed, false
    FROM (SELECT *, row_number() OVER (ORDER BY case_id) AS n FROM case_list_v1.case_list) AS c`);
  await owner.query(`INSERT INTO case_access_v1.case_person SELECT case_id, '["FILED","","intake-1"]', 'intake-1', 'FILED', '', null FROM case_list_v1.case_list`);
  await owner.query(`INSERT INTO case_access_v1.case_person SELECT case_id, '["ASSIGNED"]', investigator, 'ASSIGNED', '', null FROM case_list_v1.case_list WHERE investigator IS NOT NULL`);
  await owner.query(`INSERT INTO case_access_v1.case_person SELECT case_id, '["FILED","","officer-1"]', 'officer-1', 'FILED', '', null FROM case_list_v1.case_list WHERE number < '2026-0000031'`);
  await owner.query('VACUUM ANALYZE');
  await owner.end();
  const readModels = createReadModels(pool);
  const askers: Readonly<Record<string, Actor>> = {
    'supervisor of a third of the cases': people.supervisor,
    'supervisor of a hundredth': { ...people.supervisor, unit: 'unit-7' },
    'supervisor of twelve': { ...people.supervisor, unit: 'unit-few' },
    'legal, who sees every case': people.legal,
    'records, who see the sealed too': people.records,
    'intake, who filed them all': { ...people.intake, unit: 'unit-7' },
    'investigator of a few thousandths': people.investigator,
    'officer of thirty': people.officer,
    'referral authority, of few stages': people.authority,
    'executive, of none': person('executive-1', 'EXECUTIVE'),
  };
  const asked: Readonly<Record<string, CasesInput>> = {
    'no filter': {},
    'three filters': { filter: { stages: ['REPORTED'], districts: ['003'], categories: ['Category 7'] } },
    'three filters that meet few': { filter: { beats: ['0101'], districts: ['003'], stages: ['CLOSED'] } },
    'filters and dates': { filter: { stages: ['REPORTED', 'CLOSED'], occurredFrom: '2010-01-01T00:00:00.000Z', occurredTo: '2011-01-01T00:00:00.000Z', unconfirmedHold: false } },
    'by next due': { sort: 'NEXT_DUE', direction: 'ASC', filter: { stages: ['REPORTED'], districts: ['003'], overdueAt: '2030-01-01T00:00:00.000Z' } },
    'by last event': { sort: 'LAST_EVENT', filter: { stages: ['REPORTED'], districts: ['003'], origins: ['IMPORTED'] } },
    'a common word': { filter: { stages: ['REPORTED'], districts: ['003'], search: 'searched' } },
    'a rare word': { filter: { stages: ['REPORTED'], search: '4242' } },
  };
  for (const [who, actor] of Object.entries(askers)) {
    const { cases: list } = readModels.queriesFor({ actor });
    process.stdout.write(`${who}\n`);
    for (const [name, input] of Object.entries(asked)) {
      const times: number[] = [];
      let rows = 0;
      for (let i = 0; i < runs; i += 1) {
        const began = performance.now();
        rows = (await list({ ...input, page: { first: 50 } })).edges.length;
        times.push(performance.now() - began);
      }
      times.sort((a, b) => a - b);
      process.stdout.write(`  ${name}: median ${times[runs / 2]?.toFixed(1)} ms, p95 ${times[Math.floor(runs * 0.95)]?.toFixed(1)} ms, ${rows} rows\n`);
    }
  }
} finally {
  await pool.end();
  await cluster.remove();
}

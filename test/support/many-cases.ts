import { Pool } from 'pg';

/**
 * So many invented cases written straight into the tables of the lists, of the plaintext index and of who may see what: for measures of pages. Independent
 * choices that are the same in every run.
 */
export async function fillCaseLists(ownerUrl: string, count: number): Promise<void> {
  const owner = new Pool({ connectionString: ownerUrl, max: 1 });
  try {
    await owner.query('CREATE FUNCTION pg_temp.h(i integer, k bigint) RETURNS bigint IMMUTABLE LANGUAGE sql AS $$ SELECT abs(hashint4extended(i, k) % 1000000007) $$');
    await owner.query(`INSERT INTO case_list_v2.case_list
      SELECT md5('case' || i)::uuid, '2026-' || lpad(i::text, 7, '0'), (ARRAY['REPORTED','REPORTED','REPORTED','UNDER_INVESTIGATION','CLOSED'])[1 + pg_temp.h(i, 1) % 5], i % 1000 = 0,
        'IMPORTED', timestamptz '2026-01-01Z' + i * interval '1 second', timestamptz '2020-01-01Z', timestamptz '2000-01-01Z' + (pg_temp.h(i, 2) % 8000) * interval '1 day',
        timestamptz '2000-01-02Z' + (pg_temp.h(i, 2) % 8000) * interval '1 day', lpad((pg_temp.h(i, 3) % 280)::text, 4, '0'), lpad((pg_temp.h(i, 4) % 25)::text, 3, '0'), 'Category ' || pg_temp.h(i, 5) % 60, null,
        null, false, CASE WHEN pg_temp.h(i, 6) % 9 = 0 THEN 'investigator-' || pg_temp.h(i, 7) % 40 END, 'intake-1', 1, 0, 0, 0, 0, 0, (pg_temp.h(i, 8) % 50 / 49)::int, 0, 0, 'NONE', 'UNKNOWN', null, null, '{}'
      FROM generate_series(1, ${count}) AS i`);
    await owner.query('INSERT INTO case_list_v2.case_activity SELECT case_id, opened_at, 1, 0, 0, district FROM case_list_v2.case_list');
    await owner.query(`INSERT INTO clock_v1.case_due SELECT case_id, 'TRIAGE', opened_at + interval '2 days', null, 1 FROM case_list_v2.case_list WHERE investigator IS NOT NULL`);
    await owner.query(`INSERT INTO search_text_v1.search_text SELECT case_id, 'e/narrative', 'k', 'e', row_number() OVER (), 'ReportFiled', 'narrative',
      'It is alleged that the officers ' || (ARRAY['entered', 'searched', 'pushed', 'detained'])[1 + (random() * 3)::int] || ' the affected person ' || (random() * 5000)::int
      FROM case_list_v2.case_list`);
    // A large unit, many of usual size, and one of a dozen cases; whoever imported has filed them all; some cases are sealed.
    await owner.query(`INSERT INTO case_access_v1.case_access
      SELECT case_id, CASE WHEN n % 3 = 0 THEN 'unit-1' WHEN n <= 12 * 3 THEN 'unit-few' ELSE 'unit-' || (2 + n % 97) END, stage, sealed, false
      FROM (SELECT *, row_number() OVER (ORDER BY case_id) AS n FROM case_list_v2.case_list) AS c`);
    await owner.query(`INSERT INTO case_access_v1.case_person SELECT case_id, '["FILED","","intake-1"]', 'intake-1', 'FILED', '', null FROM case_list_v2.case_list`);
    await owner.query(`INSERT INTO case_access_v1.case_person SELECT case_id, '["ASSIGNED"]', investigator, 'ASSIGNED', '', null FROM case_list_v2.case_list WHERE investigator IS NOT NULL`);
    await owner.query(`INSERT INTO case_access_v1.case_person SELECT case_id, '["FILED","","officer-1"]', 'officer-1', 'FILED', '', null FROM case_list_v2.case_list WHERE number < '2026-0000031'`);
    await owner.query('VACUUM ANALYZE');
  } finally {
    await owner.end();
  }
}

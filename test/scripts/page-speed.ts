/**
 * Measures pages of 50 cases over many invented ones, written straight into the tables:
 * `node --import ./test/scripts/without-jest.js --import ./test/support/source-hooks.js test/scripts/page-speed.ts [cases]`
 */
import { Pool } from 'pg';
import type { Actor } from '#libs/domain';
import type { CasesInput } from '#libs/read-models';
import { createReadModels } from '#libs/read-models';
import { people, person } from '../support/case-kit.js';
import { fillCaseLists } from '../support/many-cases.js';
import { startDurableCluster } from '../support/database.js';

const cases = Number(process.argv[2] ?? 100_000);
const runs = 20;
const cluster = await startDurableCluster();
const pool = new Pool({ connectionString: cluster.serviceUrl });
pool.on('error', () => undefined);
try {
  await fillCaseLists(cluster.ownerUrl, cases);
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

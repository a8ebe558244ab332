import { Pool } from 'pg';
import { type CaseFilter, createReadModels } from '../../libs/read-models/src/index.js';
import { people } from '../../test/support/case-kit.js';
import { fillCaseLists } from '../../test/support/many-cases.js';
import { startDurableCluster } from '../../test/support/database.js';
import type { Bench, Compared, Measure } from '../kit/measure.js';
import { quantile } from '../kit/stats.js';

const few = 10_000;
const many = 1_000_000;
const runs = 300;
const filter: CaseFilter = { stages: ['REPORTED'], districts: ['003'], categories: ['Category 7'] };

/** Pages of 50 with three filters, as a supervisor asks for them; the rows are written straight into the tables, and vacuumed. */
async function pages(cases: number): Promise<readonly number[]> {
  const cluster = await startDurableCluster();
  const pool = new Pool({ connectionString: cluster.serviceUrl });
  pool.on('error', () => undefined);
  try {
    await fillCaseLists(cluster.ownerUrl, cases);
    const { cases: list } = createReadModels(pool).queriesFor({ actor: people.supervisor });
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const started = performance.now();
      await list({ filter, page: { first: 50 } });
      times.push(performance.now() - started);
    }
    // The first ones warm plans and caches.
    return times.slice(runs / 10);
  } finally {
    await pool.end();
    await cluster.remove();
  }
}

export const listMeasure: Measure = {
  name: 'list',
  about: 'A list of 50 with three filters, from 10,000 to a million cases',
  async run({ scale }: Bench): Promise<readonly Compared[]> {
    const [short, long] = [await pages(few / scale.divideBy), await pages(many / scale.divideBy)];
    const row = (share: number, goal: Compared['goal']): Compared => ({
      what: `p${share * 100} at a million, beside 10,000`,
      ours: quantile(long, share),
      peer: quantile(short, share),
      unit: 'ms',
      figure: quantile(long, share) / quantile(short, share),
      goal,
    });
    return [row(0.99, { atMost: 2 }), row(0.5, null)];
  },
};

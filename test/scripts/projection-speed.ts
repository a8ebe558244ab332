/**
 * Measures how fast the read models are built from a log in memory, fsync on:
 * `node --import ./test/scripts/without-jest.js --import ./test/support/source-hooks.js test/scripts/projection-speed.ts [cases] [commands a case] [each]`
 */
import { Pool } from 'pg';
import { decodeCaseEvent } from '#libs/codec';
import { FeedProgress, type FeedDefinition, startFeed } from '#libs/feeds';
import { caseCounting, caseProjections, clockFeed, createReadModels, projectionFeed, readModelFeeds, schemaOf, searchFeed } from '#libs/read-models';
import { people } from '../support/case-kit.js';
import { MemoryLog } from '../support/memory-log.js';
import { samplePolicy } from '../support/policy.js';
import { randomHistory } from '../support/random-histories.js';
import { startDurableCluster } from '../support/database.js';

const cases = Number(process.argv[2] ?? 2_000);
const steps = Number(process.argv[3] ?? 40);
/** Different histories; each is told by many cases. */
const templates = 50;

const log = new MemoryLog();
log.pageSize = 1_000;
const histories = Array.from({ length: templates }, (_, i) => randomHistory(i + 1, steps));
/** Cases that are under way at the same time: their events interleave. */
const together = 500;
for (let start = 0; start < cases; start += together) {
  const group = Array.from({ length: Math.min(together, cases - start) }, (_, i) => start + i);
  for (let at = 0; at < steps * 2; at += 2) {
    for (const i of group) {
      const part = histories[i % templates]?.slice(at, at + 2) ?? [];
      if (part.length > 0) log.record(`case-0190b5a0-0000-8000-8000-${String(i).padStart(12, '0')}`, ...part);
    }
  }
}
const head = await log.head();
if (head === null) throw new Error('no events');
process.stdout.write(`${log.events.length} events of ${cases} cases\n`);

const cluster = await startDurableCluster();
const pool = new Pool({ connectionString: cluster.serviceUrl });
pool.on('error', () => undefined);
const options = { store: log, decode: decodeCaseEvent };

async function run(name: string, definitions: readonly FeedDefinition[]): Promise<void> {
  const progress = new FeedProgress(pool);
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);
  const began = performance.now();
  const cpuBefore = process.cpuUsage();
  const handles = definitions.map((definition) => startFeed({ definition, store: log, databaseUrl: cluster.serviceUrl, onProgress: progress.advanced }));
  await Promise.all(
    definitions.map(async (definition) => {
      while (((await progress.projectedThrough(definition))?.n ?? -1n) < (head?.n ?? 0n)) await new Promise((resolve) => setTimeout(resolve, 20));
    }),
  );
  const seconds = (performance.now() - began) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  clearInterval(watch);
  await Promise.all(handles.map((handle) => handle.stop()));
  const parked = handles.reduce((sum, handle) => sum + handle.status().parked, 0);
  process.stdout.write(`${name}: ${Math.round(log.events.length / seconds)} events/s (${seconds.toFixed(1)} s, ${((cpu.user + cpu.system) / 1e6).toFixed(1)} s of it Node's CPU), peak ${Math.round(peak / 2 ** 20)} MiB with the log, parked ${parked}\n`);
}

const cleared = async (): Promise<void> => {
  const owner = new Pool({ connectionString: cluster.ownerUrl, max: 1 });
  for (const projection of caseProjections) for (const table of Object.keys(projection.tables)) await owner.query(`TRUNCATE ${schemaOf(projection)}.${table}`);
  await owner.end();
};

try {
  const [caseList, ...others] = caseProjections;
  if (caseList === undefined) throw new Error('no projections');
  await run('case list alone', [projectionFeed({ name: 'speed-list', version: 1, ...options, projections: [caseList] })]);
  await cleared();
  if (process.argv[4] === 'each') {
    for (const projection of others) await run(projection.name, [projectionFeed({ name: `speed-${projection.name}`, version: 1, ...options, projections: [projection] })]);
    await cleared();
  }
  if (process.argv[4] === 'list') process.exit(0);
  await run(`folded from events (${caseProjections.length} projections), nothing counted`, [projectionFeed({ name: 'speed-uncounted', version: 1, ...options, projections: caseProjections })]);
  await cleared();
  await run('the same, counters kept', [projectionFeed({ ...readModelFeeds.cases, ...options, projections: caseProjections, counters: caseCounting })]);
  await run('clocks', [clockFeed({ ...readModelFeeds.clocks, ...options, policyAt: () => samplePolicy })]);
  await run('search', [searchFeed({ ...readModelFeeds.search, ...options, unsealer: { unseal: (items) => Promise.resolve(items.map((item) => item['@sealed'].box)) } })]);
  const { cases: list } = createReadModels(pool).queriesFor({ actor: people.supervisor });
  process.stdout.write(`a page: ${(await list({ page: { first: 50 } })).edges.length} cases\n`);
} finally {
  await pool.end();
  await cluster.remove();
}

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { decodeCaseEvent } from '#libs/codec';
import { createPostgresEventStore } from '#libs/event-store/module';
import { LocalKeyWrapper, PostgresKeyStore, secretFromBase64 } from '#libs/keys/module';
import { casesRebuild, caseProjections, createReadModels, type Queries, rebuild, type RebuildReport } from '#libs/read-models';
import { people } from '../support/case-kit.js';
import { type DurableCluster, startDurableCluster } from '../support/database.js';
import { fillLog } from './many-cases.js';
import { type BenchOptions, type BenchPart, quantile } from './part.js';

const goals = { caseListPerSecond: 15_000, everythingPerSecond: 5_000, mebibytesMax: 400 } as const;
/** About 1.5 million events. */
const cases = 100_000;
const casesKilled = 5_000;
const commands = 40;
const kills = 5;
const readEveryMs = 20;
const sampleMs = 100;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** `caseledger rebuild` as people run it, beside reads of the tables in use; then again, killed at random and gone on with. */
export const rebuildPart: BenchPart = {
  name: 'rebuild',
  about: 'the read models built anew from a whole log, compared and swapped, fsync on',
  async run(options) {
    const killed = await withLog(casesKilled, options, killedRuns);
    const measured = await withLog(options.cases ?? (options.short ? casesKilled : cases), options, measure);
    return killed && measured;
  },
};

interface Installation {
  readonly cluster: DurableCluster;
  readonly pool: Pool;
  /** Of the program. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A cluster whose log tells of so many cases, and whose tables are empty. */
async function withLog(count: number, options: BenchOptions, work: (installation: Installation, options: BenchOptions) => Promise<boolean>): Promise<boolean> {
  const cluster = await startDurableCluster();
  const folder = await mkdtemp('/tmp/caseledger-bench-');
  const pool = new Pool({ connectionString: cluster.serviceUrl });
  pool.on('error', () => undefined);
  try {
    const env = await fill({ cluster, pool, folder, count }, options);
    return await work({ cluster, pool, env }, options);
  } finally {
    await pool.end();
    await cluster.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Filling {
  readonly cluster: DurableCluster;
  readonly pool: Pool;
  readonly folder: string;
  readonly count: number;
}

async function fill({ cluster, pool, folder, count }: Filling, { print }: BenchOptions): Promise<Installation['env']> {
  const masterKey = randomBytes(32).toString('base64');
  const keys = new PostgresKeyStore({ pool, wrapper: new LocalKeyWrapper(secretFromBase64(masterKey, 'the bench’s master key')) });
  const [key] = (await keys.ensureKeys(['case:bench'])).values();
  if (key === undefined) throw new Error('unreachable: one key was asked for');
  const events = await fillLog(cluster.ownerUrl, { cases: count, commands, key });
  print(`${events} events of ${count} cases`);
  return {
    PATH: process.env['PATH'],
    DATABASE_URL: cluster.serviceUrl,
    CASELEDGER_DATABASE_OWNER_URL: cluster.ownerUrl,
    CASELEDGER_DATA: folder,
    CASELEDGER_MASTER_KEY: masterKey,
    CASELEDGER_PEPPER: masterKey,
  };
}

async function measure({ cluster, pool, env }: Installation, { print }: BenchOptions): Promise<boolean> {
  const list = await caseListAlone(cluster);
  print(`case list alone: ${rate(list)} events/s (${list.buildSeconds} s, indexes included); goal ${goals.caseListPerSecond}`);
  const first = await new Run(env).finish();
  const reads = new Reads(createReadModels(pool).queriesFor({ actor: people.supervisor }));
  const run = new Run(env);
  const whole = await run.finish();
  const waits = await reads.stop();
  print(`first build, of empty tables: ${rate(first.report)} events/s`);
  print(`everything: ${rate(whole.report)} events/s (${whole.report.buildSeconds} s, indexes included); goal ${goals.everythingPerSecond}; compared in ${whole.report.compareSeconds} s; ${whole.report.seconds} s in all`);
  print(`memory of the program: ${whole.early} MiB after a quarter of it, ${whole.peak} MiB at most; goal ${goals.mebibytesMax} and flat`);
  print(`${waits.length} reads of a page beside it: p50 ${quantile(waits, 0.5).toFixed(1)} ms, p99 ${quantile(waits, 0.99).toFixed(1)} ms, the longest ${Math.max(...waits).toFixed(0)} ms; feeds in use stood still for ${whole.report.swapMs} ms`);
  const goalsMet = rate(list) >= goals.caseListPerSecond && rate(whole.report) >= goals.everythingPerSecond && whole.peak <= goals.mebibytesMax;
  return goalsMet && [first, whole].every(({ report }) => report.tables.every(({ same }) => same));
}

const rate = ({ events, buildSeconds }: RebuildReport): number => Math.round(events / buildSeconds);

async function caseListAlone(cluster: DurableCluster): Promise<RebuildReport> {
  const store = await createPostgresEventStore({ url: cluster.serviceUrl, log: silent });
  const projections = caseProjections.filter(({ name }) => name === 'case_list');
  try {
    const feed = { ...casesRebuild({ store, decode: decodeCaseEvent }, projections), name: 'bench-case-list' };
    return await rebuild({ rebuildables: [feed], store, ownerUrl: cluster.ownerUrl });
  } finally {
    await store.close();
  }
}

interface Finished {
  readonly report: RebuildReport;
  /** Resident MiB, after a quarter of the run and at most. */
  readonly early: number;
  readonly peak: number;
}

/** One run of the program. */
class Run {
  private readonly child: ChildProcess;
  private readonly sizes: number[] = [];
  private readonly output: Promise<string>;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    this.child = spawn(process.execPath, ['bin/caseledger.js', 'rebuild', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    if (this.child.stdout === null) throw new Error('unreachable: its output is piped');
    this.output = text(this.child.stdout);
  }

  async finish(): Promise<Finished> {
    const watch = setInterval(() => this.sizes.push(residentMebibytes(this.child.pid)), sampleMs);
    const [code] = (await once(this.child, 'exit')) as [number | null];
    clearInterval(watch);
    if (code !== 0) throw new Error(`the rebuild ended with ${code}`);
    const report = JSON.parse(await this.output) as RebuildReport; // The program's own report.
    const early = Math.max(0, ...this.sizes.slice(0, Math.ceil(this.sizes.length / 4)));
    return { report, early, peak: Math.max(0, ...this.sizes) };
  }

  /** Whether it was still running. */
  async kill(): Promise<boolean> {
    if (this.child.exitCode !== null) return false;
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
    return true;
  }
}

function residentMebibytes(pid: number | undefined): number {
  try {
    return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024);
  } catch {
    return 0; // It has just ended.
  }
}

/** A page of the case list, again and again; any failure fails the measurement. */
class Reads {
  private readonly stopping = new AbortController();
  private readonly done: Promise<readonly number[]>;

  constructor(queries: Queries) {
    this.done = this.read(queries);
  }

  async stop(): Promise<readonly number[]> {
    this.stopping.abort();
    return this.done;
  }

  private async read(queries: Queries): Promise<readonly number[]> {
    const waits: number[] = [];
    while (!this.stopping.signal.aborted) {
      const began = performance.now();
      const { edges } = await queries.cases({ page: { first: 50 } });
      if (edges.length !== 50) throw new Error(`a page had ${edges.length} cases`);
      waits.push(performance.now() - began);
      await pause(readEveryMs);
    }
    return waits;
  }
}

/** Killed at random times and gone on with each time: the same tables at the end as those of a run begun anew. */
async function killedRuns({ env }: Installation, { print }: BenchOptions): Promise<boolean> {
  const began = performance.now();
  const anew = await new Run(env).finish();
  const ms = performance.now() - began;
  let killed = 0;
  for (let i = 0; i < kills; i += 1) {
    const run = new Run(env);
    await pause(Math.random() * ms * 0.7);
    if (await run.kill()) killed += 1;
  }
  await new Run(env).finish();
  const { report } = await new Run(env).finish();
  const digests = ({ tables }: RebuildReport): string => JSON.stringify(tables.map(({ table, digest }) => [table, digest]));
  const same = digests(report) === digests(anew.report);
  print(`killed ${killed} times at random, gone on with each time: the same tables at the end: ${same ? 'yes' : 'NO'}`);
  return same;
}

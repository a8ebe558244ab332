import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { type DurableCluster, startDurableCluster } from '../support/database.js';
import { type BenchOptions, type BenchPart, quantile } from './part.js';
import { Program } from './program.js';

/** About 1.4 million events. */
const casesUsual = 100_000;
const seed = 1;
const until = '2026-06-30T12:00:00Z';
const runs = 40;
const pollMs = 250;
/** Slower than this is taken for standing still, in events a second of the slowest feed. */
const slowest = 100;
const startMsMax = 300_000;

/** Invented cases through the whole service: told by `caseledger simulate`, projected and put into the ledger by the service, asked for by GraphQL. */
export const everythingPart: BenchPart = {
  name: 'everything',
  about: 'invented cases through log, projections and ledger, fsync on; then dashboards and lists by GraphQL, and the conformance picture',
  async run(options) {
    const cluster = await startDurableCluster();
    const folder = await mkdtemp('/tmp/caseledger-bench-');
    try {
      return await measure(cluster, folder, options);
    } finally {
      await cluster.remove();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

interface Told {
  readonly cases: number;
  readonly events: number;
  readonly refused: number;
  readonly seconds: number;
}

async function measure(cluster: DurableCluster, folder: string, options: BenchOptions): Promise<boolean> {
  const { short, print } = options;
  const cases = options.cases ?? (short ? casesUsual / 20 : casesUsual);
  const secret = randomBytes(32).toString('base64');
  const env = { PATH: process.env['PATH'], DATABASE_URL: cluster.serviceUrl, CASELEDGER_DATABASE_OWNER_URL: cluster.ownerUrl, CASELEDGER_DATA: folder, CASELEDGER_MASTER_KEY: secret, CASELEDGER_PEPPER: secret };
  const teller = new Program(['bin/caseledger.js', 'simulate', '--cases', String(cases), '--seed', String(seed), '--until', until, '--json'], env);
  const told = JSON.parse(await teller.output()) as Told; // The program's own report.
  print(`told and recorded: ${told.cases} cases, ${told.events} events, ${told.refused} refusals in ${told.seconds} s: ${Math.round(told.events / told.seconds)} events/s, ${teller.peakMebibytes} MiB at most`);
  const pool = new Pool({ connectionString: cluster.serviceUrl, max: 1 });
  pool.on('error', () => undefined);
  const began = performance.now();
  // Its clocks are not watched: what ran out in two years of stories would be recorded as missed now.
  const service = new Program(['--max-old-space-size=252', '--max-semi-space-size=8', 'dist/apps/api/src/main.js'], { ...env, PORT: '0', CASELEDGER_SAMPLE: 'off', CASELEDGER_CLOCKS: 'off', CASELEDGER_LOG_LEVEL: 'warn' });
  try {
    // It listens when it has read users and policies from the log, beside feeds that begin with all of it.
    const port = await service.port({ msMax: msMaxOf(told.events) });
    print(`the service listened after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
    const arrived = await feedsAt(pool, service, told.events);
    for (const { feed, ms } of arrived) print(`${feed}: everything handled after ${((ms - began) / 1_000).toFixed(0)} s: ${Math.round((told.events / (ms - began)) * 1_000)} events/s beside the others`);
    print(`the service took ${service.peakMebibytes} MiB at most`);
    return await asked(new Api(port, await tokenOf(port)), { ...options, cases });
  } finally {
    await service.stop();
    await pool.end();
  }
}

const msMaxOf = (events: number): number => startMsMax + (events / slowest) * 1_000;

interface Arrival {
  readonly feed: string;
  readonly ms: number;
}

/** When each feed had handled the whole log. */
async function feedsAt(pool: Pool, service: Program, events: number): Promise<readonly Arrival[]> {
  const arrived = new Map<string, number>();
  const deadline = performance.now() + msMaxOf(events);
  for (;;) {
    const { rows } = await pool.query<{ feed: string; done: boolean }>(
      `SELECT feed, coalesce(position, -1) >= (SELECT max(position) FROM event) AS done FROM feed_checkpoint WHERE feed IN ('cases', 'clocks', 'search', 'ledger')`,
    );
    for (const { feed, done } of rows) if (done && !arrived.has(feed)) arrived.set(feed, performance.now());
    if (rows.length === 4 && rows.every(({ done }) => done)) return [...arrived].map(([feed, ms]) => ({ feed, ms }));
    if (service.hasEnded) throw new Error('the service ended while its feeds were reading');
    if (performance.now() > deadline) throw new Error(`the feeds did not come to the end of the log: only ${[...arrived.keys()].join(', ')} did`);
    await pause(pollMs);
  }
}

/** Who sees every case, the sealed too. */
async function tokenOf(port: number): Promise<string> {
  const answer = (await (await fetch(`http://127.0.0.1:${port}/development/token?role=RECORDS`)).json()) as { token: string };
  return answer.token;
}

class Api {
  constructor(
    private readonly port: number,
    private readonly token: string,
  ) {}

  async ask<T>(query: string): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.token}`, 'x-purpose': 'to measure' },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await response.json()) as { data: T | null; errors?: readonly object[] };
    if (data === null || errors !== undefined) throw new Error(`${query} was answered ${JSON.stringify(errors)}`);
    return data;
  }
}

const dashboards: Readonly<Record<string, string>> = {
  pipeline: 'pipeline { stage district all count }',
  'federal supervisors': 'federalSupervisors { status district all count }',
  violations: 'violations { citation agency count }',
  'time in stage': 'timeInStage { stage quantiles { count medianMs p90Ms } }',
  conformance: 'conformance { moves { from to by count quantiles { medianMs p90Ms } } paths { stages count } }',
  'referral outcomes': 'referralOutcomes { measure value addressee count }',
  'a series': 'series(activity: CASE_OPENED, granularity: WEEK, from: "2025-07-01", to: "2026-06-30") { from count }',
  'footage at risk': 'footageAtRisk { cells { band district count } }',
  'clocks due': 'clocksDue { cells { clock overdue later } }',
  'hold compliance': 'holdCompliance { cells { custodian inTime late response { medianMs } } }',
  workload: 'workload { cells { investigator open overdue } }',
};

const lists: Readonly<Record<string, string>> = {
  'cases, newest first': '{ cases(first: 50) { edges { node { caseId stage } } } }',
  'cases of a stage and district': '{ cases(first: 50, filter: { stages: [LEGAL_REVIEW], districts: ["007"] }) { edges { node { caseId } } } }',
  'cases by next due date': '{ cases(first: 50, sort: NEXT_DUE, direction: ASC) { edges { node { caseId } } } }',
  clocks: '{ clocks(first: 50) { edges { node { clock dueAt } } } }',
};

async function asked(api: Api, { print, picture, cases }: BenchOptions & { readonly cases: number }): Promise<boolean> {
  for (const [name, field] of Object.entries(dashboards)) print(`dashboard, ${name}: ${await timed(() => api.ask(`{ dashboards { ${field} } }`))}`);
  for (const [name, query] of Object.entries(lists)) print(`list, ${name}: ${await timed(() => api.ask(query))}`);
  const { dashboards: all } = await api.ask<{ dashboards: { pipeline: readonly { all: boolean; count: number }[]; conformance: { made: number; outside: number; picture: string } } }>(
    '{ dashboards { pipeline { all count } conformance { made outside picture } } }',
  );
  if (picture !== undefined) {
    await writeFile(picture, all.conformance.picture);
    print(`the conformance picture: ${picture}`);
  }
  const counted = all.pipeline.filter((cell) => cell.all).reduce((sum, { count }) => sum + count, 0);
  print(`${all.conformance.made} moves, ${all.conformance.outside} of them outside of the stage diagram; the dashboards count ${counted} of ${cases} cases`);
  return counted === cases;
}

async function timed(ask: () => Promise<unknown>): Promise<string> {
  const times: number[] = [];
  await ask();
  for (let i = 0; i < runs; i += 1) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  return `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms over HTTP`;
}

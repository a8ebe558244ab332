import type { Actor, StageName } from '#libs/domain';
import type { Dashboards, Queries, ReadModels } from '#libs/read-models';
import { people } from '../support/case-kit.js';
import { quantile } from './part.js';

/** Asked before those that count. */
const warmUps = 5;

/** One question, asked of both. */
export interface Measured extends Pair<Times> {
  readonly kind: 'DASHBOARD' | 'LIST';
  readonly name: string;
}

/** Milliseconds. The tenth percentile is what it takes while nothing runs beside it. */
export interface Times {
  readonly p10: number;
  readonly p50: number;
  readonly p99: number;
}

/** As one who sees every case asks them: nothing is left out of the sums. */
const asker: Actor = people.legal;

const dashboards: Readonly<Record<string, (of: Dashboards) => Promise<unknown>>> = {
  pipeline: (of) => of.pipeline(),
  'pipeline of three months': (of) => of.pipeline({ fromMonth: '2026-01', toMonth: '2026-03' }),
  'federal supervisors': (of) => of.federalSupervisors(),
  violations: (of) => of.violations(),
  'time in stage': (of) => of.timeInStage(),
  conformance: (of) => of.conformance(),
  'conformance of a month': (of) => of.conformance({ fromMonth: '2026-03', toMonth: '2026-03' }),
  'referral outcomes': (of) => of.referralOutcomes(),
  'series of a year by day': (of) => of.series({ activity: 'CASE_OPENED', granularity: 'DAY', from: '2025-07-01', to: '2026-06-30' }),
  'footage at risk': (of) => of.footageAtRisk(),
  'clocks due': (of) => of.clocksDue(),
  'clocks due by district': (of) => of.clocksDue({ byDistrict: true }),
  'hold compliance': (of) => of.holdCompliance(),
  workload: (of) => of.workload(),
};

const stages: readonly StageName[] = ['REPORTED', 'UNDER_INVESTIGATION', 'SUPERVISOR_REVIEW', 'REFERRED', 'CLOSED'];
type Page = { readonly first: number; readonly after?: string };

/** Each answers a page; `i` varies what is asked for. */
const lists: Readonly<Record<string, (of: Queries, page: Page, i: number) => Promise<{ readonly edges: readonly { readonly cursor: string }[] }>>> = {
  'cases, newest first': (of, page) => of.cases({ page }),
  'cases of a stage': (of, page, i) => of.cases({ page, filter: { stages: [stages[i % stages.length] ?? 'REPORTED'] } }),
  'cases of a district, by last event': (of, page) => of.cases({ page, sort: 'LAST_EVENT', filter: { districts: ['007'] } }),
  'cases by next due date': (of, page) => of.cases({ page, sort: 'NEXT_DUE', direction: 'ASC' }),
  'cases behind a cell of the pipeline': (of, page) => of.drillDown({ of: 'PIPELINE', stages: ['LEGAL_REVIEW'] }, { page }),
  footage: (of, page) => of.footage({ page }),
  'clocks by due date': (of, page) => of.clocks({ page }),
  violations: (of, page) => of.violations({ page }),
  'the audit trail': (of, page) => of.auditTrail({ page }),
  'audit trail of a kind of event': (of, page) => of.auditTrail({ page, types: ['ReferralDelivered'] }),
};

/** Two installations, asked in turns: what runs beside the measurement falls on both. */
export interface Pair<T> {
  readonly few: T;
  readonly many: T;
}

export async function measureReads(readModels: Pair<ReadModels>, runs: number): Promise<readonly Measured[]> {
  const queries = { few: readModels.few.queriesFor({ actor: asker }), many: readModels.many.queriesFor({ actor: asker }) };
  const measured: Measured[] = [];
  for (const [name, ask] of Object.entries(dashboards)) measured.push({ kind: 'DASHBOARD', name, ...(await timed(() => ask(queries.few.dashboards), () => ask(queries.many.dashboards), runs)) });
  for (const [name, ask] of Object.entries(lists)) measured.push({ kind: 'LIST', name, ...(await timed(paging(name, queries.few, ask), paging(name, queries.many, ask), runs)) });
  return measured;
}

/** Page after page, from the front again where a list ends. */
function paging(name: string, queries: Queries, ask: (typeof lists)[string]): (i: number) => Promise<void> {
  let after: string | undefined;
  return async (i) => {
    const { edges } = await ask(queries, after === undefined ? { first: 50 } : { first: 50, after }, i);
    // A cursor belongs to one filter: those that vary are read from the front.
    after = name === 'cases of a stage' ? undefined : edges.at(-1)?.cursor;
  };
}

async function timed(few: (i: number) => Promise<unknown>, many: (i: number) => Promise<unknown>, runs: number): Promise<Pair<Times>> {
  const times = { few: [] as number[], many: [] as number[] };
  for (let i = 0; i < warmUps + runs; i += 1) {
    for (const [which, ask] of [['few', few], ['many', many]] as const) {
      const began = performance.now();
      await ask(i);
      if (i >= warmUps) times[which].push(performance.now() - began);
    }
  }
  return { few: timesOf(times.few), many: timesOf(times.many) };
}

const timesOf = (all: readonly number[]): Times => ({ p10: quantile(all, 0.1), p50: quantile(all, 0.5), p99: quantile(all, 0.99) });

import type { StageName } from '#libs/domain';
import type { ReferralDecisionRow } from '../projections/allegations.projection.js';
import { referralProjection, violationProjection } from '../projections/allegations.projection.js';
import { caseFlowProjection } from '../projections/case-flow.projection.js';
import { caseListProjection } from '../projections/case-list.projection.js';
import { footageProjection } from '../projections/footage.projection.js';
import { agentProjection } from '../projections/people.projection.js';
import type { AnyRow, RowOf } from '../engine/columns.js';
import type { AnyRows } from '../engine/projection.js';
import { type Cells, type CounterSet, everywhere, labelled, ofSealed, rolledUp, type Tally, unknown } from './counter.js';
import { bucketOf } from './histogram.js';
import { pathText } from './paths.js';
import { monthOf, periodsOf } from './periods.js';

/** The rows of one case that are counted, of all projections of the feed together. */
const tables = {
  case_list: caseListProjection.tables.case_list,
  case_flow: caseFlowProjection.tables.case_flow,
  footage: footageProjection.tables.footage,
  agent: agentProjection.tables.agent,
  violation: violationProjection.tables.violation,
  referral: referralProjection.tables.referral,
} as const;
type Tables = typeof tables;
type Counted = Exclude<keyof Tables, 'agent'>;
type Row<N extends keyof Tables> = RowOf<Tables[N]>;

/** What a row's cells depend on beside the row. */
interface Context {
  readonly district: string;
  readonly sealed: boolean;
  readonly agents: ReadonlyMap<string, Row<'agent'>>;
}

interface CounterOf<N extends Counted> {
  readonly name: string;
  readonly of: N;
  readonly cells: (row: Row<N>, context: Context) => Iterable<Cells>;
}
interface AnyCounter {
  readonly name: string;
  readonly of: Counted;
  readonly cells: (row: AnyRow, context: Context) => Iterable<Cells>;
}

/** A counter over the rows of one table; a row counts one in each of its cells. */
export function defineCounter<const N extends Counted>(counter: CounterOf<N>): AnyCounter {
  // The table's name and its rows are given together; the engine hands each counter rows of its own table.
  return counter as unknown as AnyCounter;
}

const pipeline = defineCounter({
  name: 'pipeline',
  of: 'case_list',
  cells: (row, { district }) => [rolledUp(monthOf(row.opened_at), district, [row.stage, row.origin])],
});

const federalSupervisor = defineCounter({
  name: 'federal_supervisor',
  of: 'case_list',
  cells: (row, { district }) => [rolledUp(monthOf(row.opened_at), district, [row.federal_supervisor, row.origin])],
});

const workload = defineCounter({
  name: 'workload',
  of: 'case_list',
  cells: (row, { district }) => (row.stage === 'CLOSED' ? [] : [rolledUp(monthOf(row.opened_at), district, [labelled(row.investigator), row.stage])]),
});

/** Once for the violation as a whole (agency {@link everywhere}), and once for each agency that its agents are said to be of. */
const violation = defineCounter({
  name: 'violation',
  of: 'violation',
  *cells(row, { district, agents }) {
    if (row.withdrawn) return;
    const agencies = new Set(row.agents.map((id) => labelled(agents.get(id)?.agency_confirmed ?? agents.get(id)?.agency_claimed)));
    if (agencies.size === 0) agencies.add(unknown);
    for (const agency of [everywhere, ...agencies]) yield rolledUp(monthOf(row.alleged_at), district, [labelled(row.citation), agency]);
  },
});

/** A referral's status, and the last decision on each pair of violation and agent; `AWAITED` where none has come. */
const referral = defineCounter({
  name: 'referral',
  of: 'referral',
  *cells(row, { district }) {
    const month = monthOf(row.approved_at);
    const addressee = labelled(row.addressee);
    yield rolledUp(month, district, ['STATUS', row.status, addressee]);
    if (row.receipt !== null) yield rolledUp(month, district, ['RECEIPT', row.receipt, addressee]);
    for (const outcome of lastOutcomes(row.decisions)) yield rolledUp(month, district, ['OUTCOME', outcome, addressee]);
    if (row.status === 'DELIVERED' && row.decisions.length === 0) yield rolledUp(month, district, ['OUTCOME', 'AWAITED', addressee]);
  },
});

function lastOutcomes(decisions: readonly ReferralDecisionRow[]): Iterable<string> {
  return new Map(decisions.map(({ pair, outcome }) => [`${pair.violation}/${pair.agent}`, outcome] as const)).values();
}

/** Each stay that ended: from which stage to which, by what event, and how long it was. */
const stageMove = defineCounter({
  name: 'stage_move',
  of: 'case_flow',
  *cells(row, { district }) {
    for (const { stage, to, by, leftAt, ms } of row.passed) yield rolledUp(monthOf(leftAt), district, [stage, to, by, bucketOf(ms)]);
  },
});

/** The whole way of each case that is decided or closed, by the month in which it came there; a case under way has none yet. */
const path = defineCounter({
  name: 'path',
  of: 'case_flow',
  cells: (row, { district }) => (isEnd(row.stage) ? [rolledUp(monthOf(row.since), district, [pathOf(row)])] : []),
});

/** The same with how long it took; apart, so that the most frequent ways are found without their times. */
const pathTime = defineCounter({
  name: 'path_time',
  of: 'case_flow',
  cells: (row, { district }) => (isEnd(row.stage) ? [rolledUp(monthOf(row.since), district, [pathOf(row), bucketOf(wayMs(row))])] : []),
});

const isEnd = (stage: StageName): boolean => stage === 'DECIDED' || stage === 'CLOSED';
const pathOf = ({ passed, stage }: Row<'case_flow'>): string => pathText([...passed.map((stay) => stay.stage), stage]);
const wayMs = ({ passed }: Row<'case_flow'>): number => passed.reduce((sum, { ms }) => sum + ms, 0);

const holdResponse = defineCounter({
  name: 'hold_response',
  of: 'footage',
  *cells(row, { district }) {
    if (row.hold_confirmed_at === null || row.held_since === null) return;
    const ms = Date.parse(row.hold_confirmed_at) - Date.parse(row.held_since);
    yield rolledUp(monthOf(row.hold_confirmed_at), district, [labelled(row.custodian), bucketOf(ms)]);
  },
});

/** What the series show, by the day, week and month in which it was recorded (or, of a delivery, took place). */
export const activities = [
  'CASE_OPENED',
  'CASE_CLOSED',
  'FOOTAGE_REGISTERED',
  'HOLD_CONFIRMED',
  'VIOLATION_ALLEGED',
  'REFERRAL_APPROVED',
  'REFERRAL_DELIVERED',
] as const;
export type Activity = (typeof activities)[number];

function happened(activity: Activity, at: string | null, { district }: Context): readonly Cells[] {
  return at === null ? [] : [{ periods: periodsOf(at), districts: [everywhere, district], labels: [activity] }];
}

const series = (name: string) => `series_${name}`;
const seriesCounters = [
  defineCounter({ name: series('case'), of: 'case_list', cells: (row, context) => happened('CASE_OPENED', row.opened_at, context) }),
  defineCounter({ name: series('flow'), of: 'case_flow', cells: (row, context) => happened('CASE_CLOSED', row.closed_at, context) }),
  defineCounter({
    name: series('footage'),
    of: 'footage',
    *cells(row, context) {
      yield* happened('FOOTAGE_REGISTERED', row.registered_at, context);
      yield* happened('HOLD_CONFIRMED', row.hold_confirmed_at, context);
    },
  }),
  defineCounter({ name: series('violation'), of: 'violation', cells: (row, context) => happened('VIOLATION_ALLEGED', row.alleged_at, context) }),
  defineCounter({
    name: series('referral'),
    of: 'referral',
    *cells(row, context) {
      yield* happened('REFERRAL_APPROVED', row.approved_at, context);
      yield* happened('REFERRAL_DELIVERED', row.delivered_at, context);
    },
  }),
];

/** In which counter each activity is kept. */
export const seriesOf: Readonly<Record<Activity, string>> = {
  CASE_OPENED: series('case'),
  CASE_CLOSED: series('flow'),
  FOOTAGE_REGISTERED: series('footage'),
  HOLD_CONFIRMED: series('footage'),
  VIOLATION_ALLEGED: series('violation'),
  REFERRAL_APPROVED: series('referral'),
  REFERRAL_DELIVERED: series('referral'),
};

const counters: readonly AnyCounter[] = [pipeline, federalSupervisor, workload, violation, referral, stageMove, path, pathTime, holdResponse, ...seriesCounters];

/** Kept by the feed of the case projections. */
export const caseCounters: CounterSet = { name: 'case_counter', version: 1 };

const none: ReadonlyMap<string, AnyRow> = new Map();

function contextOf(rows: AnyRows): Context {
  // Rows of the feed's tables, as the projections made them.
  const row = rows['case_list']?.get('') as Row<'case_list'> | undefined;
  return { district: labelled(row?.district), sealed: row?.sealed ?? false, agents: (rows['agent'] ?? none) as ReadonlyMap<string, Row<'agent'>> };
}

interface Rows {
  readonly of: ReadonlyMap<string, AnyRow>;
  readonly context: Context;
}

/** Adds what a case's rows count in after, less what they counted in before; rows that stayed the same object cost nothing. */
export function tallyCase(tally: Tally, before: AnyRows, after: AnyRows): void {
  const [was, is] = [contextOf(before), contextOf(after)];
  const sameContext = was.district === is.district && was.sealed === is.sealed && was.agents === is.agents;
  for (const counter of counters) {
    const [old, now] = [before[counter.of] ?? none, after[counter.of] ?? none];
    if (sameContext && old === now) continue;
    addRows(tally, counter, { of: old, context: was }, sameContext ? now : none, -1);
    addRows(tally, counter, { of: now, context: is }, sameContext ? old : none, 1);
  }
}

/** All rows but those that stay as they are on the other side. */
function addRows(tally: Tally, { name, cells }: AnyCounter, { of, context }: Rows, same: Rows['of'], amount: number): void {
  const counter = context.sealed ? ofSealed(name) : name;
  for (const [id, row] of of) {
    if (same.get(id) === row) continue;
    for (const counted of cells(row, context)) tally.add(counter, counted, amount);
  }
}

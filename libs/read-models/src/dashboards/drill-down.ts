import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Aggregate } from '#libs/access';
import type { CaseEventType, ClockName, ReportOrigin, StageName, UserId } from '#libs/domain';
import type { Activity } from '../counters/case-counters.js';
import type { Granularity } from '../counters/periods.js';
import type { FederalSupervisorStatus } from '../projections/case-list.projection.js';
import { checkText } from '../queries/conditions.js';
import { BadInput } from '../queries/page.js';
import type { ReferralMeasure } from './case-dashboards.js';
import { oneOf } from './counts.js';
import { riskBands, type RiskBand } from './duty-dashboards.js';
import { fullHour, type MonthRange, timeInMonths, timeInPeriod } from './time.js';

export const dueStatuses = ['OVERDUE', 'RUNNING', 'IN_TIME', 'LATE'] as const;
export type DueStatus = (typeof dueStatuses)[number];

/** A cell of a dashboard, by what it was counted by: the cases behind it. What the dashboard does not count by is not looked at. */
export interface DrillDown extends MonthRange {
  readonly of: Aggregate;
  /** In one of these; with `null` among them: where no report says. */
  readonly districts?: readonly (string | null)[] | null;
  readonly origins?: readonly ReportOrigin[] | null;
  readonly stages?: readonly StageName[] | null;
  /** Of moves: to one of these. */
  readonly toStages?: readonly StageName[] | null;
  /** Of moves: by one of these events. */
  readonly movedBy?: readonly CaseEventType[] | null;
  readonly federalSupervisor?: readonly FederalSupervisorStatus[] | null;
  /** A user: the investigator or custodian; null among them: nobody. */
  readonly people?: readonly (UserId | null)[] | null;
  readonly citations?: readonly string[] | null;
  readonly agencies?: readonly (string | null)[] | null;
  readonly band?: RiskBand | null;
  readonly clocks?: readonly ClockName[] | null;
  readonly due?: DueStatus | null;
  readonly measure?: ReferralMeasure | null;
  readonly values?: readonly string[] | null;
  readonly addressees?: readonly string[] | null;
  readonly activity?: Activity | null;
  readonly granularity?: Granularity | null;
  /** A local date within the period. */
  readonly date?: string | null;
}

type Condition = RawBuilder<SqlBool>;
type Values = readonly (string | null)[] | null | undefined;

/** Conditions on `c`, a row of the case list. @throws BadInput */
export function drilledTo(drill: DrillDown, now: string): readonly Condition[] {
  return [...among('districts', sql`c.district`, drill.districts), ...conditionsOf[drill.of](drill, now)];
}

const conditionsOf = {
  PIPELINE: (drill) => [...ofCase(drill), ...among('stages', sql`c.stage`, drill.stages)],
  FEDERAL_SUPERVISORS: (drill) => [...ofCase(drill), ...among('federalSupervisor', sql`c.federal_supervisor`, drill.federalSupervisor)],
  WORKLOAD: (drill) => [...ofCase(drill), sql<SqlBool>`c.stage <> 'CLOSED'`, ...among('stages', sql`c.stage`, drill.stages), ...among('people', sql`c.investigator`, drill.people)],
  VIOLATIONS: (drill) => {
    const ofAgent = sql`SELECT FROM read.agent AS a WHERE a.case_id = v.case_id AND a.agent_id = ANY(v.agents)`;
    const agency = among('agencies', sql`coalesce(a.agency_confirmed, a.agency_claimed)`, drill.agencies).map((is) =>
      drill.agencies?.includes(null) === true ? sql<SqlBool>`(v.agents = '{}' OR EXISTS (${ofAgent} AND ${is}))` : sql<SqlBool>`EXISTS (${ofAgent} AND ${is})`,
    );
    const where = [sql<SqlBool>`NOT v.withdrawn`, ...timeInMonths(sql`v.alleged_at`, drill), ...among('citations', sql`v.citation`, drill.citations), ...agency];
    return [exists(sql`read.violation AS v`, 'v', where)];
  },
  TIME_IN_STAGE: (drill) => [passed(drill, [])],
  CONFORMANCE: (drill) => [passed(drill, [...among('toStages', sql`(p ->> 'to')`, drill.toStages), ...among('movedBy', sql`(p ->> 'by')`, drill.movedBy)])],
  FOOTAGE_AT_RISK: (drill, now) => [clock([sql<SqlBool>`k.clock = 'FOOTAGE_DELETED'`, sql<SqlBool>`k.stopped_at IS NULL`, ...inBand(drill.band ?? null, now)])],
  CLOCKS: (drill, now) => [clock([...among('clocks', sql`k.clock`, drill.clocks), ...dueAs(drill.due ?? 'RUNNING', now)])],
  HOLD_COMPLIANCE: (drill, now) => {
    const due = drill.due ?? 'RUNNING';
    const months = due === 'IN_TIME' || due === 'LATE' ? timeInMonths(sql`k.due_at`, drill) : [];
    const where = [sql<SqlBool>`k.clock = 'HOLD_CONFIRMED'`, ...dueAs(due, now), ...months, ...among('people', sql`f.custodian`, drill.people)];
    return [exists(sql`read.clock AS k LEFT JOIN read.footage AS f ON f.case_id = k.case_id AND f.footage_id = k.subject`, 'k', where)];
  },
  REFERRAL_OUTCOMES: (drill) => {
    const measured = drill.measure === null || drill.measure === undefined ? [] : measuredAs(drill.measure, drill.values);
    return [exists(sql`read.referral AS r`, 'r', [...timeInMonths(sql`r.approved_at`, drill), ...among('addressees', sql`r.addressee`, drill.addressees), ...measured])];
  },
  SERIES: ({ activity, granularity, date }) => {
    if (!activity || !granularity || !date) throw new BadInput('of', 'SERIES needs activity, granularity and date');
    const { from, alias, time } = places[activity];
    return [exists(from, alias, [timeInPeriod(time, granularity, date)])];
  },
} as const satisfies Record<Aggregate, (drill: DrillDown, now: string) => readonly Condition[]>;

const ofCase = (drill: DrillDown): readonly Condition[] => [...timeInMonths(sql`c.opened_at`, drill), ...among('origins', sql`c.origin`, drill.origins)];

/** A stay that ended. */
function passed(drill: DrillDown, further: readonly Condition[]): Condition {
  const where = [...among('stages', sql`(p ->> 'stage')`, drill.stages), ...timeInMonths(sql`(p ->> 'leftAt')::timestamptz`, drill), ...further];
  return exists(sql`read.case_flow AS f CROSS JOIN LATERAL jsonb_array_elements(f.passed) AS p`, 'f', where);
}

/** Where each activity is recorded. */
const places = {
  CASE_OPENED: { from: sql`read.case_list AS x`, alias: 'x', time: sql`x.opened_at` },
  CASE_CLOSED: { from: sql`read.case_flow AS x`, alias: 'x', time: sql`x.closed_at` },
  FOOTAGE_REGISTERED: { from: sql`read.footage AS x`, alias: 'x', time: sql`x.registered_at` },
  HOLD_CONFIRMED: { from: sql`read.footage AS x`, alias: 'x', time: sql`x.hold_confirmed_at` },
  VIOLATION_ALLEGED: { from: sql`read.violation AS x`, alias: 'x', time: sql`x.alleged_at` },
  REFERRAL_APPROVED: { from: sql`read.referral AS x`, alias: 'x', time: sql`x.approved_at` },
  REFERRAL_DELIVERED: { from: sql`read.referral AS x`, alias: 'x', time: sql`x.delivered_at` },
} as const satisfies Record<Activity, { readonly from: RawBuilder<unknown>; readonly alias: string; readonly time: RawBuilder<unknown> }>;

const exists = (from: RawBuilder<unknown>, alias: string, where: readonly Condition[]): Condition =>
  sql<SqlBool>`EXISTS (SELECT FROM ${from} WHERE ${sql.join([sql<SqlBool>`${sql.ref(`${alias}.case_id`)} = c.case_id`, ...where], sql` AND `)})`;

const clock = (where: readonly Condition[]): Condition => exists(sql`read.clock AS k`, 'k', where);

function dueAs(status: DueStatus, now: string): readonly Condition[] {
  switch (status) {
    case 'OVERDUE':
      return [sql<SqlBool>`k.stopped_at IS NULL`, sql<SqlBool>`k.due_at < ${fullHour(now)}`];
    case 'RUNNING':
      return [sql<SqlBool>`k.stopped_at IS NULL`];
    case 'IN_TIME':
      return [sql<SqlBool>`k.stopped_at <= k.due_at`];
    case 'LATE':
      return [sql<SqlBool>`k.stopped_at > k.due_at`];
  }
}

function inBand(band: RiskBand | null, now: string): readonly Condition[] {
  if (band === null) return [];
  const at = riskBands.findIndex(({ name }) => name === band);
  const [from, to] = [riskBands[at - 1]?.withinHours ?? null, riskBands[at]?.withinHours ?? null];
  return [
    ...(from === null ? [] : [sql<SqlBool>`k.due_at >= ${fullHour(now, from)}`]),
    ...(to === null ? [] : [sql<SqlBool>`k.due_at < ${fullHour(now, to)}`]),
  ];
}

function measuredAs(measure: ReferralMeasure, values: Values): readonly Condition[] {
  if (measure === 'STATUS') return among('values', sql`r.status`, values);
  if (measure === 'RECEIPT') return [sql<SqlBool>`r.receipt IS NOT NULL`, ...among('values', sql`r.receipt`, values)];
  // The last decision of each pair of violation and agent counts.
  const last = sql`SELECT FROM jsonb_array_elements(r.decisions) WITH ORDINALITY AS d(one, n) WHERE NOT EXISTS (
    SELECT FROM jsonb_array_elements(r.decisions) WITH ORDINALITY AS e(one, n) WHERE e.n > d.n AND e.one -> 'pair' = d.one -> 'pair')`;
  const decided = among('values', sql`(d.one ->> 'outcome')`, values).map((is) => sql<SqlBool>`EXISTS (${last} AND ${is})`);
  const awaited = sql<SqlBool>`(r.status = 'DELIVERED' AND r.decisions = '[]')`;
  return decided.map((is) => (values?.includes('AWAITED') === true ? sql<SqlBool>`(${is} OR ${awaited})` : is));
}

/** One of these; null among them: where the row says nothing. Absent: whatever. */
function among(field: string, column: RawBuilder<unknown>, values: Values): readonly Condition[] {
  if (values === null || values === undefined) return [];
  const texts = values.filter((value) => value !== null);
  for (const text of texts) checkText(field, text);
  const is = oneOf(field, column, texts);
  return [texts.length === values.length ? is : sql<SqlBool>`(${is} OR ${column} IS NULL)`];
}

import type { ReportOrigin, StageName, UserId } from '#libs/domain';
import type { AggregateReach } from '#libs/access';
import { type Activity, seriesOf } from '../counters/case-counters.js';
import { everywhere, textOf } from '../counters/counter.js';
import { type Quantiles, quantilesOf } from '../counters/histogram.js';
import type { Granularity } from '../counters/periods.js';
import type { FederalSupervisorStatus } from '../projections/case-list.projection.js';
import { sql, type SqlBool } from 'kysely';
import { type Count, type Counts, district, ifOneOf, inDistricts, label, type Named } from './counts.js';
import { firstDayOf, inMonths, type MonthRange, readPeriods } from './time.js';

/** Months are those in which the case was opened (violations: alleged; referrals: approved; time in stage: left). */
export interface CountFilter extends MonthRange {
  readonly districts?: Named;
}
export interface CaseCountFilter extends CountFilter {
  readonly origins?: readonly ReportOrigin[] | null;
}

/** `null`: too small to be shown to this viewer. */
export type ShownCount = number | null;
/** A district's name; `null` where no report says. `ALL` stands beside: the sum over those asked for. */
export interface ByDistrict {
  readonly district: string | null;
  readonly all: boolean;
}

export interface StageCell extends ByDistrict {
  readonly stage: StageName;
  readonly count: ShownCount;
}

/** Cells of each district, then their sum. */
async function byDistrict(counts: Counts, reach: AggregateReach, counter: string, filter: CaseCountFilter): Promise<readonly (ByDistrict & { readonly value: string; readonly count: ShownCount })[]> {
  const where = [inMonths(filter), ...ifOneOf('origins', label(2), filter.origins)];
  const single = filter.districts === null || filter.districts === undefined ? sql<SqlBool>`c.district <> ${everywhere}` : inDistricts(filter.districts);
  const of = { table: 'case_counter', counter, where: [...where, single] } as const;
  const sums = await counts.sum(reach, { ...of, by: [label(1), district] });
  const totals = new Map<string, number>();
  for (const { key, amount } of sums) totals.set(String(key[0]), (totals.get(String(key[0])) ?? 0) + amount);
  return [
    ...sums.map(({ key: [value = '', of = ''], amount }) => ({ value, district: textOf(of), all: false, count: counts.shown(amount, reach) })),
    ...[...totals].map(([value, amount]) => ({ value, district: null, all: true, count: counts.shown(amount, reach) })),
  ];
}

export async function pipeline(counts: Counts, filter: CaseCountFilter): Promise<readonly StageCell[]> {
  const cells = await byDistrict(counts, counts.reach('PIPELINE'), 'pipeline', filter);
  // The counter's labels are stages.
  return cells.map(({ value, ...cell }) => ({ ...cell, stage: value as StageName }));
}

export const supervisorOutcomes = ['IDENTIFIED', 'DECLINED', 'NOT_IDENTIFIED'] as const;
export type SupervisorOutcome = (typeof supervisorOutcomes)[number];
export const outcomeOf: Readonly<Record<FederalSupervisorStatus, SupervisorOutcome>> = {
  NONE: 'NOT_IDENTIFIED',
  ATTEMPTED: 'NOT_IDENTIFIED',
  DECLINED: 'DECLINED',
  IDENTIFIED: 'IDENTIFIED',
  CONFIRMED: 'IDENTIFIED',
};

export interface SupervisorCell extends ByDistrict {
  readonly outcome: SupervisorOutcome;
  readonly status: FederalSupervisorStatus;
  readonly count: ShownCount;
}

export async function federalSupervisors(counts: Counts, filter: CaseCountFilter): Promise<readonly SupervisorCell[]> {
  const cells = await byDistrict(counts, counts.reach('FEDERAL_SUPERVISORS'), 'federal_supervisor', filter);
  // The counter's labels are these statuses.
  return cells.map(({ value, ...cell }) => ({ ...cell, status: value as FederalSupervisorStatus, outcome: outcomeOf[value as FederalSupervisorStatus] }));
}

export interface ViolationCell {
  readonly citation: string;
  /** Confirmed, else claimed; null: nobody says. */
  readonly agency: string | null;
  /** The violation once, whatever agencies its agents are of. */
  readonly all: boolean;
  readonly count: ShownCount;
}

export interface ViolationCountFilter extends CountFilter {
  readonly citations?: readonly string[] | null;
  readonly agencies?: Named;
}

export async function violations(counts: Counts, filter: ViolationCountFilter): Promise<readonly ViolationCell[]> {
  const reach = counts.reach('VIOLATIONS');
  const where = [inMonths(filter), inDistricts(filter.districts), ...ifOneOf('citations', label(1), filter.citations), ...ifOneOf('agencies', label(2), filter.agencies)];
  const sums = await counts.sum(reach, { table: 'case_counter', counter: 'violation', where, by: [label(1), label(2)] });
  return sums.map(({ key: [citation = '', agency = ''], amount }) => {
    const all = agency === everywhere;
    return { citation: textOf(citation) ?? '', agency: all ? null : textOf(agency), all, count: counts.shown(amount, reach) };
  });
}

/** Quantiles of a counter whose last label is a bucket, by its first. */
export function quantilesBy(sums: readonly Count[], reach: AggregateReach, counts: Counts): ReadonlyMap<string, Quantiles | null> {
  const buckets = new Map<string, Map<string, number>>();
  for (const { key, amount } of sums) {
    const [of = '', bucket = ''] = key;
    const known = buckets.get(of) ?? new Map<string, number>();
    buckets.set(of, known.set(bucket, (known.get(bucket) ?? 0) + amount));
  }
  return new Map(
    [...buckets].map(([of, amounts]) => {
      const quantiles = quantilesOf(amounts);
      const count = counts.shown(quantiles.count, reach);
      return [of, count === null ? null : { ...quantiles, count }] as const;
    }),
  );
}

/** `quantiles` null: too few to be shown. */
export interface StageTime {
  readonly stage: StageName;
  readonly quantiles: Quantiles | null;
}

export async function timeInStage(counts: Counts, filter: CountFilter): Promise<readonly StageTime[]> {
  const reach = counts.reach('TIME_IN_STAGE');
  const where = [inMonths(filter), inDistricts(filter.districts)];
  const sums = await counts.sum(reach, { table: 'case_counter', counter: 'stage_move', where, by: [label(1), label(4)] });
  // The counter's first label is a stage.
  return [...quantilesBy(sums, reach, counts)].map(([stage, quantiles]) => ({ stage: stage as StageName, quantiles }));
}

export const referralMeasures = ['STATUS', 'RECEIPT', 'OUTCOME'] as const;
export type ReferralMeasure = (typeof referralMeasures)[number];
export interface ReferralCell {
  readonly measure: ReferralMeasure;
  readonly value: string;
  readonly addressee: string;
  readonly count: ShownCount;
}
export interface ReferralCountFilter extends CountFilter {
  readonly addressees?: readonly string[] | null;
}

export async function referralOutcomes(counts: Counts, filter: ReferralCountFilter): Promise<readonly ReferralCell[]> {
  const reach = counts.reach('REFERRAL_OUTCOMES');
  const where = [inMonths(filter), inDistricts(filter.districts), ...ifOneOf('addressees', label(3), filter.addressees)];
  const sums = await counts.sum(reach, { table: 'case_counter', counter: 'referral', where, by: [label(1), label(2), label(3)] });
  // The counter's first label is one of the measures.
  return sums.map(({ key: [measure, value = '', addressee = ''], amount }) => ({ measure: measure as ReferralMeasure, value, addressee: textOf(addressee) ?? '', count: counts.shown(amount, reach) }));
}

export interface SeriesInput {
  readonly activity: Activity;
  readonly granularity: Granularity;
  /** Local dates, `2026-03-01`, inclusive. */
  readonly from: string;
  readonly to: string;
  readonly districts?: Named;
}
export interface SeriesPoint {
  /** Its first day. */
  readonly from: string;
  readonly count: ShownCount;
}

/** One point for each period, also where nothing happened. @throws BadInput */
export async function series(counts: Counts, { activity, granularity, from, to, districts }: SeriesInput): Promise<readonly SeriesPoint[]> {
  const reach = counts.reach('SERIES');
  const periods = readPeriods(granularity, from, to);
  const [first = '', last = ''] = [periods[0], periods.at(-1)];
  const where = [sql<SqlBool>`c.period BETWEEN ${first} AND ${last}`, sql<SqlBool>`c.labels = ARRAY[${activity}]::text[]`, inDistricts(districts)];
  const sums = await counts.sum(reach, { table: 'case_counter', counter: seriesOf[activity], where, by: [sql`c.period`] });
  const known = new Map(sums.map(({ key, amount }) => [key[0], amount]));
  return periods.map((period) => ({ from: firstDayOf(period), count: counts.shown(known.get(period) ?? 0, reach) }));
}

export interface WorkloadFilter extends CountFilter {
  /** Null among them: cases that are assigned to nobody. */
  readonly investigators?: readonly (UserId | null)[] | null;
}

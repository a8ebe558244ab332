import { type ClockName, type StageName, type UserId } from '#libs/domain';
import { sql, type SqlBool } from 'kysely';
import { everywhere, textOf } from '../counters/counter.js';
import type { Quantiles } from '../counters/histogram.js';
import { type ByDistrict, type CountFilter, quantilesBy, type ShownCount, type WorkloadFilter } from './case-dashboards.js';
import { type Counts, district, ifOneOf, inDistricts, label, type Named } from './counts.js';
import { type Band, sumDue } from './due.js';
import { fullHour, inMonths } from './time.js';

const dayHours = 24;

/** How far away the deletion of a recording is that no confirmed hold protects. */
export const riskBands = [
  { name: 'PAST', withinHours: 0 },
  { name: 'ONE_DAY', withinHours: dayHours },
  { name: 'THREE_DAYS', withinHours: 3 * dayHours },
  { name: 'SEVEN_DAYS', withinHours: 7 * dayHours },
  { name: 'THIRTY_DAYS', withinHours: 30 * dayHours },
  { name: 'LATER', withinHours: null },
] as const satisfies readonly Band<string>[];
export type RiskBand = (typeof riskBands)[number]['name'];

export interface RiskCell extends ByDistrict {
  readonly band: RiskBand;
  readonly count: ShownCount;
}
export interface DistrictFilter {
  readonly districts?: Named;
}

/** What is due is compared with the last full hour, which the answer names. */
export interface AsOf<Cell> {
  readonly asOf: string;
  readonly cells: readonly Cell[];
}

const singleDistricts = (districts: DistrictFilter['districts']) => (districts === null || districts === undefined ? sql<SqlBool>`c.district <> ${everywhere}` : inDistricts(districts));

export async function footageAtRisk(counts: Counts, { districts }: DistrictFilter, now: string): Promise<AsOf<RiskCell>> {
  const reach = counts.reach('FOOTAGE_AT_RISK');
  const where = [singleDistricts(districts), sql<SqlBool>`c.labels = ARRAY['FOOTAGE_DELETED']::text[]`];
  const sums = await sumDue(counts, reach, { counter: 'clock_due', bands: riskBands, now, where, by: [district] });
  const cells = riskBands.flatMap(({ name: band }): readonly RiskCell[] => {
    const single = sums.filter(({ amounts }) => amounts[band] > 0);
    const total = single.reduce((sum, { amounts }) => sum + amounts[band], 0);
    return [
      ...single.map(({ key, amounts }) => ({ band, district: textOf(key[0] ?? ''), all: false, count: counts.shown(amounts[band], reach) })),
      { band, district: null, all: true, count: counts.shown(total, reach) },
    ];
  });
  return { asOf: fullHour(now), cells };
}

const dueBands = [
  { name: 'overdue', withinHours: 0 },
  { name: 'dueInOneDay', withinHours: dayHours },
  { name: 'dueInSevenDays', withinHours: 7 * dayHours },
  { name: 'later', withinHours: null },
] as const satisfies readonly Band<string>[];
type DueBand = (typeof dueBands)[number]['name'];

export interface ClockCell extends ByDistrict, Readonly<Record<DueBand, ShownCount>> {
  readonly clock: ClockName;
}
export interface ClockCountFilter extends DistrictFilter {
  readonly clocks?: readonly ClockName[] | null;
  /** A cell for each district; else one over those asked for. */
  readonly byDistrict?: boolean;
}

/** Running clocks by when they are due. A limitation is counted by whole days (UTC): it is a date, and never missed. */
export async function clocksDue(counts: Counts, { districts, clocks, byDistrict = false }: ClockCountFilter, now: string): Promise<AsOf<ClockCell>> {
  const reach = counts.reach('CLOCKS');
  const where = [byDistrict ? singleDistricts(districts) : inDistricts(districts), ...ifOneOf('clocks', label(1), clocks)];
  const sums = await sumDue(counts, reach, { counter: 'clock_due', bands: dueBands, now, where, by: byDistrict ? [label(1), district] : [label(1)] });
  const cells = sums.map(({ key: [clock, of = ''], amounts }) => ({
    // The counter's first label is a clock.
    clock: clock as ClockName,
    district: byDistrict ? textOf(of) : null,
    all: !byDistrict,
    overdue: counts.shown(amounts.overdue, reach),
    dueInOneDay: counts.shown(amounts.dueInOneDay, reach),
    dueInSevenDays: counts.shown(amounts.dueInSevenDays, reach),
    later: counts.shown(amounts.later, reach),
  }));
  return { asOf: fullHour(now), cells };
}

export interface CustodianCell {
  /** Null: of recordings that nobody has taken into custody. */
  readonly custodian: UserId | null;
  /** Holds confirmed in time, and late, by the clock of each. */
  readonly inTime: ShownCount;
  readonly late: ShownCount;
  /** Holds not confirmed yet. */
  readonly waiting: ShownCount;
  readonly overdue: ShownCount;
  /** From the flag to its confirmation; null: none, or too few to be shown. */
  readonly response: Quantiles | null;
}
export interface CustodianFilter extends CountFilter {
  /** Null among them: of recordings that nobody has taken into custody. */
  readonly custodians?: readonly (UserId | null)[] | null;
}

const waitingBands = [
  { name: 'overdue', withinHours: 0 },
  { name: 'later', withinHours: null },
] as const satisfies readonly Band<string>[];

/** Months: in which the hold was due, and in which it was confirmed; what waits is counted whatever the month. */
export async function holdCompliance(counts: Counts, filter: CustodianFilter, now: string): Promise<AsOf<CustodianCell>> {
  const reach = counts.reach('HOLD_COMPLIANCE');
  const { districts, custodians } = filter;
  const whose = [inDistricts(districts), ...ifOneOf('custodians', label(1), custodians)];
  const [outcomes, responses, waiting] = await Promise.all([
    counts.sum(reach, { table: 'clock_counter', counter: 'custodian_outcome', where: [inMonths(filter), ...whose], by: [label(1), label(2)] }),
    counts.sum(reach, { table: 'case_counter', counter: 'hold_response', where: [inMonths(filter), ...whose], by: [label(1), label(2)] }),
    sumDue(counts, reach, { counter: 'custodian_due', bands: waitingBands, now, where: whose, by: [label(1)] }),
  ]);
  const done = new Map(outcomes.map(({ key, amount }) => [key.join('\n'), amount]));
  const waits = new Map(waiting.map(({ key, amounts }) => [key[0] ?? '', amounts]));
  const times = quantilesBy(responses, reach, counts);
  const all = new Set([...outcomes.map(({ key }) => key[0] ?? ''), ...waits.keys(), ...times.keys()]);
  const cells = [...all].sort().map((custodian) => ({
    // The counter's first label is a user, or nobody.
    custodian: textOf(custodian) as UserId | null,
    inTime: counts.shown(done.get(`${custodian}\nIN_TIME`) ?? 0, reach),
    late: counts.shown(done.get(`${custodian}\nLATE`) ?? 0, reach),
    waiting: counts.shown((waits.get(custodian)?.overdue ?? 0) + (waits.get(custodian)?.later ?? 0), reach),
    overdue: counts.shown(waits.get(custodian)?.overdue ?? 0, reach),
    response: times.get(custodian) ?? null,
  }));
  return { asOf: fullHour(now), cells };
}

export interface WorkloadCell {
  /** Null: cases that are assigned to nobody. */
  readonly investigator: UserId | null;
  /** Not closed. */
  readonly open: ShownCount;
  readonly stages: readonly { readonly stage: StageName; readonly count: ShownCount }[];
  /** Clocks of these cases in all districts; limitations are left out. */
  readonly overdue: ShownCount;
  readonly dueInSevenDays: ShownCount;
}

const workBands = [
  { name: 'overdue', withinHours: 0 },
  { name: 'dueInSevenDays', withinHours: 7 * dayHours },
] as const satisfies readonly Band<string>[];

export async function workload(counts: Counts, filter: WorkloadFilter, now: string): Promise<AsOf<WorkloadCell>> {
  const reach = counts.reach('WORKLOAD');
  const whose = ifOneOf('investigators', label(1), filter.investigators);
  const [cases, due] = await Promise.all([
    counts.sum(reach, { table: 'case_counter', counter: 'workload', where: [inMonths(filter), inDistricts(filter.districts), ...whose], by: [label(1), label(2)] }),
    sumDue(counts, reach, { counter: 'investigator_due', bands: workBands, now, where: [inDistricts(null), ...whose], by: [label(1)] }),
  ]);
  const clocks = new Map(due.map(({ key, amounts }) => [key[0] ?? '', amounts]));
  const all = new Map<string, (typeof cases)[number][]>();
  for (const one of cases) all.set(one.key[0] ?? '', [...(all.get(one.key[0] ?? '') ?? []), one]);
  const cells = [...all].map(([investigator, stages]) => ({
    // The counter's labels are a user, or nobody, and a stage.
    investigator: textOf(investigator) as UserId | null,
    open: counts.shown(stages.reduce((sum, { amount }) => sum + amount, 0), reach),
    stages: stages.map(({ key, amount }) => ({ stage: key[1] as StageName, count: counts.shown(amount, reach) })),
    overdue: counts.shown(clocks.get(investigator)?.overdue ?? 0, reach),
    dueInSevenDays: counts.shown(clocks.get(investigator)?.dueInSevenDays ?? 0, reach),
  }));
  return { asOf: fullHour(now), cells };
}

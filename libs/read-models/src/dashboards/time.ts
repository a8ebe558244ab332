import { type RawBuilder, sql, type SqlBool } from 'kysely';
import { always } from '../counters/counter.js';
import { dashboardZone, periodOf, periodsBetween } from '../counters/periods.js';
import { BadInput } from '../queries/page.js';

/** Periods of one series. */
export const periodsMax = 400;

/** Whole months in the city's own time, `2026-03`, inclusive; absent: since ever, until now. */
export interface MonthRange {
  readonly fromMonth?: string | null;
  readonly toMonth?: string | null;
}

const monthForm = /^\d{4}-(0[1-9]|1[0-2])$/;
const firstMonth = '0001-01';
const lastMonth = '9999-12';

/** @throws BadInput */
function readMonths({ fromMonth = null, toMonth = null }: MonthRange): { readonly from: string; readonly to: string } | null {
  for (const [field, month] of Object.entries({ fromMonth, toMonth })) if (month !== null && !monthForm.test(month)) throw new BadInput(field, 'is not a month (2026-03)');
  return fromMonth === null && toMonth === null ? null : { from: fromMonth ?? firstMonth, to: toMonth ?? lastMonth };
}

/** The period of a counter's cells: the roll-up of all, or the months of the range. @throws BadInput */
export function inMonths(range: MonthRange): RawBuilder<SqlBool> {
  const months = readMonths(range);
  if (months === null) return sql<SqlBool>`c.period = ${always}`;
  return sql<SqlBool>`c.period BETWEEN ${`M${months.from}`} AND ${`M${months.to}`}`;
}

/** The same of a row's time, for what was counted by it. @throws BadInput */
export function timeInMonths(time: RawBuilder<unknown>, range: MonthRange): readonly RawBuilder<SqlBool>[] {
  const months = readMonths(range);
  if (months === null) return [];
  const conditions: RawBuilder<SqlBool>[] = [];
  if (months.from !== firstMonth) conditions.push(sql<SqlBool>`${time} >= (${`${months.from}-01`}::timestamp AT TIME ZONE ${sql.lit(dashboardZone)})`);
  if (months.to !== lastMonth) conditions.push(sql<SqlBool>`${time} < ((${`${months.to}-01`}::timestamp + interval '1 month') AT TIME ZONE ${sql.lit(dashboardZone)})`);
  return conditions;
}

const dateForm = /^\d{4}-\d{2}-\d{2}$/;

/** The periods of a series through two local dates. @throws BadInput */
export function readPeriods(granularity: 'DAY' | 'WEEK' | 'MONTH', from: string, to: string): readonly string[] {
  for (const [field, date] of Object.entries({ from, to })) checkDate(field, date);
  if (to < from) throw new BadInput('to', 'lies before the beginning');
  const periods = periodsBetween(granularity, from, to, periodsMax);
  if (periods === null) throw new BadInput('to', `${periodsMax} periods at most`);
  return periods;
}

function checkDate(field: string, date: string): void {
  const isDate = dateForm.test(date) && !Number.isNaN(Date.parse(date)) && new Date(Date.parse(date)).toISOString().startsWith(date);
  if (!isDate) throw new BadInput(field, 'is not a date (2026-03-01)');
}

/** The first local date of a period as it is kept: `W2026-03-02` is `2026-03-02`, `M2026-03` is `2026-03-01`. */
export const firstDayOf = (period: string): string => (period.startsWith('M') ? `${period.slice(1)}-01` : period.slice(1));

/** A row's time within the period of that kind in which the date lies. @throws BadInput */
export function timeInPeriod(time: RawBuilder<unknown>, granularity: 'DAY' | 'WEEK' | 'MONTH', date: string): RawBuilder<SqlBool> {
  checkDate('date', date);
  const first = firstDayOf(periodOf(granularity, date));
  const start = sql`${first}::timestamp`;
  const zone = sql.lit(dashboardZone);
  return sql<SqlBool>`(${time} >= (${start} AT TIME ZONE ${zone}) AND ${time} < ((${start} + ${sql.lit(`1 ${granularity.toLowerCase()}`)}::interval) AT TIME ZONE ${zone}))`;
}

/** A stretch of the UTC periods `Y…`, `M…`, `D…`, `H…` of what is due; what is kept there counts so often. */
export interface DueRange {
  readonly low: string;
  /** Exclusive. */
  readonly high: string;
  readonly weight: 1 | -1;
}

/** Behind every period that begins like this one. */
const endOf = (group: string): string => `${group}~`;
const behind = (period: string): string => `${period}\u0001`;

/** Where an hour stands among years, the months of its year, the days of its month and the hours of its day. */
const placesOf = (hour: string) =>
  [
    { group: 'Y', period: `Y${hour.slice(0, 4)}` },
    { group: `M${hour.slice(0, 4)}`, period: `M${hour.slice(0, 7)}` },
    { group: `D${hour.slice(0, 7)}`, period: `D${hour.slice(0, 10)}` },
    { group: `H${hour.slice(0, 10)}`, period: `H${hour.slice(0, 13)}` },
  ] as const;

/**
 * Everything due from one hour on, and before another; both are instants, the first one null: since ever. Whole years, and of the years, months and days at
 * both ends what lies between: few periods, however far apart. The first day counts whole, less its hours before: what is kept by days alone is due at
 * the end of its day.
 */
export function dueBetween(from: string | null, to: string): readonly DueRange[] {
  const starts = from === null ? null : placesOf(from);
  const ranges = placesOf(to).flatMap(({ group, period }, level): readonly DueRange[] => {
    const start = starts?.[level];
    if (start === undefined) return [{ low: group, high: period, weight: 1 }];
    const isHour = level === 3;
    if (isHour && start.group !== group) return [{ low: start.group, high: start.period, weight: -1 }, { low: group, high: period, weight: 1 }];
    // Years and months in which the stretch begins are counted by what lies below them.
    const low = level < 2 ? behind(start.period) : start.period;
    return start.group === group ? [{ low, high: period, weight: 1 }] : [{ low, high: endOf(start.group), weight: 1 }, { low: group, high: period, weight: 1 }];
  });
  return ranges.filter(({ low, high }) => low < high);
}

/** The roll-up of all periods. */
export const everythingDue: readonly DueRange[] = [{ low: always, high: `${always}\u0001`, weight: 1 }];

const hourMs = 3_600_000;
/** The last full hour: what a due date is compared with. */
export const fullHour = (now: string, hoursOn = 0): string => new Date(Math.floor(Date.parse(now) / hourMs) * hourMs + hoursOn * hourMs).toISOString();

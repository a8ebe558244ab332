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

/** A stretch of the UTC periods `M…`, `D…`, `H…` of what is due. */
export interface DueRange {
  readonly low: string;
  /** Exclusive. */
  readonly high: string;
}

/** Everything due before an hour, in whole months, days of that month and hours of that day. `hour`: an instant. */
export function dueBefore(hour: string): readonly DueRange[] {
  const [month, day] = [hour.slice(0, 7), hour.slice(0, 10)];
  return [
    { low: 'M', high: `M${month}` },
    { low: `D${month}`, high: `D${day}` },
    { low: `H${day}`, high: `H${hour.slice(0, 13)}` },
  ];
}

export const everythingDue: readonly DueRange[] = [{ low: 'M', high: 'N' }];

const hourMs = 3_600_000;
/** The last full hour: what a due date is compared with. */
export const fullHour = (now: string, hoursOn = 0): string => new Date(Math.floor(Date.parse(now) / hourMs) * hourMs + hoursOn * hourMs).toISOString();

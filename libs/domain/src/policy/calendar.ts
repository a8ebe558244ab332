import type { Instant } from '../kernel/time.types.js';
import type { Policy, Span } from './policy.js';
import { instantOf, localOf } from './zones.js';

type Calendar = Pick<Policy, 'zone' | 'holidays'>;

/** Business days are at most this far apart in days: a year of holidays would be a broken policy, and throws. */
const daysWithoutBusinessMax = 366;
const saturday = 6;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** 1 January 1970 was a Thursday. */
const weekdayOfDayZero = 4;

/**
 * The instant at which a span that starts `from` ends, by the policy's calendar. Hours are elapsed time. Days, business days, months and
 * years keep the local time of day in the policy's zone, whatever the clocks do between; a day that a month lacks becomes its last one
 * (31 January plus a month is 28 or 29 February). A business day is no Saturday, Sunday or holiday: the count begins on the next business
 * day, so that one that starts on a Friday, a Saturday or a Sunday ends a business day later on the Monday.
 */
export function addSpan(from: Instant, span: Span, policy: Calendar): Instant {
  const start = readInstant(from);
  if (span.unit === 'HOURS') return printInstant(start + span.amount * hourMs);
  const local = localOf(policy.zone, start);
  return printInstant(instantOf(policy.zone, addLocal(local, span, policy)));
}

function addLocal(local: number, { amount, unit }: Span, policy: Calendar): number {
  switch (unit) {
    case 'HOURS':
      return local + amount * hourMs;
    case 'DAYS':
      return local + amount * dayMs;
    case 'MONTHS':
      return addMonths(local, amount);
    case 'YEARS':
      return addMonths(local, amount * 12);
    case 'BUSINESS_DAYS':
      return addBusinessDays(local, amount, policy);
  }
}

/** A local day after the start of a count of business days. */
export interface CountedDay {
  /** `2026-03-02` */
  readonly date: string;
  /** Why it does not count; null: it does, as the `count`-th. */
  readonly passedOver: 'WEEKEND' | 'HOLIDAY' | null;
  readonly count: number | null;
}

/** Each local day from the one after `from` through the last that counts, as {@link addSpan} reckons business days. */
export function countedDays(from: Instant, amount: number, { zone, holidays }: Calendar): readonly CountedDay[] {
  const days: CountedDay[] = [];
  let day = localOf(zone, readInstant(from));
  const known = holidaySet(holidays);
  for (let count = 1; count <= amount; count += 1) {
    const next = nextBusinessDay(day, known);
    for (day += dayMs; day < next; day += dayMs) days.push({ date: dateOf(day), passedOver: isWeekday(day) ? 'HOLIDAY' : 'WEEKEND', count: null });
    days.push({ date: dateOf(next), passedOver: null, count });
  }
  return days;
}

/** The instant `days` local calendar days before another, at the same local time of day. */
export function daysBefore(until: Instant, days: number, { zone }: Calendar): Instant {
  return printInstant(instantOf(zone, localOf(zone, readInstant(until)) - days * dayMs));
}

/** Whole local days from one instant to another in the policy's zone, rounded towards zero; negative where `to` is the earlier. */
export function daysBetween(from: Instant, to: Instant, { zone }: Pick<Policy, 'zone'>): number {
  const [start, end] = [readInstant(from), readInstant(to)];
  const forward = end >= start;
  const local = localOf(zone, start);
  let days = Math.trunc((localOf(zone, end) - local) / dayMs) + (forward ? 1 : -1);
  // One more than the local clocks say, and back to the first that does not pass the end: the night of a change is short or long.
  while (days !== 0 && (forward ? instantOf(zone, local + days * dayMs) > end : instantOf(zone, local + days * dayMs) < end)) days -= forward ? 1 : -1;
  return days;
}

/** `2026-03-02`: the date in this zone. */
export function localDate(at: Instant, zone: string): string {
  return dateOf(localOf(zone, readInstant(at)));
}

function addMonths(local: number, months: number): number {
  const date = new Date(local);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const [year, month] = [new Date(first).getUTCFullYear(), new Date(first).getUTCMonth()];
  const daysOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return first + (Math.min(date.getUTCDate(), daysOfMonth) - 1) * dayMs + mod(local, dayMs);
}

/** As numbers of days: a text for each day that a deadline passes over would take longer than all else. */
const holidaySets = new WeakMap<readonly string[], ReadonlySet<number>>();

function holidaySet(holidays: readonly string[]): ReadonlySet<number> {
  const known = holidaySets.get(holidays) ?? new Set(holidays.map((date) => dayOf(Date.parse(date))));
  holidaySets.set(holidays, known);
  return known;
}

function addBusinessDays(local: number, amount: number, { holidays }: Calendar): number {
  const known = holidaySet(holidays);
  let day = local;
  for (let counted = 0; counted < amount; counted += 1) day = nextBusinessDay(day, known);
  return day;
}

function nextBusinessDay(after: number, holidays: ReadonlySet<number>): number {
  let day = after + dayMs;
  for (let tried = 0; tried < daysWithoutBusinessMax; tried += 1) {
    if (isWeekday(day) && !holidays.has(dayOf(day))) return day;
    day += dayMs;
  }
  throw new Error(`the policy's calendar has no business day in the ${daysWithoutBusinessMax} days after ${dateOf(after)}`);
}

/** Monday is 1, Sunday 7. */
const isWeekday = (local: number): boolean => (mod(dayOf(local) + weekdayOfDayZero - 1, 7) + 1) < saturday;
const dayOf = (local: number): number => Math.floor(local / dayMs);
const mod = (value: number, by: number): number => ((value % by) + by) % by;

/** Dates remembered by the number of their day: about eleven years. */
const datesMax = 4_000;
const dates = new Map<number, string>();

function dateOf(local: number): string {
  const day = dayOf(local);
  const known = dates.get(day);
  if (known !== undefined) return known;
  if (dates.size >= datesMax) dates.clear();
  const date = new Date(day * dayMs).toISOString().slice(0, 10);
  dates.set(day, date);
  return date;
}

function readInstant(at: Instant): number {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new RangeError(`'${at}' is not an instant`);
  return ms;
}

const printInstant = (ms: number): Instant => new Date(ms).toISOString();

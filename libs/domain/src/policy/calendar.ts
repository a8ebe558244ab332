import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../kernel/time.types.js';
import type { Policy, Span } from './policy.js';

type Calendar = Pick<Policy, 'zone' | 'holidays'>;

/** Business days are at most this far apart in days: a year of holidays would be a broken policy, and throws. */
const daysWithoutBusinessMax = 366;
const saturday = 6;

/**
 * The instant at which a span that starts `from` ends, by the policy's calendar. Hours are elapsed time. Days, business days, months and
 * years keep the local time of day in the policy's zone, whatever the clocks do between; a day that a month lacks becomes its last one
 * (31 January plus a month is 28 or 29 February). A business day is no Saturday, Sunday or holiday: the count begins on the next business
 * day, so that one that starts on a Friday, a Saturday or a Sunday ends a business day later on the Monday.
 */
export function addSpan(from: Instant, span: Span, policy: Calendar): Instant {
  const start = Temporal.Instant.from(from);
  if (span.unit === 'HOURS') return instantText(start.add({ hours: span.amount }));
  const local = start.toZonedDateTimeISO(policy.zone);
  switch (span.unit) {
    case 'DAYS':
      return instantText(local.add({ days: span.amount }).toInstant());
    case 'MONTHS':
      return instantText(local.add({ months: span.amount }).toInstant());
    case 'YEARS':
      return instantText(local.add({ years: span.amount }).toInstant());
    case 'BUSINESS_DAYS':
      return instantText(addBusinessDays(local, span.amount, new Set(policy.holidays)).toInstant());
  }
}

/** The instant `days` local calendar days before another, at the same local time of day. */
export function daysBefore(until: Instant, days: number, policy: Calendar): Instant {
  return instantText(Temporal.Instant.from(until).toZonedDateTimeISO(policy.zone).subtract({ days }).toInstant());
}

/** Whole local days from one instant to another in the policy's zone, rounded towards zero; negative where `to` is the earlier. */
export function daysBetween(from: Instant, to: Instant, policy: Pick<Policy, 'zone'>): number {
  const start = Temporal.Instant.from(from).toZonedDateTimeISO(policy.zone);
  const end = Temporal.Instant.from(to).toZonedDateTimeISO(policy.zone);
  return start.until(end, { largestUnit: 'days' }).days;
}

function addBusinessDays(start: Temporal.ZonedDateTime, amount: number, holidays: ReadonlySet<string>): Temporal.ZonedDateTime {
  let day = start.toPlainDate();
  for (let counted = 0; counted < amount; counted += 1) day = nextBusinessDay(day, holidays);
  return day.toZonedDateTime({ timeZone: start.timeZoneId, plainTime: start.toPlainTime() });
}

function nextBusinessDay(after: Temporal.PlainDate, holidays: ReadonlySet<string>): Temporal.PlainDate {
  let day = after.add({ days: 1 });
  for (let tried = 0; tried < daysWithoutBusinessMax; tried += 1) {
    if (day.dayOfWeek < saturday && !holidays.has(day.toString())) return day;
    day = day.add({ days: 1 });
  }
  throw new Error(`the policy's calendar has no business day in the ${daysWithoutBusinessMax} days after ${after.toString()}`);
}

function instantText(at: Temporal.Instant): Instant {
  return at.toString({ fractionalSecondDigits: 3, roundingMode: 'floor' });
}

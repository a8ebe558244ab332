import { describe, expect, it } from '@jest/globals';
import { Temporal } from 'temporal-polyfill';
import fc from 'fast-check';
import { addSpan, daysBefore, daysBetween, type Span } from '#libs/domain';

const calendar = { zone: 'America/Chicago', holidays: ['2026-05-25', '2026-07-03', '2026-11-26', '2026-12-25'] };
const seed = 20_260_302;

/** A local time in Chicago, as an instant. */
function chicago(local: string): string {
  return Temporal.PlainDateTime.from(local).toZonedDateTime('America/Chicago').toInstant().toString({ fractionalSecondDigits: 3 });
}

describe('a span of the policy', () => {
  it.each<[string, string, Span, string]>([
    ['counts hours as they pass, in the night in which one is left out', '2026-03-07T12:00', { amount: 24, unit: 'HOURS' }, '2026-03-08T13:00'],
    ['counts hours as they pass, in the night in which one comes twice', '2026-10-31T12:00', { amount: 24, unit: 'HOURS' }, '2026-11-01T11:00'],
    ['keeps the time of day over a day of 23 hours', '2026-03-07T12:00', { amount: 1, unit: 'DAYS' }, '2026-03-08T12:00'],
    ['keeps the time of day over a day of 25 hours', '2026-10-31T12:00', { amount: 1, unit: 'DAYS' }, '2026-11-01T12:00'],
    ['ends an hour later on the day whose time of day was left out', '2026-03-07T02:30', { amount: 1, unit: 'DAYS' }, '2026-03-08T03:30'],
    ['keeps the time of day over 90 days', '2026-02-01T09:00', { amount: 90, unit: 'DAYS' }, '2026-05-02T09:00'],
    ['ends on the last day of a shorter month', '2026-01-31T09:00', { amount: 1, unit: 'MONTHS' }, '2026-02-28T09:00'],
    ['ends on the 29th in a leap year', '2028-01-31T09:00', { amount: 1, unit: 'MONTHS' }, '2028-02-29T09:00'],
    ['counts 18 months', '2026-08-31T09:00', { amount: 18, unit: 'MONTHS' }, '2028-02-29T09:00'],
    ['ends on the 28th, three years after a leap day', '2028-02-29T09:00', { amount: 3, unit: 'YEARS' }, '2031-02-28T09:00'],
    ['counts two years', '2026-03-02T09:00', { amount: 2, unit: 'YEARS' }, '2028-03-02T09:00'],
    ['counts business days within a week', '2026-03-02T09:00', { amount: 2, unit: 'BUSINESS_DAYS' }, '2026-03-04T09:00'],
    ['leaves out a weekend', '2026-03-06T09:00', { amount: 2, unit: 'BUSINESS_DAYS' }, '2026-03-10T09:00'],
    ['begins to count on Monday what starts on a Saturday', '2026-03-07T09:00', { amount: 1, unit: 'BUSINESS_DAYS' }, '2026-03-09T09:00'],
    ['begins to count on Monday what starts on a Sunday', '2026-03-08T09:00', { amount: 2, unit: 'BUSINESS_DAYS' }, '2026-03-10T09:00'],
    ['leaves out a holiday', '2026-11-25T09:00', { amount: 1, unit: 'BUSINESS_DAYS' }, '2026-11-27T09:00'],
    ['leaves out a holiday beside a weekend', '2026-07-02T09:00', { amount: 1, unit: 'BUSINESS_DAYS' }, '2026-07-06T09:00'],
    ['begins to count after the holiday on which it starts', '2026-05-25T09:00', { amount: 5, unit: 'BUSINESS_DAYS' }, '2026-06-01T09:00'],
    ['takes the local date, not that of UTC', '2026-03-06T23:30', { amount: 1, unit: 'BUSINESS_DAYS' }, '2026-03-09T23:30'],
  ])('%s', (_, from, span, until) => {
    expect(addSpan(chicago(from), span, calendar)).toBe(chicago(until));
  });

  it('throws on a calendar without business days, instead of counting for ever', () => {
    const year = Array.from({ length: 400 }, (_, i) => Temporal.PlainDate.from('2026-01-01').add({ days: i }).toString());
    expect(() => addSpan('2026-01-01T12:00:00.000Z', { amount: 1, unit: 'BUSINESS_DAYS' }, { ...calendar, holidays: year })).toThrow('no business day');
  });

  it('ends a business day on a business day, and never earlier than that many days on', () => {
    const instants = fc.date({ min: new Date('2020-01-01'), max: new Date('2039-12-31'), noInvalidDate: true }).map((date) => date.toISOString());
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 30 }), (from, amount) => {
        const until = addSpan(from, { amount, unit: 'BUSINESS_DAYS' }, calendar);
        const day = Temporal.Instant.from(until).toZonedDateTimeISO(calendar.zone);
        expect(day.dayOfWeek).toBeLessThan(6);
        expect(calendar.holidays).not.toContain(day.toPlainDate().toString());
        expect(daysBetween(from, until, calendar)).toBeGreaterThanOrEqual(amount);
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('days before and between', () => {
  it('keep the local time of day over a change of the clocks', () => {
    expect(daysBefore(chicago('2026-03-09T12:00'), 5, calendar)).toBe(chicago('2026-03-04T12:00'));
  });

  it.each([
    ['2026-03-07T12:00', '2026-03-08T12:00', 1],
    ['2026-10-31T12:00', '2026-11-01T11:59', 0],
    ['2026-03-02T12:00', '2026-03-02T11:00', 0],
    ['2026-03-10T12:00', '2026-03-02T12:00', -8],
    ['2024-02-28T12:00', '2024-03-01T12:00', 2],
  ])('count whole local days from %s to %s', (from, to, days) => {
    expect(daysBetween(chicago(from), chicago(to), calendar) + 0).toBe(days);
  });
});

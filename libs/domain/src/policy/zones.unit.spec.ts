import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { addSpan, daysBefore, daysBetween, localDate, type Span } from '#libs/domain';

const seed = 20_260_717;
const zones = ['America/Chicago', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC', 'America/Sao_Paulo'] as const;

/** Uniform over forty years, and beside them the hours around each change of Chicago's clocks, where mistakes would show. */
const nearChange = fc.tuple(fc.constantFrom('2026-03-08T08:00:00Z', '2026-11-01T07:00:00Z', '2031-03-09T08:00:00Z'), fc.integer({ min: -90_000_000, max: 90_000_000 }));
const instants = fc.oneof(
  fc.date({ min: new Date('2005-01-01'), max: new Date('2045-12-31'), noInvalidDate: true }).map((date) => date.toISOString()),
  nearChange.map(([at, ms]) => new Date(Date.parse(at) + ms).toISOString()),
);
const spans = fc.record({ amount: fc.integer({ min: 0, max: 400 }), unit: fc.constantFrom<Span['unit']>('HOURS', 'DAYS', 'MONTHS', 'YEARS') });
const text = (at: Temporal.Instant): string => at.toString({ fractionalSecondDigits: 3, roundingMode: 'floor' });

describe('local time as numbers', () => {
  it('adds spans as Temporal does, in every zone, through every change of the clocks', () => {
    const units = { HOURS: 'hours', DAYS: 'days', MONTHS: 'months', YEARS: 'years', BUSINESS_DAYS: 'days' } as const;
    fc.assert(
      fc.property(instants, spans, fc.constantFrom(...zones), (from, { amount, unit }, zone) => {
        const start = Temporal.Instant.from(from).toZonedDateTimeISO(zone);
        const bounded = unit === 'YEARS' ? amount % 50 : amount;
        const expected = unit === 'HOURS' ? start.toInstant().add({ hours: bounded }) : start.add({ [units[unit]]: bounded }).toInstant();
        expect(addSpan(from, { amount: bounded, unit }, { zone, holidays: [] })).toBe(text(expected));
      }),
      { seed, numRuns: 4_000 },
    );
  });

  it('goes back by days, counts days between and names local dates as Temporal does', () => {
    fc.assert(
      fc.property(instants, instants, fc.integer({ min: 0, max: 400 }), fc.constantFrom(...zones), (from, to, days, zone) => {
        const start = Temporal.Instant.from(from).toZonedDateTimeISO(zone);
        const end = Temporal.Instant.from(to).toZonedDateTimeISO(zone);
        expect(daysBefore(from, days, { zone, holidays: [] })).toBe(text(start.subtract({ days }).toInstant()));
        expect(localDate(from, zone)).toBe(start.toPlainDate().toString());
        expect(daysBetween(from, to, { zone }) + 0).toBe(start.until(end, { largestUnit: 'days' }).days + 0);
      }),
      { seed, numRuns: 4_000 },
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { instantOf, isOffset, isPrintedInstant, localTimeOf } from './time-texts.js';

const two = (n: number): string => String(n).padStart(2, '0');
const year = fc.integer({ min: 1_900, max: 2_105 }).map(String);
/** Months, days, hours and minutes of which some exist and some don't. */
const date = fc.tuple(year, fc.integer({ min: 0, max: 13 }).map(two), fc.integer({ min: 0, max: 32 }).map(two)).map((parts) => parts.join('-'));
const time = fc.tuple(fc.integer({ min: 0, max: 24 }).map(two), fc.integer({ min: 0, max: 60 }).map(two)).map((parts) => parts.join(':'));
const second = fc.option(fc.tuple(fc.integer({ min: 0, max: 59 }).map(two), fc.constantFrom('', '.5', '.123', '.123999')).map(([s, f]) => `:${s}${f}`), { nil: '' });
const offset = fc.oneof(
  fc.constant('Z'),
  fc.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 18 }).map(two), fc.integer({ min: 0, max: 59 }).map(two)).map(([s, h, m]) => `${s}${h}:${m}`),
);

/** What the calendar library makes of it. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}

describe('texts of times', () => {
  it('reads an instant as the calendar does, and refuses what the calendar does not have', () => {
    fc.assert(
      fc.property(date, time, second, offset, (day, clock, seconds, zone) => {
        const text = `${day}T${clock}${seconds}${zone}`;
        const expected = attempt(() => Temporal.Instant.from(text).toString({ fractionalSecondDigits: 3, roundingMode: 'floor' }));
        expect(instantOf(text)).toBe(expected);
      }),
      { seed: 20261122, numRuns: 5_000 },
    );
  });

  it('reads a local date and time as the calendar does', () => {
    fc.assert(
      fc.property(date, fc.option(fc.tuple(time, second), { nil: null }), (day, clock) => {
        const text = clock === null ? day : `${day}T${clock.join('')}`;
        const exists = attempt(() => Temporal.PlainDateTime.from(text, { overflow: 'reject' })) !== null;
        expect(localTimeOf(text)).toBe(exists ? text : null);
      }),
      { seed: 20261123, numRuns: 5_000 },
    );
  });

  it('knows what it printed', () => {
    expect(instantOf('2026-11-22T04:15:30.1239-06:00')).toBe('2026-11-22T10:15:30.123Z');
    expect(isPrintedInstant('2026-11-22T10:15:30.123Z')).toBe(true);
    for (const other of ['2026-11-22T10:15:30Z', '2026-02-30T10:15:30.123Z', '2026-11-22T04:15:30.12-06:0', 'x'.repeat(24), '']) {
      expect(isPrintedInstant(other)).toBe(false);
    }
  });

  it('refuses leap seconds, local times with an offset, instants without one, and years that are typing errors', () => {
    for (const text of ['2016-12-31T23:59:60Z', '2026-11-22T10:15:30', '2026-11-22', '0026-11-22T10:15:30Z', '9999-12-31T23:59:59-01:00', ' 2026-11-22T10:15:30Z']) {
      expect(instantOf(text)).toBeNull();
    }
    expect(localTimeOf('2026-11-22T10:15Z')).toBeNull();
  });

  it('takes an offset in hours and minutes alone', () => {
    expect(['-06:00', '+05:30', '-18:00'].every(isOffset)).toBe(true);
    expect(['-6:00', '06:00', '-19:00', '-06:60', 'Z', ''].some(isOffset)).toBe(false);
  });
});

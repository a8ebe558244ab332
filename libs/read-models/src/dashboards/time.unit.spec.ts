import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueLevels } from '../counters/periods.js';
import { dueBetween, everythingDue } from './time.js';

const hourMs = 3_600_000;
const earliest = Date.parse('2023-11-28T00:00:00Z');
const hours = 3 * 366 * 24;
const hourAt = (n: number): string => new Date(earliest + n * hourMs).toISOString();
const anHour = fc.nat(hours);
/** Often close together, and around the turn of a month or a year. */
const twoHours = fc.oneof(fc.tuple(anHour, anHour), fc.tuple(anHour, fc.nat(200)).map(([a, b]) => [a, a + b] as const));

/** How often what is kept in these periods counts. */
function counted(periods: readonly string[], from: string | null, to: string): number {
  return dueBetween(from, to).reduce((sum, { low, high, weight }) => sum + weight * periods.filter((period) => period >= low && period < high).length, 0);
}

describe('what is due between two hours', () => {
  it('counts once what is due there, and nothing else, over months and years', () => {
    fc.assert(
      fc.property(twoHours, anHour, fc.nat(hourMs - 1), ([a, b], n, ms) => {
        const [from, to] = a < b ? [hourAt(a), hourAt(b)] : [hourAt(b), hourAt(a)];
        const at = new Date(Date.parse(hourAt(n)) + ms).toISOString();
        const levels = dueLevels(at, 'HOUR');
        expect(counted(levels, null, to)).toBe(at < to ? 1 : 0);
        expect(counted(levels, from, to)).toBe(from <= at && at < to ? 1 : 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('counts what is kept by days alone from the end of its day on', () => {
    fc.assert(
      fc.property(twoHours, anHour, ([a, b], n) => {
        const [from, to] = a < b ? [hourAt(a), hourAt(b)] : [hourAt(b), hourAt(a)];
        const day = hourAt(n).slice(0, 10);
        const isPast = (hour: string): boolean => day < hour.slice(0, 10);
        expect(counted(dueLevels(hourAt(n), 'DAY'), from, to)).toBe(isPast(to) && !isPast(from) ? 1 : 0);
      }),
      { numRuns: 2_000 },
    );
  });

  it('looks at few periods, however far back what is due goes and however many years are kept', () => {
    const periodsOf = ({ low, high }: { readonly low: string; readonly high: string }): number => {
      const levels = new Set(Array.from({ length: hours }, (_, n) => dueLevels(hourAt(n), 'HOUR')).flat());
      return [...levels].filter((period) => period >= low && period < high).length;
    };
    const now = '2026-01-02T20:00:00.000Z';
    expect(dueBetween(null, now).reduce((sum, range) => sum + periodsOf(range), 0)).toBe(3 + 0 + 1 + 20);
    expect(dueBetween(now, '2026-01-09T20:00:00.000Z').reduce((sum, range) => sum + periodsOf(range), 0)).toBe(7 + 20 + 20);
    expect(everythingDue.reduce((sum, range) => sum + periodsOf(range), 0)).toBe(1);
  });
});

import { type Instant, localDate } from '#libs/domain';
import { always } from './counter.js';

/** The city's own days, weeks and months; another zone is another version of the counters. */
export const dashboardZone = 'America/Chicago';
const dayMs = 86_400_000;

export const granularities = ['DAY', 'WEEK', 'MONTH'] as const;
export type Granularity = (typeof granularities)[number];

/** `D2026-03-04`, `W2026-03-02` (its Monday), `M2026-03`: the period in which a local date lies. */
export function periodOf(granularity: Granularity, date: string): string {
  if (granularity === 'DAY') return `D${date}`;
  if (granularity === 'MONTH') return `M${date.slice(0, 7)}`;
  const day = Date.parse(date);
  const sinceMonday = (new Date(day).getUTCDay() + 6) % 7;
  return `W${new Date(day - sinceMonday * dayMs).toISOString().slice(0, 10)}`;
}

/** Days whose periods are remembered, of each kind: about eleven years. A text made once is also found faster in a tally than one made anew. */
const daysMax = 4_000;

function remembered<T>(ofDate: (date: string) => T): (date: string) => T {
  const known = new Map<string, T>();
  return (date) => {
    const before = known.get(date);
    if (before !== undefined) return before;
    if (known.size >= daysMax) known.clear();
    const made = ofDate(date);
    known.set(date, made);
    return made;
  };
}

const periodsOfDate = remembered((date): readonly string[] => granularities.map((granularity) => periodOf(granularity, date)));
const monthOfDate = remembered((date) => periodOf('MONTH', date));

export const monthOf = (at: Instant): string => monthOfDate(localDate(at, dashboardZone));

/** The three periods of an instant. */
export const periodsOf = (at: Instant): readonly string[] => periodsOfDate(localDate(at, dashboardZone));

/** Periods from that of one date through that of another, in order; at most `max`, then null. */
export function periodsBetween(granularity: Granularity, from: string, to: string, max: number): readonly string[] | null {
  const periods: string[] = [];
  const last = periodOf(granularity, to);
  for (let day = Date.parse(from); ; day += dayMs) {
    const period = periodOf(granularity, new Date(day).toISOString().slice(0, 10));
    if (period > last) return periods;
    if (periods.at(-1) === period) continue;
    if (periods.length >= max) return null;
    periods.push(period);
  }
}

/**
 * The UTC year, month, day and hour of an instant, and the roll-up of all: what is due adds up whole years, then months, days and hours before now.
 * `DAY`: the hour is not kept, and what is due today counts from midnight on.
 */
export function dueLevels(at: Instant, exactTo: 'DAY' | 'HOUR'): readonly string[] {
  const days = levelsOfDate(at.slice(0, 10));
  return exactTo === 'DAY' ? days : [...days, `H${at.slice(0, 13)}`];
}

const levelsOfDate = remembered((date): readonly string[] => [always, `Y${date.slice(0, 4)}`, `M${date.slice(0, 7)}`, `D${date}`]);

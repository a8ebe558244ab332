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

export const monthOf = (at: Instant): string => periodOf('MONTH', localDate(at, dashboardZone));

/** The three periods of an instant. */
export function periodsOf(at: Instant): readonly string[] {
  const date = localDate(at, dashboardZone);
  return granularities.map((granularity) => periodOf(granularity, date));
}

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
  const days = [always, `Y${at.slice(0, 4)}`, `M${at.slice(0, 7)}`, `D${at.slice(0, 10)}`];
  return exactTo === 'DAY' ? days : [...days, `H${at.slice(0, 13)}`];
}

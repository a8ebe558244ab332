import { Temporal } from 'temporal-polyfill';

/**
 * Local times of a zone as numbers: milliseconds since the epoch, and the same on the zone's own clocks. Reckoning a clock with Temporal's
 * objects took 0.1 ms; a zone's offset changes twice a year, so that what holds between two changes is remembered.
 */
interface Period {
  /** Of the period with this offset; the end is outside. */
  readonly from: number;
  readonly until: number;
  readonly offset: number;
}

/** Periods remembered of all zones together: a hundred years of twenty zones. */
const periodsMax = 4_000;
const dayMs = 86_400_000;

const zones = new Map<string, Period[]>();
let remembered = 0;

/** Milliseconds that the zone's clocks are ahead of UTC at this instant. */
export function offsetAt(zone: string, instant: number): number {
  const periods = zones.get(zone) ?? [];
  for (let i = periods.length - 1; i >= 0; i -= 1) {
    const period = periods[i];
    if (period !== undefined && instant >= period.from && instant < period.until) return period.offset;
  }
  return remember(zone, periodAt(zone, instant)).offset;
}

function remember(zone: string, period: Period): Period {
  if (remembered >= periodsMax) {
    zones.clear();
    remembered = 0;
  }
  const periods = zones.get(zone);
  if (periods === undefined) zones.set(zone, [period]);
  else periods.push(period);
  remembered += 1;
  return period;
}

function periodAt(zone: string, instant: number): Period {
  const at = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone);
  // The transition before may be this very instant, which 'previous' leaves out.
  const from = at.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity;
  const until = at.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity;
  return { from, until, offset: at.offsetNanoseconds / 1_000_000 };
}

/** What the zone's clocks show, as if they showed UTC. */
export const localOf = (zone: string, instant: number): number => instant + offsetAt(zone, instant);

/**
 * The instant at which the zone's clocks show this. A time shown twice is the earlier one; a time left out is read with the offset before
 * the change (Temporal's `compatible`).
 */
export function instantOf(zone: string, local: number): number {
  const before = offsetAt(zone, local - dayMs);
  const after = offsetAt(zone, local + dayMs);
  const earlier = local - before;
  if (before === after) return earlier;
  if (localOf(zone, earlier) === local) return earlier;
  const later = local - after;
  return localOf(zone, later) === local ? later : earlier;
}

const minuteMs = 60_000;

/** `2026-03-08 09:00:00 -05:00`: what the zone's clocks show, with their offset from UTC. */
export function localText(zone: string, at: string): string {
  const instant = Date.parse(at);
  const offset = Math.round(offsetAt(zone, instant) / minuteMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const shown = new Date(localOf(zone, instant)).toISOString().slice(0, 19).replace('T', ' ');
  return `${shown} ${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
}

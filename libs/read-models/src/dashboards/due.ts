import type { RawBuilder, SqlBool } from 'kysely';
import type { AggregateReach } from '#libs/access';
import type { Counts } from './counts.js';
import { dueBetween, everythingDue, fullHour } from './time.js';

/** A band of due dates: those before its end that lie in no band before it. */
export interface Band<Name extends string> {
  readonly name: Name;
  /** Hours after the last full hour; null: whenever. */
  readonly withinHours: number | null;
}

/** A sum in each band, by the key that it was asked by. */
export interface Banded<Name extends string> {
  readonly key: readonly string[];
  readonly amounts: Readonly<Record<Name, number>>;
}

interface DueQuery<Name extends string> {
  readonly counter: string;
  readonly bands: readonly Band<Name>[];
  readonly now: string;
  readonly where: readonly RawBuilder<SqlBool>[];
  readonly by: readonly RawBuilder<unknown>[];
}

/**
 * What is due, by band, in one statement. Each band is what lies between two hours, reckoned from whole years, months, days and hours, so that neither
 * the number of rows nor that of periods is added up; the band of whatever is left is the roll-up of all, less the others.
 */
export async function sumDue<Name extends string>(counts: Counts, reach: AggregateReach, { counter, bands, now, where, by }: DueQuery<Name>): Promise<readonly Banded<Name>[]> {
  const ends = bands.map(({ withinHours }) => (withinHours === null ? null : fullHour(now, withinHours)));
  const ranges = ends.map((end, i) => (end === null ? everythingDue : dueBetween(ends[i - 1] ?? null, end)));
  const sums = await counts.sumInBands(reach, { table: 'clock_counter', counter, where, by, bands: ranges });
  return sums.map(({ key, amounts }) => {
    let before = 0;
    const named = bands.map(({ name, withinHours }, i) => {
      const amount = (amounts[i] ?? 0) - (withinHours === null ? before : 0);
      before += amount;
      return [name, amount] as const;
    });
    // The bands' names are the keys.
    return { key, amounts: Object.fromEntries(named) as Record<Name, number> };
  });
}

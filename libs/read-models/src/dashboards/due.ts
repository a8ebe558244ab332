import type { RawBuilder, SqlBool } from 'kysely';
import type { AggregateReach } from '#libs/access';
import type { Count, Counts } from './counts.js';
import { dueBefore, everythingDue, fullHour } from './time.js';

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

/** What is due, by band. Each band's end is reckoned from whole months, days and hours, so that no number of rows is added up. */
export async function sumDue<Name extends string>(counts: Counts, reach: AggregateReach, { counter, bands, now, where, by }: DueQuery<Name>): Promise<readonly Banded<Name>[]> {
  const ends = bands.map(({ withinHours }) => (withinHours === null ? everythingDue : dueBefore(fullHour(now, withinHours))));
  const through = await Promise.all(ends.map((ranges) => counts.sum(reach, { table: 'clock_counter', counter, where, by, periods: ranges })));
  const cumulative = through.map((sums) => new Map(sums.map((sum) => [JSON.stringify(sum.key), sum.amount])));
  // Whatever is due before one end is due before the next: the last band has every key.
  return (through.at(-1) ?? []).map(({ key }: Count) => {
    const text = JSON.stringify(key);
    const amounts = bands.map(({ name }, i) => [name, (cumulative[i]?.get(text) ?? 0) - (i === 0 ? 0 : (cumulative[i - 1]?.get(text) ?? 0))] as const);
    // The bands' names are the keys.
    return { key, amounts: Object.fromEntries(amounts) as Record<Name, number> };
  });
}

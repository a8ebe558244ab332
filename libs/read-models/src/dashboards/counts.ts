import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import { type Aggregate, type AggregateReach, aggregateReach, type Asker, shownCount } from '#libs/access';
import { everywhere, labelled, ofSealed } from '../counters/counter.js';
import { checkText } from '../queries/conditions.js';
import type { ReadDatabase } from '../queries/lister.js';
import { BadInput, pageLimits } from '../queries/page.js';
import type { DueRange } from './time.js';

export const countLimits = {
  /** Cells of one answer. */
  cellsMax: 5_000,
} as const;

/** A table that is not for this viewer. */
export class AggregateForbidden extends Error {
  override readonly name = 'AggregateForbidden';
}

/** Cells of one counter, summed by the columns named in `by`. */
export interface CountQuery {
  readonly table: 'case_counter' | 'clock_counter';
  readonly counter: string;
  readonly where: readonly RawBuilder<SqlBool>[];
  /** In SQL, of `c`: `c.labels[1]`, `c.district`. */
  readonly by: readonly RawBuilder<unknown>[];
  /** Only cells with one of these as their first label, each found in the key by itself. */
  readonly firstLabels?: readonly string[];
  /** At most so many sums. */
  readonly max?: number;
}

/** A sum with the texts that it was made by. */
export interface Count {
  readonly key: readonly string[];
  /** The true number: only {@link Counts.shown} may go out. */
  readonly amount: number;
}

/** The same summed by band: stretches of periods, each found in the key by itself. */
export interface BandsQuery extends Pick<CountQuery, 'table' | 'counter' | 'where' | 'by'> {
  readonly bands: readonly (readonly DueRange[])[];
}

/** A sum for each band; as {@link Count}. */
export interface BandCount {
  readonly key: readonly string[];
  readonly amounts: readonly number[];
}

/** Reads kept counters for one viewer: what they may not know of is not added in, what is too small to be shown is not shown. */
export class Counts {
  constructor(
    private readonly db: Kysely<ReadDatabase>,
    private readonly asker: Asker,
    private readonly smallestCell: number,
  ) {}

  /** @throws AggregateForbidden */
  reach(aggregate: Aggregate): AggregateReach {
    const reach = aggregateReach(this.asker, aggregate, this.smallestCell);
    if (reach === null) throw new AggregateForbidden(`${aggregate} is not for you.`);
    return reach;
  }

  /** From the primary key alone; the most first where there are too many. */
  async sum(reach: AggregateReach, { table, counter, where, by, firstLabels, max = countLimits.cellsMax }: CountQuery): Promise<readonly Count[]> {
    const join = firstLabels === undefined ? sql`` : joinFirstLabels(firstLabels);
    const keys = sql.join(by);
    const { rows } = await sql<{ key: readonly string[]; amount: string }>`SELECT ARRAY[${keys}]::text[] AS key, sum(c.amount)::text AS amount
      FROM ${sql.table(`read.${table}`)} AS c ${join} WHERE ${conditionsOf(reach, counter, where)} GROUP BY ${keys} HAVING sum(c.amount) > 0
      ORDER BY sum(c.amount) DESC, 1 LIMIT ${max}`.execute(this.db);
    return rows.map(({ key, amount }) => ({ key, amount: Number(amount) }));
  }

  /** As {@link sum}. Each stretch is looked up in the key by itself: a join would be planned as one walk through all that the counter holds. */
  async sumInBands(reach: AggregateReach, { table, counter, where, by, bands }: BandsQuery): Promise<readonly BandCount[]> {
    const keys = sql.join(by);
    const amounts = sql.join(bands.map((_, i) => sql`coalesce(sum(c.amount * p.weight) FILTER (WHERE p.band = ${sql.lit(i)}), 0)`));
    const inStretch = sql`c.period >= p.low COLLATE "C" AND c.period < p.high COLLATE "C"`;
    const { rows } = await sql<{ key: readonly string[]; amounts: readonly string[] }>`SELECT ARRAY[${keys}]::text[] AS key, ARRAY[${amounts}]::text[] AS amounts
      FROM ${stretches(bands)} CROSS JOIN LATERAL (
        SELECT c.district, c.labels, c.amount FROM ${sql.table(`read.${table}`)} AS c WHERE ${inStretch} AND ${conditionsOf(reach, counter, where)} OFFSET 0
      ) AS c GROUP BY ${keys} HAVING sum(c.amount * p.weight) > 0 ORDER BY sum(c.amount * p.weight) DESC, 1 LIMIT ${countLimits.cellsMax}`.execute(this.db);
    return rows.map((row) => ({ key: row.key, amounts: row.amounts.map(Number) }));
  }

  shown(amount: number, reach: AggregateReach): number | null {
    return shownCount(amount, reach);
  }
}

function conditionsOf({ sealed }: AggregateReach, counter: string, where: readonly RawBuilder<SqlBool>[]): RawBuilder<unknown> {
  const named = sealed ? sql<SqlBool>`c.counter = ANY(${sql.val([counter, ofSealed(counter)])}::text[])` : sql<SqlBool>`c.counter = ${counter}`;
  return sql.join([named, ...where], sql` AND `);
}

/** `p`: one row for each stretch of each band. */
function stretches(bands: readonly (readonly DueRange[])[]): RawBuilder<unknown> {
  const all = bands.flatMap((ranges, band) => ranges.map((range) => ({ ...range, band })));
  const texts = (of: (one: (typeof all)[number]) => string) => sql`${sql.val(all.map(of))}::text[]`;
  const numbers = (of: (one: (typeof all)[number]) => number) => sql`${sql.val(all.map(of))}::integer[]`;
  return sql`unnest(${texts(({ low }) => low)}, ${texts(({ high }) => high)}, ${numbers(({ band }) => band)}, ${numbers(({ weight }) => weight)}) AS p(low, high, band, weight)`;
}

/** Labels are compared one after another: all that begin with this one stand together, up to the first that begins with something more. */
const joinFirstLabels = (labels: readonly string[]): RawBuilder<unknown> =>
  sql`JOIN unnest(${sql.val(labels)}::text[]) AS l(first) ON c.labels >= ARRAY[l.first COLLATE "C"] AND c.labels < ARRAY[(l.first || chr(1)) COLLATE "C"]`;

export const label = (i: number): RawBuilder<unknown> => sql`c.labels[${sql.lit(i)}]`;
export const district = sql`c.district`;

/** Texts of rows; null: where a row does not say. Absent: whatever it says. */
export type Named = readonly (string | null)[] | null | undefined;

/** Of all districts together, or of these. @throws BadInput */
export function inDistricts(districts: Named): RawBuilder<SqlBool> {
  if (districts === null || districts === undefined) return sql<SqlBool>`c.district = ${everywhere}`;
  return oneOf('districts', sql`c.district`, districts.map(labelled));
}

/** One of these texts. @throws BadInput */
export function oneOf(field: string, column: RawBuilder<unknown>, values: readonly string[]): RawBuilder<SqlBool> {
  if (values.length > pageLimits.filterValuesMax) throw new BadInput(field, `${pageLimits.filterValuesMax} values at most`);
  for (const value of values) checkText(field, value);
  // Of one value, an index gives the rows in its order.
  return values.length === 1 ? sql<SqlBool>`${column} = ${values[0]}` : sql<SqlBool>`${column} = ANY(${sql.val(values)}::text[])`;
}

export function ifOneOf(field: string, column: RawBuilder<unknown>, values: Named): readonly RawBuilder<SqlBool>[] {
  return values === null || values === undefined ? [] : [oneOf(field, column, values.map(labelled))];
}

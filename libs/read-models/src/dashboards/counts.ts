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
  /** At most so many sums. */
  readonly max?: number;
}

/** A sum with the texts that it was made by. */
export interface Count {
  readonly key: readonly string[];
  /** The true number: only {@link Counts.shown} may go out. */
  readonly amount: number;
}

/** The first labels of which a counter has most, each with the cells of another counter that begins with the same label. */
export interface MostQuery extends Pick<CountQuery, 'table' | 'counter' | 'where'> {
  readonly within: string;
  /** At most so many first labels. */
  readonly max: number;
}

/** As {@link Count}; `within`: by the other counter's second label. */
export interface MostCount {
  readonly label: string;
  readonly amount: number;
  readonly within: readonly Count[];
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
  async sum(reach: AggregateReach, { table, counter, where, by, max = countLimits.cellsMax }: CountQuery): Promise<readonly Count[]> {
    const keys = sql.join(by);
    const { rows } = await sql<SummedRow>`SELECT sum(c.amount)::text AS amount, ${named('key', by)}
      FROM ${sql.table(`read.${table}`)} AS c WHERE ${conditionsOf(reach, counter, where)} GROUP BY ${keys} HAVING sum(c.amount) > 0
      ORDER BY sum(c.amount) DESC, ${keys} LIMIT ${max}`.execute(this.db);
    const columns = by.map((_, i) => `key${i}`);
    return rows.map((row) => ({ key: columns.map((column) => row[column] ?? ''), amount: Number(row['amount']) }));
  }

  /**
   * One statement for both counters. Labels are compared one after another: all that begin with one stand together in the key, up to the first that begins
   * with something more, and are looked up there for each first label by itself.
   */
  async sumMost(reach: AggregateReach, { table, counter, within, where, max }: MostQuery): Promise<readonly MostCount[]> {
    const from = sql`FROM ${sql.table(`read.${table}`)} AS c`;
    const beginning = sql`c.labels >= ARRAY[top.label COLLATE "C"] AND c.labels < ARRAY[(top.label || chr(1)) COLLATE "C"]`;
    const { rows } = await sql<{ label: string; amount: string; second: string | null; part: string | null }>`SELECT top.label, top.amount::text AS amount, t.second, t.part::text AS part
      FROM (SELECT c.labels[1] AS label, sum(c.amount) AS amount ${from} WHERE ${conditionsOf(reach, counter, where)} GROUP BY 1 HAVING sum(c.amount) > 0 ORDER BY 2 DESC, 1 LIMIT ${max}) AS top
      LEFT JOIN LATERAL (SELECT c.labels[2] AS second, sum(c.amount) AS part ${from} WHERE ${conditionsOf(reach, within, where)} AND ${beginning} GROUP BY 1 HAVING sum(c.amount) > 0 OFFSET 0) AS t ON true
      ORDER BY top.amount DESC, top.label, t.second`.execute(this.db);
    const found = new Map<string, { readonly amount: number; readonly within: Count[] }>();
    for (const { label: first, amount, second, part } of rows) {
      const known = found.get(first) ?? { amount: Number(amount), within: [] };
      if (part !== null) known.within.push({ key: [first, second ?? ''], amount: Number(part) });
      found.set(first, known);
    }
    return [...found].map(([first, sums]) => ({ label: first, ...sums }));
  }

  /** As {@link sum}. Each stretch is looked up in the key by itself: a join would be planned as one walk through all that the counter holds. */
  async sumInBands(reach: AggregateReach, { table, counter, where, by, bands }: BandsQuery): Promise<readonly BandCount[]> {
    const keys = by.map((_, i) => sql.ref(`key${i}`));
    const amounts = bands.map((_, i) => sql`coalesce(sum(amount) FILTER (WHERE band = ${sql.lit(i)}), 0)::text`);
    const inStretch = sql`c.period >= p.low COLLATE "C" AND c.period < p.high COLLATE "C"`;
    // Gathered first: beside what finding them is thought to cost, sorting thousands of cells to group them would seem to cost nothing.
    const { rows } = await sql<SummedRow>`WITH cells AS MATERIALIZED (SELECT ${named('key', by)}, c.amount * p.weight AS amount, p.band
      FROM ${stretches(bands)} CROSS JOIN LATERAL (
        SELECT c.district, c.labels, c.amount FROM ${sql.table(`read.${table}`)} AS c WHERE ${inStretch} AND ${conditionsOf(reach, counter, where)} OFFSET 0
      ) AS c)
      SELECT ${sql.join(keys)}, ${named('amount', amounts)} FROM cells GROUP BY ${sql.join(keys)} HAVING sum(amount) > 0
      ORDER BY sum(amount) DESC, ${sql.join(keys)} LIMIT ${countLimits.cellsMax}`.execute(this.db);
    const [columns, sums] = [by.map((_, i) => `key${i}`), bands.map((_, i) => `amount${i}`)];
    return rows.map((row) => ({ key: columns.map((column) => row[column] ?? ''), amounts: sums.map((column) => Number(row[column])) }));
  }

  shown(amount: number, reach: AggregateReach): number | null {
    return shownCount(amount, reach);
  }
}

/** Columns of texts, each by itself: an array of them takes a parser of its own for each row, and was most of an answer's time. */
type SummedRow = Readonly<Record<string, string | null>>;

/** `key0`, `key1`, …; a label that a cell does not have is an empty text. */
const named = (prefix: string, columns: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => sql.join(columns.map((column, i) => sql`${column} AS ${sql.ref(`${prefix}${i}`)}`));

function conditionsOf({ sealed }: AggregateReach, counter: string, where: readonly RawBuilder<SqlBool>[]): RawBuilder<unknown> {
  const ofCounter = sealed ? sql<SqlBool>`c.counter = ANY(${sql.val([counter, ofSealed(counter)])}::text[])` : sql<SqlBool>`c.counter = ${counter}`;
  return sql.join([ofCounter, ...where], sql` AND `);
}

/** `p`: one row for each stretch of each band. */
function stretches(bands: readonly (readonly DueRange[])[]): RawBuilder<unknown> {
  const all = bands.flatMap((ranges, band) => ranges.map((range) => ({ ...range, band })));
  const texts = (of: (one: (typeof all)[number]) => string) => sql`${sql.val(all.map(of))}::text[]`;
  const numbers = (of: (one: (typeof all)[number]) => number) => sql`${sql.val(all.map(of))}::integer[]`;
  return sql`unnest(${texts(({ low }) => low)}, ${texts(({ high }) => high)}, ${numbers(({ band }) => band)}, ${numbers(({ weight }) => weight)}) AS p(low, high, band, weight)`;
}

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

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
  /** Stretches of periods, each found in the key by itself. */
  readonly periods?: readonly DueRange[];
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
  async sum({ sealed }: AggregateReach, { table, counter, where, by, periods, firstLabels, max = countLimits.cellsMax }: CountQuery): Promise<readonly Count[]> {
    const names = sealed ? [counter, ofSealed(counter)] : [counter];
    const conditions = [sql<SqlBool>`c.counter = ANY(${sql.val(names)}::text[])`, ...where];
    const keys = sql.join(by);
    const join = sql`${periods === undefined ? sql`` : joinPeriods(periods)} ${firstLabels === undefined ? sql`` : joinFirstLabels(firstLabels)}`;
    const { rows } = await sql<{ key: readonly string[]; amount: string }>`SELECT ARRAY[${keys}]::text[] AS key, sum(c.amount)::text AS amount
      FROM ${sql.table(`read.${table}`)} AS c ${join} WHERE ${sql.join(conditions, sql` AND `)} GROUP BY 1 HAVING sum(c.amount) > 0
      ORDER BY sum(c.amount) DESC, 1 LIMIT ${max}`.execute(this.db);
    return rows.map(({ key, amount }) => ({ key, amount: Number(amount) }));
  }

  shown(amount: number, reach: AggregateReach): number | null {
    return shownCount(amount, reach);
  }
}

const joinPeriods = (periods: readonly DueRange[]): RawBuilder<unknown> =>
  sql`JOIN unnest(${sql.val(periods.map(({ low }) => low))}::text[], ${sql.val(periods.map(({ high }) => high))}::text[]) AS p(low, high)
    ON c.period >= p.low COLLATE "C" AND c.period < p.high COLLATE "C"`;

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
  return sql<SqlBool>`${column} = ANY(${sql.val(values)}::text[])`;
}

export function ifOneOf(field: string, column: RawBuilder<unknown>, values: Named): readonly RawBuilder<SqlBool>[] {
  return values === null || values === undefined ? [] : [oneOf(field, column, values.map(labelled))];
}

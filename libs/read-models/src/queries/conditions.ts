import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { RowOf, Table } from '../engine/columns.js';
import { BadInput, isUuidText, pageLimits } from './page.js';

type Row<T extends Table> = RowOf<T>;
type Name<T extends Table> = keyof Row<T> & string;
type Value<T extends Table, N extends Name<T>> = NonNullable<Row<T>[N]>;

/** Collects the conditions of a query; each value is a parameter, each column one of the table's. Absent filters add nothing. */
export class Conditions<T extends Table> {
  readonly all: RawBuilder<SqlBool>[] = [];

  constructor(
    private readonly table: T,
    private readonly alias: string,
  ) {}

  ref(name: Name<T>): RawBuilder<unknown> {
    return sql.ref(`${this.alias}.${name}`);
  }

  add(condition: RawBuilder<SqlBool>): this {
    this.all.push(condition);
    return this;
  }

  /** @throws BadInput */
  oneOf<N extends Name<T>>(name: N, values: readonly Value<T, N>[] | null | undefined): this {
    if (values === null || values === undefined) return this;
    if (values.length > pageLimits.filterValuesMax) throw new BadInput(name, `${pageLimits.filterValuesMax} values at most`);
    for (const value of values) this.check(name, value);
    if (values.length === 1) return this.add(sql<SqlBool>`${this.ref(name)} = ${values[0]}`);
    return this.add(sql<SqlBool>`${this.ref(name)} = ANY(${sql.val(values)}::${this.type(name)}[])`);
  }

  /** @throws BadInput */
  equals<N extends Name<T>>(name: N, value: Value<T, N> | null | undefined): this {
    return value === null || value === undefined ? this : this.oneOf(name, [value]);
  }

  /** An instant, inclusive. @throws BadInput */
  from<N extends Name<T>>(name: N, value: Value<T, N> | null | undefined): this {
    return this.compare(name, '>=', value);
  }

  /** An instant, inclusive. @throws BadInput */
  to<N extends Name<T>>(name: N, value: Value<T, N> | null | undefined): this {
    return this.compare(name, '<=', value);
  }

  isTrue(condition: RawBuilder<SqlBool>, wanted: boolean | null | undefined): this {
    if (wanted === null || wanted === undefined) return this;
    return this.add(wanted ? condition : sql<SqlBool>`NOT (${condition})`);
  }

  private compare<N extends Name<T>>(name: N, operator: '>=' | '<=', value: Value<T, N> | null | undefined): this {
    if (value === null || value === undefined) return this;
    this.check(name, value);
    return this.add(sql<SqlBool>`${this.ref(name)} ${sql.raw(operator)} ${value}`);
  }

  private type(name: string): RawBuilder<unknown> {
    return sql.raw(this.table.columns[name]?.type ?? 'text');
  }

  private check(name: string, value: unknown): void {
    const type = this.table.columns[name]?.type;
    if (typeof value === 'string') checkText(name, value);
    if (type === 'uuid' && !(typeof value === 'string' && isUuidText(value))) throw new BadInput(name, 'is not an id');
    if (type === 'timestamptz') checkInstant(name, value);
  }
}

/** @throws BadInput */
export function checkText(field: string, value: string, charsMax: number = pageLimits.filterCharsMax): void {
  if (value.length > charsMax) throw new BadInput(field, `is over ${charsMax} characters`);
  if (value.includes('\0') || !value.isWellFormed()) throw new BadInput(field, 'is not text');
}

/** @throws BadInput */
export function checkInstant(field: string, value: unknown): void {
  const isInstant = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/.test(value);
  if (!isInstant || Number.isNaN(Date.parse(value))) throw new BadInput(field, 'is not a time');
}

/** A search as people type it: words, "phrases", -without, or. Whatever is given is a search, never an error of syntax. */
export function searchQuery(field: string, text: string, language: 'english' | 'simple'): RawBuilder<unknown> {
  checkText(field, text, pageLimits.searchCharsMax);
  return sql`websearch_to_tsquery(${sql.lit(language)}, ${text})`;
}

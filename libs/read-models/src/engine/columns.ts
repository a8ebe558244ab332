import type { Instant } from '#libs/domain';

declare const valueType: unique symbol;

/** One definition of a column: its SQL type, and by `T` the type of its values in code. */
export interface Column<T = unknown> {
  readonly type: 'uuid' | 'text' | 'integer' | 'bigint' | 'boolean' | 'timestamptz' | 'jsonb' | 'text[]';
  readonly nullable: boolean;
  /** How values travel: `bigint` columns that hold positions are bigint in code, those that hold milliseconds are numbers. */
  readonly kind: 'PLAIN' | 'BIGINT' | 'SAFE_INTEGER' | 'INSTANT';
  readonly [valueType]?: T;
}

type ValueOf<C> = C extends Column<infer T> ? T : never;

const make = <T>(type: Column['type'], kind: Column['kind'] = 'PLAIN'): Column<T> => ({ type, kind, nullable: false });

export const uuid = <T extends string = string>(): Column<T> => make('uuid');
/** Compared byte by byte (`COLLATE "C"`), so that sorting is the same on every machine. */
export const text = <T extends string = string>(): Column<T> => make('text');
export const integer = (): Column<number> => make('integer');
/** May pass 2^53: a bigint in code. */
export const bigint = (): Column<bigint> => make('bigint', 'BIGINT');
/** Milliseconds. */
export const milliseconds = (): Column<number> => make('bigint', 'SAFE_INTEGER');
export const flag = (): Column<boolean> => make('boolean');
/** To the millisecond; texts of one form in code. */
export const instant = (): Column<Instant> => make('timestamptz', 'INSTANT');
export const json = <T>(): Column<T> => make('jsonb');
export const texts = <T extends string = string>(): Column<readonly T[]> => make('text[]');
export const orNull = <T>(column: Column<T>): Column<T | null> => ({ ...column, nullable: true });

export type Columns = Readonly<Record<string, Column>>;

export interface Table<C extends Columns = Columns> {
  readonly columns: C;
  /** What tells a case's rows of this table apart, beside `case_id`; none where a case has one row. */
  readonly id: string | null;
  /** Rows are written once and never read back by the fold. */
  readonly appendOnly: boolean;
  /** `(expressions)`, with a predicate where the index is partial; `USING …` for other kinds. In SQL. */
  readonly indexes: readonly string[];
  /** Columns that the database computes, for searching. In SQL; no row in code holds them. */
  readonly generated: readonly string[];
}

export type RowOf<T> = T extends Table<infer C> ? { readonly [K in keyof C]: ValueOf<C[K]> } : never;
export type AnyRow = Readonly<Record<string, unknown>>;

export function defineTable<const C extends Columns & { readonly case_id: Column<string> }>(table: {
  readonly columns: C;
  readonly id: (keyof C & string) | null;
  readonly appendOnly?: boolean;
  readonly indexes?: readonly string[];
  readonly generated?: readonly string[];
}): Table<C> {
  return { appendOnly: false, indexes: [], generated: [], ...table };
}

/** A row as JSON can carry it to `json_to_recordset`: the row itself where it holds no bigint. */
export function encodeRow({ columns }: Table, row: AnyRow): AnyRow {
  let encoded: Record<string, unknown> | null = null;
  for (const name in columns) {
    const value = row[name];
    if (typeof value !== 'bigint') continue;
    encoded ??= { ...row };
    encoded[name] = String(value);
  }
  return encoded ?? row;
}

/** A row as `pg` gives it, with the values that code expects. */
export function decodeRow({ columns }: Table, row: AnyRow): AnyRow {
  const decoded: Record<string, unknown> = {};
  for (const name in columns) decoded[name] = decodeValue(columns[name], row[name]);
  return decoded;
}

export function decodeValue(column: Column | undefined, value: unknown): unknown {
  if (value === null || value === undefined || column === undefined) return null;
  if (column.kind === 'BIGINT') return BigInt(String(value));
  if (column.kind === 'SAFE_INTEGER') return Number(value);
  if (column.kind === 'INSTANT') return value instanceof Date ? value.toISOString() : String(value);
  return value;
}

/** U+0000 and lone surrogates can be in an event's JSON and in no PostgreSQL text. They are shown as U+FFFD; the event keeps them. */
export function storableJson(rows: readonly AnyRow[]): string {
  const plain = JSON.stringify(rows);
  if (!/\\u(0000|d[89a-f])/.test(plain)) return plain;
  return JSON.stringify(rows, (_key, value: unknown) => (typeof value === 'string' ? storableText(value) : value));
}

export const storableText = (value: string): string => value.toWellFormed().replaceAll('\0', '\ufffd');

import { type Kysely, type RawBuilder, sql, type SqlBool } from 'kysely';
import { type Asker, casePredicate, fewCases } from '#libs/access';
import type { Instant } from '#libs/domain';
import { decodeRow, decodeValue, type RowOf, type Table } from '../engine/columns.js';
import { viewSchema } from '../engine/ddl.js';
import { beyond, connection, type Connection, type Cursor, type Direction, type Edge, orderBy, type Page, type PageInput, printCursor, readPage, type Sort } from './page.js';

/** No tables are known to Kysely: every column of a statement comes from a projection's own definition. */
export type ReadDatabase = Record<never, never>;

/** What every statement is made of. */
export interface Source<T extends Table> {
  readonly name: string;
  readonly alias: string;
  readonly table: T;
  /** Columns that stay inside. */
  readonly hidden?: readonly string[];
  /** Which rows the viewer may see, where that is not the cases that they may see. */
  readonly visible?: (lister: Lister) => RawBuilder<SqlBool>;
  /** Joins, and by their alias the columns that they add. */
  readonly join?: RawBuilder<unknown>;
  readonly joined?: Readonly<Record<string, Table['columns']>>;
}

export interface ListQuery<T extends Table> {
  readonly source: Source<T>;
  readonly conditions: readonly RawBuilder<SqlBool>[];
  readonly sort: Sort;
  readonly direction: Direction;
  readonly page: PageInput;
}

/** Cases from which a list is read rather than in its own order. */
const fewCasesMax = 2_000;

type RawRow = Record<string, unknown>;

interface Order {
  /** Columns beside the source's own. */
  readonly extra: RawBuilder<unknown>;
  readonly tail: RawBuilder<unknown>;
}

/** Reads rows for one viewer: their predicate stands in every statement made here, and nothing else makes statements. */
export class Lister {
  constructor(
    private readonly db: Kysely<ReadDatabase>,
    readonly asker: Asker & { readonly purpose: string | null },
    readonly now: () => Instant,
  ) {}

  /** Whether the viewer may see this case: for cases that a row names beside its own. */
  maySee(caseId: RawBuilder<unknown>, as: Asker = this.asker): RawBuilder<SqlBool> {
    return casePredicate(as, caseId, this.now());
  }

  /** @throws BadInput */
  async list<T extends Table, Node = RowOf<T>>(query: ListQuery<T>): Promise<Connection<Node>> {
    const page = readPage(query.page, query.sort, query.direction);
    return connection(await this.read<T, Node>(query, page, page.size + 1), page);
  }

  /** Up to `limit` rows in the direction of reading. */
  async read<T extends Table, Node = RowOf<T>>(query: Omit<ListQuery<T>, 'page'>, page: Page, limit: number): Promise<readonly Edge<Node>[]> {
    const { source, sort, direction } = query;
    const where = [...query.conditions, ...beyond(page, sort, direction)];
    const order = { extra: sql`, ${sort.key} AS sort_key, ${sort.id} AS sort_id`, tail: sql`ORDER BY ${orderBy(page, sort, direction)} LIMIT ${limit}` };
    const rows = await this.listed(source, where, order);
    return rows.map((raw) => ({ cursor: printCursor(cursorOf(raw), sort, direction), node: this.node<T, Node>(source, raw) }));
  }

  async all<T extends Table>(source: Source<T>, conditions: readonly RawBuilder<SqlBool>[], limit: number): Promise<readonly RowOf<T>[]> {
    const rows = await this.select(source, conditions, { extra: sql``, tail: sql`LIMIT ${limit}` });
    return rows.map((raw) => this.node<T, RowOf<T>>(source, raw));
  }

  async find<T extends Table, Node = RowOf<T>>(source: Source<T>, conditions: readonly RawBuilder<SqlBool>[]): Promise<Node | null> {
    const [raw] = await this.select(source, conditions, { extra: sql``, tail: sql`LIMIT 1` });
    return raw === undefined ? null : this.node<T, Node>(source, raw);
  }

  /** How many rows the viewer may see, by these columns together. */
  async counted<T extends Table>(source: Source<T>, by: readonly (keyof T['columns'] & string)[]): Promise<readonly { readonly values: readonly unknown[]; readonly count: number }[]> {
    const columns = sql.join(by.map((name) => sql.ref(`${source.alias}.${name}`)));
    const from = sql`${sql.table(`${viewSchema}.${source.name}`)} AS ${sql.ref(source.alias)}`;
    const { rows } = await sql<RawRow>`SELECT ${columns}, count(*)::integer AS count FROM ${from} WHERE ${this.visibleOf(source)} GROUP BY ${columns}`.execute(this.db);
    return rows.map((raw) => ({ values: by.map((name) => decodeValue(source.table.columns[name], raw[name])), count: Number(raw['count']) }));
  }

  /** Those of these cases that the viewer may see. */
  async visible(caseIds: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await sql<{ case_id: string }>`SELECT v.case_id FROM unnest(${sql.val(caseIds)}::uuid[]) AS v(case_id) WHERE ${this.maySee(sql`v.case_id`)}`.execute(this.db);
    return new Set(rows.map((row) => row.case_id));
  }

  private async select<T extends Table>(source: Source<T>, conditions: readonly RawBuilder<SqlBool>[], order: Order): Promise<readonly RawRow[]> {
    return (await this.statement(source, conditions, order).execute(this.db)).rows;
  }

  /**
   * Who sees few cases is read from those; who sees many, in the list's own order. Which it is shows in the same statement: the half that it
   * is not is never run.
   */
  private async listed<T extends Table>(source: Source<T>, conditions: readonly RawBuilder<SqlBool>[], order: Order): Promise<readonly RawRow[]> {
    const few = fewCases(this.asker, fewCasesMax + 1);
    if (few === null || source.visible !== undefined) return this.select(source, conditions, order);
    const count = sql`(SELECT count(*) FROM few)`;
    // Null where they are many: then nothing is read from them.
    const ids = sql`(SELECT CASE WHEN count(*) <= ${fewCasesMax} THEN array_agg(few.case_id) END FROM few)::uuid[]`;
    const fromFew = this.statement(source, [sql<SqlBool>`${sql.ref(`${source.alias}.case_id`)} = ANY(${ids})`, ...conditions], order);
    const inOrder = this.statement(source, [sql<SqlBool>`${count} > ${fewCasesMax}`, ...conditions], order);
    // `own` is never run. It names the list's own tables before those of the predicate, as every read must: see the order of locks in rebuild/swap.ts.
    return (await sql<RawRow>`WITH own AS (SELECT FROM ${fromOf(source)}), few AS MATERIALIZED (${few}) (${fromFew}) UNION ALL (${inOrder})`.execute(this.db)).rows;
  }

  private statement<T extends Table>(source: Source<T>, conditions: readonly RawBuilder<SqlBool>[], { extra, tail }: Order): RawBuilder<RawRow> {
    const where = [...conditions, this.visibleOf(source)];
    const columns = columnsOf(source).map(([alias, name]) => sql.ref(`${alias}.${name}`));
    return sql<RawRow>`SELECT ${sql.join(columns)}${extra} FROM ${fromOf(source)} WHERE ${sql.join(where, sql` AND `)} ${tail}`;
  }

  private visibleOf<T extends Table>(source: Source<T>): RawBuilder<SqlBool> {
    return source.visible?.(this) ?? this.maySee(sql.ref(`${source.alias}.case_id`));
  }

  private node<T extends Table, Node>(source: Source<T>, raw: Record<string, unknown>): Node {
    const row: Record<string, unknown> = { ...decodeRow(source.table, raw) };
    for (const hidden of source.hidden ?? []) delete row[hidden];
    for (const columns of Object.values(source.joined ?? {})) {
      for (const [name, column] of Object.entries(columns)) row[name] = decodeValue(column, raw[name]);
    }
    // A codec: the columns of the source are what was selected.
    return row as Node;
  }
}

const fromOf = <T extends Table>(source: Source<T>): RawBuilder<unknown> => sql`${sql.table(`${viewSchema}.${source.name}`)} AS ${sql.ref(source.alias)} ${source.join ?? sql``}`;

function columnsOf<T extends Table>(source: Source<T>): readonly (readonly [string, string])[] {
  const own = Object.keys(source.table.columns).filter((name) => source.hidden?.includes(name) !== true);
  const joined = Object.entries(source.joined ?? {}).flatMap(([alias, columns]) => Object.keys(columns).map((name) => [alias, name] as const));
  return [...own.map((name) => [source.alias, name] as const), ...joined];
}

const keyText = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));
const cursorOf = (raw: Record<string, unknown>): Cursor => ({ key: keyText(raw['sort_key']), id: keyText(raw['sort_id']) });

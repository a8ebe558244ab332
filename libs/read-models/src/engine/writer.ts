import type { FeedTransaction } from '#libs/feeds';
import { type AnyRow, decodeRow, encodeRow, storableJson, type Table } from './columns.js';
import { keyColumns, schemaOf, type Targets } from './ddl.js';
import { type AnyProjection, type AnyRows, emptyRows, rowId } from './projection.js';

interface TableSql {
  readonly name: string;
  readonly table: Table;
  readonly select: string;
  readonly write: string;
  readonly remove: string;
  readonly statement: string;
}

/** Reads and writes a projection's rows, all cases of a batch at once: one statement a table each way, all sent before the first is answered. */
export class RowStore {
  private readonly tables: readonly TableSql[];

  constructor(
    private readonly projection: AnyProjection,
    targets: Targets = {},
  ) {
    this.tables = Object.entries(projection.tables).map(([name, table]) => tableSql(schemaOf(projection, targets), name, table));
  }

  /** The rows of these cases as the fold knows them; those of append-only tables are never read. */
  async load(tx: FeedTransaction, caseIds: readonly string[]): Promise<Map<string, AnyRows>> {
    const found = new Map<string, Record<string, Map<string, AnyRow>>>();
    if (caseIds.length === 0) return found;
    const read = this.tables.filter(({ table }) => !table.appendOnly);
    const answers = await Promise.all(read.map(({ select, statement }) => tx.query<Record<string, unknown>>({ name: `${statement}/load`, text: select, values: [caseIds] })));
    for (const [nth, { name, table }] of read.entries()) {
      for (const raw of answers[nth]?.rows ?? []) {
        const row = decodeRow(table, raw);
        const caseId = String(row['case_id']);
        // The map's values are filled here and only read afterwards.
        const of = found.get(caseId) ?? (emptyRows(this.projection.tables) as unknown as Record<string, Map<string, AnyRow>>);
        found.set(caseId, of);
        of[name]?.set(rowId(table, row), row);
      }
    }
    return found;
  }

  /** Writes what changed between the two states of each case; equal rows are the same object. */
  async save(tx: FeedTransaction, changes: Iterable<{ readonly before: AnyRows; readonly after: AnyRows }>): Promise<void> {
    const cases = [...changes];
    const statements = this.tables.flatMap((sql) => {
      const { written, removed } = difference(sql, cases);
      return [
        ...(removed.length > 0 ? [{ name: `${sql.statement}/remove`, text: sql.remove, values: [storableJson(removed)] }] : []),
        ...(written.length > 0 ? [{ name: `${sql.statement}/write`, text: sql.write, values: [storableJson(written)] }] : []),
      ];
    });
    await Promise.all(statements.map((statement) => tx.query(statement)));
  }
}

function difference({ name, table }: TableSql, cases: readonly { readonly before: AnyRows; readonly after: AnyRows }[]) {
  const written: AnyRow[] = [];
  const removed: AnyRow[] = [];
  for (const { before, after } of cases) {
    const old = before[name];
    const now = after[name];
    if (old === now || now === undefined) continue;
    for (const [id, row] of now) if (old?.get(id) !== row) written.push(encodeRow(table, row));
    for (const [id, row] of old ?? []) if (!now.has(id)) removed.push(encodeRow(table, row));
  }
  return { written, removed };
}

function tableSql(schema: string, name: string, table: Table): TableSql {
  const columns = Object.keys(table.columns);
  const keys = keyColumns(table);
  const target = `${schema}.${name}`;
  const typed = (names: readonly string[]): string => names.map((column) => `${column} ${table.columns[column]?.type ?? ''}`).join(', ');
  const others = columns.filter((column) => !keys.includes(column));
  const onConflict = table.appendOnly
    ? ''
    : ` ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${others.map((column) => `${column} = excluded.${column}`).join(', ')}`;
  return {
    name,
    table,
    statement: target,
    select: `SELECT ${columns.join(', ')} FROM ${target} WHERE case_id = ANY($1::uuid[])`,
    write: `INSERT INTO ${target} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM json_to_recordset($1::json) AS r(${typed(columns)})${onConflict}`,
    remove: `DELETE FROM ${target} t USING json_to_recordset($1::json) AS r(${typed(keys)}) WHERE ${keys.map((key) => `t.${key} = r.${key}`).join(' AND ')}`,
  };
}

import type { Client } from 'pg';
import { copyLimits, CopyRefused } from './port.js';
import type { PositionPair } from './verify.js';

/** A column that holds positions of the log: by its name, as every migration and every rebuilt read model names it. */
interface PositionColumn {
  readonly table: string;
  readonly column: string;
}

/** The pairs in a table of this transaction alone. */
export async function gatherPairs(client: Client, pairs: AsyncIterable<PositionPair>): Promise<number> {
  await client.query('CREATE TEMPORARY TABLE position_map (source bigint PRIMARY KEY, target bigint NOT NULL UNIQUE) ON COMMIT DROP');
  let count = 0;
  let batch: PositionPair[] = [];
  const write = async () => {
    await client.query('INSERT INTO position_map SELECT * FROM unnest($1::bigint[], $2::bigint[])', [batch.map(({ source }) => source), batch.map(({ target }) => target)]);
    count += batch.length;
    batch = [];
  };
  for await (const pair of pairs) if (batch.push(pair) >= copyLimits.pairsMax) await write();
  if (batch.length > 0) await write();
  await client.query('ANALYZE position_map');
  return count;
}

/** Every position in this database, from the source's to the target's. Answers the columns and how many rows each had. @throws CopyRefused */
export async function remapPositions(client: Client, logIds: { readonly source: string; readonly target: string }): Promise<ReadonlyMap<string, number>> {
  const remapped = new Map<string, number>();
  for (const { table, column } of await positionColumns(client)) {
    const triggers = await enabledTriggers(client, table);
    for (const { name } of triggers) await client.query(`ALTER TABLE ${table} DISABLE TRIGGER ${name}`);
    // Through negative numbers: else a new position could meet the old one of a row that is still to come.
    const { rowCount } = await client.query(`UPDATE ${table} t SET ${column} = -1 - m.target FROM position_map m WHERE t.${column} = m.source`);
    const { rows } = await client.query<{ stray: string }>(`SELECT ${column} AS stray FROM ${table} WHERE ${column} >= 0 LIMIT 1`);
    if (rows[0] !== undefined) throw new CopyRefused(`${table}.${column} names the position ${rows[0].stray}, where the log has no event.`);
    await client.query(`UPDATE ${table} SET ${column} = -1 - ${column} WHERE ${column} < 0`);
    for (const { name, always } of triggers) await client.query(`ALTER TABLE ${table} ENABLE ${always ? 'ALWAYS' : ''} TRIGGER ${name}`);
    remapped.set(`${table}.${column}`, rowCount ?? 0);
  }
  await renameLog(client, logIds);
  return remapped;
}

async function positionColumns(client: Client): Promise<readonly PositionColumn[]> {
  const { rows } = await client.query<PositionColumn>(
    `SELECT format('%I.%I', c.table_schema, c.table_name) AS "table", format('%I', c.column_name) AS "column"
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE t.table_type = 'BASE TABLE' AND c.data_type = 'bigint' AND (c.column_name = 'position' OR c.column_name LIKE '%\\_position')
       AND c.table_schema NOT IN ('pg_catalog', 'information_schema') AND c.table_schema NOT LIKE 'pg\\_%'
       -- The old log itself stays as it is.
       AND NOT (c.table_schema = 'public' AND c.table_name IN ('event', 'log_head'))
     ORDER BY 1, 2`,
  );
  return rows;
}

async function enabledTriggers(client: Client, table: string): Promise<readonly { readonly name: string; readonly always: boolean }[]> {
  const { rows } = await client.query<{ name: string; always: boolean }>(
    `SELECT format('%I', tgname) AS name, tgenabled = 'A' AS always FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal AND tgenabled <> 'D'`,
    [table],
  );
  return rows;
}

/** Wherever a row says which log it has read. A rebuild that is under way keeps the old one: it begins anew, as its build is of another log. */
async function renameLog(client: Client, { source, target }: { readonly source: string; readonly target: string }): Promise<void> {
  const { rows } = await client.query<{ table: string }>(
    `SELECT format('%I.%I', c.table_schema, c.table_name) AS "table" FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE t.table_type = 'BASE TABLE' AND c.column_name = 'log_id' AND c.table_schema NOT IN ('pg_catalog', 'information_schema')
       AND NOT (c.table_schema = 'public' AND c.table_name IN ('log_head', 'event_log_in_use', 'rebuild'))`,
  );
  for (const { table } of rows) await client.query(`UPDATE ${table} SET log_id = $2 WHERE log_id::text = $1`, [source, target]);
}

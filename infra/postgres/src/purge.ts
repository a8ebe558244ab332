import { type Client, escapeIdentifier } from 'pg';
import { withClient } from './client.js';

export const purgeLimits = {
  /** How long to wait for transactions that can still see what was deleted, in milliseconds, and how often to look. */
  snapshotsMs: 60_000,
  snapshotsPollMs: 50,
  /** WAL segments stepped through, each 16 MB by default. */
  segmentsMax: 1_024,
} as const;

export interface Purged {
  /** Tables that were written anew, with their indexes. */
  readonly rewritten: readonly string[];
  /** What the role may not do; the operator's to do. */
  readonly refused: readonly ('STATISTICS' | 'WAL' | 'SNAPSHOTS')[];
}

/**
 * Takes deleted rows off the disk: waits until no transaction can see them, writes the tables, their indexes and what PostgreSQL noted of their values
 * anew, and removes the WAL that carried them, segments set aside for reuse included. The tables are locked while they are written. What a
 * file system does with freed blocks is beyond it.
 * @param url of the superuser for all of it; the tables' owner writes only the tables anew
 * @param tables by schema and name
 */
export async function purgeDeletedRows(url: string, tables: readonly (readonly [schema: string, table: string])[]): Promise<Purged> {
  return withClient(url, async (client) => {
    const refused: Purged['refused'][number][] = [];
    const { rows } = await client.query<{ super: boolean }>('SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user');
    const mayAll = rows[0]?.super === true;
    // Others' transactions are shown to an administrator alone.
    if (!(await untilNobodySees(client)) || !mayAll) refused.push('SNAPSHOTS');
    const rewritten: string[] = [];
    for (const [schema, table] of tables) {
      const name = `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`;
      await client.query(`VACUUM (FULL, ANALYZE) ${name}`);
      rewritten.push(`${schema}.${table}`);
    }
    if (!mayAll) return { rewritten, refused: [...refused, 'STATISTICS', 'WAL'] };
    // What the analysis just replaced is as dead, and as long seen by others.
    if (!(await untilNobodySees(client))) refused.push('STATISTICS');
    await client.query('VACUUM (FULL) pg_catalog.pg_statistic');
    await removeWal(client);
    return { rewritten, refused };
  });
}

/** VACUUM keeps a deleted row that an older transaction may still see: one with a snapshot, or one that runs, since newer snapshots are held back by it. */
async function untilNobodySees(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ xid: string }>('SELECT pg_current_xact_id()::xid::text AS xid');
  const xid = rows[0]?.xid ?? '0';
  const until = performance.now() + purgeLimits.snapshotsMs;
  while (performance.now() < until) {
    const older = await client.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND greatest(age(backend_xmin), age(backend_xid)) > age($1::text::xid) LIMIT 1`,
      [xid],
    );
    if (older.rowCount === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, purgeLimits.snapshotsPollMs));
  }
  return false;
}

/**
 * Steps past every segment that is there, those kept for reuse with their old content among them, so that the checkpoint removes them; removed, not kept
 * for reuse, since that is turned off meanwhile.
 */
async function removeWal(client: Client): Promise<void> {
  await client.query('ALTER SYSTEM SET wal_recycle = off');
  try {
    await client.query('SELECT pg_reload_conf()');
    // The checkpointer takes the setting before its next checkpoint; the first one only makes sure of that.
    await client.query('CHECKPOINT');
    const { rows } = await client.query<{ last: string }>(`SELECT max(name) AS last FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'`);
    const last = rows[0]?.last ?? '';
    for (let n = 0; n < purgeLimits.segmentsMax; n += 1) {
      // A switch does nothing where nothing was written since the last one.
      const at = await client.query<{ name: string }>(`SELECT pg_walfile_name(pg_logical_emit_message(false, 'caseledger', 'purge', true)) AS name`).catch(async () => {
        // Before PostgreSQL 17 a message can't be flushed.
        return client.query<{ name: string }>(`SELECT pg_walfile_name(pg_logical_emit_message(false, 'caseledger', 'purge')) AS name`);
      });
      await client.query('SELECT pg_switch_wal()');
      if ((at.rows[0]?.name ?? '') >= last) break;
    }
    await client.query('CHECKPOINT');
  } finally {
    await client.query('ALTER SYSTEM RESET wal_recycle');
    await client.query('SELECT pg_reload_conf()');
  }
}

import type { Client } from 'pg';
import { schemaOf, viewSchema } from '../engine/ddl.js';
import { accessProjection } from '../projections/access.projection.js';
import type { Build } from './build.js';
import { buildId } from './port.js';
import type { Part, Rebuildable } from './rebuildable.js';
import { buildSchema, forgetBuild, inTransaction, oldSchema, partsOf, setPhase } from './state.js';

export const swapLimits = {
  /** How long the feeds in use stand still at most while the build catches up with them, in milliseconds. */
  standstillMsMax: 5_000,
  /** How long a read waits behind the swap at most, in milliseconds. A lock that is not free by then is given up and tried for again. */
  readsWaitMsMax: 250,
  attemptsMax: 100,
  pauseMs: 100,
} as const;

export interface Swapped {
  readonly at: bigint;
  readonly standstillMs: number;
}

/**
 * Puts the build in the place of the tables in use, in one transaction; null where a lock was not free or the build fell behind, and nothing
 * happened. The feeds in use wait at their checkpoint meanwhile; afterwards each finds that its checkpoint was moved, and goes on from there.
 */
export async function swap(client: Client, rebuildables: readonly Rebuildable[], build: Build, logId: string): Promise<Swapped | null> {
  const began = performance.now();
  try {
    const at = await inTransaction(client, async () => {
      await client.query(`SET LOCAL lock_timeout = ${swapLimits.standstillMsMax}`);
      const inUse = await lockCheckpoints(client, rebuildables, logId);
      if (!(await build.reach(inUse, () => undefined, swapLimits.standstillMsMax))) throw new NotNow();
      await build.stop();
      const reached = await exchange(client, rebuildables, logId);
      await setPhase(client, rebuildables, 'SWAPPED', null);
      return reached;
    });
    return { at, standstillMs: Math.round(performance.now() - began) };
  } catch (error) {
    if (error instanceof NotNow || isLockTimeout(error)) return null;
    throw error;
  }
}

class NotNow extends Error {}

const isLockTimeout = (error: unknown): boolean => error instanceof Error && 'code' in error && (error.code === '55P03' || error.code === '40P01');

/** From here on no feed in use commits; the furthest position that one of them has reached in this log, -1 where none has. */
async function lockCheckpoints(client: Client, rebuildables: readonly Rebuildable[], logId: string): Promise<bigint> {
  let furthest = -1n;
  for (const { name, version } of rebuildables) {
    const { rows } = await client.query<{ log_id: string; position: string | null }>(
      `INSERT INTO feed_checkpoint AS c (feed, version, log_id, position, epoch) VALUES ($1, $2, $3, NULL, 0)
       ON CONFLICT (feed, version) DO UPDATE SET epoch = c.epoch RETURNING log_id, position`,
      [name, version, logId],
    );
    const [row] = rows;
    if (row !== undefined && row.log_id === logId && row.position !== null && BigInt(row.position) > furthest) furthest = BigInt(row.position);
  }
  return furthest;
}

/** Answers the position that all reads have from now on, of the feed that is furthest behind. */
async function exchange(client: Client, rebuildables: readonly Rebuildable[], logId: string): Promise<bigint> {
  let least: bigint | null = null;
  for (const part of partsOf(rebuildables)) {
    if (await exists(client, schemaOf(part))) {
      // Who writes beside the feeds (rows of destroyed keys go) ends before, or waits and then writes to the new tables.
      for (const table of Object.keys(part.tables)) await client.query(`LOCK TABLE ${schemaOf(part)}.${table} IN SHARE ROW EXCLUSIVE MODE`);
      await client.query(`ALTER SCHEMA ${schemaOf(part)} RENAME TO ${oldSchema(part)}`);
    }
    await sweep(client, part, buildSchema(part));
    await client.query(`ALTER SCHEMA ${buildSchema(part)} RENAME TO ${schemaOf(part)}`);
  }
  for (const one of rebuildables) {
    const moved = await moveCheckpoint(client, one, logId);
    if (least === null || moved < least) least = moved;
  }
  // Last, since reads wait from the first of these until the commit.
  await client.query(`SET LOCAL lock_timeout = ${swapLimits.readsWaitMsMax}`);
  for (const part of asReadersLock(partsOf(rebuildables))) await pointViews(client, part);
  return least ?? -1n;
}

/** Every read names its own tables first and those of the access predicate after them: in another order, each would wait for the other. */
const asReadersLock = (parts: readonly Part[]): readonly Part[] => [
  ...parts.filter(({ name }) => name !== accessProjection.name),
  ...parts.filter(({ name }) => name === accessProjection.name),
];

async function moveCheckpoint(client: Client, one: Rebuildable, logId: string): Promise<bigint> {
  const build = buildId(one);
  const { rows } = await client.query<{ position: string | null }>(
    `UPDATE feed_checkpoint c SET position = b.position, log_id = $5, handled = b.handled, epoch = c.epoch + 1, updated_at = now()
     FROM feed_checkpoint b WHERE c.feed = $1 AND c.version = $2 AND b.feed = $3 AND b.version = $4 RETURNING b.position`,
    [one.name, one.version, build.name, build.version, logId],
  );
  await client.query('DELETE FROM parked_event WHERE feed = $1 AND version = $2', [one.name, one.version]);
  await forgetBuild(client, one);
  return BigInt(rows[0]?.position ?? -1);
}

async function pointViews(client: Client, part: Part): Promise<void> {
  for (const name of Object.keys(part.tables)) if (await isOfOtherForm(client, part, name)) await client.query(`DROP VIEW ${viewSchema}.${name}`);
  await client.query(part.views());
}

/** A view can be pointed at another table in place as long as its columns stay, in their order; new ones may follow. */
async function isOfOtherForm(client: Client, part: Part, name: string): Promise<boolean> {
  const columns = async (schema: string): Promise<readonly string[]> => {
    const { rows } = await client.query<{ column: string }>(
      `SELECT format('%s %s', attname, format_type(atttypid, atttypmod)) AS column FROM pg_attribute
       WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
      [`${schema}.${name}`],
    );
    return rows.map((row) => row.column);
  };
  const [view, table] = [await columns(viewSchema), await columns(schemaOf(part))];
  return view.some((column, i) => table[i] !== column);
}

/** Takes out what must no longer be in the build. */
export async function sweep(client: Client, part: Part, schema: string): Promise<void> {
  const statement = part.sweep(schema);
  if (statement !== null) await client.query(statement);
}

async function exists(client: Client, schema: string): Promise<boolean> {
  return (await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema])).rowCount === 1;
}

/** Drops what was in use, if nothing else depends on it. Again after a kill: the rest. */
export async function dropOld(client: Client, rebuildables: readonly Rebuildable[]): Promise<void> {
  for (const part of partsOf(rebuildables)) {
    if (!(await exists(client, oldSchema(part)))) continue;
    const { rows } = await client.query<{ name: string }>('SELECT tablename AS name FROM pg_tables WHERE schemaname = $1', [oldSchema(part)]);
    for (const { name } of rows) await client.query(`DROP TABLE ${oldSchema(part)}.${name}`);
    await client.query(`DROP SCHEMA ${oldSchema(part)}`);
  }
}

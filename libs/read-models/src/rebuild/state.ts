import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { schemaOf, type Targets } from '../engine/ddl.js';
import { buildId } from './port.js';
import type { Part, Rebuildable } from './rebuildable.js';

/** Kept in the table `rebuild`, so that a run that was killed is gone on with. */
export type StoredPhase = 'BUILDING' | 'INDEXED' | 'COMPARED';

export interface BuildState {
  readonly phase: StoredPhase;
  /** Through which position the tables were compared. */
  readonly compared: bigint | null;
}

export const buildSchema = (part: Pick<Part, 'name' | 'version'>): string => `${schemaOf(part)}_build`;
/** Where tables that were in use stand until they are dropped. */
export const oldSchema = (part: Pick<Part, 'name' | 'version'>): string => `${schemaOf(part)}_old`;

export const partsOf = (rebuildables: readonly Rebuildable[]): readonly Part[] => rebuildables.flatMap(({ parts }) => parts);

export const targetsOf = (rebuildables: readonly Rebuildable[]): Targets => Object.fromEntries(partsOf(rebuildables).map((part) => [part.name, buildSchema(part)]));

const fingerprintOf = ({ parts }: Rebuildable): string => {
  const targets = Object.fromEntries(parts.map((part) => [part.name, buildSchema(part)]));
  return createHash('sha256').update(parts.map((part) => [part.bare(targets), ...part.indexes(targets)].join('\n')).join('\n')).digest('hex');
};

interface StateRow {
  readonly phase: StoredPhase | 'SWAPPED';
  readonly fingerprint: string;
  readonly log_id: string;
  readonly compared: string | null;
}

/** Goes on with the build that a killed run left, or begins a new one: of all feeds together, or of none. */
export async function openBuild(client: Client, rebuildables: readonly Rebuildable[], logId: string, anew: boolean): Promise<BuildState | null> {
  const found: (StateRow | null)[] = [];
  for (const one of rebuildables) found.push(await readState(client, one));
  const mayGoOn = !anew && rebuildables.every((one, i) => found[i]?.fingerprint === fingerprintOf(one) && found[i]?.log_id === logId && found[i]?.phase !== 'SWAPPED');
  const [first] = found;
  if (mayGoOn && first !== undefined && first !== null && found.every((row) => row?.phase === first.phase)) {
    // Not SWAPPED: asked above.
    return { phase: first.phase as StoredPhase, compared: first.compared === null ? null : BigInt(first.compared) };
  }
  await beginBuild(client, rebuildables, logId);
  return null;
}

async function readState(client: Client, { name, version }: Rebuildable): Promise<StateRow | null> {
  const { rows } = await client.query<StateRow>('SELECT phase, fingerprint, log_id, compared FROM rebuild WHERE feed = $1 AND version = $2', [name, version]);
  return rows[0] ?? null;
}

async function beginBuild(client: Client, rebuildables: readonly Rebuildable[], logId: string): Promise<void> {
  await inTransaction(client, async () => {
    for (const one of rebuildables) {
      await forgetBuild(client, one);
      for (const part of one.parts) {
        await client.query(`DROP SCHEMA IF EXISTS ${buildSchema(part)} CASCADE`);
        await client.query(part.bare({ [part.name]: buildSchema(part) }));
      }
      await client.query(
        `INSERT INTO rebuild (feed, version, phase, fingerprint, log_id) VALUES ($1, $2, 'BUILDING', $3, $4)
         ON CONFLICT (feed, version) DO UPDATE SET phase = 'BUILDING', fingerprint = $3, log_id = $4, compared = NULL, started_at = now(), updated_at = now()`,
        [one.name, one.version, fingerprintOf(one), logId],
      );
    }
  });
}

/** Its checkpoint and what is parked in it. */
export async function forgetBuild(client: Client, one: Rebuildable): Promise<void> {
  const { name, version } = buildId(one);
  await client.query('DELETE FROM feed_checkpoint WHERE feed = $1 AND version = $2', [name, version]);
  await client.query('DELETE FROM parked_event WHERE feed = $1 AND version = $2', [name, version]);
}

/**
 * Makes the indexes and gathers what the planner needs to know, on as many connections as are given. A run that was killed here left some: they are
 * dropped, and all are made. A part has one connection: two would give indexes of the same columns the same name.
 */
export async function indexBuild(clients: readonly Client[], rebuildables: readonly Rebuildable[]): Promise<void> {
  const parts = partsOf(rebuildables);
  const [first] = clients;
  if (first === undefined) throw new Error('unreachable: at least one connection is given');
  await dropIndexes(first, parts.map(buildSchema));
  const left = parts.values();
  await Promise.all(
    clients.map(async (client) => {
      for (const part of left) await indexPart(client, part);
    }),
  );
  await setPhase(first, rebuildables, 'INDEXED', null);
}

async function indexPart(client: Client, part: Part): Promise<void> {
  for (const statement of part.indexes({ [part.name]: buildSchema(part) })) await client.query(statement);
  for (const table of Object.keys(part.tables)) await client.query(`ANALYZE ${buildSchema(part)}.${table}`);
}

/** All but those of primary keys, which the feeds write by. */
async function dropIndexes(client: Client, schemas: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class c ON c.oid = indexrelid
     WHERE NOT indisprimary AND c.relnamespace::regnamespace::text = ANY($1)`,
    [schemas],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
}

export async function setPhase(client: Client, rebuildables: readonly Rebuildable[], phase: StoredPhase | 'SWAPPED', compared: bigint | null): Promise<void> {
  for (const { name, version } of rebuildables) {
    await client.query('UPDATE rebuild SET phase = $3, compared = coalesce($4, compared), updated_at = now() WHERE feed = $1 AND version = $2', [name, version, phase, compared]);
  }
}

export async function inTransaction<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined); // The connection is gone with the transaction.
    throw error;
  }
}

import { hash } from 'node:crypto';
import type { Pool } from 'pg';
import type { Statement } from '#libs/feeds';
import { HASH_BYTES, partialTiles, type RightEdge, Tile, type TileId, type TileSource, TreeReader, type WrittenTile } from '#libs/ledger';
import { type Alarm, type LedgerClock, ledgerLimits, type LedgerState, type RaisedAlarm, type SignedCheckpoint, type Sql, type StoredLeaf } from './port.js';

/** The ledger's tables, as rows and back. */
export function sqlOf(pool: Pick<Pool, 'query'>): Sql {
  return {
    async query<Row extends object>(statement: Statement) {
      const { rows, rowCount } = await pool.query<Row>(statement.text, [...(statement.values ?? [])]);
      return { rows, rowCount: rowCount ?? 0 };
    },
  };
}

/** The same on one connection, as inside a transaction: a statement waits for those before it, since a connection takes one at a time. */
export function sqlOfOne(client: Pick<Pool, 'query'>): Sql {
  const sql = sqlOf(client);
  let last: Promise<unknown> = Promise.resolve();
  return {
    query<Row extends object>(statement: Statement) {
      const answer = last.then(() => sql.query<Row>(statement));
      last = answer.catch(() => undefined);
      return answer;
    },
  };
}

export async function readState(sql: Sql, lock = false): Promise<LedgerState> {
  const { rows } = await sql.query<{ size: string; root: Buffer; last_position: string | null }>({
    text: `SELECT size, root, last_position FROM ledger_state${lock ? ' FOR UPDATE' : ''}`,
  });
  const [row] = rows;
  if (row === undefined) throw new Error('ledger_state has no row');
  return { size: Number(row.size), root: row.root, lastPosition: row.last_position === null ? null : BigInt(row.last_position) };
}

export async function writeState(sql: Sql, { size, root, lastPosition }: LedgerState): Promise<void> {
  await sql.query({ name: 'ledger-state', text: 'UPDATE ledger_state SET size = $1, root = $2, last_position = $3', values: [size, root, lastPosition] });
}

/** The partial tiles of the tree. */
export async function readEdge(sql: Sql, size: number): Promise<RightEdge> {
  const wanted = partialTiles(size);
  const { rows } = await sql.query<{ level: number; hashes: Buffer }>({
    name: 'ledger-edge',
    text: 'SELECT t.level, t.hashes FROM unnest($1::smallint[], $2::bigint[]) AS w(level, tile_index) JOIN ledger_tile t USING (level, tile_index)',
    values: [wanted.map(({ level }) => level), wanted.map(({ index }) => index)],
  });
  return new Map(rows.map(({ level, hashes }) => [level, hashes]));
}

export async function rootOfEdge(size: number, edge: RightEdge): Promise<Uint8Array> {
  // Every perfect subtree of the right edge has its root in a partial tile.
  return new TreeReader({ readTile: async ({ level }) => edge.get(level) ?? null }).root(size);
}

export async function writeTiles(sql: Sql, tiles: readonly WrittenTile[]): Promise<void> {
  await sql.query({
    name: 'ledger-tiles',
    text: `INSERT INTO ledger_tile (level, tile_index, hashes, middle) SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[])
           ON CONFLICT (level, tile_index) DO UPDATE SET hashes = EXCLUDED.hashes, middle = EXCLUDED.middle`,
    values: [tiles.map(({ id }) => id.level), tiles.map(({ id }) => id.index), tiles.map(({ bytes }) => Buffer.from(bytes)), tiles.map(({ middle }) => (middle === null ? null : Buffer.from(middle)))],
  });
}

/** Tiles with their middles, for proofs: whoever checks a proof notices a wrong one. What is signed or audited is computed from the hashes alone. */
export function proofTilesOf(sql: Sql): TileSource {
  return {
    ...tilesOf(sql),
    async openTile({ level, index }) {
      const { rows } = await sql.query<{ hashes: Buffer; middle: Buffer | null }>({
        name: 'ledger-proof-tile',
        text: 'SELECT hashes, middle FROM ledger_tile WHERE level = $1 AND tile_index = $2',
        values: [level, index],
      });
      const [row] = rows;
      return row === undefined ? null : new Tile(row.hashes, row.middle);
    },
  };
}

/** Tiles straight from the table. */
export function tilesOf(sql: Sql): TileSource {
  return {
    async readTile({ level, index, width }: TileId) {
      const { rows } = await sql.query<{ hashes: Buffer }>({ name: 'ledger-tile', text: 'SELECT hashes FROM ledger_tile WHERE level = $1 AND tile_index = $2', values: [level, index] });
      const hashes = rows[0]?.hashes;
      return hashes === undefined || hashes.length < width * HASH_BYTES ? null : hashes;
    },
  };
}

export async function writeLeaves(sql: Sql, leaves: readonly StoredLeaf[]): Promise<void> {
  await sql.query({
    name: 'ledger-leaves',
    text: 'INSERT INTO ledger_leaf (leaf_index, position, event_id, hash, foreign_leaf) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::bytea[], $5::boolean[])',
    values: [
      leaves.map(({ leafIndex }) => leafIndex),
      leaves.map(({ position }) => position),
      leaves.map(({ eventId }) => eventId),
      leaves.map(({ hash }) => Buffer.from(hash)),
      leaves.map(({ foreign }) => foreign),
    ],
  });
}

interface LeafRow {
  readonly leaf_index: string;
  readonly position: string;
  readonly event_id: string;
  readonly hash: Buffer;
  readonly foreign_leaf: boolean;
}
const leafColumns = 'leaf_index, position, event_id, hash, foreign_leaf';
const toLeaf = (row: LeafRow): StoredLeaf => ({
  leafIndex: Number(row.leaf_index),
  position: BigInt(row.position),
  eventId: row.event_id,
  hash: row.hash,
  foreign: row.foreign_leaf,
});

/** Leaves [from, from + count), as far as there are any, in order. */
export async function readLeaves(sql: Sql, from: number, count: number): Promise<StoredLeaf[]> {
  const { rows } = await sql.query<LeafRow>({
    name: 'ledger-read-leaves',
    text: `SELECT ${leafColumns} FROM ledger_leaf WHERE leaf_index >= $1 ORDER BY leaf_index LIMIT $2`,
    values: [from, count],
  });
  return rows.map(toLeaf);
}

export async function findLeaf(sql: Sql, which: { readonly eventId: string } | { readonly leafIndex: number }): Promise<StoredLeaf | null> {
  const byId = 'eventId' in which;
  const { rows } = await sql.query<LeafRow>({
    text: `SELECT ${leafColumns} FROM ledger_leaf WHERE ${byId ? 'event_id = $1::uuid' : 'leaf_index = $1'}`,
    values: [byId ? which.eventId : which.leafIndex],
  });
  const [row] = rows;
  return row === undefined ? null : toLeaf(row);
}

/** The leaves of these events; those that the ledger has not numbered are absent. */
export async function findLeaves(sql: Sql, eventIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql.query<{ event_id: string; leaf_index: string }>({
    name: 'ledger-leaves',
    text: 'SELECT event_id, leaf_index FROM ledger_leaf WHERE event_id = ANY($1::uuid[])',
    values: [eventIds],
  });
  return new Map(rows.map(({ event_id, leaf_index }) => [event_id, Number(leaf_index)]));
}

interface CheckpointRow {
  readonly size: string;
  readonly root: Buffer;
  readonly note: string;
  readonly key_id: string;
  readonly signed_at: Date;
}
const toCheckpoint = (row: CheckpointRow): SignedCheckpoint => ({ size: Number(row.size), root: row.root, note: row.note, keyId: row.key_id, signedAt: row.signed_at });

/** As signed, without cosignatures: `where` is one of this library's own conditions. */
export async function readCheckpoints(sql: Sql, where: string, values: readonly unknown[] = []): Promise<SignedCheckpoint[]> {
  const { rows } = await sql.query<CheckpointRow>({ text: `SELECT size, root, note, key_id, signed_at FROM ledger_checkpoint ${where}`, values });
  return rows.map(toCheckpoint);
}

export async function lastCheckpoint(sql: Sql): Promise<SignedCheckpoint | null> {
  const [last] = await readCheckpoints(sql, 'ORDER BY size DESC, signed_at DESC LIMIT 1');
  return last ?? null;
}

export async function writeCheckpoint(sql: Sql, { size, root, note, keyId, signedAt }: SignedCheckpoint): Promise<void> {
  await sql.query({
    text: 'INSERT INTO ledger_checkpoint (size, key_id, root, note, signed_at) VALUES ($1, $2, $3, $4, $5)',
    values: [size, keyId, Buffer.from(root), note, signedAt],
  });
}

/** The stamps of a checkpoint. Of notes of one size by two keys, the stamped one is that whose hash the token holds. */
export async function readTimeStamps(sql: Sql, size: number): Promise<readonly { readonly note: string; readonly token: Uint8Array }[]> {
  const { rows } = await sql.query<{ note: string; token: Buffer }>({
    text: 'SELECT c.note, t.token FROM ledger_time_stamp t JOIN ledger_checkpoint c USING (size) WHERE size = $1 ORDER BY t.authority, c.key_id',
    values: [size],
  });
  return rows.filter(({ note, token }) => token.includes(hash('sha256', note, 'buffer')));
}

export interface KeyRow {
  readonly verifierKey: string;
  readonly handOver: string | null;
}

export async function readKeys(sql: Sql): Promise<KeyRow[]> {
  const { rows } = await sql.query<{ verifier_key: string; hand_over: string | null }>({ text: 'SELECT verifier_key, hand_over FROM ledger_key ORDER BY number' });
  return rows.map((row) => ({ verifierKey: row.verifier_key, handOver: row.hand_over }));
}

export async function raiseAlarm(sql: Sql, { kind, detail, leafIndex, eventId }: Alarm, clock: LedgerClock): Promise<void> {
  await sql.query({
    name: 'ledger-alarm',
    text: `INSERT INTO ledger_alarm AS a (kind, detail, leaf_index, event_id, first_at, last_at, times) VALUES ($1, $2, $3, $4, $5, $5, 1)
           ON CONFLICT (kind, detail) DO UPDATE SET last_at = EXCLUDED.last_at, times = a.times + 1`,
    values: [kind, detail.replaceAll('\0', '').toWellFormed().slice(0, ledgerLimits.alarmCharsMax), leafIndex, eventId, clock.now()],
  });
}

export async function listAlarms(sql: Sql): Promise<RaisedAlarm[]> {
  const { rows } = await sql.query<{ kind: Alarm['kind']; detail: string; leaf_index: string | null; event_id: string | null; first_at: Date; last_at: Date; times: string }>({
    text: 'SELECT kind, detail, leaf_index, event_id, first_at, last_at, times FROM ledger_alarm ORDER BY last_at DESC, kind, detail LIMIT $1',
    values: [ledgerLimits.alarmsListedMax],
  });
  return rows.map((row) => ({
    kind: row.kind,
    detail: row.detail,
    leafIndex: row.leaf_index === null ? null : Number(row.leaf_index),
    eventId: row.event_id,
    firstAt: row.first_at,
    lastAt: row.last_at,
    times: Number(row.times),
  }));
}

import type { Position } from '#libs/event-store/port';
import { type FeedId, FeedRefused, type FeedTransaction } from './port.js';

interface CheckpointRow {
  readonly log_id: string;
  readonly position: string | null;
  readonly epoch: string;
}

export interface Claim {
  readonly epoch: bigint;
  readonly position: Position | null;
}

/** Another holder took the feed over; nothing of the transaction is kept. */
export class HolderLost extends Error {
  override readonly name = 'HolderLost';
}

/**
 * Makes this session the feed's holder: from now on no earlier one commits. Where one is committing at this moment, waits for it and answers
 * the position that it reached.
 * @throws FeedRefused where the checkpoint belongs to another log
 */
export async function claimFeed(tx: FeedTransaction, feed: FeedId, logId: string): Promise<Claim> {
  const { rows } = await tx.query<CheckpointRow>({
    text: `INSERT INTO feed_checkpoint AS c (feed, version, log_id, position, epoch) VALUES ($1, $2, $3, NULL, 1)
           ON CONFLICT (feed, version) DO UPDATE SET epoch = c.epoch + 1 RETURNING log_id, position, epoch`,
    values: [feed.name, feed.version, logId],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('unreachable: the upsert returns its row');
  if (row.log_id !== logId) {
    throw new FeedRefused(`${feed.name} has read the log ${row.log_id}; this is the log ${logId}. Rebuild it, or connect it to its own log.`);
  }
  return { epoch: BigInt(row.epoch), position: row.position === null ? null : { logId, n: BigInt(row.position) } };
}

/**
 * Moves the checkpoint, first in the batch's transaction: the row's lock keeps every other holder out until it ends.
 * @throws HolderLost
 */
export async function advance(tx: FeedTransaction, feed: FeedId, claim: Claim, to: Position | null, events: number): Promise<void> {
  const { rowCount } = await tx.query({
    name: 'feed-advance',
    text: `UPDATE feed_checkpoint SET position = $5, handled = handled + $6, updated_at = now()
           WHERE feed = $1 AND version = $2 AND epoch = $3 AND position IS NOT DISTINCT FROM $4::bigint`,
    values: [feed.name, feed.version, claim.epoch, claim.position?.n ?? null, to?.n ?? null, events],
  });
  if (rowCount !== 1) throw new HolderLost(`${feed.name}: another holder took over from epoch ${claim.epoch}`);
}

/** How far the feed has come, as any process can read it; null before its first batch. */
export async function readCheckpoint(
  tx: FeedTransaction,
  feeds: readonly FeedId[],
): Promise<readonly (Position | null)[]> {
  const { rows } = await tx.query<{ feed: string; version: number; log_id: string; position: string | null }>({
    name: 'feed-checkpoints',
    text: `SELECT feed, version, log_id, position FROM feed_checkpoint
           WHERE (feed, version) IN (SELECT * FROM unnest($1::text[], $2::int[]))`,
    values: [feeds.map((feed) => feed.name), feeds.map((feed) => feed.version)],
  });
  return feeds.map((feed) => {
    const row = rows.find((candidate) => candidate.feed === feed.name && candidate.version === feed.version);
    return row === undefined || row.position === null ? null : { logId: row.log_id, n: BigInt(row.position) };
  });
}

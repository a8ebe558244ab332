import type { StoredEvent } from '#libs/event-store/port';
import type { FeedTransaction } from '#libs/feeds';
import { keyEvictionChannel } from '#libs/keys/port';
import { schemaOf } from '../engine/ddl.js';
import { caseIdOf } from '../engine/fold.js';
import type { SearchFeedOptions } from './search-feed.js';
import { searchProjection } from './search.projection.js';

/**
 * Carries an expungement out: the plaintext rows go, the keys too if they are still there, and what was done is noted for its receipt. It stands in the
 * feed that fills the plaintext table, so it comes after every row that an earlier event put there.
 */
export async function expunge(stored: StoredEvent, options: SearchFeedOptions, tx: FeedTransaction): Promise<void> {
  const event = options.decode(stored);
  if (event.type !== 'SubjectExpunged') throw new Error('unreachable: the caller looked');
  const { keys } = event.data;
  const { rowCount } = await tx.query({ text: `DELETE FROM ${schemaOf(searchProjection, options.targets)}.search_text WHERE key_id = ANY($1::text[])`, values: [keys] });
  // A build beside the tables in use only sees to its own rows.
  if (options.targets?.[searchProjection.name] !== undefined) return;
  await tx.query({ text: 'DELETE FROM data_key WHERE id = ANY($1::uuid[])', values: [keys] });
  await tx.query({
    text: `INSERT INTO expungement (event_id, case_id, position, person, order_id, requested_by, confirmed_by, recorded_at, keys, protected_values, search_rows)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (event_id) DO NOTHING`,
    values: [
      stored.id,
      caseIdOf(stored.stream),
      String(stored.position.n),
      event.data.person,
      event.data.order,
      event.data.requestedBy,
      event.meta.by.actor,
      event.meta.recordedAt,
      keys,
      event.data.values,
      rowCount,
    ],
  });
  await tx.query({ text: 'SELECT pg_notify($1, $2)', values: [keyEvictionChannel, keys.join(',')] });
}

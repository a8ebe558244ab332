import type { Pool } from 'pg';
import { decodeCaseEvent } from '#libs/codec';
import type { EventStore, Position } from '#libs/event-store/port';
import { type KeyStore } from '#libs/keys/port';

export interface ApplyOptions {
  readonly store: Pick<EventStore, 'readAll'>;
  readonly keys: Pick<KeyStore, 'destroyKeys'>;
  readonly pool: Pool;
  /** Through where expungements are noted in the table already. */
  readonly notedThrough: Position | null;
}

/** Keys destroyed by one call. */
const keysPerCall = 1_000;

/**
 * Destroys every key that an expungement named, before anything can be opened: those noted in the table, and those that the log has beyond it. A key table
 * that was restored from before is put right by it. Answers the keys that had come back.
 * @throws KeysUnavailable, EventStoreUnavailable
 */
export async function applyExpungements({ store, keys, pool, notedThrough }: ApplyOptions): Promise<readonly string[]> {
  const { rows } = await pool.query<{ key: string }>('SELECT k.id::text AS key FROM data_key AS k JOIN (SELECT DISTINCT unnest(keys) AS id FROM expungement) AS e USING (id)');
  const gone = [...(await destroyAll(keys, rows.map(({ key }) => key)))];
  for await (const page of store.readAll({ categories: ['case'], ...(notedThrough === null ? {} : { after: notedThrough }) })) {
    for (const stored of page) {
      if (stored.type !== 'SubjectExpunged') continue;
      const event = decodeCaseEvent(stored);
      if (event.type === 'SubjectExpunged') gone.push(...(await keys.destroyKeys(event.data.keys)));
    }
  }
  return gone;
}

async function destroyAll(keys: Pick<KeyStore, 'destroyKeys'>, ids: readonly string[]): Promise<readonly string[]> {
  const gone: string[] = [];
  for (let start = 0; start < ids.length; start += keysPerCall) gone.push(...(await keys.destroyKeys(ids.slice(start, start + keysPerCall))));
  return gone;
}

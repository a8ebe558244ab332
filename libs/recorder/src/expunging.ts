import type { CaseState, ShreddingId } from '#libs/domain';
import type { KeyStore } from '#libs/keys/port';

/**
 * Destroys the keys that a confirmed shredding named. Done before the confirmation is answered, and again whenever it is repeated; should the process end
 * in between, the feed and the next start do it (libs/expungement).
 * @throws KeysUnavailable
 */
export async function destroyExpunged(state: CaseState, shredding: ShreddingId, keys: Pick<KeyStore, 'destroyKeys'>): Promise<void> {
  if (!state.exists) return;
  const named = new Set<string>();
  for (const { type, data } of state.facts) if (type === 'SubjectExpunged' && data.shredding === shredding) for (const key of data.keys) named.add(key);
  if (named.size > 0) await keys.destroyKeys([...named]);
}

import type { PlacedSealed } from '#libs/envelope';
import { keyLimits, type KeyStore } from './port.js';
import { unseal, type Opened } from './seal.js';

export type Opening<T> =
  | ({ readonly kind: 'OPENED' } & Opened<T>)
  /** The key was destroyed: nobody can open it any more. */
  | { readonly kind: 'EXPUNGED' };

/**
 * Opens many sealed values, fetching their keys together; answers in their order. Call it after authorization, where the read is recorded.
 * @throws UnsealFailed, KeysUnavailable, KeyUnwrapFailed
 */
export async function openSealed<T>(keys: Pick<KeyStore, 'getKeys'>, values: readonly PlacedSealed<T>[]): Promise<readonly Opening<T>[]> {
  const openings: Opening<T>[] = [];
  for (let start = 0; start < values.length; start += keyLimits.keysPerCallMax) {
    const page = values.slice(start, start + keyLimits.keysPerCallMax);
    const found = await keys.getKeys([...new Set(page.map((value) => value['@sealed'].key))]);
    for (const value of page) {
      const key = found.get(value['@sealed'].key);
      openings.push(key === undefined ? { kind: 'EXPUNGED' } : { kind: 'OPENED', ...unseal(key, value) });
    }
  }
  return openings;
}

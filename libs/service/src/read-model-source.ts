import { decodeSharedEvent } from '#libs/codec';
import type { EventStore } from '#libs/event-store';
import { RetryLater } from '#libs/feeds';
import { openSealed } from '#libs/keys';
import { type KeyStore, KeysUnavailable } from '#libs/keys/port';
import type { RebuildSource, Unsealer } from '#libs/read-models';
import { policiesOf, type PolicySource } from './tokens.js';

/** What the read models are made from, the same for the feeds in use and for a rebuild. */
export function readModelSource({ store, keys, policy }: { readonly store: EventStore; readonly keys: KeyStore; readonly policy: PolicySource }): RebuildSource {
  return { store, decode: decodeSharedEvent, ...policiesOf(policy), unsealer: unsealer(keys) };
}

function unsealer(keys: KeyStore): Unsealer {
  return {
    async unseal(items) {
      try {
        const opened = await openSealed(keys, items);
        return opened.map((one) => (one.kind === 'OPENED' && typeof one.value === 'string' ? one.value : null));
      } catch (error) {
        if (error instanceof KeysUnavailable) throw new RetryLater(error.message, { cause: error });
        throw error;
      }
    },
  };
}

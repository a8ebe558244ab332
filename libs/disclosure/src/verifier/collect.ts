import type { ByteSource, VerifierCrypto } from './ports.js';
import { type BundleVerification, type VerifiedEvent, verify, type VerifyOptions } from './verify.js';

/** A verification with what the bundle shows, for rendering. */
export type CollectedBundle =
  | (Extract<BundleVerification, { kind: 'VERIFIED' }> & {
      readonly events: readonly VerifiedEvent[];
      readonly access: readonly VerifiedEvent[];
      /** Whether there were more events than were kept. */
      readonly cut: boolean;
    })
  | Extract<BundleVerification, { kind: 'REFUSED' }>;

/** Checks a bundle and keeps its first events. Nothing is answered of a bundle that is refused. */
export async function collect(source: ByteSource, crypto: VerifierCrypto, options: Omit<VerifyOptions, 'onEvent'> & { readonly eventsMax: number }): Promise<CollectedBundle> {
  const events: VerifiedEvent[] = [];
  const access: VerifiedEvent[] = [];
  let cut = false;
  const onEvent = (event: VerifiedEvent): void => {
    if (events.length + access.length === options.eventsMax) cut = true;
    else (event.file === 'EVENTS' ? events : access).push(event);
  };
  const result = await verify(source, crypto, { ...options, onEvent });
  return result.kind === 'REFUSED' ? result : { ...result, events, access, cut };
}

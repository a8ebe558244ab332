import { base64urlLength, DIGEST_BYTES, isDigestText } from './bytes.js';
import { isUuid } from './ids.js';
import { isRecord } from './json.js';
import { EnvelopeRefused } from './refusal.js';

declare const plaintext: unique symbol;

export interface SealedParts {
  /** UUID of the data key. */
  readonly key: string;
  /** 12 bytes, base64url. */
  readonly nonce: string;
  /** AES-256-GCM of salt ‖ text, tag appended, base64url. */
  readonly box: string;
  /** The field's commitment over salt and text, base64url. */
  readonly commitment: string;
}

/** A protected value as it is stored. What it holds, `T`, is known to the compiler alone until a key opens it. */
export interface Sealed<T = unknown> {
  readonly '@sealed': SealedParts;
  readonly [plaintext]?: T;
}

/** A sealed value read from an event, with the place it was sealed for. Nothing opens it elsewhere, so read models keep both members. */
export interface PlacedSealed<T = unknown> extends Sealed<T> {
  /** `stream/event id/field name`: the box's associated data. */
  readonly '@at': string;
}

/** The associated data of a box. Unambiguous: none of the three holds a slash. */
export const sealingPlace = (stream: string, eventId: string, name: string): string => `${stream}/${eventId}/${name}`;

/** Does the value hold `@sealed`? Says nothing about its form; {@link readSealed} does. */
export const isSealed = (value: unknown): value is Sealed => typeof value === 'object' && value !== null && Object.hasOwn(value, '@sealed');

export const isPlacedSealed = (value: unknown): value is PlacedSealed =>
  isSealed(value) && '@at' in value && typeof value['@at'] === 'string';

export const sealedBytes = {
  nonce: 12,
  salt: DIGEST_BYTES,
  tag: 16,
} as const;

/** A JSON text has at least one byte. */
const BOX_BYTES_MIN = sealedBytes.salt + 1 + sealedBytes.tag;

/**
 * The stored form, keys in their order and nothing beside them.
 * @throws EnvelopeRefused BAD_SEALED_VALUE
 */
export function readSealed(value: unknown, where: string): Sealed {
  const refuse = (detail: string): never => {
    throw new EnvelopeRefused('BAD_SEALED_VALUE', where, detail);
  };
  if (!isRecord(value) || Object.keys(value).join() !== '@sealed') return refuse('must hold @sealed alone');
  const parts = value['@sealed'];
  if (!isRecord(parts) || Object.keys(parts).join() !== 'key,nonce,box,commitment') {
    return refuse('must hold key, nonce, box and commitment, in this order');
  }
  const { key, nonce, box, commitment } = parts;
  if (!isUuid(key)) return refuse('key must be a UUID');
  if (typeof nonce !== 'string' || base64urlLength(nonce) !== sealedBytes.nonce) return refuse('nonce must be 12 bytes of base64url');
  if (typeof box !== 'string' || (base64urlLength(box) ?? 0) < BOX_BYTES_MIN) return refuse('box must be base64url of salt, text and tag');
  if (!isDigestText(commitment)) return refuse('commitment must be 32 bytes of base64url');
  return { '@sealed': { key, nonce, box, commitment } };
}

/** The ids of the data keys that an append's events were sealed with, each once, in their order. */
export function sealedKeyIds(events: readonly { readonly data: Readonly<Record<string, unknown>> }[]): string[] {
  const ids = new Set<string>();
  for (const { data } of events) {
    for (const value of Object.values(data)) if (isSealed(value)) ids.add(value['@sealed'].key);
  }
  return [...ids].sort();
}

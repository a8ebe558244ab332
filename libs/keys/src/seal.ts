import { createCipheriv, createDecipheriv } from 'node:crypto';
import {
  EnvelopeRefused,
  fieldCommitment,
  findUnstorable,
  fromBase64url,
  sealedBytes,
  sealingPlace,
  systemRandom,
  toBase64url,
  type PlacedSealed,
  type Sealed,
} from '#libs/envelope';
import type { DataKey } from './port.js';

const CIPHER = 'aes-256-gcm';

/** Where a value is sealed: the box opens nowhere else. */
export interface SealingPlace {
  readonly stream: string;
  readonly eventId: string;
  /** The field's name. */
  readonly name: string;
}

/**
 * Seals one field's value (envelope.md): box = AES-256-GCM(DEK, nonce, salt ‖ text, AAD = stream/id/name) ‖ tag. Nonces are random: under
 * one subject's key, 2^32 seals keep the odds of a repeat below 2^-32, and no subject has nearly as many.
 * @throws EnvelopeRefused for a value that can't be kept exactly
 */
export function seal<T>(
  { keyId, dek }: DataKey,
  place: SealingPlace,
  value: T,
  random: (bytes: number) => Uint8Array = systemRandom,
): Sealed<T> {
  const unstorable = findUnstorable(value);
  if (unstorable !== null) {
    throw new EnvelopeRefused('UNSTORABLE_VALUE', `body.${place.name}${unstorable.path && `.${unstorable.path}`}`, unstorable.reason);
  }
  const text = JSON.stringify(value);
  const salt = random(sealedBytes.salt);
  const nonce = random(sealedBytes.nonce);
  const cipher = createCipheriv(CIPHER, dek, nonce, { authTagLength: sealedBytes.tag });
  cipher.setAAD(Buffer.from(sealingPlace(place.stream, place.eventId, place.name), 'utf8'));
  const box = Buffer.concat([cipher.update(salt), cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    '@sealed': {
      key: keyId,
      nonce: toBase64url(nonce),
      box: toBase64url(box),
      commitment: toBase64url(fieldCommitment(salt, place.name, text)),
    },
  };
}

/** What a box held. */
export interface Opened<T> {
  readonly value: T;
  /** The very text that was committed to. */
  readonly text: string;
  /** 32 bytes, base64url. */
  readonly salt: string;
}

/** A sealed value does not open with its own key, or holds what was not committed to: its event or row was changed. */
export class UnsealFailed extends Error {
  override readonly name = 'UnsealFailed';
  constructor(
    /** `stream/event id/field name` */
    readonly place: string,
    readonly reason: 'WRONG_KEY' | 'BOX_CHANGED' | 'COMMITMENT_DIFFERS',
    options?: ErrorOptions,
  ) {
    super(`${place}: ${reason}`, options);
  }
}

/**
 * Opens a sealed value with its key, and holds it to its commitment: what is shown is what the ledger binds.
 * @throws UnsealFailed
 */
export function unseal<T>({ keyId, dek }: DataKey, placed: PlacedSealed<T>): Opened<T> {
  const { key, nonce, box, commitment } = placed['@sealed'];
  const place = placed['@at'];
  if (key !== keyId) throw new UnsealFailed(place, 'WRONG_KEY');
  const plain = decrypt(dek, fromBase64url(nonce), fromBase64url(box), place);
  const salt = plain.subarray(0, sealedBytes.salt);
  const text = plain.toString('utf8', sealedBytes.salt);
  const name = place.slice(place.lastIndexOf('/') + 1);
  if (toBase64url(fieldCommitment(salt, name, text)) !== commitment) throw new UnsealFailed(place, 'COMMITMENT_DIFFERS');
  // A codec: the box is authentic, so it holds the text that `seal` printed for a T.
  return { value: JSON.parse(text) as T, text, salt: toBase64url(salt) };
}

function decrypt(dek: DataKey['dek'], nonce: Buffer, box: Buffer, place: string): Buffer {
  const tagAt = box.length - sealedBytes.tag;
  if (nonce.length !== sealedBytes.nonce || tagAt <= sealedBytes.salt) throw new UnsealFailed(place, 'BOX_CHANGED');
  try {
    const decipher = createDecipheriv(CIPHER, dek, nonce, { authTagLength: sealedBytes.tag });
    decipher.setAAD(Buffer.from(place, 'utf8'));
    decipher.setAuthTag(box.subarray(tagAt));
    return Buffer.concat([decipher.update(box.subarray(0, tagAt)), decipher.final()]);
  } catch (cause) {
    throw new UnsealFailed(place, 'BOX_CHANGED', { cause });
  }
}

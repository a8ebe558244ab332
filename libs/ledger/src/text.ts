import { HASH_BYTES } from './hashing.js';

/** Standard base64 (RFC 4648, section 4) in its one spelling, padding and all; null for anything else. */
export function fromBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

export function hashFromBase64(text: string): Buffer | null {
  const bytes = fromBase64(text);
  return bytes !== null && bytes.length === HASH_BYTES ? bytes : null;
}

const decimalForm = /^(?:0|[1-9][0-9]{0,15})$/;

/** A number that may be a tree size or a time, in its one spelling; null for anything else. */
export function fromDecimal(text: string): number | null {
  const value = Number(text);
  return decimalForm.test(text) && Number.isSafeInteger(value) ? value : null;
}

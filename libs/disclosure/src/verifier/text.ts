import type { Digest } from './ports.js';

/** Texts and bytes, each in its one spelling. */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Null where the bytes are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

export const toUtf8 = (text: string): Uint8Array => encoder.encode(text);

/** A loop beats the encoder for texts up to about this length, in UTF-16 units. */
const loopCharsMax = 96;

/** Writes UTF-8 and answers where it ends. The caller has made room: three bytes for each UTF-16 unit. */
export function writeUtf8(text: string, into: Uint8Array, at: number): number {
  if (text.length <= loopCharsMax) {
    let end = at;
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return at + encoder.encodeInto(text, into.subarray(at)).written;
      into[end] = unit;
      end += 1;
    }
    return end;
  }
  return at + encoder.encodeInto(text, into.subarray(at)).written;
}

export function writeDigest(digest: Digest, into: Uint8Array, at: number): number {
  for (let i = 0; i < digest.length; i += 1) into[at + i] = digest.charCodeAt(i);
  return at + digest.length;
}

export function toDigest(bytes: Uint8Array): Digest {
  let digest = '';
  for (const byte of bytes) digest += String.fromCharCode(byte);
  return digest;
}

const hexDigits = '0123456789abcdef';

export function toHex(digest: Digest): string {
  let hex = '';
  for (let i = 0; i < digest.length; i += 1) {
    const byte = digest.charCodeAt(i);
    hex += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15);
  }
  return hex;
}

const standardAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const urlAlphabet = `${standardAlphabet.slice(0, 62)}-_`;

function valuesOf(alphabet: string): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (let i = 0; i < alphabet.length; i += 1) values[alphabet.charCodeAt(i)] = i;
  return values;
}
const standardValues = valuesOf(standardAlphabet);
const urlValues = valuesOf(urlAlphabet);

/** Bytes of unpadded base64 in its one spelling: the bits beyond the last byte are zero. Null for anything else. */
function decode(text: string, length: number, values: Int8Array): Uint8Array | null {
  if (length % 4 === 1) return null;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let at = 0;
  let bits = 0;
  let held = 0;
  for (let i = 0; i < length; i += 1) {
    const value = values[text.charCodeAt(i)] ?? -1;
    if (value < 0) return null;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = (held >> bits) & 0xff;
    at += 1;
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null;
}

/** base64url without padding (RFC 4648, section 5). */
export const fromBase64url = (text: string): Uint8Array | null => decode(text, text.length, urlValues);

/** Standard base64 with its padding (RFC 4648, section 4). */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return decode(text, text.length - padding, standardValues);
}

const digestForm = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const DIGEST_CHARS = 43;

export const isDigestText = (value: unknown): value is string => typeof value === 'string' && value.length === DIGEST_CHARS && digestForm.test(value);

/** The bytes of a text that {@link isDigestText} accepted, written; answers where they end. */
export function writeDigestText(text: string, into: Uint8Array, at: number): number {
  let end = at;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < DIGEST_CHARS; i += 1) {
    held = ((held << 6) | (urlValues[text.charCodeAt(i)] ?? 0)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    into[end] = (held >> bits) & 0xff;
    end += 1;
  }
  return end;
}

export function toBase64url(digest: Digest): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (let i = 0; i < digest.length; i += 1) {
    held = ((held << 8) | digest.charCodeAt(i)) & 0xffff;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      text += urlAlphabet.charAt((held >> bits) & 63);
    }
  }
  return bits === 0 ? text : text + urlAlphabet.charAt((held << (6 - bits)) & 63);
}

const decimalForm = /^(?:0|[1-9][0-9]{0,15})$/;

/** A whole number from 0 on in its one spelling; null for anything else. */
export function fromDecimal(text: string): number | null {
  const value = Number(text);
  return decimalForm.test(text) && Number.isSafeInteger(value) ? value : null;
}

export const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);

const timeForm = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const lastSafeDay = '28';

/** A real instant, as `2026-11-22T10:15:30.123Z`. */
export function isTime(value: unknown): value is string {
  if (typeof value !== 'string' || !timeForm.test(value)) return false;
  if (value.slice(8, 10) <= lastSafeDay) return true;
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value;
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Exactly these keys in this order. */
export function hasKeys(value: Record<string, unknown>, keys: readonly string[]): boolean {
  let at = 0;
  for (const key in value) {
    if (key !== keys[at]) return false;
    at += 1;
  }
  return at === keys.length;
}

/** The value of a JSON text that is its own reprint; undefined for any other text. */
export function parseReprint(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}

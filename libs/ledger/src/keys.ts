import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { sha256 } from './hashing.js';
import { fromBase64, toBase64 } from './text.js';

/** What a key's signatures are, with the type byte of https://c2sp.org/signed-note. */
export const signatureTypes = {
  /** Over a note's text. */
  ED25519: 0x01,
  /** Over a checkpoint's text with a time: https://c2sp.org/tlog-cosignature, Ed25519. */
  COSIGNATURE: 0x04,
} as const;
export type SignatureType = keyof typeof signatureTypes;

/** A key that signs notes, as whoever checks them knows it: name and id say which it is, in a note's every signature line. */
export interface NoteKey {
  readonly name: string;
  /** The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key), lower-case hex. */
  readonly id: string;
  readonly type: SignatureType;
  /** 32 bytes, RFC 8032. */
  readonly publicKey: Uint8Array;
}

export interface NoteSigner {
  readonly key: NoteKey;
  /** The 64 bytes of Ed25519 over a message. */
  sign(message: Uint8Array): Uint8Array;
}

export const keyNameCharsMax = 200;
export const SEED_BYTES = 32;
const PUBLIC_KEY_BYTES = 32;
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** Neither a Unicode space nor a plus may stand in a name, nor a control character in a note. */
// eslint-disable-next-line no-control-regex
const outOfNames = /[\s\u0085+\u0000-\u001f]/u;

export const isKeyName = (name: string): boolean => name.length > 0 && name.length <= keyNameCharsMax && name.isWellFormed() && !outOfNames.test(name);

/** @throws RangeError for a name that no note can hold or a key of another length */
export function noteKey(name: string, type: SignatureType, publicKey: Uint8Array): NoteKey {
  if (!isKeyName(name)) throw new RangeError('A key name must be 1 to 200 characters without spaces and plus signs.');
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new RangeError('An Ed25519 public key has 32 bytes.');
  const id = sha256(Buffer.concat([Buffer.from(`${name}\n`, 'utf8'), Buffer.of(signatureTypes[type]), publicKey]));
  return { name, id: id.toString('hex', 0, 4), type, publicKey };
}

/** `<name>+<id>+<base64(type ‖ public key)>`: a verifier key. */
export function formatVerifierKey({ name, id, type, publicKey }: NoteKey): string {
  return `${name}+${id}+${toBase64(Buffer.concat([Buffer.of(signatureTypes[type]), publicKey]))}`;
}

/** The key that a text names, or null for every text that {@link formatVerifierKey} doesn't print. */
export function parseVerifierKey(text: string): NoteKey | null {
  const parsed = parseKey(text);
  if (parsed === null || parsed.bytes.length !== PUBLIC_KEY_BYTES) return null;
  const key = noteKey(parsed.name, parsed.type, parsed.bytes);
  return formatVerifierKey(key) === text ? key : null;
}

const signerMark = 'PRIVATE+KEY+';

/** A private key as the Go tools for notes keep it: `PRIVATE+KEY+<name>+<id>+<base64(type ‖ seed)>`. Null for any other text. */
export function parseSignerKey(text: string): NoteSigner | null {
  if (!text.startsWith(signerMark)) return null;
  const parsed = parseKey(text.slice(signerMark.length));
  if (parsed === null || parsed.bytes.length !== SEED_BYTES) return null;
  const signer = noteSigner(parsed.name, parsed.type, parsed.bytes);
  return formatSignerKey(signer.key, parsed.bytes) === text ? signer : null;
}

export function formatSignerKey({ name, id, type }: NoteKey, seed: Uint8Array): string {
  return `${signerMark}${name}+${id}+${toBase64(Buffer.concat([Buffer.of(signatureTypes[type]), seed]))}`;
}

function parseKey(text: string): { readonly name: string; readonly type: SignatureType; readonly bytes: Buffer } | null {
  const [name, id, ...rest] = text.split('+');
  // Base64 itself may hold plus signs.
  const bytes = fromBase64(rest.join('+'));
  if (name === undefined || id === undefined || bytes === null || !isKeyName(name)) return null;
  const type = typeOf(bytes[0]);
  return type === null ? null : { name, type, bytes: bytes.subarray(1) };
}

function typeOf(byte: number | undefined): SignatureType | null {
  if (byte === signatureTypes.ED25519) return 'ED25519';
  return byte === signatureTypes.COSIGNATURE ? 'COSIGNATURE' : null;
}

/** @param seed the 32 secret bytes of an Ed25519 key (RFC 8032) @throws RangeError */
export function noteSigner(name: string, type: SignatureType, seed: Uint8Array): NoteSigner {
  if (seed.length !== SEED_BYTES) throw new RangeError('An Ed25519 seed has 32 bytes.');
  const secret = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(secret).export({ format: 'der', type: 'spki' });
  return { key: noteKey(name, type, spki.subarray(spkiPrefix.length)), sign: (message) => sign(null, message, secret) };
}

/** Public keys in OpenSSL's form, made once a key. */
const openedKeys = new WeakMap<NoteKey, KeyObject>();

export function verifySignature(key: NoteKey, message: Uint8Array, signature: Uint8Array): boolean {
  let opened = openedKeys.get(key);
  if (opened === undefined) {
    opened = createPublicKey({ key: Buffer.concat([spkiPrefix, key.publicKey]), format: 'der', type: 'spki' });
    openedKeys.set(key, opened);
  }
  return verify(null, message, opened, signature);
}

export const sameKey = (a: NoteKey, b: NoteKey): boolean => formatVerifierKey(a) === formatVerifierKey(b);

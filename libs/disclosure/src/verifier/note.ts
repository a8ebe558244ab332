import { type FaultCode, faulty } from './fault.js';
import { type VerifierCrypto, verifierLimits } from './ports.js';
import { fromBase64, toHex, toUtf8 } from './text.js';

/** Signed notes and their keys (https://c2sp.org/signed-note, https://c2sp.org/tlog-cosignature), as far as a bundle holds them. */

export interface VerifierKey {
  /** `<name>+<id>+<base64(type ‖ public key)>` */
  readonly text: string;
  readonly name: string;
  /** Lower-case hex of four bytes. */
  readonly id: string;
  readonly type: 'ED25519' | 'COSIGNATURE';
  readonly publicKey: Uint8Array;
}

const typeBytes = { ED25519: 0x01, COSIGNATURE: 0x04 } as const;
const PUBLIC_KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
const nameCharsMax = 200;
// oxlint-disable-next-line no-control-regex
const outOfNames = /[\s\u0085+\u0000-\u001f]/u;
const isName = (name: string): boolean => name !== '' && name.length <= nameCharsMax && name.isWellFormed() && !outOfNames.test(name);

/** Null for every text that is not the one spelling of a verifier key. */
export async function parseKey(text: string, crypto: VerifierCrypto): Promise<VerifierKey | null> {
  const [name = '', id = '', ...rest] = text.split('+');
  const bytes = fromBase64(rest.join('+'));
  if (!isName(name) || bytes === null || bytes.length !== 1 + PUBLIC_KEY_BYTES) return null;
  const type = bytes[0] === typeBytes.ED25519 ? 'ED25519' : bytes[0] === typeBytes.COSIGNATURE ? 'COSIGNATURE' : null;
  if (type === null) return null;
  const prefix = toUtf8(`${name}\n`);
  const input = new Uint8Array(prefix.length + bytes.length);
  input.set(prefix);
  input.set(bytes, prefix.length);
  const [digest = ''] = await crypto.digestAll([input]);
  return toHex(digest.slice(0, KEY_ID_BYTES)) === id ? { text, name, id, type, publicKey: bytes.subarray(1) } : null;
}

export interface SignedBy {
  readonly key: VerifierKey;
  /** Of a cosignature: seconds since 1970, UTC, as the witness says. Else null. */
  readonly time: number | null;
}

export interface Note {
  /** What is signed; ends in a newline. */
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly bytes: Uint8Array }[];
}

// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u0009\u000b-\u001f]/;
const lineForm = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/;

/** Null for what is not the one form of a note. */
export function parseNote(note: string | null): Note | null {
  if (note === null || !note.isWellFormed() || controls.test(note) || !note.endsWith('\n')) return null;
  const split = note.lastIndexOf('\n\n');
  if (split <= 0) return null;
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > verifierLimits.noteSignaturesMax) return null;
  const signatures: Note['signatures'][number][] = [];
  for (const line of lines) {
    const [, name, encoded] = lineForm.exec(line) ?? [];
    if (name === undefined || encoded === undefined || !isName(name)) return null;
    const bytes = fromBase64(encoded);
    if (bytes === null || bytes.length <= KEY_ID_BYTES) return null;
    let id = '';
    for (const byte of bytes.subarray(0, KEY_ID_BYTES)) id += byte.toString(16).padStart(2, '0');
    if (signatures.some((other) => other.name === name && other.id === id)) return null;
    signatures.push({ name, id, bytes: bytes.subarray(KEY_ID_BYTES) });
  }
  return { text: note.slice(0, split + 1), signatures };
}

/** Every line of the note must be by one of these keys, and right. @throws Faulty */
export async function openNote(
  note: string | null,
  keys: readonly VerifierKey[],
  crypto: VerifierCrypto,
  said: { readonly code: FaultCode; readonly file: string; readonly what: string },
): Promise<{ readonly text: string; readonly signed: readonly SignedBy[] }> {
  const parsed = parseNote(note);
  if (parsed === null) throw faulty(said.code, said.file, `${said.what} is not of the form of a signed note`);
  const signed: SignedBy[] = [];
  for (const { name, id, bytes } of parsed.signatures) {
    const key = keys.find((one) => one.name === name && one.id === id);
    if (key === undefined) throw faulty(said.code, said.file, `${said.what} has a signature by ${name}, key ${id}, which nothing names`);
    const time = await checkSignature(key, parsed.text, bytes, crypto);
    if (time === 'BAD') throw faulty(said.code, said.file, `${said.what} was not signed by ${name}, key ${id}, as it says: it was changed, or the signature was`);
    signed.push({ key, time });
  }
  return { text: parsed.text, signed };
}

async function checkSignature(key: VerifierKey, text: string, bytes: Uint8Array, crypto: VerifierCrypto): Promise<number | null | 'BAD'> {
  if (key.type === 'ED25519') {
    return bytes.length === SIGNATURE_BYTES && (await check(crypto, key, toUtf8(text), bytes)) ? null : 'BAD';
  }
  if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return 'BAD';
  let time = 0;
  for (const byte of bytes.subarray(0, TIME_BYTES)) time = time * 256 + byte;
  if (!Number.isSafeInteger(time)) return 'BAD';
  const message = toUtf8(`cosignature/v1\ntime ${time}\n${text}`);
  return (await check(crypto, key, message, bytes.subarray(TIME_BYTES))) ? time : 'BAD';
}

async function check(crypto: VerifierCrypto, key: VerifierKey, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  try {
    return await crypto.verifyEd25519(key.publicKey, message, signature);
  } catch {
    throw faulty('CANNOT_CHECK', null, 'this program or browser can’t check Ed25519 signatures, so nothing can be said about the bundle: use a newer one');
  }
}

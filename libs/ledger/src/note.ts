import { isKeyName, type NoteKey, type NoteSigner, verifySignature } from './keys.js';
import { fromBase64, toBase64 } from './text.js';

/** Signed notes as https://c2sp.org/signed-note has them. One canonical form is read; everything else is refused. */
export const noteLimits = {
  /** UTF-16 units of a whole note. */
  charsMax: 64 * 1024,
  /** Signature lines of a note. */
  signaturesMax: 64,
} as const;

export type NoteFault =
  | 'TOO_LARGE'
  | 'MALFORMED'
  /** Two lines of the same key. */
  | 'REPEATED_SIGNATURE'
  /** A line of a known key that its key did not make. */
  | 'BAD_SIGNATURE'
  /** No line of a known key. */
  | 'NO_KNOWN_SIGNATURE';

export interface NoteRefusal {
  readonly kind: 'REFUSED';
  readonly code: NoteFault;
  readonly message: string;
}

/** One line: `— <name> base64(id ‖ bytes)`. */
export interface SignatureLine {
  readonly name: string;
  /** Lower-case hex of four bytes. */
  readonly id: string;
  /** What follows the id. */
  readonly bytes: Uint8Array;
}

export interface ParsedNote {
  readonly kind: 'NOTE';
  /** What is signed: ends in a newline. */
  readonly text: string;
  readonly signatures: readonly SignatureLine[];
}

/** A signature that its key made. */
export interface KnownSignature {
  readonly key: NoteKey;
  readonly line: SignatureLine;
  /** Of a cosignature: seconds since 1970, UTC, as the cosigner says. Else null. */
  readonly time: number | null;
}

export interface OpenedNote {
  readonly kind: 'OPENED';
  readonly text: string;
  readonly signed: readonly KnownSignature[];
  /** Lines of keys that were not given: they say nothing. */
  readonly unknown: readonly SignatureLine[];
}

const refused = (code: NoteFault, message: string): NoteRefusal => ({ kind: 'REFUSED', code, message });

const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0009\u000b-\u001f]/;
const lineForm = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/;

/** Reads a note and trusts nothing in it. */
export function parseNote(note: string): ParsedNote | NoteRefusal {
  if (note.length > noteLimits.charsMax) return refused('TOO_LARGE', `a note has at most ${noteLimits.charsMax} characters`);
  if (!note.isWellFormed() || controls.test(note)) return refused('MALFORMED', 'a note holds no control characters');
  const split = note.lastIndexOf('\n\n');
  if (split <= 0 || !note.endsWith('\n')) return refused('MALFORMED', 'a note is a text, an empty line and signatures');
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > noteLimits.signaturesMax) return refused('TOO_LARGE', `a note has at most ${noteLimits.signaturesMax} signatures`);
  const signatures: SignatureLine[] = [];
  const seen = new Set<string>();
  for (const line of lines) {
    const signature = parseSignatureLine(line);
    if (signature === null) return refused('MALFORMED', 'a signature line is not of its form');
    const who = `${signature.name} ${signature.id}`;
    if (seen.has(who)) return refused('REPEATED_SIGNATURE', `${who} signed twice`);
    seen.add(who);
    signatures.push(signature);
  }
  return { kind: 'NOTE', text, signatures };
}

/** One line without its newline; null where it is not of its form. */
export function parseSignatureLine(line: string): SignatureLine | null {
  const [, name, encoded] = lineForm.exec(line) ?? [];
  if (name === undefined || encoded === undefined || !isKeyName(name)) return null;
  const bytes = fromBase64(encoded);
  if (bytes === null || bytes.length <= KEY_ID_BYTES) return null;
  return { name, id: bytes.toString('hex', 0, KEY_ID_BYTES), bytes: bytes.subarray(KEY_ID_BYTES) };
}

/** With its newline. */
export function formatSignatureLine({ name, id, bytes }: SignatureLine): string {
  return `— ${name} ${toBase64(Buffer.concat([Buffer.from(id, 'hex'), bytes]))}\n`;
}

/** What remains of a note for these keys: lines of unknown keys are ignored, one bad line of a known key refuses the whole note. */
export function openNote(note: string, keys: readonly NoteKey[]): OpenedNote | NoteRefusal {
  const parsed = parseNote(note);
  if (parsed.kind === 'REFUSED') return parsed;
  const signed: KnownSignature[] = [];
  const unknown: SignatureLine[] = [];
  for (const line of parsed.signatures) {
    const candidates = keys.filter(({ name, id }) => name === line.name && id === line.id);
    const [key, another] = candidates;
    if (key === undefined) {
      unknown.push(line);
      continue;
    }
    if (another !== undefined && toBase64(another.publicKey) !== toBase64(key.publicKey)) return refused('BAD_SIGNATURE', `two keys answer to ${line.name} ${line.id}`);
    const time = checkLine(parsed.text, key, line);
    if (time === 'BAD') return refused('BAD_SIGNATURE', `${line.name} ${line.id} did not sign this`);
    signed.push({ key, line, time });
  }
  if (signed.length === 0) return refused('NO_KNOWN_SIGNATURE', 'no known key signed this');
  return { kind: 'OPENED', text: parsed.text, signed, unknown };
}

function checkLine(text: string, key: NoteKey, { bytes }: SignatureLine): number | null | 'BAD' {
  switch (key.type) {
    case 'ED25519':
      return bytes.length === SIGNATURE_BYTES && verifySignature(key, Buffer.from(text, 'utf8'), bytes) ? null : 'BAD';
    case 'COSIGNATURE': {
      if (bytes.length !== TIME_BYTES + SIGNATURE_BYTES) return 'BAD';
      const time = Number(Buffer.from(bytes.subarray(0, TIME_BYTES)).readBigUInt64BE());
      if (!Number.isSafeInteger(time)) return 'BAD';
      return verifySignature(key, cosignedMessage(text, time), bytes.subarray(TIME_BYTES)) ? time : 'BAD';
    }
  }
}

/** @throws RangeError for a text that a note can't hold */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  return `${text}\n${signers.map((signer) => signatureLine(text, signer)).join('')}`;
}

/** A plain Ed25519 signature line over a note's text. @throws RangeError */
export function signatureLine(text: string, signer: NoteSigner): string {
  if (signer.key.type !== 'ED25519') throw new RangeError('A cosigner signs checkpoints with a time, and nothing else.');
  checkText(text);
  return formatSignatureLine({ name: signer.key.name, id: signer.key.id, bytes: signer.sign(Buffer.from(text, 'utf8')) });
}

/**
 * A cosignature line over a checkpoint's text (https://c2sp.org/tlog-cosignature, Ed25519).
 * @param time seconds since 1970, UTC
 * @throws RangeError
 */
export function cosignatureLine(text: string, signer: NoteSigner, time: number): string {
  if (signer.key.type !== 'COSIGNATURE') throw new RangeError('A key that signs notes makes no cosignatures: each kind has its own id.');
  if (!Number.isSafeInteger(time) || time < 0) throw new RangeError('A cosignature has a time in whole seconds.');
  checkText(text);
  const stamp = Buffer.alloc(TIME_BYTES);
  stamp.writeBigUInt64BE(BigInt(time));
  return formatSignatureLine({ name: signer.key.name, id: signer.key.id, bytes: Buffer.concat([stamp, signer.sign(cosignedMessage(text, time))]) });
}

const cosignedMessage = (text: string, time: number): Buffer => Buffer.from(`cosignature/v1\ntime ${time}\n${text}`, 'utf8');

function checkText(text: string): void {
  if (text.length <= 1 || !text.endsWith('\n') || !text.isWellFormed() || controls.test(text)) throw new RangeError('A note is a text that ends in a newline.');
}

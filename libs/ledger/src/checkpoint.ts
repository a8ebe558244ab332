import { emptyRoot, isHash, isTreeSize, sameHash, type TreeHead } from './hashing.js';
import { isKeyName, type NoteKey, type NoteSigner } from './keys.js';
import { type KnownSignature, type NoteFault, openNote, type SignatureLine, signNote } from './note.js';
import { fromDecimal, hashFromBase64, toBase64 } from './text.js';

/** A tree head with the log's name: https://c2sp.org/tlog-checkpoint, without extension lines, which nobody could audit. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
}

/** A key of the log and the tree sizes that it may sign: a key that was handed over signs nothing larger. */
export interface LogKey {
  readonly key: NoteKey;
  readonly from: number;
  /** Inclusive; null: still in use. */
  readonly until: number | null;
}

export type CheckpointFault =
  | NoteFault
  | 'NOT_A_CHECKPOINT'
  | 'WRONG_ORIGIN'
  /** Signed by a key of the log, but not one that may sign a tree of this size. */
  | 'KEY_OUT_OF_ITS_TIME';

export type OpenedCheckpoint =
  | {
      readonly kind: 'CHECKPOINT';
      readonly checkpoint: Checkpoint;
      /** The signed text, without signatures. */
      readonly text: string;
      /** By the log. At least one. */
      readonly signed: readonly KnownSignature[];
      /** By the cosigners that were given. */
      readonly cosigned: readonly KnownSignature[];
      readonly unknown: readonly SignatureLine[];
    }
  | { readonly kind: 'REFUSED'; readonly code: CheckpointFault; readonly message: string };

/** @throws RangeError for an origin that is no key name, a size or a root out of its form */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (!isKeyName(origin)) throw new RangeError('An origin is 1 to 200 characters without spaces and plus signs.');
  if (!isTreeSize(size) || !isHash(root)) throw new RangeError('A checkpoint has a size and a root of 32 bytes.');
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** The text of a checkpoint's note, or null for every text that {@link formatCheckpoint} doesn't print. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin, sizeText, rootText, end, ...rest] = text.split('\n');
  if (origin === undefined || sizeText === undefined || rootText === undefined || end !== '' || rest.length > 0) return null;
  const size = fromDecimal(sizeText);
  const root = hashFromBase64(rootText);
  if (!isKeyName(origin) || size === null || root === null) return null;
  if (size === 0 && !sameHash(root, emptyRoot())) return null;
  return { origin, size, root };
}

/** @throws RangeError; a log's key has the log's name */
export function signCheckpoint(checkpoint: Checkpoint, signer: NoteSigner): string {
  if (signer.key.name !== checkpoint.origin) throw new RangeError(`The key of ${signer.key.name} signs no checkpoint of ${checkpoint.origin}.`);
  return signNote(formatCheckpoint(checkpoint), [signer]);
}

/** Reads a signed checkpoint: trusted are the log's keys, each for its sizes; a cosigner's signature is checked and never enough. */
export function openCheckpoint(note: string, log: { readonly origin: string; readonly keys: readonly LogKey[] }, cosigners: readonly NoteKey[] = []): OpenedCheckpoint {
  const opened = openNote(note, [...log.keys.map(({ key }) => key), ...cosigners]);
  if (opened.kind === 'REFUSED') return opened;
  const checkpoint = parseCheckpoint(opened.text);
  if (checkpoint === null) return { kind: 'REFUSED', code: 'NOT_A_CHECKPOINT', message: 'the signed text is not a checkpoint' };
  if (checkpoint.origin !== log.origin) return { kind: 'REFUSED', code: 'WRONG_ORIGIN', message: `it is a checkpoint of ${checkpoint.origin}` };
  const byLog = opened.signed.filter(({ key }) => key.type === 'ED25519' && log.keys.some((known) => known.key === key));
  const inTime = byLog.filter(({ key }) => log.keys.some((known) => known.key === key && maySign(known, checkpoint.size)));
  if (byLog.length === 0) return { kind: 'REFUSED', code: 'NO_KNOWN_SIGNATURE', message: 'the log did not sign this' };
  if (inTime.length === 0) return { kind: 'REFUSED', code: 'KEY_OUT_OF_ITS_TIME', message: `its key may not sign a tree of ${checkpoint.size} leaves` };
  const cosigned = opened.signed.filter(({ key }) => cosigners.includes(key));
  return { kind: 'CHECKPOINT', checkpoint, text: opened.text, signed: inTime, cosigned, unknown: opened.unknown };
}

const maySign = ({ from, until }: LogKey, size: number): boolean => size >= from && (until === null || size <= until);

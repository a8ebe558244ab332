import type { LogKey } from './checkpoint.js';
import type { TreeHead } from './hashing.js';
import { formatVerifierKey, type NoteKey, type NoteSigner, parseVerifierKey, sameKey } from './keys.js';
import { type NoteFault, openNote, signNote } from './note.js';
import { fromDecimal, hashFromBase64, toBase64 } from './text.js';

/**
 * A log's key hands over to the next one by a note that both sign:
 *
 *     caseledger key hand-over v1
 *     <origin>
 *     <verifier key of the old key>
 *     <verifier key of the new key>
 *     <tree size>
 *     <base64 root at that size>
 *     <time, 2026-11-22T10:15:30.123Z>
 *
 * The old key signs no larger tree, the new one no smaller. Whoever knows the first key follows the notes to the last.
 */
export interface HandOver {
  readonly origin: string;
  readonly from: NoteKey;
  readonly to: NoteKey;
  readonly tree: TreeHead;
  /** `2026-11-22T10:15:30.123Z` */
  readonly at: string;
}

export type HandOverFault = NoteFault | 'NOT_A_HAND_OVER' | 'WRONG_ORIGIN' | 'NOT_SIGNED_BY_BOTH' | 'BROKEN_CHAIN';
export interface HandOverRefusal {
  readonly kind: 'REFUSED';
  readonly code: HandOverFault;
  readonly message: string;
}

/** Hand-overs of one log. */
export const handOversMax = 1_000;

const title = 'caseledger key hand-over v1';
const handOverForm = new RegExp(`^${title}\n(.+)\n(.+)\n(.+)\n(.+)\n(.+)\n(\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z)\n$`);
const refused = (code: HandOverFault, message: string): HandOverRefusal => ({ kind: 'REFUSED', code, message });

/** @throws RangeError where the keys are not two keys of the log, or a part has not its form */
export function signHandOver(handOver: { readonly origin: string; readonly tree: TreeHead; readonly at: string }, from: NoteSigner, to: NoteSigner): string {
  const text = formatHandOver({ ...handOver, from: from.key, to: to.key });
  if (parseHandOver(text) === null) throw new RangeError('A hand-over is from one key of the log to another, at a tree size and a time.');
  return signNote(text, [from, to]);
}

function formatHandOver({ origin, from, to, tree, at }: HandOver): string {
  return `${[title, origin, formatVerifierKey(from), formatVerifierKey(to), tree.size, toBase64(tree.root), at].join('\n')}\n`;
}

function parseHandOver(text: string): HandOver | null {
  const [, origin, fromText, toText, sizeText, rootText, at] = handOverForm.exec(text) ?? [];
  if (origin === undefined || fromText === undefined || toText === undefined || sizeText === undefined || rootText === undefined || at === undefined) return null;
  const from = keyOf(origin, fromText);
  const to = keyOf(origin, toText);
  const size = fromDecimal(sizeText);
  const root = hashFromBase64(rootText);
  if (from === null || to === null || size === null || root === null || sameKey(from, to)) return null;
  return { origin, from, to, tree: { size, root }, at };
}

function keyOf(origin: string, text: string): NoteKey | null {
  const key = parseVerifierKey(text);
  return key !== null && key.name === origin && key.type === 'ED25519' ? key : null;
}

/** Reads a hand-over by a known key: it must be signed by exactly the two keys that it names. */
export function openHandOver(note: string, known: NoteKey): { readonly kind: 'HANDED_OVER'; readonly handOver: HandOver } | HandOverRefusal {
  const split = note.lastIndexOf('\n\n');
  const named = split < 0 ? null : parseHandOver(note.slice(0, split + 1));
  if (named === null) return refused('NOT_A_HAND_OVER', 'the note is not a hand-over');
  if (named.origin !== known.name) return refused('WRONG_ORIGIN', `it is a hand-over of ${named.origin}`);
  if (!sameKey(named.from, known)) return refused('BROKEN_CHAIN', `${named.from.id} hands over, not ${known.id}`);
  const opened = openNote(note, [named.from, named.to]);
  if (opened.kind === 'REFUSED') return opened;
  if (opened.signed.length !== 2 || opened.unknown.length > 0) return refused('NOT_SIGNED_BY_BOTH', 'it must be signed by the two keys that it names');
  return { kind: 'HANDED_OVER', handOver: named };
}

/** The log's keys, each with the sizes that it may sign, from the first one on: `notes` in their order. */
export function followHandOvers(first: NoteKey, notes: readonly string[]): { readonly kind: 'KEYS'; readonly keys: readonly LogKey[] } | HandOverRefusal {
  if (notes.length > handOversMax) return refused('TOO_LARGE', `a log hands over at most ${handOversMax} times`);
  const keys: LogKey[] = [];
  let current: LogKey = { key: first, from: 0, until: null };
  for (const note of notes) {
    const opened = openHandOver(note, current.key);
    if (opened.kind === 'REFUSED') return opened;
    const { to, tree } = opened.handOver;
    if (tree.size < current.from) return refused('BROKEN_CHAIN', `the hand-over to ${to.id} is at a smaller tree than the one before`);
    if (keys.some(({ key }) => sameKey(key, to))) return refused('BROKEN_CHAIN', `${to.id} was handed over before`);
    keys.push({ ...current, until: tree.size });
    current = { key: to, from: tree.size, until: null };
  }
  return { kind: 'KEYS', keys: [...keys, current] };
}

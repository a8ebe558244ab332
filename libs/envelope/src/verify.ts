import { fromBase64url, hashText } from './bytes.js';
import { leafHash, rootOfBody } from './commitments.js';
import type { EventHead, ReadEvent } from './event.js';
import { readWhole } from './read.js';
import { EnvelopeRefused, type EnvelopeCode } from './refusal.js';
import { sliceFields } from './slice.js';

export type Verification = { readonly kind: 'VERIFIED'; readonly event: ReadEvent; readonly leafHash: string } | Refusal;

/** The first thing wrong. */
export interface Refusal {
  readonly kind: 'REFUSED';
  readonly code: EnvelopeCode;
  readonly where: string;
  readonly message: string;
}

/** What the stream's event before says: enough to check the link to it. */
export interface PreviousEvent {
  readonly head: Pick<EventHead, 'stream' | 'revision' | 'recordedAt'>;
  readonly leafHash: string;
}

/** What is known about the event from elsewhere. Only what is given is compared. */
export interface Expected {
  readonly leafHash?: string;
  /** The event before it in the stream; null: this is the stream's first. */
  readonly previous?: PreviousEvent | null;
  /** Index copies beside the texts. */
  readonly id?: string;
  readonly stream?: string;
  readonly revision?: number | bigint;
  readonly type?: string;
}

/**
 * Recomputes everything that an event's texts say about themselves: form, body hash, fields root; then what is expected of it. Needs no
 * key: a sealed field counts by its stored commitment, whether or not its key still exists.
 */
export function verifyEvent(head: string, body: string, expected: Expected = {}): Verification {
  return refusalOf(() => {
    const { event, seed, sealedCommitments } = readWhole(head, body);
    if (hashText(body) !== event.head.body) throw differs('BODY_HASH_DIFFERS', 'head.body');
    const root = rootOfBody(sliceFields(body), fromBase64url(seed), sealedCommitments);
    if (root !== event.head.fields) throw differs('FIELDS_ROOT_DIFFERS', 'head.fields');
    const leaf = leafHash(head);
    checkExpected(event.head, leaf, expected);
    return { kind: 'VERIFIED', event, leafHash: leaf };
  });
}

function checkExpected(head: EventHead, leaf: string, expected: Expected): void {
  if (expected.leafHash !== undefined && expected.leafHash !== leaf) throw differs('LEAF_HASH_DIFFERS', 'head');
  if (expected.id !== undefined && expected.id !== head.id) throw differs('INDEX_COPY_DIFFERS', 'head.id');
  if (expected.stream !== undefined && expected.stream !== head.stream) throw differs('INDEX_COPY_DIFFERS', 'head.stream');
  if (expected.type !== undefined && expected.type !== head.type) throw differs('INDEX_COPY_DIFFERS', 'head.type');
  if (expected.revision !== undefined && BigInt(expected.revision) !== BigInt(head.revision)) {
    throw differs('INDEX_COPY_DIFFERS', 'head.revision');
  }
  if (expected.previous !== undefined) checkLink(head, expected.previous);
}

/** Does the head continue its stream right after `previous`? @throws EnvelopeRefused */
export function checkLink(head: EventHead, previous: PreviousEvent | null): void {
  if (head.revision !== (previous === null ? 0 : previous.head.revision + 1)) throw differs('REVISION_DIFFERS', 'head.revision');
  if (previous === null) return;
  if (head.stream !== previous.head.stream) throw differs('INDEX_COPY_DIFFERS', 'head.stream');
  if (head.prev !== previous.leafHash) throw differs('PREV_DIFFERS', 'head.prev');
  // Both are of one fixed form in UTC, so their texts compare as their times do.
  if (head.recordedAt < previous.head.recordedAt) throw differs('TIME_DECREASES', 'head.recordedAt');
}

const differences = {
  BODY_HASH_DIFFERS: 'is not the hash of the body',
  FIELDS_ROOT_DIFFERS: 'is not the root of the fields',
  LEAF_HASH_DIFFERS: 'has another leaf hash than expected',
  PREV_DIFFERS: 'is not the leaf hash of the event before',
  REVISION_DIFFERS: 'does not follow the event before',
  TIME_DECREASES: 'is before the event before',
  INDEX_COPY_DIFFERS: 'is not what stands beside the texts',
} satisfies Partial<Record<EnvelopeCode, string>>;

const differs = (code: keyof typeof differences, where: string): EnvelopeRefused => new EnvelopeRefused(code, where, differences[code]);

/** A refusal as a value; any other throw is a bug and passes. */
export function refusalOf<T>(run: () => T): T | Refusal {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof EnvelopeRefused)) throw error;
    return { kind: 'REFUSED', code: error.code, where: error.where, message: error.message };
  }
}

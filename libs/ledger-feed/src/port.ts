import type { FeedTransaction } from '#libs/feeds';
import type { NoteKey, NoteSigner, TreeHead } from '#libs/ledger';

/**
 * Leaf: an event's hash in the ledger. Foreign leaf: that of an event without a valid head, over its raw texts. Checkpoint: the signed size
 * and root. Pin: a checkpoint kept outside the database. Alarm: what a person has to look at; some stop the signing.
 */
export type Sql = FeedTransaction;

export interface LedgerClock {
  now(): Date;
}

/** A pino logger is one. */
export interface LedgerLog {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

export type AlarmKind =
  /** An event without a valid head came in; its leaf is over its raw texts. Signing goes on. */
  | 'FOREIGN_LEAF'
  /** The feed met an event that it has numbered before, or a tree that is not its own. It stopped. */
  | 'FEED_REFUSED'
  /** The ledger has fewer leaves than its last signed checkpoint. Signing has stopped. */
  | 'LEDGER_SHORTER'
  /** The ledger's tiles don't lead to the root of its last signed checkpoint. Signing has stopped. */
  | 'LEDGER_DIFFERS'
  /** The log ends before its last signed event. Signing has stopped. */
  | 'LOG_SHORTER'
  /** Another event, or none, stands where a signed one stood. Signing has stopped. */
  | 'LOG_DIFFERS'
  /** A checkpoint kept outside the database says otherwise than the ledger. Signing has stopped. */
  | 'PIN_DIFFERS'
  /** The signing key is not the one that the ledger's keys lead to. Signing has stopped. */
  | 'KEY_UNKNOWN';

export interface Alarm {
  readonly kind: AlarmKind;
  readonly detail: string;
  readonly leafIndex: number | null;
  readonly eventId: string | null;
}

export interface RaisedAlarm extends Alarm {
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly times: number;
}

export interface LedgerState extends TreeHead {
  /** Of the last leaf's event; null while the tree is empty. */
  readonly lastPosition: bigint | null;
}

export interface SignedCheckpoint extends TreeHead {
  /** The signed note, with the cosignatures that are known. */
  readonly note: string;
  readonly keyId: string;
  readonly signedAt: Date;
}

export interface StoredLeaf {
  readonly leafIndex: number;
  readonly position: bigint;
  readonly eventId: string;
  readonly hash: Uint8Array;
  readonly foreign: boolean;
}

export interface LeafProof {
  readonly leaf: StoredLeaf;
  readonly tree: TreeHead;
  /** Hashes from the leaf's sibling up, standard base64. */
  readonly proof: readonly string[];
}

export type InclusionAnswer =
  | ({ readonly kind: 'PROOF'; readonly checkpoint: SignedCheckpoint | null } & LeafProof)
  /** The ledger has no such leaf: the feed has not come to it yet, or there is no such event. */
  | { readonly kind: 'NOT_IN_LEDGER' }
  /** It is in the ledger, but in no signed tree of that size. Within seconds it is in the next one. */
  | { readonly kind: 'NOT_COVERED'; readonly leafIndex: number; readonly treeSize: number };

/** That one event is a leaf of a tree. */
export interface EventProof {
  readonly leafIndex: number;
  /** From the leaf's sibling up. */
  readonly proof: readonly Uint8Array[];
}

export type ConsistencyAnswer =
  | { readonly kind: 'PROOF'; readonly from: TreeHead; readonly to: TreeHead; readonly proof: readonly string[] }
  /** The sizes are out of order or beyond the ledger. */
  | { readonly kind: 'OUT_OF_RANGE'; readonly size: number };

export interface WitnessSeen {
  readonly witness: string;
  readonly verifierKey: string;
  /** The largest tree that it has cosigned; null: none yet. */
  readonly size: number | null;
  readonly cosignedAt: Date | null;
  readonly receivedAt: Date | null;
}

export type CosignatureAnswer =
  | { readonly kind: 'RECORDED'; readonly size: number; readonly witnesses: readonly string[] }
  | { readonly kind: 'REFUSED'; readonly code: 'MALFORMED' | 'NOT_OUR_CHECKPOINT' | 'NO_KNOWN_WITNESS'; readonly message: string };

export type SigningOutcome =
  | { readonly kind: 'SIGNED'; readonly checkpoint: SignedCheckpoint }
  | { readonly kind: 'NOTHING_NEW' }
  /** Another process is signing at this moment. */
  | { readonly kind: 'BUSY' }
  | { readonly kind: 'STOPPED'; readonly alarm: Alarm };

/** The current key; rotation puts another in its place. */
export interface LedgerKeys {
  readonly signer: NoteSigner;
  readonly witnesses: readonly NoteKey[];
}

/** Time stamps by an outside authority (RFC 3161). */
export interface TimeStamper {
  /** Names the authority in the records. */
  readonly authority: string;
  /** A token over SHA-256 of the text, verified, DER. @throws where the authority can't be reached or its answer is not right */
  stamp(text: string): Promise<{ readonly token: Uint8Array; readonly at: Date }>;
}

export const ledgerLimits = {
  /** The shortest time between two checkpoints, in milliseconds. */
  signEveryMs: 1_000,
  /** The shortest time between two pins, in milliseconds. */
  pinEveryMs: 10 * 60_000,
  /** Pins compared with the ledger at a start, the newest ones; the audit compares all. */
  pinsAtStartMax: 50,
  /** UTF-16 units of an alarm's detail. */
  alarmCharsMax: 2_000,
  /** Proofs answered by one call. */
  proofsAtOnceMax: 2_000,
  /** Alarms answered at once. */
  alarmsListedMax: 1_000,
} as const;
export type LedgerLimits = { readonly [K in keyof typeof ledgerLimits]: number };

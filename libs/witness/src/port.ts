import type { NoteKey, NoteSigner } from '#libs/ledger';

/**
 * Witness: an outside body that remembers the last checkpoint of a log and cosigns a new one only if the tree did nothing but grow.
 */
export interface WitnessOptions {
  /** The log's address: `<prefix>/checkpoint`, `<prefix>/tile/…`, `<prefix>/keys` (its keys and hand-overs, for after a rotation). */
  readonly prefix: string;
  /** The log's first key, as the witness was given it. Its name is the log's. */
  readonly logKey: NoteKey;
  /** The witness's own key, of type COSIGNATURE. */
  readonly signer: NoteSigner;
  /** The file in which the last checkpoint is remembered. One process at a time uses it. */
  readonly stateFile: string;
  readonly clock: { now(): Date };
  readonly fetch: typeof fetch;
}

export type WitnessAlarm =
  /** The checkpoint is not signed by a key of the log. */
  | 'NOT_SIGNED'
  /** It is smaller than one that was cosigned before. */
  | 'WENT_BACK'
  /** The tree that was cosigned before is not the beginning of this one: leaves were changed, or this is another view. */
  | 'NOT_CONSISTENT'
  /** The state file is not what the witness wrote. */
  | 'STATE_UNREADABLE';

export type WitnessOutcome =
  /** `note`: the checkpoint with the witness's line, to be sent to the log or to whoever wants it. */
  | { readonly kind: 'COSIGNED'; readonly size: number; readonly previousSize: number | null; readonly note: string }
  | { readonly kind: 'ALARM'; readonly alarm: WitnessAlarm; readonly message: string; readonly seen: string | null; readonly shown: string | null }
  /** Nothing was learned: to be tried again. */
  | { readonly kind: 'UNREACHABLE'; readonly message: string };

export const witnessLimits = {
  /** Bytes of one answer. */
  answerBytesMax: 256 * 1024,
  /** One request, in milliseconds. */
  requestMs: 10_000,
} as const;

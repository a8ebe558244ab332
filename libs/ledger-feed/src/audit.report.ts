import type { TreeHead } from '#libs/ledger';

export type DifferenceKind =
  /** A stored event is not what the ledger committed to; `column` says where. */
  | 'EVENT_CHANGED'
  /** The ledger numbered an event that the log no longer holds at its place. */
  | 'EVENT_MISSING'
  /** The log holds an event between two that the ledger numbered one after the other. */
  | 'EVENT_INSERTED'
  /** An event stands where another one was numbered, and that one is elsewhere. */
  | 'EVENT_REORDERED'
  /** An event stands where another one was numbered. */
  | 'EVENT_REPLACED'
  /** An event's own texts contradict each other or don't continue its stream, though the ledger holds them so. */
  | 'EVENT_NOT_VALID'
  /** The event is as the tree has it; the ledger's row about it is not. */
  | 'LEAF_ROW_CHANGED'
  /** A row of a leaf that a checkpoint covers is gone. */
  | 'LEAF_ROW_MISSING'
  | 'TILE_CHANGED'
  /** A checkpoint was signed over another tree: something changed among the leaves since the checkpoint before. */
  | 'CHECKPOINT_DIFFERS'
  /** A record of a checkpoint is not what was signed. */
  | 'CHECKPOINT_NOT_SIGNED'
  /** A checkpoint covers more than log and ledger hold: they are older than it, or were cut short. */
  | 'OLDER_THAN_CHECKPOINT'
  | 'PIN_DIFFERS'
  | 'PIN_NOT_SIGNED'
  /** A pin covers more than log and ledger hold: an older state was restored. */
  | 'OLDER_THAN_PIN'
  | 'STATE_DIFFERS'
  | 'KEYS_DIFFER';

export interface CheckpointRef {
  readonly size: number;
  /** Standard base64. */
  readonly root: string;
  readonly from: 'LEDGER' | 'PIN';
  /** When it was signed or pinned. */
  readonly at: string;
}

/** The first thing that is not as it was signed. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** The first leaf concerned; null where it is no leaf's. */
  readonly leafIndex: number | null;
  readonly eventId: string | null;
  readonly stream: string | null;
  readonly revision: string | null;
  readonly position: string | null;
  /** Of the event log's table or its equivalent. */
  readonly column: 'position' | 'stream' | 'revision' | 'id' | 'type' | 'head' | 'body' | null;
  /** One sentence for a person. Holds no content of an event. */
  readonly detail: string;
  /** The last checkpoint that does not cover the leaf, and the first that does. */
  readonly before: CheckpointRef | null;
  readonly after: CheckpointRef | null;
}

export interface AuditCounts {
  readonly events: number;
  readonly leaves: number;
  /** Events that the ledger has not numbered yet. */
  readonly pending: number;
  /** Events without a valid head, as the ledger has them. */
  readonly foreign: number;
  readonly tiles: number;
  readonly checkpoints: number;
  readonly pins: number;
  /** Lines of the pins' file that can't be read. */
  readonly unreadablePins: number;
}

export type AuditResult =
  /** `tree`: what was audited, from where the next incremental audit goes on. */
  | { readonly kind: 'SOUND'; readonly from: number; readonly tree: TreeHead; readonly counts: AuditCounts }
  | { readonly kind: 'DIFFERENT'; readonly difference: Difference; readonly counts: AuditCounts };

/** A difference before its checkpoints are looked up. */
export type Finding = Omit<Difference, 'before' | 'after'>;

/** Thrown where the first difference is found; caught in `auditLog` alone. */
export class Found extends Error {
  constructor(readonly finding: Finding) {
    super(finding.detail);
  }
}

export const found = (kind: DifferenceKind, detail: string, about: Partial<Finding> = {}): Found =>
  new Found({ leafIndex: null, eventId: null, stream: null, revision: null, position: null, column: null, ...about, kind, detail });

/**
 * Moving the event log of PostgreSQL into another server. Copy: every event in the one global order, by one writer. Verify: both logs side by side,
 * byte for byte. Switch: positions are remapped and the database belongs to the copy from then on, in one transaction.
 */

/** An event of a log as bytes, whatever stores it. */
export interface CopiedEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly head: Uint8Array;
  readonly body: Uint8Array;
}

/** The copy can't go on, or must not: the target holds what the source doesn't, or somebody else writes. A person has to look. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
}

export const copyLimits = {
  /** Events of one stream that follow each other in the log and are appended together. */
  appendEventsMax: 100,
  /** UTF-16 units of heads and bodies of one append: under the log's 900 KiB whatever the letters are. */
  appendCharsMax: 200 * 1024,
  /** Pairs of positions written at once. */
  pairsMax: 5_000,
} as const;

import type { FeedId } from '#libs/feeds';
import type { TableComparison } from './compare.js';

/**
 * Rebuild: new versions of the read models' tables, built beside those in use and put in their place by one transaction.
 * Build: the tables and checkpoints that are not in use yet.
 */
export type RebuildPhase = 'BUILDING' | 'INDEXING' | 'COMPARING' | 'CATCHING_UP' | 'SWAPPING';

export interface Rebuilding {
  readonly phase: RebuildPhase;
  /** Position in the log, of the slowest feed; -1 before the first event. */
  readonly through: bigint;
  readonly head: bigint;
  /** Events handled by this run. */
  readonly handled: number;
}

export interface RebuildReport {
  /** Feeds whose tables were swapped, by name. */
  readonly feeds: readonly string[];
  /** The position that an earlier run had reached; null where this run began anew. */
  readonly resumedAfter: string | null;
  /** As compared; empty where an earlier run had compared them. */
  readonly tables: readonly TableComparison[];
  readonly comparedThrough: string | null;
  readonly swappedAt: string;
  readonly events: number;
  readonly buildSeconds: number;
  readonly compareSeconds: number;
  /** How long no feed could move on, in milliseconds; reads went on all the time. */
  readonly swapMs: number;
  readonly seconds: number;
}

export type RebuildRefusal = 'UNDER_WAY' | 'STUCK' | 'PARKED' | 'DIFFERENT' | 'BUSY';

/** The tables in use are untouched. */
export class RebuildRefused extends Error {
  override readonly name = 'RebuildRefused';
  constructor(
    readonly code: RebuildRefusal,
    message: string,
    readonly tables: readonly TableComparison[] = [],
  ) {
    super(message);
  }
}

/** Under which name the build of a feed keeps its checkpoint. */
export const buildId = ({ name, version }: FeedId): FeedId => ({ name: `rebuild-${name}`, version });

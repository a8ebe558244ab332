import { LRUCache } from 'lru-cache';
import type { StoredEvent } from '#libs/event-store/port';
import type { FeedBatch, Poison } from '#libs/feeds';
import { type AnyProjection, type AnyRows, type Decoded, emptyRows } from './projection.js';

export const keptRowsLimits = {
  /** Rows held in memory, of all cases together. A case counts its rows and a constant. */
  rowsMax: 20_000,
  emptyCaseWeight: 10,
} as const;

interface Kept {
  /** Of the last event that is in the rows. */
  readonly revision: bigint;
  /** By the number of the projection. */
  readonly rows: readonly AnyRows[];
}

function rowsIn(rows: AnyRows): number {
  let sum = 0;
  for (const name in rows) sum += rows[name]?.size ?? 0;
  return sum;
}

/** The first event of each stream in a batch. */
export function firstsOf(decoded: readonly Decoded[]): ReadonlyMap<string, StoredEvent> {
  const firsts = new Map<string, StoredEvent>();
  for (const { stored } of decoded) if (!firsts.has(stored.stream)) firsts.set(stored.stream, stored);
  return firsts;
}

/**
 * Rows of cases that were written lately. A case's rows are what the fold makes of its events through one revision, so those kept are the stored ones exactly
 * where the batch goes on at the next revision: after a rollback it does not, and they are read. Another holder's are never used: tables may have been
 * mended or exchanged in between. Of a stream that waits anywhere nothing is kept, for there the rows of one projection are behind the others'.
 */
export class KeptRows {
  private readonly cases = new LRUCache<string, Kept>({
    maxSize: keptRowsLimits.rowsMax,
    sizeCalculation: ({ rows }) => rows.reduce((sum, of) => sum + rowsIn(of), keptRowsLimits.emptyCaseWeight as number),
  });

  /** Shared by all kept cases: most of their tables are empty. */
  private readonly none: readonly AnyRows[];

  constructor(private readonly projections: readonly AnyProjection[]) {
    this.none = projections.map(({ tables }) => emptyRows(tables));
  }

  /** Of the holder whose rows these are. */
  private epoch: bigint | null = null;

  /** The rows before this batch of a stream that is known, by the number of the projection. */
  find(batch: FeedBatch, firsts: ReadonlyMap<string, StoredEvent>): (stream: string) => readonly AnyRows[] | undefined {
    if (batch.epoch !== this.epoch) this.cases.clear();
    this.epoch = batch.epoch;
    const found = new Map<string, readonly AnyRows[]>();
    for (const [stream, first] of firsts) {
      const kept = this.cases.get(stream);
      if (kept !== undefined && kept.revision === first.revision - 1n && !this.waits(batch, stream)) found.set(stream, kept.rows);
    }
    return (stream) => found.get(stream);
  }

  keep(batch: FeedBatch, decoded: readonly Decoded[], units: readonly { rowsAfter(stream: string): AnyRows }[], poison: readonly Poison[]): void {
    const last = new Map(decoded.map(({ stored }) => [stored.stream, stored.revision]));
    const failed = new Set(poison.map(({ event }) => event.stream));
    for (const [stream, revision] of last) {
      if (failed.has(stream) || this.waits(batch, stream)) this.cases.delete(stream);
      else this.cases.set(stream, { revision, rows: units.map((unit, nth) => this.readable(nth, unit.rowsAfter(stream))) });
    }
  }

  private waits(batch: FeedBatch, stream: string): boolean {
    return this.projections.some(({ name }) => batch.waits(name, stream));
  }

  /** Rows of append-only tables are written once and never read. */
  private readable(nth: number, rows: AnyRows): AnyRows {
    const tables = this.projections[nth]?.tables ?? {};
    const none = this.none[nth] ?? {};
    const kept: Record<string, AnyRows[string]> = {};
    for (const name in rows) {
      const of = rows[name];
      if (of !== undefined) kept[name] = tables[name]?.appendOnly === true || of.size === 0 ? (none[name] ?? of) : of;
    }
    return kept;
  }
}

import type { Pool } from 'pg';
import type { StoredEvent } from '#libs/event-store/port';
import { messageOf } from './failures.js';
import { type FeedId, type FeedLimits, FeedRefused, type FeedTransaction, type Poison } from './port.js';

export interface ParkedStream {
  readonly unit: string;
  readonly stream: string;
  /** Position and revision of the event that could not be handled. */
  readonly position: bigint;
  readonly revision: bigint;
  readonly eventId: string;
  readonly error: string;
  readonly attempts: number;
  /** Later events of the stream that wait behind it. */
  readonly waiting: number;
}

interface ParkedRow {
  unit: string;
  stream: string;
  position: string;
  revision: string;
  event_id: string;
  error: string;
  attempts: number;
  waiting: string;
}

const columns = 'unit, stream, position, revision, event_id, error, attempts, waiting';

const fromRow = (row: ParkedRow): ParkedStream => ({
  unit: row.unit,
  stream: row.stream,
  position: BigInt(row.position),
  revision: BigInt(row.revision),
  eventId: row.event_id,
  error: row.error,
  attempts: row.attempts,
  waiting: Number(row.waiting),
});

/** The feed's parked streams, oldest first. `due`: only those whose retry was asked for. */
export async function listParked(tx: FeedTransaction, feed: FeedId, options: { readonly due?: boolean; readonly limit?: number } = {}): Promise<readonly ParkedStream[]> {
  const { rows } = await tx.query<ParkedRow>({
    text: `SELECT ${columns} FROM parked_event WHERE feed = $1 AND version = $2 ${options.due === true ? 'AND retry' : ''} ORDER BY position, unit LIMIT $3`,
    values: [feed.name, feed.version, options.limit ?? 1_000],
  });
  return rows.map(fromRow);
}

export interface ParkedCount {
  readonly feed: string;
  readonly unit: string;
  readonly streams: number;
  /** Later events that wait behind the parked ones. */
  readonly waiting: number;
}

/** How much is parked in each unit of these feeds, in whichever process; units without any are left out. */
export async function countParked(tx: Pick<Pool, 'query'>, feeds: readonly FeedId[]): Promise<readonly ParkedCount[]> {
  const { rows } = await tx.query<{ feed: string; unit: string; streams: string; waiting: string }>(
    `SELECT feed, unit, count(*) AS streams, sum(waiting) AS waiting FROM parked_event
     WHERE (feed, version) IN (SELECT * FROM unnest($1::text[], $2::int[])) GROUP BY feed, unit`,
    [feeds.map(({ name }) => name), feeds.map(({ version }) => version)],
  );
  return rows.map(({ feed, unit, streams, waiting }) => ({ feed, unit, streams: Number(streams), waiting: Number(waiting) }));
}

/** Asks the feed's holder, in whichever process, to try parked streams again. Answers how many. */
export async function requestRetry(tx: FeedTransaction, feed: FeedId, which: { readonly unit?: string; readonly stream?: string } = {}): Promise<number> {
  const { rowCount } = await tx.query({
    text: `UPDATE parked_event SET retry = true
           WHERE feed = $1 AND version = $2 AND unit = coalesce($3, unit) AND stream = coalesce($4, stream)`,
    values: [feed.name, feed.version, which.unit ?? null, which.stream ?? null],
  });
  return rowCount;
}

export async function deleteParked(tx: FeedTransaction, feed: FeedId, parked: Pick<ParkedStream, 'unit' | 'stream'>): Promise<void> {
  await tx.query({
    text: 'DELETE FROM parked_event WHERE feed = $1 AND version = $2 AND unit = $3 AND stream = $4',
    values: [feed.name, feed.version, parked.unit, parked.stream],
  });
}

/** Which streams wait where, as the holder knows it; a copy is changed in a transaction and taken over after its commit. */
export class Parking {
  private constructor(
    private readonly feed: FeedId,
    private readonly limits: FeedLimits,
    /** stream → unit → revision of the poison. */
    private readonly streams: Map<string, Map<string, bigint>>,
  ) {}

  static async load(tx: FeedTransaction, feed: FeedId, limits: FeedLimits): Promise<Parking> {
    const parking = new Parking(feed, limits, new Map());
    for (const row of await listParked(tx, feed, { limit: limits.parkedMax + 1 })) parking.note(row.unit, row.stream, row.revision);
    return parking;
  }

  copy(): Parking {
    return new Parking(this.feed, this.limits, new Map([...this.streams].map(([stream, units]) => [stream, new Map(units)])));
  }

  get count(): number {
    let count = 0;
    for (const units of this.streams.values()) count += units.size;
    return count;
  }

  readonly waits = (unit: string, stream: string): boolean => this.streams.get(stream)?.has(unit) === true;

  release(unit: string, stream: string): void {
    const units = this.streams.get(stream);
    units?.delete(unit);
    if (units?.size === 0) this.streams.delete(stream);
  }

  /** @throws FeedRefused when too much is parked */
  async park(tx: FeedTransaction, { unit, event, error }: Poison, waiting = 0, attempts = 1): Promise<void> {
    if (this.waits(unit, event.stream)) return;
    if (this.count >= this.limits.parkedMax) {
      throw new FeedRefused(`${this.feed.name}: over ${this.limits.parkedMax} streams are parked; the last: ${messageOf(error, this.limits.errorCharsMax)}`);
    }
    const message = messageOf(error, this.limits.errorCharsMax);
    await tx.query({
      text: `INSERT INTO parked_event (feed, version, ${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      values: [this.feed.name, this.feed.version, unit, event.stream, event.position.n, event.revision, event.id, message, attempts, waiting],
    });
    this.note(unit, event.stream, event.revision);
  }

  /** Counts the batch's events that wait behind a parked one. */
  async countWaiting(tx: FeedTransaction, events: readonly StoredEvent[]): Promise<void> {
    if (this.streams.size === 0) return;
    const waiting = new Map<string, { unit: string; stream: string; count: number }>();
    for (const { stream, revision } of events) {
      for (const [unit, poison] of this.streams.get(stream) ?? []) {
        if (revision <= poison) continue;
        const key = `${unit}/${stream}`;
        const entry = waiting.get(key) ?? { unit, stream, count: 0 };
        entry.count += 1;
        waiting.set(key, entry);
      }
    }
    if (waiting.size === 0) return;
    const entries = [...waiting.values()];
    await tx.query({
      text: `UPDATE parked_event p SET waiting = p.waiting + w.count
             FROM unnest($3::text[], $4::text[], $5::bigint[]) AS w(unit, stream, count)
             WHERE p.feed = $1 AND p.version = $2 AND p.unit = w.unit AND p.stream = w.stream`,
      values: [this.feed.name, this.feed.version, entries.map((e) => e.unit), entries.map((e) => e.stream), entries.map((e) => e.count)],
    });
  }

  private note(unit: string, stream: string, revision: bigint): void {
    const units = this.streams.get(stream) ?? new Map<string, bigint>();
    units.set(unit, revision);
    this.streams.set(stream, units);
  }
}

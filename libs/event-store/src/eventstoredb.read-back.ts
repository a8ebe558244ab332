import type { Connection } from './eventstoredb.connection.js';
import type { EventStoreDbLimits } from './eventstoredb.limits.js';
import { readRawPage } from './eventstoredb.raw.js';
import type { Reader } from './eventstoredb.reader.js';
import { EventStoreUnavailable, type StoredEvent } from './port.js';

/** An event of a receipt, as it is stored. */
export type ReadBackEvent = Pick<StoredEvent, 'id' | 'revision' | 'head' | 'body'> & { readonly n: bigint };

interface Wanted {
  readonly stream: string;
  readonly first: bigint;
  readonly count: number;
  /** Where the server says that the last event stands; null where it doesn't. */
  readonly position: bigint | null;
  readonly resolve: (events: readonly ReadBackEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Events that one read back may be after. */
const groupMax = 64;
/** Events of others among those of a group, as a share of its own, and at least: those of the server, of other processes, of later appends. */
const othersShare = 0.25;
const othersMin = 2;

/**
 * Reads what was stored, for the receipts of appends: the server says only where an append ends, not whether it stored these texts or, long ago,
 * others under the same ids. While reads are under way further ones gather; single events that were stored close together are then read by one.
 */
export class ReadBack {
  readonly #connection: Connection;
  readonly #reader: Reader;
  readonly #limits: EventStoreDbLimits;
  /** Appends under way, whose events may come to be read back soon. */
  readonly #underWay: () => number;
  readonly #waiting: Wanted[] = [];
  #reading = false;
  #lingering: NodeJS.Timeout | null = null;

  constructor(options: { connection: Connection; reader: Reader; limits: EventStoreDbLimits; underWay: () => number }) {
    this.#connection = options.connection;
    this.#reader = options.reader;
    this.#limits = options.limits;
    this.#underWay = options.underWay;
  }

  /** The stored events of an append that the server says it has. @throws EventStoreUnavailable `UNKNOWN` */
  read(asked: Pick<Wanted, 'stream' | 'first' | 'count' | 'position'>): Promise<readonly ReadBackEvent[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...asked, resolve, reject });
      this.#pump();
    });
  }

  /** Where more appends are under way than wait here, a read is worth a moment's waiting: it will serve more of them. */
  #pump(): void {
    if (this.#reading || this.#waiting.length === 0) return;
    if (this.#waiting.length * 2 >= this.#underWay()) this.#start();
    else this.#lingering ??= setTimeout(() => this.#start(), this.#limits.lingerMs);
  }

  #start(): void {
    if (this.#lingering !== null) clearTimeout(this.#lingering);
    this.#lingering = null;
    if (this.#reading || this.#waiting.length === 0) return;
    this.#reading = true;
    void this.#readGroup(this.#take()).finally(() => {
      this.#reading = false;
      this.#pump();
    });
  }

  /** Those that stand close behind the first of all that wait. */
  #take(): readonly Wanted[] {
    this.#waiting.sort((a, b) => Number((a.position ?? -1n) - (b.position ?? -1n)));
    const [first] = this.#waiting;
    let size = 1;
    let before = first?.position ?? null;
    for (const { count, position } of this.#waiting.slice(1, groupMax)) {
      // Where an append of several events begins is not known: it is read alone.
      if (before === null || position === null || first?.count !== 1 || count !== 1 || position - before > this.#limits.readBackGapMax) break;
      before = position;
      size++;
    }
    return this.#waiting.splice(0, size);
  }

  async #readGroup(group: readonly Wanted[]): Promise<void> {
    const found = new Map<string, ReadBackEvent>();
    if (group.length > 1) await this.#readRange(group, found).catch(() => undefined);
    await Promise.all(
      group.map(async (wanted) => {
        try {
          const event = found.get(keyOf(wanted.stream, wanted.first));
          wanted.resolve(event !== undefined ? [event] : await this.#readOne(wanted));
        } catch (cause) {
          wanted.reject(new EventStoreUnavailable('The events are stored, but could not be read back.', 'UNKNOWN', { cause }));
        }
      }),
    );
  }

  /** Others' events may stand among ours: some more are asked for. What isn't found in two reads is read alone. */
  async #readRange(group: readonly Wanted[], found: Map<string, ReadBackEvent>): Promise<void> {
    const wanted = new Set(group.map(({ stream, first }) => keyOf(stream, first)));
    let start = group[0]?.position ?? null;
    for (let round = 0; round < 2 && start !== null; round++) {
      const left = wanted.size - found.size;
      const read = await readRawPage(this.#connection, { from: start, events: left + Math.ceil(left * othersShare) + othersMin, deadlineMs: this.#limits.attemptMsMax });
      for (const { stream, revision, id, head, body, position } of read) {
        const key = keyOf(stream, revision);
        if (wanted.has(key)) found.set(key, { id, revision, head: textOf(head), body: textOf(body), n: position });
      }
      const end: bigint | null = read.at(-1)?.position ?? null;
      if (found.size === wanted.size || end === start) return;
      start = end;
    }
  }

  async #readOne({ stream, first, count }: Wanted): Promise<readonly ReadBackEvent[]> {
    const events: ReadBackEvent[] = [];
    for await (const event of this.#reader.stream(stream, first, first + BigInt(count) - 1n)) events.push({ ...event, n: event.position.n });
    if (events.length < count) throw new Error(`${stream} has ${events.length} of ${count} events from revision ${first} on`);
    return events;
  }
}

function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString();
}

function keyOf(stream: string, revision: bigint): string {
  return `${stream}@${revision}`;
}

import type { EventStoreDbLimits } from './eventstoredb.limits.js';
import type { Reader } from './eventstoredb.reader.js';
import { EventStoreUnavailable, type StoredEvent } from './port.js';

interface Wanted {
  readonly stream: string;
  readonly first: bigint;
  readonly count: number;
  /** Where the server says that the last event stands; null where it doesn't. */
  readonly position: bigint | null;
  readonly resolve: (events: readonly StoredEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Events that one read back may be after. */
const groupMax = 64;

/**
 * Reads what was stored, for the receipts of appends: the server says only where an append ends, not whether it stored these texts or, long ago,
 * others under the same ids. While reads are under way further ones gather; single events that were stored close together are then read by one.
 */
export class ReadBack {
  readonly #reader: Reader;
  readonly #limits: EventStoreDbLimits;
  readonly #waiting: Wanted[] = [];
  #reading = 0;

  constructor(reader: Reader, limits: EventStoreDbLimits) {
    this.#reader = reader;
    this.#limits = limits;
  }

  /** The stored events of an append that the server says it has. @throws EventStoreUnavailable `UNKNOWN` */
  read(asked: Pick<Wanted, 'stream' | 'first' | 'count' | 'position'>): Promise<readonly StoredEvent[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...asked, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#reading < this.#limits.readBacksMax && this.#waiting.length > 0) {
      const group = this.#take();
      this.#reading++;
      void this.#readGroup(group).finally(() => {
        this.#reading--;
        this.#pump();
      });
    }
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
    const [first] = group;
    const found = new Map<string, StoredEvent>();
    if (group.length > 1 && typeof first?.position === 'bigint') {
      await this.#readRange(first.position, group.at(-1)?.position ?? first.position, group.length, found).catch(() => undefined);
    }
    await Promise.all(
      group.map(async (wanted) => {
        try {
          const event = found.get(`${wanted.stream}@${wanted.first}`);
          wanted.resolve(event !== undefined ? [event] : await this.#readOne(wanted));
        } catch (cause) {
          wanted.reject(new EventStoreUnavailable('The events are stored, but could not be read back.', 'UNKNOWN', { cause }));
        }
      }),
    );
  }

  /** Others' events may stand among ours; what isn't found in two reads is read alone. */
  async #readRange(from: bigint, to: bigint, events: number, found: Map<string, StoredEvent>): Promise<void> {
    let start = from;
    for (let round = 0; round < 2 && start <= to; round++) {
      const { events: read, end, whole } = await this.#reader.allFrom(start, events + 8);
      for (const event of read) found.set(`${event.stream}@${event.revision}`, event);
      if (whole || end <= start) return;
      start = end;
    }
  }

  async #readOne({ stream, first, count }: Wanted): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.#reader.stream(stream, first, first + BigInt(count) - 1n)) events.push(event);
    if (events.length < count) throw new Error(`${stream} has ${events.length} of ${count} events from revision ${first} on`);
    return events;
  }
}

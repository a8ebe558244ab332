import { leafHash, type PreviousEvent, readHead } from '#libs/envelope';
import type { EventStore, StoredEvent } from '#libs/event-store/port';
import { headFault } from './leaf.js';

/** Streams whose last event is remembered, about 300 bytes each. What falls out is read again from the log. */
export const streamsKept = 50_000;

/** The event before, by stream: memory stays flat however many streams there are. */
export class LastOfStreams {
  /** Least recently used first. */
  private readonly last = new Map<string, PreviousEvent | 'FOREIGN'>();

  constructor(
    private readonly store: EventStore,
    private readonly kept: number = streamsKept,
  ) {}

  /**
   * What the event's `prev` has to name: null for a stream's first, `FOREIGN` where the event before has no valid head, `NONE` where there is
   * no event before though there should be.
   */
  async before({ stream, revision }: StoredEvent): Promise<PreviousEvent | 'FOREIGN' | 'NONE' | null> {
    if (revision === 0n) return null;
    const known = this.last.get(stream);
    if (known !== undefined && (known === 'FOREIGN' || BigInt(known.head.revision) === revision - 1n)) return known;
    for await (const event of this.store.readStream(stream, { from: revision - 1n, to: revision - 1n })) return previousOf(event);
    return 'NONE';
  }

  note(event: StoredEvent): void {
    this.last.delete(event.stream);
    this.last.set(event.stream, previousOf(event));
    if (this.last.size <= this.kept) return;
    for (const oldest of this.last.keys()) {
      this.last.delete(oldest);
      break;
    }
  }
}

function previousOf(event: StoredEvent): PreviousEvent | 'FOREIGN' {
  if (headFault(event) !== null) return 'FOREIGN';
  const { stream, revision, recordedAt } = readHead(event.head);
  return { head: { stream, revision, recordedAt }, leafHash: leafHash(event.head) };
}

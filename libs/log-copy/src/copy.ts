import { type EventStore, EventStoreUnavailable, type StoredEvent } from '#libs/event-store';
import { copyLimits, CopyRefused } from './port.js';

export interface CopyProgress {
  /** Events found in the target already, and equal. */
  readonly compared: number;
  readonly copied: number;
}

export interface CopyOptions {
  readonly source: EventStore;
  readonly target: EventStore;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: CopyProgress) => void;
}

/**
 * Copies what the target does not have yet, up to the source's end as it is when it gets there. What the target has is compared first: that is
 * also how an interrupted copy goes on, so nothing about it is kept anywhere else. Each append waits for the one before, as the order of all events
 * is what is copied, too.
 * @throws CopyRefused, EventStoreUnavailable (then run it again), the signal's reason
 */
export async function copyEvents({ source, target, signal, onProgress = () => undefined }: CopyOptions): Promise<CopyProgress> {
  let [compared, copied] = [0, 0];
  const there = flat(target.readAll());
  let atEnd = false;
  let group: StoredEvent[] = [];
  const flush = async () => {
    signal.throwIfAborted();
    await append(target, group);
    copied += group.length;
    group = [];
    onProgress({ compared, copied });
  };
  for await (const event of flat(source.readAll())) {
    const found: StoredEvent | undefined = atEnd ? undefined : (await there.next()).value;
    atEnd = found === undefined;
    if (found !== undefined) {
      assertSame(event, found, compared);
      compared++;
      if (compared % copyLimits.pairsMax === 0) {
        signal.throwIfAborted();
        onProgress({ compared, copied });
      }
      continue;
    }
    if (group.length > 0 && !fits(group, event)) await flush();
    group.push(event);
  }
  if (group.length > 0) await flush();
  if (!atEnd && (await there.next()).done !== true) throw new CopyRefused(`The target has more events than the ${compared} of the source: it is no copy of it.`);
  return { compared, copied };
}

async function* flat(pages: AsyncIterable<readonly StoredEvent[]>): AsyncGenerator<StoredEvent, undefined, void> {
  for await (const page of pages) yield* page;
}

function assertSame(source: StoredEvent, found: StoredEvent, index: number): void {
  const same = source.id === found.id && source.stream === found.stream && source.revision === found.revision && source.type === found.type && source.head === found.head && source.body === found.body;
  if (!same) {
    throw new CopyRefused(`Event number ${index} is ${source.id} (${source.revision}@${source.stream}) in the source and ${found.id} (${found.revision}@${found.stream}) in the target, or its text differs.`);
  }
}

function fits(group: readonly StoredEvent[], event: StoredEvent): boolean {
  const chars = group.reduce((sum, { head, body }) => sum + head.length + body.length, event.head.length + event.body.length);
  return group[0]?.stream === event.stream && group.length < copyLimits.appendEventsMax && chars <= copyLimits.appendCharsMax;
}

async function append(target: EventStore, group: readonly StoredEvent[]): Promise<void> {
  const [first] = group;
  if (first === undefined) return;
  const result = await target.append(
    first.stream,
    first.revision === 0n ? 'NO_STREAM' : first.revision - 1n,
    group.map(({ id, type, head, body }) => ({ id, type, head, body })),
  );
  if (result.kind === 'CONFLICT') throw new CopyRefused(`${first.stream} has another event at revision ${first.revision} in the target: somebody else writes there.`);
  if (result.events.length !== group.length) throw new EventStoreUnavailable('The target answered with other events than were sent.', 'UNKNOWN');
}

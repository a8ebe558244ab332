import { randomUUID } from 'node:crypto';
import { type Actor, caseEvents, type Field, type NewCaseEvent } from '#libs/domain';
import type { EventStore, Position, ReadAllOptions, ReadStreamOptions, StoredEvent, SubscribeOptions, SubscriptionMessage } from '#libs/event-store/port';

/** What everything in a {@link MemoryLog} is said to be sealed with. */
export const memoryKeyId = '0190b5a0-0000-8000-8000-00000000beef';

export interface Recorded {
  readonly event: NewCaseEvent;
  readonly by: Actor;
  readonly at: string;
}

/**
 * An event log in memory, for what reads one: real texts, positions from 0, subscriptions that see each page once. It hashes nothing and
 * seals nothing: a protected value's box is its plain text, so that a test's unsealer can open it.
 */
export class MemoryLog implements EventStore {
  readonly logId = randomUUID();
  readonly events: StoredEvent[] = [];
  private readonly streams = new Map<string, StoredEvent[]>();
  private waiting: (() => void)[] = [];
  /** Events of a page of a subscription. */
  pageSize = 100;

  record(stream: string, ...recorded: readonly Recorded[]): readonly StoredEvent[] {
    const made = recorded.map((one) => this.add(stream, one.event.type, one));
    this.tell();
    return made;
  }

  /** An event whose body is no event's: nothing can decode it. */
  recordBroken(stream: string, type = 'ReportFiled'): StoredEvent {
    const made = this.add(stream, type, null);
    this.tell();
    return made;
  }

  /** An event as another part of the service forms it. */
  recordFormed(stream: string, formed: Pick<StoredEvent, 'id' | 'type' | 'head' | 'body'>): void {
    this.keep(stream, formed);
    this.tell();
  }

  async *readStream(stream: string, options: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    const { from = 0n, to } = options;
    for (const event of this.streams.get(stream) ?? []) {
      if (event.revision >= from && (to === undefined || event.revision <= to)) yield Promise.resolve(event);
    }
  }

  async *readAll({ categories }: ReadAllOptions = {}): AsyncIterable<readonly StoredEvent[]> {
    const events = this.events.filter(isOf(categories));
    if (events.length > 0) yield Promise.resolve(events);
  }

  async *subscribe({ after, categories, signal }: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    let next = after === undefined ? 0 : Number(after.n) + 1;
    let marked = -1;
    while (!signal.aborted) {
      const page = this.events.slice(next, next + this.pageSize);
      next += page.length;
      const events = page.filter(isOf(categories));
      if (events.length > 0) yield { kind: 'EVENTS', events };
      else if (page.length > 0) continue;
      else if (marked !== next) {
        marked = next;
        yield { kind: 'CAUGHT_UP', position: this.last };
      } else await this.change(signal);
    }
  }

  head(): Promise<Position | null> {
    return Promise.resolve(this.last);
  }

  append(): Promise<never> {
    return Promise.reject(new Error('use record'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private get last(): Position | null {
    return this.events.at(-1)?.position ?? null;
  }

  private add(stream: string, type: string, recorded: Recorded | null): StoredEvent {
    const revision = this.streams.get(stream)?.length ?? 0;
    const id = randomUUID();
    const head = { v: 1, id, stream, revision, type, typeVersion: recorded === null ? 1 : caseEvents[recorded.event.type].version, recordedAt: recorded?.at ?? '', commandId: randomUUID(), $correlationId: randomUUID() };
    const body = recorded === null ? '{' : JSON.stringify({ '@seed': '', '@by': recorded.by, '@command': null, ...sealedData(recorded.event) });
    return this.keep(stream, { id, type, head: JSON.stringify(head), body });
  }

  private keep(stream: string, formed: Pick<StoredEvent, 'id' | 'type' | 'head' | 'body'>): StoredEvent {
    const before = this.streams.get(stream) ?? [];
    const event = { ...formed, stream, revision: BigInt(before.length), position: { logId: this.logId, n: BigInt(this.events.length) } };
    this.streams.set(stream, [...before, event]);
    this.events.push(event);
    return event;
  }

  private tell(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  private async change(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

const isOf =
  (categories: readonly string[] | undefined) =>
  ({ stream }: StoredEvent): boolean =>
    categories === undefined || categories.includes(stream.slice(0, stream.indexOf('-')));

function sealedData(event: NewCaseEvent): object {
  const fields: Readonly<Record<string, Field>> = caseEvents[event.type].fields;
  return Object.fromEntries(
    Object.entries(event.data).map(([name, value]) => {
      const isSealed = fields[name]?.subject !== null && value !== null;
      return [name, isSealed ? { '@sealed': { key: memoryKeyId, nonce: '', box: String(value), commitment: '' } } : value];
    }),
  );
}

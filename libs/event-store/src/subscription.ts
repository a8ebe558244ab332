import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreUnavailable, type StoredEvent, type SubscriptionMessage } from './port.js';

export interface PageRange {
  /** Exclusive. -1 is before the first event. */
  readonly after: bigint;
  /** Inclusive. */
  readonly to: bigint;
  readonly categories: readonly string[] | undefined;
}

/** Events of the wanted categories in order; nothing more of them stands up to `upTo`. */
export interface Page {
  readonly events: readonly StoredEvent[];
  readonly upTo: bigint;
}

/** How an adapter reads its log. */
export interface PageReader {
  /** The last position; -1 while the log is empty. @throws EventStoreUnavailable */
  head(): Promise<bigint>;
  /** @throws ForeignPosition */
  assertReached(after: bigint, head: bigint): void;
  /** The pages of a range, in order, up to its end. @throws EventStoreUnavailable, EventLogDamaged */
  pages(range: PageRange): AsyncGenerator<Page, void, void>;
}

/** How an adapter knows that its log has grown. */
export interface HeadSource {
  /** The log's last known position; it only grows. */
  readonly head: bigint;
  readonly closed: boolean;
  reached(n: bigint): void;
  /** Begins to listen; the answer ends it. */
  watch(): () => void;
  /** Resolves when the head has passed `n`, the signal aborts, or this is closed: the caller looks which. */
  passed(n: bigint, signal: AbortSignal): Promise<void>;
}

export interface SubscriptionParts {
  readonly logId: string;
  readonly reader: PageReader;
  readonly watch: HeadSource;
  /** First and longest pause after a read that failed, doubled each time. */
  readonly limits: { readonly reconnectMsMin: number; readonly reconnectMsMax: number };
}

/**
 * Reads up to the head that it knows, marks that, waits for the head to move, and so on. A notification only says that there is something
 * to read: order and completeness come from the reads, so a lost, doubled or late one does no harm. Holds two pages at most.
 */
export async function* subscription(
  { logId, reader, watch, limits }: SubscriptionParts,
  range: { readonly after: bigint; readonly categories: readonly string[] | undefined; readonly signal: AbortSignal },
): AsyncGenerator<SubscriptionMessage, void, void> {
  const { categories, signal } = range;
  const unwatch = watch.watch();
  let after = range.after;
  let marked = false;
  let retryMs = limits.reconnectMsMin;
  try {
    while (!signal.aborted) {
      try {
        const head = marked ? watch.head : await unlessAborted(reader.head(), signal);
        if (head === ABORTED) return;
        if (!marked) reader.assertReached(after, head);
        watch.reached(head);
        const pages = reader.pages({ after, to: head, categories });
        for (;;) {
          const step = await unlessAborted(pages.next(), signal);
          if (step === ABORTED) return;
          if (step.done === true) break;
          after = step.value.upTo;
          if (step.value.events.length > 0) yield { kind: 'EVENTS', events: step.value.events };
          if (signal.aborted) return;
        }
        retryMs = limits.reconnectMsMin;
        marked = true;
        if (head > after) after = head;
        yield { kind: 'CAUGHT_UP', position: head < 0n ? null : { logId, n: head } };
        await watch.passed(after, signal);
        if (watch.closed) return;
      } catch (error) {
        if (!(error instanceof EventStoreUnavailable)) throw error;
        if (watch.closed) return;
        await pause(retryMs, undefined, { signal }).catch(() => undefined);
        retryMs = Math.min(retryMs * 2, limits.reconnectMsMax);
      }
    }
  } finally {
    unwatch();
  }
}

const ABORTED = Symbol('aborted');

/** The outcome, or at once that the signal aborted; the late outcome is then dropped. */
async function unlessAborted<T>(outcome: Promise<T>, signal: AbortSignal): Promise<T | typeof ABORTED> {
  if (signal.aborted) {
    outcome.catch(() => undefined);
    return ABORTED;
  }
  let stop: () => void = () => undefined;
  const aborted = new Promise<typeof ABORTED>((resolve) => {
    stop = () => resolve(ABORTED);
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([outcome, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
    outcome.catch(() => undefined);
  }
}

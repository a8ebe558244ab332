import { setTimeout as pause } from 'node:timers/promises';
import { EventStoreUnavailable, type SubscriptionMessage } from './port.js';
import type { HeadWatch } from './postgres.head-watch.js';
import type { PostgresLimits } from './postgres.limits.js';
import type { Reader } from './postgres.reader.js';

export interface SubscriptionParts {
  readonly logId: string;
  readonly reader: Reader;
  readonly watch: HeadWatch;
  readonly limits: PostgresLimits;
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

import { excludeSystemEvents } from '@eventstore/db-client';
import { setTimeout as pause } from 'node:timers/promises';
import { isOurs } from './eventstoredb.codec.js';
import type { Connection } from './eventstoredb.connection.js';
import { messageOf } from './eventstoredb.errors.js';
import type { EventStoreDbLimits } from './eventstoredb.limits.js';
import type { EventStoreLog } from './port.js';
import type { HeadSource } from './subscription.js';

/**
 * Knows how far the log has come, for all subscriptions of a store, by one subscription to `$all` from its end. That one is a doorbell: it tells
 * that there is something to read, and the reads give order and completeness. So one that was lost, or delivers twice, does no harm, and a silent
 * one is stood in for by a look at the head now and then.
 */
export class DoorbellWatch implements HeadSource {
  readonly #connection: Connection;
  readonly #look: () => Promise<bigint>;
  readonly #limits: EventStoreDbLimits;
  readonly #log: EventStoreLog;
  readonly #waiting = new Set<() => void>();
  #known = -1n;
  #watchers = 0;
  #watching: AbortController | null = null;
  #closed = false;
  #looking = false;
  #asked = false;
  #running: Promise<unknown> | null = null;

  constructor(options: { connection: Connection; look: () => Promise<bigint>; limits: EventStoreDbLimits; log: EventStoreLog }) {
    this.#connection = options.connection;
    this.#look = options.look;
    this.#limits = options.limits;
    this.#log = options.log;
  }

  get head(): bigint {
    return this.#known;
  }

  get closed(): boolean {
    return this.#closed;
  }

  reached(n: bigint): void {
    if (n <= this.#known) return;
    this.#known = n;
    this.#wake();
  }

  watch(): () => void {
    this.#watchers++;
    if (this.#watchers === 1 && !this.closed) this.#begin();
    return () => {
      this.#watchers--;
      if (this.#watchers === 0) this.#watching?.abort();
    };
  }

  async passed(n: bigint, signal: AbortSignal): Promise<void> {
    if (this.#known > n || signal.aborted || this.closed) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      this.#waiting.add(done);
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#watching?.abort();
    this.#wake();
    await this.#running;
  }

  #begin(): void {
    const watching = new AbortController();
    this.#watching = watching;
    this.#running = Promise.all([this.#running, this.#listen(watching.signal), this.#poll(watching.signal)]);
  }

  async #listen(signal: AbortSignal): Promise<void> {
    let retryMs = this.#limits.reconnectMsMin;
    while (!signal.aborted) {
      const heard = await this.#subscribeOnce(signal);
      retryMs = heard ? this.#limits.reconnectMsMin : Math.min(retryMs * 2, this.#limits.reconnectMsMax);
      await pause(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until the subscription ends, whichever way: an error comes without an end, an end without an error. Answers whether it ever stood. */
  async #subscribeOnce(signal: AbortSignal): Promise<boolean> {
    const subscription = this.#connection.doorbell.subscribeToAll({
      ...this.#connection.options,
      requiresLeader: false,
      fromPosition: 'end',
      filter: excludeSystemEvents(),
    });
    let heard = false;
    subscription.on('confirmation', () => {
      heard = true;
      void this.#lookOnce(); // What was appended while nobody listened.
    });
    subscription.on('data', ({ event }) => {
      // Not its own position: it may be the first event of an append of several, and a mark between them would tear them apart.
      if (event?.position !== undefined && isOurs(event) && event.position.commit > this.#known) void this.#lookOnce();
    });
    await new Promise<void>((over) => {
      subscription.on('error', (error) => {
        if (!signal.aborted && heard) this.#log.warn(`event log (subscription): lost: ${messageOf(error)}`);
        over();
      });
      for (const end of ['end', 'close'] as const) subscription.on(end, () => over());
      signal.addEventListener('abort', () => over(), { once: true });
    });
    // It rejects where the connection never came about.
    subscription.unsubscribe().catch(() => undefined);
    return heard;
  }

  async #poll(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await pause(this.#limits.pollMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) await this.#lookOnce();
    }
  }

  /** Looks once; whoever asks meanwhile is served by one more look after it. */
  async #lookOnce(): Promise<void> {
    this.#asked = true;
    if (this.#looking) return;
    this.#looking = true;
    while (this.#asked && !this.#closed) {
      this.#asked = false;
      await this.#look().then((n) => this.reached(n), () => undefined);
    }
    this.#looking = false;
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}

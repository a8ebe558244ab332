import type { Client } from 'pg';
import type { EventStoreLog } from './port.js';
import { LastingConnection } from './postgres.connection.js';
import type { PostgresLimits } from './postgres.limits.js';

/**
 * Knows how far the log has come, for all subscriptions of a store on one connection. `append_events` notifies; a poll stands behind it,
 * should a notification be lost with a connection. It connects with the first watcher, and polls while there is one.
 */
export class HeadWatch {
  readonly #connection: LastingConnection;
  readonly #limits: PostgresLimits;
  readonly #waiting = new Set<() => void>();
  #known = -1n;
  #watchers = 0;
  #polling: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: { url: string; limits: PostgresLimits; log: EventStoreLog; checkLog: (client: Client) => Promise<unknown> }) {
    const { url, limits, log } = options;
    this.#limits = limits;
    const prepare = async (client: Client) => {
      await options.checkLog(client);
      client.on('notification', ({ payload }) => this.reached(BigInt(payload ?? '-1')));
      await client.query('LISTEN event_log');
      await this.#look(client);
    };
    this.#connection = new LastingConnection({ url, purpose: 'notifications', statementMsMax: limits.statementMsMax, limits, log, prepare });
  }

  /** The log's last known position; it only grows. */
  get head(): bigint {
    return this.#known;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Somebody saw an event at this position. */
  reached(n: bigint): void {
    if (n <= this.#known) return;
    this.#known = n;
    this.#wake();
  }

  /** Begins to listen; the answer ends it. */
  watch(): () => void {
    this.#watchers++;
    if (this.#watchers === 1) this.#poll();
    return () => {
      this.#watchers--;
    };
  }

  /** Resolves when the head has passed `n`, the signal aborts, or this is closed: the caller looks which. */
  async passed(n: bigint, signal: AbortSignal): Promise<void> {
    if (this.#known > n || signal.aborted || this.#closed) return;
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
    if (this.#polling !== null) clearTimeout(this.#polling);
    this.#wake();
    await this.#connection.close();
  }

  #poll(): void {
    if (this.#polling !== null || this.#closed) return;
    const again = () => {
      this.#polling = this.#closed || this.#watchers === 0 ? null : setTimeout(look, this.#limits.pollMs).unref();
    };
    const look = () => {
      this.#connection.ready().then((client) => this.#look(client)).then(again, again);
    };
    this.#polling = setTimeout(look, 0).unref();
  }

  async #look(client: Client): Promise<void> {
    const late = setTimeout(() => this.#connection.drop(client), this.#limits.answerMsMax);
    try {
      const { rows } = await client.query<{ head: string }>('SELECT next_position - 1 AS head FROM log_head');
      for (const { head } of rows) this.reached(BigInt(head));
    } finally {
      clearTimeout(late);
    }
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}

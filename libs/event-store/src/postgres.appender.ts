import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Client } from 'pg';
import type { CheckedAppend } from './append.check.js';
import { type AppendResult, type EventStoreLog, EventStoreUnavailable } from './port.js';
import { type BatchAnswer, decodeBatch, encodeBatch, encodeOne } from './postgres.batch.codec.js';
import { BindMessage, callPrepared } from './postgres.bind.js';
import { isRefusal, type LastingConnection, messageOf } from './postgres.connection.js';
import type { PostgresLimits } from './postgres.limits.js';

interface Waiting {
  readonly append: CheckedAppend;
  /** On the clock of performance.now(): refused if it has not been sent by then. */
  readonly sendBy: number;
  resolve(result: AppendResult): void;
  reject(error: Error): void;
}

export interface AppenderOptions {
  readonly logId: string;
  readonly connection: LastingConnection;
  readonly limits: PostgresLimits;
  readonly log: EventStoreLog;
  /** Told the position of the last event of each batch that stored something. */
  readonly onAppended: (n: bigint) => void;
}

// A statement can't be answered here any more, though it was refused in order: a standby took over as read-only, a plan or statement is gone.
const useless = new Set(['25006', '26000', '0A000']);

/**
 * Group commit: while one transaction is under way, appends gather for the next. One batch at a time on one connection; a second one could
 * only wait for the lock on `log_head`.
 *
 * An append is answered by what the database answered, or not at all: if the connection goes away in between, the same batch is sent again
 * on a new one. That is safe, as the same ids at the same revisions are stored once, and it is sure, as it waits for the lock that the lost
 * transaction may still hold (a read alone could look too early).
 */
export class Appender {
  readonly #options: AppenderOptions;
  #queue: Waiting[] = [];
  #message = new BindMessage();
  #running: Promise<void> | null = null;
  #sending = false;
  #closed = false;
  #expiry: NodeJS.Timeout | null = null;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  append(append: CheckedAppend): Promise<AppendResult> {
    const { limits } = this.#options;
    if (this.#closed) return Promise.reject(refused('The event log is closed.'));
    if (this.#queue.length >= limits.queueAppendsMax) return Promise.reject(refused(`${limits.queueAppendsMax} appends are waiting already.`));
    return new Promise((resolve, reject) => {
      this.#queue.push({ append, sendBy: performance.now() + limits.queueMsMax, resolve, reject });
      this.#armExpiry();
      this.#running ??= this.#run();
    });
  }

  /** Refuses what waits, and lets the batch under way be answered. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#refuse(this.#queue.length, 'The event log is closed.');
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    const grace = setTimeout(() => void this.#options.connection.close(), this.#options.limits.answerMsMax);
    if (this.#running !== null && !this.#sending) await this.#options.connection.close();
    await this.#running;
    clearTimeout(grace);
  }

  async #run(): Promise<void> {
    try {
      await Promise.resolve(); // Whoever asks in this turn is in the batch.
      for (;;) {
        const client = await this.#options.connection.ready();
        const batch = this.#take();
        this.#sending = batch.length > 0;
        if (this.#sending) await this.#commit(client, batch).catch((error: unknown) => this.#unknown(batch, error));
        this.#sending = false;
        // Whoever was just answered may ask again before the loop's next turn; a lone writer need not wait for it.
        if (batch.length > 1 || this.#queue.length > 0) await nextTurn();
        if (this.#queue.length === 0) return;
      }
    } catch {
      // Only ready() rejects, when the store closes.
      this.#refuse(this.#queue.length, 'The event log is closed.');
    } finally {
      this.#running = null; // In the same turn as the last look at the queue: an append after it starts the next run.
    }
  }

  #take(): Waiting[] {
    const { batchAppendsMax, batchBytesMax } = this.#options.limits;
    let bytes = 0;
    let count = 0;
    for (const { append } of this.#queue) {
      bytes += append.bytes;
      if (count === batchAppendsMax || (count > 0 && bytes > batchBytesMax)) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  async #commit(client: Client, batch: readonly Waiting[]): Promise<void> {
    const appends = batch.map((waiting) => waiting.append);
    let asked = client;
    let resolveBy = Infinity; // Not before a connection was lost.
    for (;;) {
      try {
        const answer = await this.#ask(asked, appends);
        return this.#answer(batch, decodeBatch(this.#options.logId, appends, answer));
      } catch (error) {
        // A refusal of the first try wrote nothing. One of a later try says nothing about the first.
        if (isRefusal(error) && resolveBy === Infinity) return this.#refuseBatch(asked, batch, error.code ?? '', error);
        this.#options.connection.drop(asked);
        if (resolveBy === Infinity) this.#options.log.warn(`event log: lost the connection in a batch of ${batch.length}, asking for its outcome: ${messageOf(error)}`);
        resolveBy = Math.min(resolveBy, performance.now() + this.#options.limits.resolveMsMax);
        const next = await this.#readyBy(resolveBy);
        if (next === null) return this.#unknown(batch, error);
        asked = next;
      }
    }
  }

  async #ask(client: Client, appends: readonly CheckedAppend[]): Promise<BatchAnswer> {
    const one = encodeOne(this.#message, appends);
    if (one !== null) {
      const [position = null] = await this.#call(client, one);
      if (position !== null) return [position, null, null, null];
    }
    const [storedFrom = null, first = null, actual = null, repeats = null] = await this.#call(client, encodeBatch(this.#message, appends));
    return [storedFrom, first, actual, repeats];
  }

  /** One call, answered or given up within `answerMsMax`. */
  async #call(client: Client, message: Buffer): Promise<readonly (string | null)[]> {
    const timer = setTimeout(() => this.#options.connection.drop(client), this.#options.limits.answerMsMax);
    try {
      return await callPrepared(client, message);
    } catch (error) {
      this.#message = new BindMessage(); // A call that failed may not have left whole: its bytes stay as they are.
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #readyBy(deadline: number): Promise<Client | null> {
    const left = deadline - performance.now();
    if (left <= 0) return null;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), left)));
    try {
      return await Promise.race([this.#options.connection.ready(), late]);
    } catch {
      return null; // Closed meanwhile.
    } finally {
      clearTimeout(timer);
    }
  }

  #answer(batch: readonly Waiting[], results: readonly AppendResult[]): void {
    let last = -1n;
    batch.forEach((waiting, index) => {
      const result = results[index];
      if (result === undefined) return waiting.reject(new Error('No result for an append of the batch.'));
      if (result.kind === 'APPENDED') for (const { position } of result.events) if (position.n > last) last = position.n;
      waiting.resolve(result);
    });
    if (last >= 0n) this.#options.onAppended(last);
  }

  #refuseBatch(client: Client, batch: readonly Waiting[], code: string, cause: unknown): void {
    if (useless.has(code)) this.#options.connection.drop(client);
    this.#options.log.error(`event log: the database refused a batch of ${batch.length} (${code}): ${messageOf(cause)}`);
    for (const { reject } of batch) reject(refused('The database refused to store the events.', cause));
  }

  #unknown(batch: readonly Waiting[], cause: unknown): void {
    this.#options.log.error(`event log: the outcome of a batch of ${batch.length} stays unknown: ${messageOf(cause)}`);
    for (const { reject } of batch) {
      reject(new EventStoreUnavailable('The connection was lost in the commit, and the outcome could not be read in time.', 'UNKNOWN', { cause }));
    }
  }

  /** One timer for the whole queue: its first append is the first to expire. */
  #armExpiry(): void {
    const [first] = this.#queue;
    if (this.#expiry !== null || first === undefined) return;
    const expire = () => {
      this.#expiry = null;
      const now = performance.now();
      const kept = this.#queue.findIndex((waiting) => waiting.sendBy > now);
      this.#refuse(kept < 0 ? this.#queue.length : kept, 'The event log could not be reached in time.');
      this.#armExpiry();
    };
    this.#expiry = setTimeout(expire, Math.max(1, first.sendBy - performance.now())).unref();
  }

  #refuse(count: number, why: string): void {
    for (const { reject } of this.#queue.splice(0, count)) reject(refused(why));
  }
}

function refused(why: string, cause?: unknown): EventStoreUnavailable {
  return new EventStoreUnavailable(why, 'REFUSED', cause === undefined ? undefined : { cause });
}

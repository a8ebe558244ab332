import { setTimeout as pause } from 'node:timers/promises';
import type { CheckedAppend } from './append.check.js';
import type { Connection } from './eventstoredb.connection.js';
import type { Attempt } from './eventstoredb.errors.js';
import { messageOf } from './eventstoredb.errors.js';
import type { EventStoreDbLimits } from './eventstoredb.limits.js';
import { ReadBack, type ReadBackEvent } from './eventstoredb.read-back.js';
import type { Reader } from './eventstoredb.reader.js';
import type { SeenIds } from './eventstoredb.seen-ids.js';
import { type AppendResult, EventLogDamaged, type EventStoreLog, EventStoreUnavailable } from './port.js';

/** Appends of one process: in order within a stream, some streams at once, each resolved before it is answered. docs/decisions/0061. */
export class Appender {
  readonly #connection: Connection;
  readonly #reader: Reader;
  readonly #seen: SeenIds;
  readonly #limits: EventStoreDbLimits;
  readonly #log: EventStoreLog;
  readonly #readBack: ReadBack;
  readonly #onAppended: (n: bigint) => void;
  /** The last append asked for of each stream that has any under way. */
  readonly #lanes = new Map<string, Promise<unknown>>();
  readonly #free: (() => void)[] = [];
  #inFlight = 0;
  #queued = 0;
  #closed = false;

  constructor(options: {
    connection: Connection;
    reader: Reader;
    seen: SeenIds;
    limits: EventStoreDbLimits;
    log: EventStoreLog;
    onAppended: (n: bigint) => void;
  }) {
    this.#connection = options.connection;
    this.#reader = options.reader;
    this.#seen = options.seen;
    this.#limits = options.limits;
    this.#log = options.log;
    this.#onAppended = options.onAppended;
    const { connection, reader, limits } = options;
    this.#readBack = new ReadBack({ connection, reader, limits, underWay: () => this.#inFlight });
  }

  async append(asked: CheckedAppend): Promise<AppendResult> {
    if (this.#closed) throw closedError();
    if (this.#queued >= this.#limits.queueAppendsMax) throw new EventStoreUnavailable(`${this.#queued} appends wait already.`, 'REFUSED');
    this.#queued++;
    const giveUpAt = performance.now() + this.#limits.queueMsMax;
    const before = this.#lanes.get(asked.stream) ?? Promise.resolve();
    const mine = before.then(() => this.#inTurn(asked, giveUpAt));
    const settled = mine.catch(() => undefined);
    this.#lanes.set(asked.stream, settled);
    try {
      return await mine;
    } finally {
      if (this.#lanes.get(asked.stream) === settled) this.#lanes.delete(asked.stream);
    }
  }

  /** Refuses what waits, and waits for what is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#lanes.values());
  }

  async #inTurn(asked: CheckedAppend, giveUpAt: number): Promise<AppendResult> {
    if (this.#inFlight >= this.#limits.appendsInFlightMax) await new Promise<void>((resolve) => this.#free.push(resolve));
    else this.#inFlight++;
    this.#queued--;
    try {
      if (this.#closed) throw closedError();
      if (performance.now() > giveUpAt) throw new EventStoreUnavailable(`The append waited for more than ${this.#limits.queueMsMax} ms.`, 'REFUSED');
      return await this.#resolve(asked);
    } finally {
      const next = this.#free.shift();
      if (next === undefined) this.#inFlight--;
      else next();
    }
  }

  /**
   * Attempts the append until its outcome is known. Every attempt has the same ids at the same revision: whichever of them the server takes first,
   * the others are repeats to it. Only another attempt settles an unknown one, as that may still be on its way when a read finds nothing.
   */
  async #resolve(asked: CheckedAppend): Promise<AppendResult> {
    const { attemptMsMax, resolveMsMax, retryMsMin, retryMsMax } = this.#limits;
    const elsewhere = await this.#standsElsewhere(asked);
    if (elsewhere !== null) return elsewhere;
    const knownBefore = this.#reader.known;
    const giveUpAt = performance.now() + resolveMsMax;
    let unknown = false;
    for (let wait = retryMsMin; ; wait = Math.min(wait * 2, retryMsMax)) {
      const attempt = await this.#connection.append(asked, Math.max(1, Math.min(attemptMsMax, giveUpAt - performance.now())));
      const failed = this.#failure(asked, attempt, unknown);
      if (failed === null) {
        if (attempt.kind === 'CONFLICT') return { kind: 'CONFLICT', actual: attempt.actual };
        return this.#receipt(asked, attempt.kind === 'DONE' ? attempt.position : null, knownBefore);
      }
      if (failed.kind === 'DENIED') throw refusal(failed.error, unknown);
      unknown ||= failed.kind === 'UNKNOWN';
      if (performance.now() + wait > giveUpAt) throw refusal(failed.error, unknown);
      this.#log.warn(`event log: an append to ${asked.stream} is attempted again: ${failed.error.message}`);
      await pause(wait);
    }
  }

  /** What is to be settled by another attempt, or can't be; null: the attempt has an outcome. */
  #failure(asked: CheckedAppend, attempt: Attempt, unknown: boolean): Extract<Attempt, { error: Error }> | null {
    if (attempt.kind === 'DONE') return null;
    if (attempt.kind !== 'CONFLICT') return attempt;
    // A stream that has grown past the revision can never take the events. One that has not yet reached it might: a node that lags behind answers so.
    const final = !unknown || (attempt.actual ?? -1n) > asked.expected;
    return final ? null : { kind: 'UNKNOWN', error: new Error(`the server has ${attempt.actual ?? 'nothing'} where ${asked.expected} was read`) };
  }

  /** The server takes an event a second time at a stream's head. So the ids are looked for among those that the stream has up to there. */
  async #standsElsewhere({ stream, expected, events }: CheckedAppend): Promise<AppendResult | null> {
    if (expected < 0n) return null;
    const known = this.#seen.upTo(stream);
    if (known < expected) for await (const { position } of this.#reader.stream(stream, known + 1n, expected)) this.#reader.saw(position.n);
    const found = events.some(({ id }) => (this.#seen.find(stream, id) ?? expected + 1n) <= expected);
    return found ? { kind: 'CONFLICT', actual: await this.#reader.lastRevision(stream) } : null;
  }

  /** A receipt is what is stored: read back, and compared with what was sent. */
  async #receipt(asked: CheckedAppend, position: bigint | null, knownBefore: bigint): Promise<AppendResult> {
    const { stream, expected, events } = asked;
    const stored = await this.#readBack.read({ stream, first: expected + 1n, count: events.length, position });
    for (const [index, event] of stored.entries()) {
      if (event.id !== events[index]?.id) throw new EventLogDamaged(`${stream} has ${event.id} at revision ${event.revision}, where the server said that ${events[index]?.id} stands.`);
      this.#seen.add(stream, event.revision, event.id);
    }
    const last = stored.at(-1)?.n ?? -1n;
    this.#reader.saw(last);
    this.#onAppended(last);
    const repeated = last <= knownBefore || stored.some((event, index) => !sameTexts(event, events[index]));
    return { kind: 'APPENDED', repeated, events: stored.map(({ id, revision, n }) => ({ id, revision, position: { logId: this.#reader.logId, n } })) };
  }
}

function sameTexts(stored: ReadBackEvent, sent: { readonly head: string; readonly body: string } | undefined): boolean {
  return stored.head === sent?.head && stored.body === sent.body;
}

function refusal(cause: Error, unknown: boolean): EventStoreUnavailable {
  return new EventStoreUnavailable(`The append got no answer: ${messageOf(cause)}`, unknown ? 'UNKNOWN' : 'REFUSED', { cause });
}

function closedError(): EventStoreUnavailable {
  return new EventStoreUnavailable('The event log is closed.', 'REFUSED');
}

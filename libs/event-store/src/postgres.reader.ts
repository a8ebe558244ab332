import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { EventLogDamaged, type EventStoreLog, EventStoreUnavailable, ForeignPosition, type StoredEvent } from './port.js';
import { clientConfig, isRefusal, messageOf } from './postgres.connection.js';
import type { PostgresLimits } from './postgres.limits.js';
import type { Page, PageRange } from './subscription.js';

/** As the server prints them; positions and revisions are bigints in decimal. */
type EventRow = [position: string, stream: string, revision: string, id: string, type: string, head: string, body: string];

const columns = 'position, stream, revision, id, type, head, body';
/** Of a character as JavaScript counts them. */
const utf8BytesPerCharMax = 3;
const keepText = { getTypeParser: () => (value: string) => value };

/** A page ends at a number of events or of bytes; `octet_length` reads the length alone, not the text. The first row always fits. */
function paged(where: string, order: string, parameters: { events: string; bytes: string }): string {
  return `SELECT ${columns} FROM (
    SELECT ${columns}, sum(octet_length(head) + octet_length(body)) OVER (ORDER BY ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM event WHERE ${where} ORDER BY ${order} LIMIT ${parameters.events}
  ) AS page WHERE before IS NULL OR before < ${parameters.bytes} ORDER BY ${order}`;
}

const statements = {
  all: { name: 'read_all', text: paged('position > $1 AND position <= $2', 'position', { events: '$3', bytes: '$4' }) },
  categories: {
    name: 'read_categories',
    text: paged(`position > $1 AND position <= $2 AND split_part(stream, '-', 1) = ANY ($5::text[])`, 'position', { events: '$3', bytes: '$4' }),
  },
  stream: { name: 'read_stream', text: paged('stream = $5 AND revision >= $1 AND revision <= $2', 'revision', { events: '$3', bytes: '$4' }) },
  head: { name: 'read_head', text: 'SELECT next_position - 1 FROM log_head' },
} as const;

/** Reads through a pool. A page whose connection was lost is asked for again: what is stored never changes. */
export class Reader {
  readonly #pool: Pool;
  readonly #logId: string;
  readonly #limits: PostgresLimits;
  #closed = false;

  constructor(options: { url: string; logId: string; limits: PostgresLimits; log: EventStoreLog }) {
    const { limits, log } = options;
    this.#logId = options.logId;
    this.#limits = limits;
    const config = clientConfig({ url: options.url, purpose: 'reads', statementMsMax: limits.readMsMax, limits });
    // A server that hangs ends nothing: the client's own limit stands behind the server's.
    this.#pool = new Pool({ ...config, max: limits.readConnectionsMax, query_timeout: limits.readMsMax + limits.connectMsMax });
    this.#pool.on('error', (error) => log.warn(`event log (reads): lost an idle connection: ${error.message}`));
  }

  /** The last position; -1 while the log is empty. */
  async head(): Promise<bigint> {
    const [row] = await this.#rows<[string]>(statements.head, []);
    if (row === undefined) throw new EventLogDamaged('log_head has no row.');
    return BigInt(row[0]);
  }

  /** Whoever has come further than the log goes has read another one: a copy from which this one was restored too early. @throws ForeignPosition */
  assertReached(after: bigint, head: bigint): void {
    if (after > head) throw new ForeignPosition(`The position ${this.#logId}:${after} stands after this log's last event, ${head}.`);
  }

  /** The pages of a range, in order. The next one is read while the caller works on this one: two are held at most. */
  async *pages(range: PageRange): AsyncGenerator<Page, void, void> {
    if (range.after >= range.to) return;
    let next: Promise<Page> | null = this.#page(range);
    while (next !== null) {
      const page: Page = await next;
      next = page.upTo < range.to ? this.#page({ ...range, after: page.upTo }) : null;
      next?.catch(() => undefined); // Whoever stops reading early never awaits it.
      yield page;
    }
  }

  /** As {@link pages}, the next page is read while the caller works on this one. */
  async *stream(stream: string, from: bigint, to: bigint): AsyncGenerator<StoredEvent, void, void> {
    let start = from;
    let next: Promise<EventRow[]> | null = start <= to ? this.#streamPage(stream, start, to) : null;
    while (next !== null) {
      const rows: EventRow[] = await next;
      const after = start + BigInt(rows.length);
      next = this.#mayBeCutShort(rows) && after <= to ? this.#streamPage(stream, after, to) : null;
      next?.catch(() => undefined); // Whoever stops reading early never awaits it.
      for (const row of rows) {
        const event = this.#stored(row);
        if (event.revision !== start) throw new EventLogDamaged(`${stream} has no revision ${start}; ${event.revision} follows.`);
        start++;
        yield event;
      }
    }
  }

  #streamPage(stream: string, from: bigint, to: bigint): Promise<EventRow[]> {
    const { streamPageEventsMax, pageBytesMax } = this.#limits;
    return this.#rows<EventRow>(statements.stream, [from, to, streamPageEventsMax, pageBytesMax, stream]);
  }

  /** Whether a page may have ended at its bounds. One that ended before them holds all there was: a short stream is read in one statement, like one that is not there. */
  #mayBeCutShort(rows: readonly EventRow[]): boolean {
    const { streamPageEventsMax, pageBytesMax } = this.#limits;
    if (rows.length >= streamPageEventsMax) return true;
    const chars = rows.reduce((sum, [, , , , , head, body]) => sum + head.length + body.length, 0);
    return chars * utf8BytesPerCharMax >= pageBytesMax;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#pool.end();
  }

  async #page({ after, to, categories }: PageRange): Promise<Page> {
    const { pageEventsMax, pageBytesMax, filterWindow } = this.#limits;
    if (categories !== undefined) {
      const end = to - after > filterWindow ? after + filterWindow : to;
      const rows = await this.#rows<EventRow>(statements.categories, [after, end, pageEventsMax, pageBytesMax, categories]);
      const events = rows.map((row) => this.#stored(row));
      // A page that may have been cut short says nothing of what follows its last event.
      return { events, upTo: events.at(-1)?.position.n ?? end };
    }
    const rows = await this.#rows<EventRow>(statements.all, [after, to, pageEventsMax, pageBytesMax]);
    const events = rows.map((row, index) => this.#stored(row, after + 1n + BigInt(index)));
    const last = events.at(-1);
    if (last === undefined) throw new EventLogDamaged(`Nothing stands at position ${after + 1n}, though the log has reached ${to}.`);
    return { events, upTo: last.position.n };
  }

  #stored([position, stream, revision, id, type, head, body]: EventRow, expected?: bigint): StoredEvent {
    const n = BigInt(position);
    if (expected !== undefined && n !== expected) throw new EventLogDamaged(`Nothing stands at position ${expected}; ${n} follows.`);
    return { position: { logId: this.#logId, n }, stream, revision: BigInt(revision), id, type, head, body };
  }

  async #rows<R extends string[]>(statement: { readonly name: string; readonly text: string }, values: readonly unknown[]): Promise<R[]> {
    const giveUpAt = performance.now() + this.#limits.readRetryMsMax;
    for (let wait = this.#limits.reconnectMsMin; ; wait *= 2) {
      if (this.#closed) throw new EventStoreUnavailable('The event log is closed.', 'REFUSED');
      try {
        return (await this.#pool.query<R>({ ...statement, values: [...values], rowMode: 'array', types: keepText })).rows;
      } catch (cause) {
        if (isRefusal(cause) || performance.now() + wait > giveUpAt) {
          throw new EventStoreUnavailable(`The event log could not be read: ${messageOf(cause)}`, 'REFUSED', { cause });
        }
      }
      await pause(wait);
    }
  }
}

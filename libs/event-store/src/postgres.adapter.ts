import type { Client } from 'pg';
import { checkAppend } from './append.check.js';
import {
  type AppendResult,
  type EventStore,
  type EventStoreLog,
  EventStoreUnavailable,
  type EventToAppend,
  type ExpectedRevision,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type StoredEvent,
  type SubscribeOptions,
  type SubscriptionMessage,
} from './port.js';
import { ownPosition } from './position.js';
import { Appender } from './postgres.appender.js';
import { prepareAppends } from './postgres.batch.codec.js';
import { LastingConnection, messageOf } from './postgres.connection.js';
import { HeadWatch } from './postgres.head-watch.js';
import { type PostgresLimits, postgresLimits } from './postgres.limits.js';
import { Reader } from './postgres.reader.js';
import { subscription } from './subscription.js';
import { Tail } from './tail.js';

export interface PostgresEventStoreOptions {
  /** Of a migrated database, as the service's role. */
  readonly url: string;
  readonly log: EventStoreLog;
  /** Where they differ from {@link postgresLimits}. */
  readonly limits?: Partial<PostgresLimits>;
}

const revisionMax = 2n ** 63n - 1n;

/**
 * Opens the event log in a PostgreSQL database (15 or newer): one connection for appends, a few for reads, and one for notifications while
 * anybody subscribes. Later losses of the database are survived; only this first look at it is not repeated.
 * @throws EventStoreUnavailable if the database can't be reached or has no event log
 */
export async function createPostgresEventStore(options: PostgresEventStoreOptions): Promise<EventStore> {
  const { url, log } = options;
  const limits: PostgresLimits = { ...postgresLimits, ...options.limits };
  let logId: string | null = null;
  const checkLog = async (client: Client) => {
    const found = await readLogId(client);
    if (logId !== null && found !== logId) throw new Error(`the database holds another log now, ${found} where ${logId} was`);
    return found;
  };
  const connection = new LastingConnection({
    url,
    purpose: 'appends',
    statementMsMax: limits.statementMsMax,
    limits,
    log,
    prepare: async (client) => {
      await checkLog(client);
      await makeDurable(client, log);
      await client.query(prepareAppends);
    },
  });
  try {
    logId = await readLogId(await connection.first());
  } catch (cause) {
    await connection.close();
    throw new EventStoreUnavailable(`The event log could not be opened: ${messageOf(cause)}`, 'REFUSED', { cause });
  }
  return new PostgresEventStore({ url, log, limits, logId, connection, checkLog });
}

class PostgresEventStore implements EventStore {
  readonly logId: string;
  readonly #limits: PostgresLimits;
  readonly #connection: LastingConnection;
  readonly #appender: Appender;
  readonly #reader: Reader;
  readonly #tail: Tail;
  readonly #watch: HeadWatch;
  #closing: Promise<void> | null = null;

  constructor(parts: {
    url: string;
    log: EventStoreLog;
    limits: PostgresLimits;
    logId: string;
    connection: LastingConnection;
    checkLog: (client: Client) => Promise<unknown>;
  }) {
    const { url, log, limits, logId, connection, checkLog } = parts;
    this.logId = logId;
    this.#limits = limits;
    this.#connection = connection;
    this.#reader = new Reader({ url, logId, limits, log });
    this.#tail = new Tail(this.#reader, limits);
    this.#watch = new HeadWatch({ url, limits, log, checkLog });
    this.#appender = new Appender({ logId, connection, limits, log, onAppended: (n) => this.#watch.reached(n) });
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    return this.#appender.append(checkAppend(stream, expected, events));
  }

  readStream(stream: string, { from = 0n, to = revisionMax }: ReadStreamOptions = {}): AsyncIterable<StoredEvent> {
    return this.#reader.stream(stream, from < 0n ? 0n : from, to);
  }

  async *readAll({ after, to, categories }: ReadAllOptions = {}): AsyncGenerator<readonly StoredEvent[], void, void> {
    const start = ownPosition(after, this.logId, -1n);
    const wanted = ownPosition(to, this.logId, revisionMax);
    const head = await this.#reader.head();
    this.#reader.assertReached(start, head);
    for await (const { events } of this.#reader.pages({ after: start, to: wanted < head ? wanted : head, categories })) {
      if (events.length > 0) yield events;
    }
  }

  async *subscribe({ after, categories, signal }: SubscribeOptions): AsyncGenerator<SubscriptionMessage, void, void> {
    const start = ownPosition(after, this.logId, -1n);
    const parts = { logId: this.logId, reader: this.#tail, watch: this.#watch, limits: this.#limits };
    yield* subscription(parts, { after: start, categories, signal });
  }

  async head(): Promise<Position | null> {
    const n = await this.#reader.head();
    return n < 0n ? null : { logId: this.logId, n };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#appender.close();
    await Promise.all([this.#connection.close(), this.#watch.close(), this.#reader.close()]);
  }
}

async function readLogId(client: Client): Promise<string> {
  const { rows } = await client.query<{ log_id: string }>('SELECT log_id FROM log_head');
  const [row] = rows;
  if (row === undefined) throw new Error('log_head has no row');
  return row.log_id;
}

/** What is acknowledged is on disk: a server or role set to answer earlier is overruled here, or, where that is out of reach, reported. */
async function makeDurable(client: Client, log: EventStoreLog): Promise<void> {
  const { rows } = await client.query<{ commit: string; fsync: string }>(
    `SELECT current_setting('synchronous_commit') AS commit, current_setting('fsync') AS fsync`,
  );
  for (const { commit, fsync } of rows) {
    if (commit === 'off') await client.query('SET synchronous_commit = on');
    if (fsync !== 'on') log.warn('event log: the server runs with fsync off: what it acknowledges may be lost when the machine fails');
  }
}

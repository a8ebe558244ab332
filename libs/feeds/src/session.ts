import { Socket } from 'node:net';
import { Client, type QueryConfig } from 'pg';
import type { FeedDefinition, FeedId, FeedLimits, FeedTransaction, Statement } from './port.js';

/** The connection on which a feed holds its lock and does all its writing: whoever lost the one can't do the other. */
export class Session implements FeedTransaction {
  private readonly lost = new AbortController();
  private gathering = false;

  private constructor(
    private readonly client: Client,
    private readonly socket: Socket,
  ) {
    client.on('error', () => this.lost.abort());
    client.on('end', () => this.lost.abort());
  }

  static async open(databaseUrl: string, feed: FeedId & Pick<FeedDefinition, 'durable'>, limits: FeedLimits): Promise<Session> {
    const socket = new Socket();
    const client = new Client({
      stream: () => socket,
      connectionString: databaseUrl,
      application_name: `caseledger-feed-${feed.name}`,
      ...(feed.durable === true ? {} : { options: '-c synchronous_commit=off' }),
      keepAlive: true,
      // Statements that do not wait for each other are sent together: answered in order, as ever.
      pipeline: true,
      connectionTimeoutMillis: limits.connectMs,
      statement_timeout: limits.statementMs,
      idle_in_transaction_session_timeout: limits.statementMs,
      // Longer than the server's own, for a server that no longer answers at all.
      query_timeout: limits.statementMs + limits.connectMs,
    });
    const session = new Session(client, socket);
    try {
      await client.connect();
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** Aborted when the connection is gone. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  async query<Row extends object>(statement: Statement): Promise<{ readonly rows: Row[]; readonly rowCount: number }> {
    const config: QueryConfig = { text: statement.text, values: statement.values === undefined ? [] : [...statement.values] };
    if (statement.name !== undefined) config.name = statement.name;
    this.gather();
    const { rows, rowCount } = await this.client.query<Row>(config);
    return { rows, rowCount: rowCount ?? 0 };
  }

  /** Tries the feed's lock, which this session then keeps until it closes. */
  async tryLock(feed: FeedId): Promise<boolean> {
    const { rows } = await this.query<{ got: boolean }>({
      text: 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS got',
      values: [`caseledger/feed/${feed.name}@${feed.version}`],
    });
    return rows[0]?.got === true;
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    // Waited for before anything else is sent: behind a BEGIN that was refused, each statement would be committed by itself.
    await this.query({ text: 'BEGIN' });
    try {
      const result = await work();
      await this.query({ text: 'COMMIT' });
      return result;
    } catch (error) {
      await this.query({ text: 'ROLLBACK' }).catch(() => this.lost.abort());
      throw error;
    }
  }

  /** Inside a transaction: undoes the work alone where it throws. */
  async savepoint<T>(work: () => Promise<T>): Promise<T> {
    await this.query({ text: 'SAVEPOINT part' });
    try {
      const result = await work();
      await this.query({ text: 'RELEASE SAVEPOINT part' });
      return result;
    } catch (error) {
      await this.query({ text: 'ROLLBACK TO SAVEPOINT part' });
      throw error;
    }
  }

  /** Statements of one turn of the event loop leave in one write: each write wakes the server, which costs more than the statement's own bytes. */
  private gather(): void {
    if (this.gathering) return;
    this.gathering = true;
    this.socket.cork();
    process.nextTick(() => {
      this.gathering = false;
      this.socket.uncork();
    });
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

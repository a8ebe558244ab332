import { setTimeout as pause } from 'node:timers/promises';
import { Client, type ClientConfig, DatabaseError } from 'pg';
import type { EventStoreLog } from './port.js';
import type { PostgresLimits } from './postgres.limits.js';

export interface ConnectionOptions {
  readonly url: string;
  /** Shown in pg_stat_activity. */
  readonly purpose: string;
  /** The server ends a statement after this long; 0: never. */
  readonly statementMsMax: number;
  readonly limits: PostgresLimits;
  readonly log: EventStoreLog;
  /** Prepares a fresh connection; a throw counts as a failed attempt to connect. */
  readonly prepare: (client: Client) => Promise<void>;
}

/** What every connection of the adapter is made with. */
export function clientConfig({ url, purpose, statementMsMax, limits }: Omit<ConnectionOptions, 'prepare' | 'log'>): ClientConfig {
  return {
    connectionString: url,
    application_name: `caseledger ${purpose}`,
    connectionTimeoutMillis: limits.connectMsMax,
    statement_timeout: statementMsMax,
    keepAlive: true,
  };
}

/**
 * One connection that is made again, for as long as it takes, with a growing pause: nobody has to ask for it. It reports a loss and a
 * recovery once each.
 */
export class LastingConnection {
  readonly #options: ConnectionOptions;
  readonly #stop = new AbortController();
  #client: Client | null = null;
  #connecting: Promise<Client> | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** The live connection, or the next one. Rejects only when this is closed. */
  ready(): Promise<Client> {
    if (this.#client !== null) return Promise.resolve(this.#client);
    this.#connecting ??= this.#connect().finally(() => (this.#connecting = null));
    return this.#connecting;
  }

  /** One attempt, for the start: says why it failed instead of trying again. */
  async first(): Promise<Client> {
    return (this.#client ??= await this.#attempt());
  }

  /** Gives a connection up that can't be trusted any more. Whatever runs on it fails. */
  drop(client: Client): void {
    if (this.#client === client) this.#client = null;
    client.end().catch(() => undefined); // With a statement under way this closes the socket at once.
  }

  async close(): Promise<void> {
    this.#stop.abort();
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #connect(): Promise<Client> {
    const { limits, log, purpose } = this.#options;
    for (let attempt = 0; ; attempt++) {
      if (this.#stop.signal.aborted) throw new Error('The connection was closed.');
      try {
        const client = await this.#attempt();
        if (attempt > 0) log.info(`event log (${purpose}): connected again after ${attempt} failed attempts`);
        if (this.#stop.signal.aborted) {
          this.drop(client);
          continue;
        }
        return (this.#client = client);
      } catch (error) {
        if (attempt === 0) log.warn(`event log (${purpose}): the database can't be reached: ${messageOf(error)}`);
      }
      await pause(Math.min(limits.reconnectMsMin * 2 ** attempt, limits.reconnectMsMax), undefined, { signal: this.#stop.signal });
    }
  }

  async #attempt(): Promise<Client> {
    const client = new Client(clientConfig(this.#options));
    client.on('error', () => this.drop(client));
    client.on('end', () => this.drop(client));
    const deadline = setTimeout(() => this.drop(client), this.#options.limits.connectMsMax);
    try {
      await client.connect();
      await this.#options.prepare(client);
      return client;
    } catch (error) {
      this.drop(client);
      throw error;
    } finally {
      clearTimeout(deadline);
    }
  }
}

// The server told that the connection is over: 57P01 to 57P05, class 08.
const connectionOver = /^(57P0[1-5]|08...)$/;

/** A statement that the server refused on a connection that lives on: it had no effect. Anything else leaves that open. */
export function isRefusal(error: unknown): error is DatabaseError {
  return error instanceof DatabaseError && error.severity === 'ERROR' && !connectionOver.test(error.code ?? '');
}

export function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

import { Client, type Pool } from 'pg';
import type { DatabaseLog } from './log.js';

const connectMs = 10_000;

/** One connection for the time of `use`. Its 'error' events are swallowed: the query that they break rejects anyway. */
export async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectMs, application_name: 'caseledger-admin' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Lets the process live on where a connection of the pool breaks. One that breaks while idle is replaced at its next use. One that breaks in somebody's hands,
 * between two statements, has no listener of the pool's: its next statement rejects.
 */
export function outliveConnections(pool: Pool, log: Pick<DatabaseLog, 'warn'>): Pool {
  pool.on('error', (error) => log.warn(`an idle database connection ended: ${error.message}`));
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** The SQLSTATE or errno of what `pg` threw, if it has one. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  return error instanceof AggregateError && error.message === ''
    ? error.errors.map(messageOf).join('; ')
    : error instanceof Error
      ? error.message
      : String(error);
}

import { EventStore, EventType } from '@castore/core';
import { PostgresEventStorageAdapter } from '@castore/event-storage-adapter-postgres';

const noted = new EventType<'Noted', Record<string, unknown>, Record<string, unknown>>({ type: 'Noted' });

/** Castore's event store over its own PostgreSQL adapter; its reducer counts. */
export async function openCastore(url: string) {
  const table = { connectionString: forPostgresJs(url), tableName: 'castore_event' };
  await PostgresEventStorageAdapter.createEventTable({ ...table, aggregateId: { type: 'VARCHAR', length: 64 } });
  return new EventStore({
    eventStoreId: 'CASES',
    eventTypes: [noted],
    reducer: (aggregate: { aggregateId: string; version: number }, { aggregateId, version }) => ({ ...aggregate, aggregateId, version }),
    eventStorageAdapter: new PostgresEventStorageAdapter(table),
  });
}

export type Castore = Awaited<ReturnType<typeof openCastore>>;

/** Its driver takes a socket's folder from libpq's variables, and from no part of an address. */
function forPostgresJs(url: string): string {
  const { username, password, pathname, searchParams } = new URL(url);
  Object.assign(process.env, { PGHOST: searchParams.get('host') ?? 'localhost', PGUSER: username, PGPASSWORD: password });
  return `postgresql://${pathname}`;
}

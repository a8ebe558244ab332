import type { Pool } from 'pg';
import type { ResolvedDatabase } from '#infra/postgres';
import type { Config } from '#libs/config';
import type { EventStore, EventStoreLog } from '#libs/event-store';
import { createEventStoreDb, createPostgresEventStore } from '#libs/event-store/module';

/** The event log that is configured is not the one that this database's records are of. The message says what to do. */
export class EventLogRefused extends Error {
  override readonly name = 'EventLogRefused';
}

export interface EventLogSurroundings {
  readonly config: Config;
  readonly pool: Pool;
  readonly server: Pick<ResolvedDatabase, 'serviceUrl'>;
  readonly log: EventStoreLog;
}

const kinds = { POSTGRESQL: 'PostgreSQL', EVENTSTOREDB: 'EventStoreDB' } as const;
type LogKind = keyof typeof kinds;

/**
 * The event log of `EVENTSTORE_URL`, or of PostgreSQL where none is set. The database remembers the first one that it was used with: a forgotten
 * or mistaken variable must never make a second, empty log beside the real one.
 * @throws EventLogRefused, EventStoreUnavailable
 */
export async function openEventLog({ config, pool, server, log }: EventLogSurroundings): Promise<EventStore> {
  const { eventStoreUrl } = config;
  const kind: LogKind = eventStoreUrl === null ? 'POSTGRESQL' : 'EVENTSTOREDB';
  const store = await (eventStoreUrl === null ? createPostgresEventStore({ url: server.serviceUrl, log }) : createEventStoreDb({ url: eventStoreUrl, log }));
  try {
    await assertInUse(pool, kind, store.logId);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function assertInUse(pool: Pool, kind: LogKind, logId: string): Promise<void> {
  const { rows } = await pool.query<{ kind: LogKind; log_id: string }>('SELECT kind, log_id FROM use_event_log($1, $2)', [kind, logId]);
  const [used] = rows;
  if (used === undefined) throw new Error('unreachable: the function answers one row');
  if (used.log_id === logId) return;
  const advice = used.kind === kind ? 'Connect it to that one' : used.kind === 'EVENTSTOREDB' ? 'Set EVENTSTORE_URL to that server' : 'Unset EVENTSTORE_URL';
  throw new EventLogRefused(
    `This database belongs to the event log ${used.log_id} in ${kinds[used.kind]}; the log ${logId} in ${kinds[kind]} is another one. ` +
      `${advice}, or move the log with "caseledger copy-log".`,
  );
}

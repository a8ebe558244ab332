import { Pool } from 'pg';
import { attachEmbedded, outliveConnections, startEmbeddedPostgres } from '#infra/postgres';
import type { Config } from '#libs/config';
import type { EventStore } from '#libs/event-store';
import { openEventLog } from './event-log.provider.js';

/** Connections of a tool. */
const poolMax = 4;

export interface Beside {
  /** Of the role that owns the tables. */
  readonly ownerUrl: string;
  /** Of the service's own role. */
  readonly serviceUrl: string;
  readonly pool: Pool;
  readonly store: EventStore;
  close(): Promise<void>;
}

interface Addresses {
  readonly ownerUrl: string;
  readonly serviceUrl: string;
  close(): Promise<void>;
}

/**
 * Database and event log for a tool that runs beside the service or without it. Nothing is migrated: a tool looks at what is there. The embedded
 * server of a running service is shared; where none runs, it is started for the tool's own time.
 * @throws all that `startEmbeddedPostgres` and the event log's opening throw
 */
export async function openBeside(config: Config, log: { info(message: string): void; warn(message: string): void; error(message: string): void }): Promise<Beside> {
  const server = await addresses(config, log);
  const pool = outliveConnections(new Pool({ connectionString: server.serviceUrl, max: poolMax, application_name: 'caseledger-tool' }), log);
  const closeDatabase = async () => {
    await pool.end();
    await server.close();
  };
  try {
    const store = await openEventLog({ config, pool, server, log });
    return {
      ownerUrl: server.ownerUrl,
      serviceUrl: server.serviceUrl,
      pool,
      store,
      async close() {
        await store.close();
        await closeDatabase();
      },
    };
  } catch (error) {
    await closeDatabase();
    throw error;
  }
}

async function addresses({ databaseUrl, databaseOwnerUrl, dataFolder }: Config, log: Parameters<typeof openBeside>[1]): Promise<Addresses> {
  if (databaseUrl !== null) return { ownerUrl: databaseOwnerUrl ?? databaseUrl, serviceUrl: databaseUrl, close: async () => undefined };
  const running = await attachEmbedded(dataFolder);
  if (running !== null) return { ...running, close: async () => undefined };
  const server = await startEmbeddedPostgres({ dataFolder, log });
  return { ...server, close: () => server.stop() };
}

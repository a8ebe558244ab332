import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type EmbeddedPostgres, migrate, silentLog, startEmbeddedPostgres } from '#infra/postgres';
import { query } from './sql.js';

/** Names the broker's socket to the test files; Jest's workers inherit it. */
export const brokerVariable = 'TEST_DATABASE_BROKER';

/** What the broker answers, as one JSON text. */
export type BrokerAnswer =
  | { readonly adminUrl: string; readonly ownerUrl: string; readonly serviceUrl: string }
  | { readonly error: string };

const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300', max_wal_size: '2GB' } as const;

/**
 * One cluster for a run of Jest, without fsync, started when a test file first asks for a database, with the migrated template `caseledger`.
 * Nothing is kept from one run to the next.
 */
export async function startBroker(): Promise<{ close(): Promise<void> }> {
  const folder = await mkdtemp('/tmp/caseledger-test-');
  await chmod(folder, 0o711); // As root, the server's user passes through.
  let cluster: Promise<EmbeddedPostgres> | null = null;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    cluster ??= startCluster(folder);
    cluster.then(
      ({ adminUrl, ownerUrl, serviceUrl }) => socket.end(JSON.stringify({ adminUrl, ownerUrl, serviceUrl } satisfies BrokerAnswer)),
      (error: unknown) => socket.end(JSON.stringify({ error: String(error) } satisfies BrokerAnswer)),
    );
  });
  const path = join(folder, 'broker');
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
  server.unref();
  process.env[brokerVariable] = path;
  return {
    async close() {
      server.close();
      await (await cluster?.catch(() => null))?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startCluster(folder: string): Promise<EmbeddedPostgres> {
  const cluster = await startEmbeddedPostgres({ dataFolder: join(folder, 'data'), log: silentLog, settings });
  try {
    await migrate(cluster.ownerUrl, { log: silentLog });
    // A connection to the template would make every clone fail.
    await query(cluster.adminUrl, 'ALTER DATABASE caseledger ALLOW_CONNECTIONS false');
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

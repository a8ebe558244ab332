import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type EmbeddedPostgres, migrate, silentLog, startEmbeddedPostgres } from '#infra/postgres';
import { type BrokerAnswer, brokerVariable } from './database-broker.js';
import { query } from './sql.js';

export interface TestDatabase {
  /** Owns the tables. Migrations and set-up run with it. */
  readonly ownerUrl: string;
  /** The service's role: what code under test connects with. */
  readonly serviceUrl: string;
  /** Ends every connection to the database and drops it. Pools need an 'error' handler, or close them first. */
  drop(): Promise<void>;
}

/** A migrated database of the caller's own, with a log id of its own, on the run's one cluster (no fsync). */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, ownerUrl, serviceUrl } = await askBroker();
  const name = `t_${randomBytes(8).toString('hex')}`;
  await query(
    adminUrl,
    // 30 ms at the template's size; file_copy took 50.
    `CREATE DATABASE ${name} OWNER caseledger_owner TEMPLATE caseledger STRATEGY wal_log`,
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${name} TO caseledger_service`,
  );
  const owner = withDatabase(ownerUrl, name);
  await query(owner, 'UPDATE log_head SET log_id = gen_random_uuid()');
  return {
    ownerUrl: owner,
    serviceUrl: withDatabase(serviceUrl, name),
    drop: async () => void (await query(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

export interface DurableCluster extends EmbeddedPostgres {
  /** Stops the server and removes its folder. */
  remove(): Promise<void>;
}

/** A cluster of the caller's own, fsync on, migrated; for what is said of durability and of a server that goes away. Takes about 1.5 s. */
export async function startDurableCluster(): Promise<DurableCluster> {
  const folder = await mkdtemp('/tmp/caseledger-durable-');
  await chmod(folder, 0o711); // As root, the server's user passes through.
  const cluster = await startEmbeddedPostgres({ dataFolder: join(folder, 'data'), log: silentLog });
  await migrate(cluster.ownerUrl, { log: silentLog }).catch(async (error: unknown) => {
    await cluster.stop();
    throw error;
  });
  return {
    ...cluster,
    async remove() {
      await cluster.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function askBroker(): Promise<Exclude<BrokerAnswer, { error: string }>> {
  const path = process.env[brokerVariable];
  if (path === undefined) throw new Error(`${brokerVariable} is not set: run this test with the repository's jest.config.js.`);
  const answer: unknown = JSON.parse(await text(createConnection(path)));
  const known = answer as BrokerAnswer; // Our own broker wrote it.
  if ('error' in known) throw new Error(`The test cluster did not start: ${known.error}`);
  return known;
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

import { Pool } from 'pg';
import { loadPolicy } from '#infra/policy';
import { type DatabaseLog, outliveConnections, resolveDatabase } from '#infra/postgres';
import type { Config } from '#libs/config';
import { LocalKeyWrapper, PostgresKeyStore } from '#libs/keys/module';
import { simulate, type Simulated, type SimulateOptions } from '#libs/simulation';
import { openEventLog } from './event-log.provider.js';
import { openSecrets } from './secrets.js';

export interface RunSimulationOptions extends Pick<SimulateOptions, 'cases' | 'seed' | 'from' | 'until' | 'signal' | 'onProgress'> {
  readonly log: DatabaseLog;
}

/** Invented cases are never mixed with others. */
export class SimulationRefused extends Error {
  override readonly name = 'SimulationRefused';
}

const poolMax = 10;

/**
 * Fills the empty log of the installation that this configuration names with invented cases; made if it is not there yet.
 * @throws SimulationRefused where the log holds anything, and what the database, the log and the keys throw at a start
 */
export async function runSimulation(config: Config, { log, ...simulation }: RunSimulationOptions): Promise<Simulated> {
  const { databaseUrl, databaseOwnerUrl, dataFolder } = config;
  const server = await resolveDatabase({ databaseUrl: databaseUrl ?? undefined, databaseOwnerUrl: databaseOwnerUrl ?? undefined, dataFolder, log });
  const pool = outliveConnections(new Pool({ connectionString: server.serviceUrl, max: poolMax, application_name: 'caseledger-simulate' }), log);
  try {
    const store = await openEventLog({ config, pool, server, log });
    try {
      if ((await store.head()) !== null) throw new SimulationRefused('The log holds events already. Invented cases go into an empty one alone: name another CASELEDGER_DATA or DATABASE_URL.');
      const { rows } = await pool.query<{ present: boolean }>('SELECT EXISTS (SELECT FROM data_key) AS present');
      const { masterKey, pepper } = await openSecrets(config, rows[0]?.present ?? false);
      const keys = new PostgresKeyStore({ pool, wrapper: new LocalKeyWrapper(masterKey) });
      return await simulate({ ...simulation, store, keys, pepper, policy: loadPolicy(config.policyFile ?? undefined) });
    } finally {
      await store.close();
    }
  } finally {
    await pool.end();
    await server.close();
  }
}

import { Client, escapeIdentifier } from 'pg';
import { messageOf, withClient } from './client.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { type DatabaseStartFailed, DatabaseTooOld, DatabaseUnreachable } from './errors.js';
import type { DatabaseLog } from './log.js';
import { migrate } from './migrate.js';

/** The oldest major version that DATABASE_URL may name. */
export const versionMin = 15;

export interface DatabaseConfig {
  /** DATABASE_URL. Absent: the embedded server on `dataFolder`. */
  readonly databaseUrl?: string | undefined;
  /** CASELEDGER_DATABASE_OWNER_URL: the role that migrates, where that is not DATABASE_URL's own. */
  readonly databaseOwnerUrl?: string | undefined;
  /** CASELEDGER_DATA. */
  readonly dataFolder: string;
  readonly log: DatabaseLog;
  /** The embedded server ended and can't be started again. */
  readonly onLost?: (error: DatabaseStartFailed) => void;
}

export interface ResolvedDatabase {
  readonly kind: 'EMBEDDED' | 'EXTERNAL';
  readonly ownerUrl: string;
  /** What every pool of the service connects with. */
  readonly serviceUrl: string;
  /** For what only an administrator may do, in this database: the embedded server's superuser; elsewhere the owner. */
  readonly maintenanceUrl: string;
  /** Of the server, e.g. `18.4`. */
  readonly version: string;
  /** The migrations that were applied now. */
  readonly applied: readonly string[];
  /** Stops the embedded server; nothing for another. Close the pools first. */
  close(): Promise<void>;
}

/**
 * The database that the configuration names, started if it is ours, migrated, ready for the service.
 * @throws DatabaseUnreachable, DatabaseTooOld, MigrationRefused, and all that `startEmbeddedPostgres` throws
 */
export async function resolveDatabase(config: DatabaseConfig): Promise<ResolvedDatabase> {
  return config.databaseUrl === undefined ? resolveEmbedded(config) : resolveExternal(config.databaseUrl, config);
}

async function resolveEmbedded({ dataFolder, log, onLost }: DatabaseConfig): Promise<ResolvedDatabase> {
  const server = await startEmbeddedPostgres({ dataFolder, log, ...(onLost === undefined ? {} : { onLost }) });
  const { ownerUrl, serviceUrl, version } = server;
  const maintenanceUrl = new URL(server.adminUrl);
  maintenanceUrl.pathname = new URL(ownerUrl).pathname;
  try {
    const { applied } = await migrate(ownerUrl, { log });
    return { kind: 'EMBEDDED', ownerUrl, serviceUrl, maintenanceUrl: maintenanceUrl.href, version, applied, close: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function resolveExternal(databaseUrl: string, { databaseOwnerUrl, log }: DatabaseConfig): Promise<ResolvedDatabase> {
  const ownerUrl = databaseOwnerUrl ?? databaseUrl;
  const { role, version } = await inspect('DATABASE_URL', databaseUrl);
  if (databaseOwnerUrl !== undefined) await inspect('CASELEDGER_DATABASE_OWNER_URL', databaseOwnerUrl);
  const { applied } = await migrate(ownerUrl, { log });
  const serviceUrl = role === 'caseledger_service' ? databaseUrl : asServiceRole(databaseUrl);
  if (!(await connects(serviceUrl))) await letBecomeService(ownerUrl, role, serviceUrl);
  return { kind: 'EXTERNAL', ownerUrl, serviceUrl, maintenanceUrl: ownerUrl, version, applied, close: () => Promise.resolve() };
}

async function inspect(variable: string, url: string): Promise<{ readonly role: string; readonly version: string }> {
  const answer = await withClient(url, async (client) => {
    const { rows } = await client.query<{ role: string; version: string; number: number }>(
      "SELECT session_user AS role, current_setting('server_version') AS version, current_setting('server_version_num')::int AS number",
    );
    return rows[0];
  }).catch((error: unknown) => {
    throw new DatabaseUnreachable(`${variable} can't be used: ${messageOf(error)}.`, { cause: error });
  });
  if (answer === undefined) throw new DatabaseUnreachable(`${variable} does not answer as PostgreSQL does.`);
  refuseOldVersion(answer.number, answer.version);
  return { role: answer.role, version: answer.version.split(' ')[0] ?? answer.version };
}

/** @param versionNumber as `server_version_num` has it, e.g. 180004 */
export function refuseOldVersion(versionNumber: number, version: string): void {
  if (versionNumber < versionMin * 10_000) throw new DatabaseTooOld(version, versionMin);
}

/**
 * The same URL, each of its sessions starting in the service's role. It guards against our own mistakes, not against an intruder in the process:
 * a session may leave the role that it was put in. For that, give DATABASE_URL a login of its own and the owner's URL separately.
 */
export function asServiceRole(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  const options = url.searchParams.get('options');
  url.searchParams.set('options', `${options === null ? '' : `${options} `}-c role=caseledger_service`);
  // pg reads a plus sign as itself.
  url.search = url.search.replaceAll('+', '%20');
  return url.href;
}

async function connects(url: string): Promise<boolean> {
  return withClient(url, () => Promise.resolve(true)).catch(() => false);
}

/** A login that is not yet a member of the service's role is made one, if the owner may. */
async function letBecomeService(ownerUrl: string, role: string, serviceUrl: string): Promise<void> {
  const grant = `GRANT caseledger_service TO ${escapeIdentifier(role)}`;
  const failure = await withClient(ownerUrl, (client: Client) => client.query(grant))
    .then(() => withClient(serviceUrl, () => Promise.resolve(null)))
    .catch((error: unknown) => error);
  if (failure !== null) {
    throw new DatabaseUnreachable(
      `DATABASE_URL's role can't act as caseledger_service (${messageOf(failure)}). Have an administrator run: ${grant};`,
      {
        cause: failure,
      },
    );
  }
}

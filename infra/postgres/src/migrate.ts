import { readdir, readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { type Migration, type MigrationProvider, Migrator } from 'kysely/migration';
import { type Client, Pool } from 'pg';
import { errorCode, messageOf, withClient } from './client.js';
import { MigrationRefused } from './errors.js';
import type { DatabaseLog } from './log.js';
import { packageRoot } from './package-root.js';

export const migrationsFolder = join(packageRoot, 'infra', 'migrations');

/** Any number that nothing else in this database locks. */
const advisoryKey = 7_031_882_001;
const lockTimeout = '120s';

export interface MigrateOptions {
  readonly log: DatabaseLog;
  /** Default: infra/migrations. */
  readonly folder?: string;
}

interface MigrationFile {
  readonly name: string;
  readonly text: string;
  /** SHA-256 of the text with LF line ends, hex. */
  readonly checksum: string;
}

interface ChecksumTable {
  migration_checksum: { name: string; checksum: string };
}

/**
 * Brings the database to the newest migration: numbered `.sql` files, forward only, all in one transaction, under an advisory lock, so any
 * number of processes may start at once. Makes the role `caseledger_service` if it is absent. Run it with the owner's role.
 * @returns the names that were applied now, in order
 * @throws MigrationRefused, with the database as it was before
 */
export async function migrate(
  ownerUrl: string,
  { log, folder = migrationsFolder }: MigrateOptions,
): Promise<{ readonly applied: readonly string[] }> {
  const files = await readMigrations(folder);
  return withClient(ownerUrl, async (guard) => {
    await guard.query(`SET lock_timeout = '${lockTimeout}'`);
    await guard.query('SELECT pg_advisory_lock($1)', [advisoryKey]).catch((error: unknown) => {
      throw new MigrationRefused(`Another process has been migrating for ${lockTimeout}.`, { cause: error });
    });
    await ensureServiceRole(guard);
    await guard.query('CREATE TABLE IF NOT EXISTS migration_checksum (name text PRIMARY KEY, checksum text NOT NULL)');
    await refuseEdited(guard, files);
    return run(ownerUrl, files, log);
  });
}

async function readMigrations(folder: string): Promise<readonly MigrationFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set<string>();
  for (const name of names) {
    const number = /^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1];
    if (number === undefined) throw new MigrationRefused(`${name} is not named NNNN_name.sql.`);
    if (numbers.has(number)) throw new MigrationRefused(`Two migrations have the number ${number}.`);
    numbers.add(number);
  }
  return Promise.all(
    names.map(async (name) => {
      const text = (await readFile(join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name: name.slice(0, -'.sql'.length), text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

async function ensureServiceRole(client: Client): Promise<void> {
  const found = await client.query("SELECT 1 FROM pg_roles WHERE rolname = 'caseledger_service'");
  if (found.rowCount !== 0) return;
  await client.query('CREATE ROLE caseledger_service NOLOGIN').catch((error: unknown) => {
    // 42710, 23505: roles are the whole server's, and another database's migration made it just now.
    if (['42710', '23505'].includes(errorCode(error) ?? '')) return;
    throw new MigrationRefused(
      `The role caseledger_service is missing and can't be made (${messageOf(error)}). Have an administrator run: CREATE ROLE caseledger_service NOLOGIN;`,
      { cause: error },
    );
  });
}

async function refuseEdited(client: Client, files: readonly MigrationFile[]): Promise<void> {
  const stored = await client.query<{ name: string; checksum: string }>('SELECT name, checksum FROM migration_checksum');
  const checksums = new Map(stored.rows.map((row) => [row.name, row.checksum]));
  for (const { name, checksum } of files) {
    const before = checksums.get(name);
    if (before !== undefined && before !== checksum) {
      throw new MigrationRefused(
        `infra/migrations/${name}.sql was changed after it had been applied to this database. Restore it, and put the change into a new migration.`,
      );
    }
  }
}

async function run(ownerUrl: string, files: readonly MigrationFile[], log: DatabaseLog): Promise<{ readonly applied: readonly string[] }> {
  const pool = new Pool({ connectionString: ownerUrl, max: 2, application_name: 'caseledger-migrate' });
  pool.on('error', () => undefined); // The query that it breaks rejects.
  const db = new Kysely<ChecksumTable>({ dialect: new PostgresDialect({ pool }) });
  try {
    const { error, results } = await new Migrator({ db, provider: provider(files) }).migrateToLatest();
    if (error !== undefined) {
      const failed = results?.find((result) => result.status === 'Error')?.migrationName;
      const where = failed === undefined ? 'The migrations' : `infra/migrations/${failed}.sql`;
      throw new MigrationRefused(`${where} can't be applied: ${messageOf(error)}. The database is as it was before.`, { cause: error });
    }
    const applied = (results ?? []).map((result) => result.migrationName);
    if (applied.length > 0) log.info(`Migrations applied: ${applied.join(', ')}.`);
    return { applied };
  } finally {
    await db.destroy();
  }
}

function provider(files: readonly MigrationFile[]): MigrationProvider {
  const migrations = files.map(({ name, text, checksum }): [string, Migration] => [
    name,
    {
      async up(db: Kysely<ChecksumTable>) {
        await sql.raw(text).execute(db);
        await db.insertInto('migration_checksum').values({ name, checksum }).execute();
      },
    },
  ]);
  return { getMigrations: () => Promise.resolve(Object.fromEntries(migrations)) };
}

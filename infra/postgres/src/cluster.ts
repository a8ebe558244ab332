import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.js';
import { type ClusterPlace, syncFolder, writeDurably } from './data-folder.js';
import { roleNames } from './embedded-urls.js';
import { DatabaseStartFailed, DataFolderIncomplete, DataFolderVersionMismatch } from './errors.js';
import type { DatabaseLog } from './log.js';
import { giveTo } from './run-as.js';
import { spawnGuarded } from './watchdog.js';

/** Passwords of the three login roles, made once with the cluster and kept inside it (0600), so that one can't exist without the other. */
export interface Secrets {
  readonly admin: string;
  readonly owner: string;
  readonly service: string;
}

const secretsFile = 'caseledger-secrets.json';
const unfinished = 'data.new-';
const logTailChars = 2_000;

/** The server's environment: none of the service's own, which may hold secrets. */
export const serverEnv = { PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin', LANG: 'C', TZ: 'UTC' } as const;

/**
 * The cluster's secrets; makes the cluster first if there is none. It is made aside and renamed, so a kill leaves either no cluster or a whole one.
 * @throws DataFolderVersionMismatch, DataFolderIncomplete, DatabaseStartFailed
 */
export async function ensureCluster(
  place: ClusterPlace,
  binaries: Binaries,
  options: { sync: boolean; log: DatabaseLog },
): Promise<Secrets> {
  for (const name of await readdir(place.home)) {
    if (name.startsWith(unfinished)) await rm(join(place.home, name), { recursive: true, force: true, maxRetries: 10 });
  }
  if (!existsSync(place.cluster)) await createCluster(place, binaries, options);
  const version = (await readFile(join(place.cluster, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (version === '') throw new DataFolderIncomplete(place.dataFolder, `${place.cluster} has no PG_VERSION`);
  if (version !== binaries.major) throw new DataFolderVersionMismatch(place.dataFolder, version, binaries.major);
  const secrets = await readSecrets(place.cluster);
  if (secrets === null) throw new DataFolderIncomplete(place.dataFolder, `${join(place.cluster, secretsFile)} is missing`);
  return secrets;
}

/** Null where there are none, or this process may not read them. */
export async function readSecrets(cluster: string): Promise<Secrets | null> {
  const text = await readFile(join(cluster, secretsFile), 'utf8').catch(() => null);
  // Written below, durably, before the cluster got its name.
  return text === null ? null : (JSON.parse(text) as Secrets);
}

async function createCluster(place: ClusterPlace, binaries: Binaries, { sync, log }: { sync: boolean; log: DatabaseLog }): Promise<void> {
  log.info(`Making a database in ${place.cluster} (PostgreSQL ${binaries.version}).`);
  const workshop = await mkdtemp(join(place.home, unfinished));
  const cluster = join(workshop, 'data');
  const passwordFile = join(workshop, 'password');
  const secrets: Secrets = { admin: newPassword(), owner: newPassword(), service: newPassword() };
  await writeFile(passwordFile, secrets.admin, { mode: 0o600 });
  await giveTo(place.runAs, workshop, passwordFile);
  await runInitdb(place, binaries, [
    `--pgdata=${cluster}`,
    `--username=${roleNames.admin}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // Collations that come with the server: an upgrade of the operating system can't reorder an index.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    ...(sync ? [] : ['--no-sync']),
  ]);
  await writeDurably(join(cluster, secretsFile), JSON.stringify(secrets));
  await giveTo(place.runAs, join(cluster, secretsFile));
  await rename(cluster, place.cluster);
  await syncFolder(place.home);
  await rm(workshop, { recursive: true, force: true });
}

async function runInitdb(place: ClusterPlace, binaries: Binaries, args: readonly string[]): Promise<void> {
  const logFile = join(place.home, 'initdb.log');
  const output = await open(logFile, 'w', 0o600);
  await giveTo(place.runAs, logFile);
  try {
    const initdb = spawnGuarded({
      command: join(binaries.folder, 'bin', 'initdb'),
      args,
      runAs: place.runAs,
      removeAfter: '',
      output: output.fd,
      env: serverEnv,
    });
    const [code] = await once(initdb, 'exit');
    if (code !== 0) {
      const said = (await readFile(logFile, 'utf8')).slice(-logTailChars).trim();
      const hint = said.includes('could not look up effective user')
        ? ' Run the service under a user that /etc/passwd knows, or set DATABASE_URL.'
        : '';
      throw new DatabaseStartFailed(`initdb failed (${String(code)}): ${said}.${hint}`);
    }
  } finally {
    await output.close();
  }
}

/** 256 random bits in letters that need no escaping in SQL or in a URL. */
function newPassword(): string {
  return randomBytes(32).toString('base64url');
}

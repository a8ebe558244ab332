import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type HeldDatabase, holdDatabase, orphan, spawnHolder } from '../../../test/support/held-database.js';
import { query } from '../../../test/support/sql.js';
import { type EmbeddedPostgres, type EmbeddedPostgresOptions, startEmbeddedPostgres } from './embedded-postgres.js';
import { DataFolderInUse, DataFolderIncomplete, DataFolderNotWritable, DataFolderVersionMismatch } from './errors.js';
import { silentLog } from './log.js';
import { packageRoot } from './package-root.js';
import { isServerOf, readPostmasterPid } from './postmaster.js';

const asRoot = process.getuid?.() === 0;
const folders: string[] = [];
const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

async function newFolder(mode = 0o711): Promise<string> {
  const folder = await mkdtemp('/tmp/caseledger-spec-');
  folders.push(folder);
  await chmod(folder, mode);
  return folder;
}

/** A folder with a cluster in it that was started and stopped once: initdb's second is spared where the first start is not what is tried. */
let made = '';
beforeAll(async () => {
  made = await mkdtemp('/tmp/caseledger-spec-');
  await chmod(made, 0o711);
  await (await startEmbeddedPostgres({ dataFolder: made, log: silentLog })).stop();
});
afterAll(() => rm(made, { recursive: true, force: true }));

async function newFolderWithCluster(): Promise<string> {
  const folder = await newFolder();
  // With its owner and modes, which fs.cp does not keep.
  execFileSync('cp', ['-a', join(made, 'postgres'), folder]);
  return folder;
}

async function start(dataFolder: string, options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataFolder, log: silentLog, ...options });
  cleanUps.push(() => server.stop());
  return server;
}

/** A service in a process of its own, killed at the end of the test whatever happens. */
async function hold(dataFolder: string, uid?: number): Promise<HeldDatabase & { readonly ownerUrl: string }> {
  const held = await holdDatabase(dataFolder, uid);
  cleanUps.push(() => (held.process.exitCode === null && held.process.signalCode === null ? held.kill() : Promise.resolve()));
  if (!held.answer.ok) throw new Error(`${held.answer.code}: ${held.answer.message}`);
  return { ...held, ownerUrl: held.answer.ownerUrl };
}

const cluster = (folder: string): string => join(folder, 'postgres', 'data');

async function postmasterOf(folder: string): Promise<number> {
  const pid = await readPostmasterPid(cluster(folder));
  if (pid === null) throw new Error('No server runs there.');
  return pid;
}

async function until(condition: () => boolean | Promise<boolean>, what: string, withinMs = 20_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${what}`);
    await delay(10);
  }
}

describe('the embedded database', () => {
  it('keeps what was committed through five kills of its service', async () => {
    const folder = await newFolderWithCluster();
    for (let round = 1; round <= 5; round += 1) {
      const service = await hold(folder);
      await query(service.ownerUrl, 'CREATE TABLE IF NOT EXISTS kept (round int)', `INSERT INTO kept VALUES (${round})`);
      await service.kill();
    }
    const { ownerUrl } = await start(folder);
    const rows = await query(ownerUrl, 'SELECT round FROM kept ORDER BY round');
    expect(rows.map((row) => row['round'])).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends with its service when that is killed, and leaves no socket behind', async () => {
    const folder = await newFolderWithCluster();
    const service = await hold(folder);
    const socketFolder = new URL(service.ownerUrl).searchParams.get('host') ?? '';
    const postmaster = await postmasterOf(folder);
    expect(isServerOf(postmaster, cluster(folder))).toBe(true);
    await service.kill();
    await until(() => !isServerOf(postmaster, cluster(folder)), 'the server ends');
    await until(() => !existsSync(socketFolder), 'the socket folder goes');
    expect(await readPostmasterPid(cluster(folder))).toBeNull();
  });

  it('stops an orphan that nothing watches any more, and starts with its data', async () => {
    const folder = await newFolderWithCluster();
    const service = await hold(folder);
    await query(service.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS n');
    const left = await postmasterOf(folder);
    await orphan(service.process, left);
    await service.kill();
    expect(isServerOf(left, cluster(folder))).toBe(true);
    const warnings: string[] = [];
    const { ownerUrl } = await start(folder, { log: { ...silentLog, warn: (message) => void warnings.push(message) } });
    expect(await query(ownerUrl, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    expect(isServerOf(left, cluster(folder))).toBe(false);
    expect(existsSync(new URL(service.ownerUrl).searchParams.get('host') ?? '')).toBe(false);
    expect(await postmasterOf(folder)).not.toBe(left);
    expect(warnings.join()).toMatch(`process ${left}`);
  });

  describe.each([
    ['names a process that is gone', (text: string) => text],
    ['names a process that is another program now', (text: string) => text.replace(/^\d+/, String(process.pid))],
    ['is empty', () => ''],
  ])('after everything was killed, when postmaster.pid %s', (_, leave) => {
    it('starts, and has recovered what was committed', async () => {
      const folder = await newFolderWithCluster();
      const service = await hold(folder);
      await query(service.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS n');
      const pidFile = join(cluster(folder), 'postmaster.pid');
      const left = await readFile(pidFile, 'utf8');
      const postmaster = await postmasterOf(folder);
      await orphan(service.process, postmaster);
      process.kill(postmaster, 'SIGKILL');
      await service.kill();
      await until(() => !isServerOf(postmaster, cluster(folder)), 'the server is gone');
      await writeFile(pidFile, leave(left));
      const { ownerUrl } = await start(folder);
      expect(await query(ownerUrl, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    });
  });

  it('starts its server again when that ends by itself, at the same address', async () => {
    const folder = await newFolderWithCluster();
    const { ownerUrl } = await start(folder);
    await query(ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS n');
    const before = await postmasterOf(folder);
    process.kill(before, 'SIGKILL');
    const answers = (): Promise<boolean> =>
      query(ownerUrl, 'SELECT n FROM kept').then(
        (rows) => rows[0]?.['n'] === 42,
        () => false,
      );
    await until(async () => (await readPostmasterPid(cluster(folder))) !== before && (await answers()), 'it answers again');
  });

  it('tells its service when the server is gone for good, and still gives the folder back', async () => {
    const folder = await newFolderWithCluster();
    const lost: Error[] = [];
    const server = await start(folder, { onLost: (error) => void lost.push(error) });
    const settings = join(cluster(folder), 'postgresql.conf');
    const good = await readFile(settings, 'utf8');
    await writeFile(settings, `${good}\nnonsense = 1\n`);
    process.kill(await postmasterOf(folder), 'SIGKILL');
    await until(() => lost.length > 0, 'the service is told');
    expect(lost[0]?.message).toMatch(/nonsense/);
    await server.stop();
    await writeFile(settings, good);
    await start(folder);
  });

  it('makes a whole cluster after a first start that was killed half-way', async () => {
    const folder = await newFolder();
    const child = spawnHolder(folder);
    const own = join(folder, 'postgres');
    const making = async (): Promise<boolean> => {
      const name = (await readdir(own).catch(() => [])).find((entry) => entry.startsWith('data.new-'));
      return name !== undefined && existsSync(join(own, name, 'data', 'PG_VERSION'));
    };
    await until(making, 'initdb has begun');
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    expect(existsSync(cluster(folder))).toBe(false);
    const { ownerUrl } = await start(folder);
    expect(await query(ownerUrl, 'SELECT current_user AS role')).toEqual([{ role: 'caseledger_owner' }]);
    expect((await readdir(own)).filter((entry) => entry.startsWith('data.new-'))).toEqual([]);
  });

  it('syncs, checks its pages, and listens on nothing but a socket that needs a password', async () => {
    const folder = await newFolder();
    const { ownerUrl, adminUrl, serviceUrl } = await start(folder);
    const names = "('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'server_encoding')";
    const settings = await query(adminUrl, `SELECT name, setting FROM pg_settings WHERE name IN ${names} ORDER BY name`);
    expect(Object.fromEntries(settings.map((row) => [row['name'], row['setting']]))).toEqual({
      data_checksums: 'on',
      fsync: 'on',
      full_page_writes: 'on',
      listen_addresses: '',
      server_encoding: 'UTF8',
      synchronous_commit: 'on',
    });
    const socketFolder = new URL(ownerUrl).searchParams.get('host') ?? '';
    expect((await stat(socketFolder)).mode & 0o777).toBe(0o700);
    const wrong = new URL(serviceUrl);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(cluster(folder), 'caseledger-secrets.json'))).mode & 0o777).toBe(0o600);
    await expect(query(serviceUrl, 'CREATE TABLE mine (n int)')).rejects.toMatchObject({ code: '42501' });
  });

  it('stops twice without harm, and then the folder is free', async () => {
    const folder = await newFolderWithCluster();
    const first = await start(folder);
    await first.stop();
    await first.stop();
    await start(folder);
  });
});

describe('a data folder', () => {
  it('serves one process alone, and says which', async () => {
    const folder = await newFolderWithCluster();
    await start(folder);
    const second = await holdDatabase(folder);
    await second.end();
    expect(second.answer).toMatchObject({ ok: false, code: 'DATA_FOLDER_IN_USE' });
    expect(JSON.stringify(second.answer)).toMatch(`process ${process.pid}`);
    await expect(start(folder)).rejects.toEqual(new DataFolderInUse(join(folder, 'postgres'), process.pid));
  });

  it('is refused when it is of another major version, and left as it was', async () => {
    const folder = await newFolder();
    await mkdir(cluster(folder), { recursive: true });
    await writeFile(join(cluster(folder), 'PG_VERSION'), '14\n');
    if (asRoot) for (const path of [join(folder, 'postgres'), cluster(folder)]) await chmod(path, 0o755);
    const refusal: unknown = await start(folder).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DataFolderVersionMismatch);
    expect(refusal).toMatchObject({
      found: '14',
      wanted: '18',
      message: expect.stringMatching(/PostgreSQL 14.*PostgreSQL 18.*DATABASE_URL/),
    });
    expect(await readdir(cluster(folder))).toEqual(['PG_VERSION']);
  });

  it('is refused when this user may not write it', async () => {
    const folder = await newFolder(asRoot ? 0o755 : 0o500);
    const held = await holdDatabase(join(folder, 'data'), asRoot ? 1 : undefined);
    await held.end();
    expect(held.answer).toMatchObject({ ok: false, code: 'DATA_FOLDER_NOT_WRITABLE', message: expect.stringContaining('EACCES') });
    await chmod(folder, 0o755);
  });

  it('is refused when it is a file', async () => {
    const file = join(await newFolder(), 'data');
    await writeFile(file, '');
    await expect(start(file)).rejects.toBeInstanceOf(DataFolderNotWritable);
  });
});

const rootIt = asRoot ? it : it.skip;

describe('as root', () => {
  rootIt('puts the cluster where the server can reach it, when it can not enter the asked folder, and finds it again', async () => {
    const folder = await newFolder(0o700);
    const first = await start(join(folder, '.caseledger'));
    const pointer: unknown = JSON.parse(await readFile(join(folder, '.caseledger', 'postgres', 'location.json'), 'utf8'));
    const { home } = pointer as { home: string };
    folders.push(home);
    expect(home).toMatch(/^\/var\/lib\/caseledger\//);
    await query(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS n');
    await first.stop();
    const second = await start(join(folder, '.caseledger'));
    expect(await query(second.ownerUrl, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    await second.stop();
    await rm(home, { recursive: true });
    await expect(start(join(folder, '.caseledger'))).rejects.toBeInstanceOf(DataFolderIncomplete);
  });

  // Another user can run our source only where it can enter it: not in a clone under root's home. As that user, all tests above are this one.
  const reachable = asRoot && everyoneMayEnter(packageRoot);
  (reachable ? it : it.skip)('runs the cluster of an ordinary user as that user, who can use it afterwards', async () => {
    const folder = await newFolder(0o777);
    const uid = 1;
    const user = await hold(join(folder, 'data'), uid);
    await query(user.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS n');
    expect((await stat(cluster(join(folder, 'data')))).uid).toBe(uid);
    await user.end();
    const root = await start(join(folder, 'data'));
    expect(await query(root.ownerUrl, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    await root.stop();
    const again = await hold(join(folder, 'data'), uid);
    expect(await query(again.ownerUrl, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
    await again.end();
  });
});

function everyoneMayEnter(folder: string): boolean {
  return (statSync(folder).mode & 0o001) !== 0 && (folder === '/' || everyoneMayEnter(dirname(folder)));
}

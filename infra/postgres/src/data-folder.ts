import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { reachableFolder } from './binaries.js';
import { errorCode } from './client.js';
import { DataFolderIncomplete, DataFolderNotWritable } from './errors.js';
import type { DatabaseLog } from './log.js';
import { canWriteFolder, chooseRunAs, giveTo, isRoot, type RunAs } from './run-as.js';
import { lockFolder, type ServiceLock } from './service-lock.js';

/** Where one service's cluster lives, held until `lock` is released. */
export interface ClusterPlace {
  /** The folder that was asked for, absolute and without symlinks. */
  readonly dataFolder: string;
  /** Holds `data` (the cluster) and the server's log. `<dataFolder>/postgres`, or elsewhere if the server's user can't get there. */
  readonly home: string;
  readonly cluster: string;
  readonly runAs: RunAs;
  readonly lock: ServiceLock;
  /** To be called once the cluster stands: from then on, its absence is a loss and not a first start. */
  confirm(): Promise<void>;
}

const pointerName = 'location.json';

/** Names the cluster's home when that is not in the asked folder. `complete` is set after the first start went through. */
interface Pointer {
  readonly home: string;
  readonly complete: boolean;
}

/** @throws DataFolderNotWritable, DataFolderInUse, DataFolderIncomplete */
export async function openDataFolder(asked: string, log: DatabaseLog): Promise<ClusterPlace> {
  const folder = resolve(asked);
  const own = join(folder, 'postgres');
  await makeWritable(folder, own);
  const dataFolder = await realpath(folder);
  const lock = lockFolder(await realpath(own));
  try {
    return { dataFolder, lock, ...(await placeCluster(await realpath(own), log)) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function makeWritable(folder: string, own: string): Promise<void> {
  try {
    // As root the server's user has to pass through the folder; what is secret in it has modes of its own.
    await mkdir(folder, { recursive: true, mode: isRoot() ? 0o711 : 0o700 });
    await mkdir(own, { recursive: true, mode: 0o700 });
    const probe = join(own, `.probe-${process.pid}`);
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new DataFolderNotWritable(folder, errorCode(error) ?? String(error), { cause: error });
  }
}

type Placed = Pick<ClusterPlace, 'home' | 'cluster' | 'runAs' | 'confirm'>;

async function placeCluster(own: string, log: DatabaseLog): Promise<Placed> {
  const pointerFile = join(own, pointerName);
  const pointer = await readPointer(own);
  const home = pointer?.home ?? own;
  const cluster = join(home, 'data');
  const existing = existsSync(cluster) ? cluster : null;
  if (existing !== null) await refuseOthersCluster(existing);
  if (existing === null && pointer?.complete === true) {
    throw new DataFolderIncomplete(own, `its database is said to be in ${home}, and is not there or can't be reached`);
  }
  const runAs = await chooseRunAs(existing);
  if (pointer !== null) return placeElsewhere(own, pointerFile, pointer, runAs, log);
  await giveTo(runAs, own);
  if (canWriteFolder(runAs, own)) return { home, cluster, runAs, confirm: () => Promise.resolve() };
  if (existing !== null)
    throw new DataFolderNotWritable(own, `the database in it belongs to uid ${runAs?.uid}, which can't enter the folder`);
  return placeElsewhere(own, pointerFile, null, runAs, log);
}

/** The server's user can't reach the asked folder (a clone under root's home, say): the cluster stands where it can, and a file here names the place. */
async function placeElsewhere(own: string, pointerFile: string, pointer: Pointer | null, runAs: RunAs, log: DatabaseLog): Promise<Placed> {
  const home = pointer?.home ?? join(reachableFolder, randomUUID());
  await mkdir(dirname(home), { recursive: true, mode: 0o755 });
  await mkdir(home, { recursive: true, mode: 0o700 });
  await giveTo(runAs, home);
  if (!canWriteFolder(runAs, home))
    throw new DataFolderNotWritable(home, `uid ${runAs?.uid ?? process.getuid?.()}, which runs the server, can't enter it`);
  if (pointer === null) {
    await writePointer(pointerFile, { home, complete: false });
    await writeFile(join(home, 'asked-by.txt'), `${own}\n`);
    log.info(`uid ${runAs?.uid}, which runs PostgreSQL for root, can't enter ${own}: the database is in ${home}.`);
  }
  return {
    home,
    cluster: join(home, 'data'),
    runAs,
    confirm: () => (pointer?.complete ? Promise.resolve() : writePointer(pointerFile, { home, complete: true })),
  };
}

async function refuseOthersCluster(cluster: string): Promise<void> {
  const { uid } = await stat(cluster);
  if (!isRoot() && uid !== process.getuid?.()) {
    throw new DataFolderNotWritable(cluster, `the database belongs to uid ${uid} and this process runs as uid ${process.getuid?.()}`);
  }
}

export async function readPointer(folder: string): Promise<Pointer | null> {
  const file = join(folder, pointerName);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw new DataFolderNotWritable(file, errorCode(error) ?? String(error), { cause: error });
  });
  if (text === null) return null;
  const parsed: unknown = JSON.parse(text);
  return parsed as Pointer; // Written below, by rename: it is never half there.
}

async function writePointer(file: string, pointer: Pointer): Promise<void> {
  await writeDurably(file, `${JSON.stringify(pointer)}\n`);
}

/** All of it, or none, on the disk when this returns. Mode 0600. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(temporary, 0o600);
  await rename(temporary, file);
  await syncFolder(dirname(file));
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

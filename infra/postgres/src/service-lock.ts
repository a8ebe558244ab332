import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from './client.js';
import { DataFolderInUse, DataFolderNotWritable } from './errors.js';

const sqliteBusy = 5;

export interface ServiceLock {
  release(): void;
}

/**
 * One service to a data folder. Node has no flock; an exclusive SQLite transaction on an empty file is the same kernel lock, and the kernel
 * drops it with the process, however that ends: no stale lock, no reused pid, no time-out. The file beside it names the holder.
 * @throws DataFolderInUse, DataFolderNotWritable
 */
export function lockFolder(folder: string): ServiceLock {
  const holderFile = join(folder, 'service.pid');
  let lock: DatabaseSync | null = null;
  try {
    lock = new DatabaseSync(join(folder, 'service.lock'));
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock?.close();
    if (isBusy(error)) throw new DataFolderInUse(folder, readHolder(holderFile));
    throw new DataFolderNotWritable(folder, `it can't be locked (${messageOf(error)})`, { cause: error });
  }
  const held = lock;
  // The file of a killed service may be another user's; the folder is ours.
  rmSync(holderFile, { force: true });
  writeFileSync(holderFile, `${process.pid}\n`);
  return {
    release() {
      if (!held.isOpen) return;
      rmSync(holderFile, { force: true });
      held.close();
    },
  };
}

function isBusy(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'errcode' in error && error.errcode === sqliteBusy;
}

function readHolder(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isSafeInteger(pid) ? pid : null;
  } catch {
    return null;
  }
}

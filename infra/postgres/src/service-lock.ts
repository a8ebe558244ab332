import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderInUse } from './errors.js';

const sqliteBusy = 5;

export interface ServiceLock {
  release(): void;
}

/**
 * One service to a data folder. Node has no flock; an exclusive SQLite transaction on an empty file is the same kernel lock, and the kernel
 * drops it with the process, however that ends: no stale lock, no reused pid, no time-out. The file beside it names the holder.
 * @throws DataFolderInUse
 */
export function lockFolder(folder: string): ServiceLock {
  const holderFile = join(folder, 'service.pid');
  const lock = new DatabaseSync(join(folder, 'service.lock'));
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) throw new DataFolderInUse(folder, readHolder(holderFile));
    throw error;
  }
  writeFileSync(holderFile, `${process.pid}\n`);
  return {
    release() {
      if (!lock.isOpen) return;
      rmSync(holderFile, { force: true });
      lock.close();
    },
  };
}

function readHolder(file: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isSafeInteger(pid) ? pid : null;
  } catch {
    return null;
  }
}

import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { ClusterPlace } from './data-folder.js';
import { DatabaseStartFailed } from './errors.js';
import { canWriteFolder, giveTo } from './run-as.js';

/** sockaddr_un holds 107 bytes on Linux and 103 on macOS, and the server's own name for the socket takes 15. */
const folderBytesMax = 85;
const prefix = 'caseledger-';
const recordName = 'socket-folder';

/**
 * A folder for the socket, which only the server's user (and root) can enter; short, since a socket's path may not be long. A service whose
 * watchdog was killed with it left its own behind: `socket-folder` beside the cluster names it, and it is removed here.
 * @throws DatabaseStartFailed
 */
export async function makeSocketFolder({ home, runAs }: ClusterPlace): Promise<string> {
  const record = join(home, recordName);
  const parents = [tmpdir(), '/tmp'];
  const left = (await readSocketFolder(home)) ?? '';
  const ours = parents.includes(dirname(left)) && new RegExp(`^${prefix}[A-Za-z0-9]{6}$`).test(basename(left));
  if (ours) await rm(left, { recursive: true, force: true });
  for (const parent of parents) {
    if (Buffer.byteLength(join(parent, `${prefix}XXXXXX`)) > folderBytesMax || !existsSync(parent)) continue;
    const folder = await mkdtemp(join(parent, prefix)).catch(() => null);
    if (folder === null) continue;
    await giveTo(runAs, folder);
    if (canWriteFolder(runAs, folder)) {
      await writeFile(record, folder);
      await giveTo(runAs, record);
      return folder;
    }
    await rm(folder, { recursive: true, force: true });
  }
  throw new DatabaseStartFailed(
    `There is no folder for the database's socket: neither ${tmpdir()} nor /tmp can be used. Set TMPDIR to a short path.`,
  );
}

/** Where the server of this cluster listens, or listened; null where none ever has. */
export function readSocketFolder(home: string): Promise<string | null> {
  return readFile(join(home, recordName), 'utf8').catch(() => null);
}

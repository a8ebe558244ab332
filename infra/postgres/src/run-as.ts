import { spawnSync } from 'node:child_process';
import { chown, readFile, stat } from 'node:fs/promises';
import { DatabaseBinariesUnusable } from './errors.js';

/** The user that the server runs under; null: the one that this process runs under. PostgreSQL refuses to run as root. */
export type RunAs = { readonly uid: number; readonly gid: number } | null;

const nobody = 65_534;

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * As root: the owner of the cluster that is there (it may be an ordinary user's), else `nobody`. initdb crashes under a uid without an
 * entry in the user database, so that is looked up first.
 */
export async function chooseRunAs(existingCluster: string | null): Promise<RunAs> {
  if (!isRoot()) return null;
  if (existingCluster !== null) {
    const { uid, gid } = await stat(existingCluster);
    if (uid !== 0) return { uid, gid };
  }
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const entries = passwd.split('\n').map((line) => line.split(':'));
  const entry = entries.find((e) => Number(e[2]) === nobody) ?? entries.find((e) => e[0] === 'nobody' && Number(e[2]) > 0);
  if (entry === undefined) {
    throw new DatabaseBinariesUnusable(
      'PostgreSQL refuses to run as root, and there is no user "nobody" to run it under. Start Caseledger as an ordinary user, or set DATABASE_URL.',
    );
  }
  return { uid: Number(entry[2]), gid: Number(entry[3]) };
}

export async function giveTo(runAs: RunAs, ...paths: readonly string[]): Promise<void> {
  if (runAs !== null) for (const path of paths) await chown(path, runAs.uid, runAs.gid);
}

/** Whether that user can enter and write the folder: asked of the kernel, since modes alone don't tell (ACLs, mounts). */
export function canWriteFolder(runAs: RunAs, folder: string): boolean {
  const probe = spawnSync('/bin/sh', ['-c', 'cd "$1" && test -w .', 'probe', folder], { ...runAs, cwd: '/', stdio: 'ignore' });
  return probe.status === 0;
}

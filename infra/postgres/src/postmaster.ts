import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseStartFailed } from './errors.js';
import type { DatabaseLog } from './log.js';

/** An orphan is asked to stop (SIGINT), told to (SIGQUIT), ended (SIGKILL), and then given up on. Milliseconds since the first. */
const orphanLimits = { quitMs: 15_000, killMs: 25_000, giveUpMs: 35_000, pollMs: 50 } as const;

/** The pid in the cluster's `postmaster.pid`; null if there is no file; NaN if it is empty or torn. */
export async function readPostmasterPid(cluster: string): Promise<number | null> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => null);
  return text === null ? null : Number.parseInt(text, 10);
}

/** Whether this process is a server on this cluster, by its command line: a pid alone may have been given to someone else since. */
export function isServerOf(pid: number, cluster: string): boolean {
  const args = commandLine(pid);
  return args !== null && basename(args[0] ?? '') === 'postgres' && args.includes(cluster);
}

function commandLine(pid: number): readonly string[] | null {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    const line = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    // ps joins by spaces; a path may hold some. `-D <cluster> -c` is how this folder starts a server.
    const match = /^(\S.*\/postgres) -D (.+?) -c /.exec(line);
    return match === null ? [line] : [match[1] ?? '', match[2] ?? ''];
  } catch {
    return null;
  }
}

/**
 * Stops a server that outlived its service. It is never adopted: its watchdog would end it under the new service.
 * @returns a pid that stands in a stale `postmaster.pid`, now perhaps another process's; the new server is told to disregard it. It still
 *   checks the shared memory that the file names, which removing the file would prevent.
 */
export async function clearOrphan(cluster: string, log: DatabaseLog): Promise<{ readonly stalePid: number | null }> {
  const started = performance.now();
  let sent: NodeJS.Signals | null = null;
  for (;;) {
    const pid = await readPostmasterPid(cluster);
    if (pid === null) return { stalePid: null };
    if (!Number.isSafeInteger(pid) || pid <= 1) {
      // A power cut may leave it empty; the server would refuse to start. Nothing in it could be checked.
      await rm(join(cluster, 'postmaster.pid'), { force: true });
      return { stalePid: null };
    }
    if (!isServerOf(pid, cluster)) return { stalePid: pid };
    const waited = performance.now() - started;
    if (waited > orphanLimits.giveUpMs)
      throw new DatabaseStartFailed(`A server (process ${pid}) still holds ${cluster} and can't be ended.`);
    const signal = waited > orphanLimits.killMs ? 'SIGKILL' : waited > orphanLimits.quitMs ? 'SIGQUIT' : 'SIGINT';
    if (signal !== sent) {
      log.warn(`A PostgreSQL server (process ${pid}) of a service that ended is still running: ${signal}.`);
      signalIfThere(pid, signal);
      sent = signal;
    }
    await delay(orphanLimits.pollMs);
  }
}

function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile: the next look sees it.
  }
}

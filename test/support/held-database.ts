import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { HoldAnswer } from './hold-database.js';

const here = dirname(fileURLToPath(import.meta.url));

export interface HeldDatabase {
  readonly process: ChildProcess;
  readonly answer: HoldAnswer;
  /** What it logged so far. */
  log(): string;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
  /** Lets it stop its server and end. */
  end(): Promise<void>;
}

/**
 * Ends all that watches this server (the shell and its reader) and, before that, halts the service, which would react. The server goes on, an
 * orphan once the service is killed. Linux only: it reads /proc.
 */
export async function orphan(service: ChildProcess, postmaster: number): Promise<void> {
  service.kill('SIGSTOP');
  const watchdog = Number(/^PPid:\s+(\d+)/m.exec(await readFile(`/proc/${postmaster}/status`, 'utf8'))?.[1]);
  const children = (await readFile(`/proc/${watchdog}/task/${watchdog}/children`, 'utf8')).trim().split(' ').map(Number);
  for (const pid of [watchdog, ...children]) if (pid !== postmaster) process.kill(pid, 'SIGKILL');
}

/** Starts a service's database in a process of its own; under another user, if root asks for it. */
export function spawnHolder(folder: string, uid?: number): ChildProcess {
  const args = [
    '--import',
    join(here, 'source-hooks.js'),
    join(here, 'hold-database.ts'),
    folder,
    ...(uid === undefined ? [] : [String(uid)]),
  ];
  return spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] ?? '' } });
}

/** The same, when it has answered: it runs, or it says why not. */
export async function holdDatabase(folder: string, uid?: number): Promise<HeldDatabase> {
  const child = spawnHolder(folder, uid);
  const exit = once(child, 'exit');
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  if (child.stdout === null) throw new Error('No stdout: spawn was called with a pipe.');
  const lines = createInterface(child.stdout);
  const first: unknown[] = await Promise.race([once(lines, 'line'), exit]);
  if (typeof first[0] !== 'string') throw new Error(`The holder ended before it answered: ${log}`);
  const answer: unknown = JSON.parse(first[0]);
  return {
    process: child,
    answer: answer as HoldAnswer, // Printed by hold-database.ts.
    log: () => log,
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
    async end() {
      child.stdin?.end();
      await exit;
    },
  };
}

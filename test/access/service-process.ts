import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');
const readyMsMax = 60_000;
/** The heap of `npm start`: a service that needed more would end. */
const heapMb = 272;

/** A service in a process of its own. */
export interface Target {
  readonly url: string;
  readonly child: ChildProcess;
  token(role: string, user: string): Promise<string>;
}

/** @param script below the root; it prints where it listens */
export async function withServiceProcess<T>(script: string, env: Readonly<Record<string, string>>, work: (service: Target) => Promise<T>): Promise<T> {
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, '--import', join(root, 'test/support/source-hooks.js'), join(root, script)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], NODE_ENV: 'test', PORT: '0', CASELEDGER_LOG_LEVEL: 'silent', CASELEDGER_SAMPLE: 'off', ...env },
  });
  const ended = once(child, 'exit');
  try {
    return await work(await targetOf(child));
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function targetOf(child: ChildProcess): Promise<Target> {
  if (child.stdout === null) throw new Error('unreachable: its output is piped');
  for await (const line of createInterface({ input: child.stdout, signal: AbortSignal.timeout(readyMsMax) })) {
    const url = /(http:\S+\/graphql)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    const token = async (role: string, user: string): Promise<string> => {
      const answer = await fetch(url.replace(/graphql$/, `development/token?role=${role}&user=${user}`));
      return ((await answer.json()) as { readonly token: string }).token;
    };
    return { url, child, token };
  }
  throw new Error('the service ended before it was ready');
}

/** Resident memory of a process, in MB, as the kernel counts it. */
export async function rssMb({ pid }: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

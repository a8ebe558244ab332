import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const readyMsMax = 60_000;
const endMsMax = 15_000;
/** Linux counts processor time in these; `getconf CLK_TCK` is 100 on every supported platform. */
const ticksPerSecond = 100;

export const atRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export interface Server {
  readonly url: string;
  readonly pid: number;
  /** Processor seconds since its start. */
  cpuSeconds(): number;
  /** The next line that it prints and that begins so. */
  line(beginning: string): Promise<string>;
  /** Resident bytes now. */
  residentBytes(): number;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly script: string;
  readonly nodeArguments?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly port: number;
  readonly ready: (url: string) => Promise<boolean>;
}

/** A Node process that serves GraphQL; it ends with this one. */
export async function startServer({ script, nodeArguments = [], env = {}, port, ready }: ServerOptions): Promise<Server> {
  const child = spawn(process.execPath, [...nodeArguments, atRoot(script)], {
    env: { ...process.env, NODE_OPTIONS: '', PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const tail: string[] = [];
  const awaited = new Map<string, (line: string) => void>();
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      tail.push(line);
      for (const [beginning, tell] of awaited) if (line.startsWith(beginning)) tell(line);
      if (tail.length > 40) tail.shift();
    });
  }
  const endWithUs = () => child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const url = `http://127.0.0.1:${port}`;
  const until = performance.now() + readyMsMax;
  while (!(await ready(url).catch(() => false))) {
    if (child.exitCode !== null || performance.now() > until) throw new Error(`${script} did not start:\n${tail.join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { pid } = child;
  if (pid === undefined) throw new Error(`${script} has no process`);
  return {
    url,
    pid,
    cpuSeconds: () => cpuSecondsOf(pid),
    line: (beginning) => new Promise((resolve) => awaited.set(beginning, resolve)),
    residentBytes: () => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024,
    async stop() {
      process.off('exit', endWithUs);
      await stopChild(child);
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), endMsMax);
  await ended;
  clearTimeout(timer);
}

/** User and system time of a process, its threads included. */
export function cpuSecondsOf(pid: number): number {
  // The second field is the name in parentheses and may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

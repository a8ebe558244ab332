import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const sampleMs = 200;
const readyMsMax = 120_000;
const stopMsMax = 60_000;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Resident MiB of a process; 0 where it has ended. */
export function residentMebibytes(pid: number | undefined): number {
  try {
    return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024);
  } catch {
    return 0;
  }
}

/** A program of the repository, as people run it, with the most memory that it took. */
export class Program {
  private readonly child: ChildProcess;
  private readonly watch: NodeJS.Timeout;
  private readonly ended: Promise<unknown>;
  peakMebibytes = 0;

  constructor(args: readonly string[], env: Environment) {
    this.child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    this.watch = setInterval(() => (this.peakMebibytes = Math.max(this.peakMebibytes, residentMebibytes(this.child.pid))), sampleMs);
    this.ended = once(this.child, 'exit').finally(() => clearInterval(this.watch));
  }

  private get stdout(): NonNullable<ChildProcess['stdout']> {
    if (this.child.stdout === null) throw new Error('unreachable: its output is piped');
    return this.child.stdout;
  }

  /** What it printed, once it has ended well. */
  async output(): Promise<string> {
    const printed = await text(this.stdout);
    await this.ended;
    if (this.child.exitCode !== 0) throw new Error(`${this.child.spawnargs.slice(1, 4).join(' ')} ended with ${this.child.exitCode ?? this.child.signalCode}`);
    return printed;
  }

  /** The port that a server says it listens on, `msMax` after its start at the latest; its output is thrown away from then on. */
  async port({ form = /http:\/\/[^:]+:(\d+)/, msMax = readyMsMax } = {}): Promise<number> {
    const late = AbortSignal.timeout(msMax);
    const lines = createInterface({ input: this.stdout, signal: late });
    for await (const line of lines) {
      const port = form.exec(line)?.[1];
      if (port === undefined) continue;
      this.stdout.resume();
      return Number(port);
    }
    throw new Error(late.aborted ? `the server was not ready after ${msMax / 1_000} s` : 'the server ended before it was ready');
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  async stop(): Promise<void> {
    if (this.hasEnded) return;
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), stopMsMax);
    await this.ended;
    clearTimeout(late);
  }
}

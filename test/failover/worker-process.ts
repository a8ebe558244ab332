import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** `apps/worker` as a process of its own, from source. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #said = '';

  constructor(env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, ['--import', join(root, 'test/support/source-hooks.js'), join(root, 'apps/worker/src/main.ts')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });
    this.#exited = once(this.#child, 'exit');
    this.#child.stderr?.on('data', (bytes: Buffer) => (this.#said = `${this.#said}${bytes.toString()}`.slice(-2_000)));
  }

  /** What it wrote to its error output, should it have ended by itself. */
  get said(): string {
    return this.#child.exitCode === null ? '' : `the worker ended with ${this.#child.exitCode}: ${this.#said}`;
  }

  /** At once, as a power cut would; nothing in the process runs any more. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }
}

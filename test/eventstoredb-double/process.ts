import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** The double in a process of its own, so that neither its memory nor its work is taken for the adapter's. */
export async function startDoubleProcess(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const hooks = join(here, '..', 'support', 'source-hooks.js');
  const child = spawn(process.execPath, ['--import', hooks, join(here, 'main.ts')], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } });
  const exited = once(child, 'exit');
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), exited]);
  const [url] = line;
  if (typeof url !== 'string') throw new Error('The double did not start.');
  return {
    url,
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}

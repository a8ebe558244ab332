#!/usr/bin/env node
// Runs the built program under the Node that npm installed with it: the one that npx found may be too old.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const oldestNode = 24;
const program = at('../dist/apps/cli/src/main.js');
if (!existsSync(program)) {
  process.stderr.write('The program is not built yet: run npm run build (npm start does it, too).\n');
  process.exit(1);
}
const bundled = at('../node_modules/.bin/node');
// A rebuild works in bounded memory: without a bound, V8 lets its garbage grow with the machine. Most of what it makes lives as long as a batch: a larger young
// generation copies less of it.
const args = ['--enable-source-maps', '--max-old-space-size=208', '--max-semi-space-size=16', program, ...process.argv.slice(2)];
if (Number(process.versions.node.split('.')[0]) >= oldestNode || !existsSync(bundled)) {
  // In place of this process, so that whoever ends the one ends the other.
  if (process.execve === undefined) await import(program);
  else process.execve(process.execPath, [process.execPath, ...args], process.env);
} else process.exit(spawnSync(bundled, args, { stdio: 'inherit' }).status ?? 1);

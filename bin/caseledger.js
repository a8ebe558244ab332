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
if (Number(process.versions.node.split('.')[0]) >= oldestNode || !existsSync(bundled)) await import(program);
else process.exit(spawnSync(bundled, ['--enable-source-maps', program, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);

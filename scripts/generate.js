/**
 * Writes the generated files that are committed, or with --check says which are out of date. Run after a build: `npm run generate`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { printSchema, lexicographicSortSchema } from 'graphql';
import { buildSchema } from '../dist/apps/api/src/graphql/schema.js';
import { buildVerifierPage, buildVerifierScript } from './verifier-page.js';

const banner = '# Generated from the code by `npm run generate`; a check fails where it is out of date.\n\n';

/** Each generated file and what it should hold. */
const files = {
  'schema.graphql': async () => banner + printSchema(lexicographicSortSchema(await buildSchema())) + '\n',
  'libs/disclosure/assets/verify.html': buildVerifierPage,
  'libs/disclosure/assets/verify.mjs': buildVerifierScript,
};

const checkOnly = process.argv.includes('--check');
let stale = 0;
for (const [file, make] of Object.entries(files)) {
  const path = new URL(`../${file}`, import.meta.url);
  const wanted = await make();
  const present = await readFile(path, 'utf8').catch(() => '');
  if (present === wanted) continue;
  stale += 1;
  if (checkOnly) process.stderr.write(`${file} is out of date: run npm run generate and commit it.\n`);
  else {
    await writeFile(path, wanted);
    process.stdout.write(`${file} written\n`);
  }
}
process.exit(checkOnly && stale > 0 ? 1 : 0);

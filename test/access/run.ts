/**
 * Who may see and do what, tried in every way that is listed. `npm run test:access [-- --seed=N] [PART…]`; prints its counts and ends with 1 if
 * anything was not as it should be.
 */
import { startBroker } from '../support/database-broker.js';
import type { AccessPart } from './part.js';
import { documentsPart } from './documents.access.js';
import { matrixPart } from './matrix.access.js';
import { policyPart } from './policy.access.js';
import { shreddingPart } from './shredding.access.js';
import { throughputPart } from './throughput.access.js';
import { tokensPart } from './tokens.access.js';

const parts: readonly AccessPart[] = [policyPart, matrixPart, tokensPart, documentsPart, shreddingPart, throughputPart];

/** Lines printed of what failed, for each count. */
const failuresShownMax = 20;

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('--'));
const seed = Number(words.find((word) => word.startsWith('--seed='))?.slice('--seed='.length) ?? Date.now() % 1_000_000);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

print(`seed ${seed}`);
const broker = await startBroker();
let failures = 0;
try {
  for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const began = performance.now();
    for (const { what, tried, failed } of await part.run({ seed, print })) {
      print(`${part.name}: ${what}: ${tried.toLocaleString('en')} tried, ${failed.length} not as they should be`);
      for (const line of failed.slice(0, failuresShownMax)) print(`  ${line}`);
      failures += failed.length;
    }
    print(`${part.name}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  }
} finally {
  await broker.close();
}
process.exitCode = failures === 0 ? 0 : 1;

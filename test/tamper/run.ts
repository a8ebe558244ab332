/**
 * Tampers with what must not be tampered with, in every way that is listed, and prints how often it was found.
 * `npm run test:tamper [-- --long] [-- PART…]`; ends with 1 if anything was missed.
 */
import { startBroker } from '../support/database-broker.js';
import { auditPart } from './audit.tamper.js';
import { browserPart } from './browser.tamper.js';
import { bundlePart } from './bundle.tamper.js';
import type { TamperPart } from './part.js';
import { proofsPart } from './proofs.tamper.js';

const parts: readonly TamperPart[] = [auditPart, proofsPart, bundlePart, browserPart];

const words = process.argv.slice(2);
const long = words.includes('--long');
const wanted = words.filter((word) => !word.startsWith('--'));
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const broker = await startBroker();
let missed = 0;
try {
  for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const began = performance.now();
    const counts = await part.run({ long, print });
    for (const { what, tried, found, missed: not } of counts) {
      print(`${part.name}: ${what}: ${found} of ${tried} found and named`);
      missed += not.length;
    }
    print(`${part.name}: ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  }
} finally {
  await broker.close();
}
process.exitCode = missed === 0 ? 0 : 1;

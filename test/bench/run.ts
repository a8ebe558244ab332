/**
 * Measures the read side: `npm run bench:reads [-- --short] [--cases=…] [--picture=FILE] [PART…]`; ends with 1 where a goal is missed. The service has to be built.
 */
import { everythingPart } from './everything.part.js';
import { livePart } from './live.part.js';
import { millionPart } from './million.part.js';
import type { BenchPart } from './part.js';
import { rebuildPart } from './rebuild.part.js';

const parts: readonly BenchPart[] = [livePart, rebuildPart, everythingPart, millionPart];

const words = process.argv.slice(2);
const short = words.includes('--short');
const wanted = words.filter((word) => !word.startsWith('--'));
/** `--name=value`. */
const valueOf = (name: string): string | undefined => words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const cases = valueOf('cases');
const picture = valueOf('picture');
const sized = { ...(cases === undefined ? {} : { cases: Number(cases) }), ...(picture === undefined ? {} : { picture }) };
const print = (line: string): void => void process.stdout.write(`${line}\n`);

let missed = 0;
for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
  print(`${part.name}: ${part.about}`);
  const began = performance.now();
  if (!(await part.run({ ...sized, short, print: (line) => print(`  ${line}`) }))) missed += 1;
  print(`  ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}
process.exitCode = missed === 0 ? 0 : 1;

/**
 * Caseledger beside its peers, in one run on one machine. `npm run bench` measures everything and writes docs/benchmarks.md;
 * `npm run bench -- NAME…` measures these alone; `--json` prints for machines; `--smoke` is short, with a tenth of each goal, for CI.
 */
import { parseArgs } from 'node:util';
import { type DurableCluster, startDurableCluster } from '../test/support/database.js';
import { describeMachine } from './kit/machine.js';
import { type Bench, type Compared, type Measure, meets, printGoal, type Scale } from './kit/measure.js';
import { readable } from './kit/stats.js';
import { measures } from './measures/index.js';
import { type Measured, writePage } from './page.js';

const full: Scale = { rounds: 5, turnMs: 4_000, divideBy: 1 };
const smoke: Scale = { rounds: 1, turnMs: 500, divideBy: 20 };
/** A smoke test is run beside other work: what falls below a tenth of its goal has broken. */
const smokeLeniency = 10;

/** What a smoke test measures: the way of a command, the log, the way into a read model. */
const smokeNames: ReadonlySet<string> = new Set(['commands', 'append', 'read-all', 'projections']);

const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' }, smoke: { type: 'boolean' } } });
const unknown = positionals.filter((name) => !measures.some((measure) => measure.name === name));
if (unknown.length > 0) {
  process.stderr.write(`No such measure: ${unknown.join(', ')}. There are ${measures.map(({ name }) => name).join(', ')}.\n`);
  process.exit(2);
}
const everything = positionals.length === 0 && !values.smoke;
const chosen = everything ? measures : measures.filter(({ name }) => (positionals.length > 0 ? positionals.includes(name) : smokeNames.has(name)));
const scale = values.smoke ? smoke : full;
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

// A peer's own pool says so when the cluster under it goes; nothing is measured any more by then.
let ending = false;
process.on('uncaughtException', (error) => {
  if (ending) return;
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});

let current: DurableCluster | null = null;
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
  process.once(signal, () => {
    ending = true;
    // The servers end with this process; the cluster has to be ended.
    void (current?.remove() ?? Promise.resolve()).finally(() => process.exit(code));
  });
}

const machine = describeMachine();
say(`${machine.cores} cores, load ${machine.load.join(' ')}; fdatasync ${machine.fdatasync.p50.toFixed(2)} ms, p99 ${machine.fdatasync.p99.toFixed(2)} ms`);
const measured: Measured[] = [];
for (const measure of chosen) measured.push({ measure, results: await run(measure) });
if (everything) writePage(machine, scale, measured);
if (values.json) process.stdout.write(`${JSON.stringify({ machine, scale, measured: measured.map(({ measure, results }) => ({ name: measure.name, results })) }, null, 2)}\n`);
const missed = measured.flatMap(({ results }) => results).filter((result) => meets(result, values.smoke ? smokeLeniency : 1) === false);
// A measure tells; a smoke test judges.
if (values.smoke && missed.length > 0) process.exitCode = 1;

/** Each measure on a cluster of its own, so that none inherits another's data. */
async function run(measure: Measure): Promise<readonly Compared[]> {
  say(`\n${measure.name}: ${measure.about}`);
  const cluster = await startDurableCluster();
  current = cluster;
  try {
    const bench: Bench = { cluster, scale, fdatasync: machine.fdatasync, say };
    const results = await measure.run(bench);
    for (const result of results) say(`  ${lineOf(result)}`);
    return results;
  } finally {
    ending = true;
    current = null;
    await cluster.remove();
    ending = false;
  }
}

function lineOf(result: Compared): string {
  const { what, ours, peer, unit, figure, goal, note } = result;
  const met = meets(result);
  const beside = peer === null ? '' : `, beside ${readable(peer)}`;
  const verdict = met === null ? '' : `; goal ${printGoal(goal)}: ${met ? 'met' : 'NOT MET'}`;
  return `${what}: ${readable(ours)}${beside} ${unit}; ${readable(figure)}${verdict}${note === undefined ? '' : ` (${note})`}`;
}

/**
 * How fast 32 concurrent writers append through the EventStoreDB adapter, beside the client's own unary appends of the same bytes in the same run:
 * rounds of both take turns against one double. Double, adapter and client each have a process of their own. The adapter checks each text, reads
 * back what was stored and says so. At the end the stored bytes of both are held against what was given.
 *
 *   npm run bench:eventstoredb -- [rounds] [appends a round]
 */
import { type ChildProcess, fork } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { readRawEvents } from '#libs/event-store/module';
import { startDoubleProcess } from '../eventstoredb-double/process.js';
import { accountOf, bodyBytes } from './eventstoredb-speed.events.js';
import type { Round } from './eventstoredb-speed.writers.js';

const writers = 32;
const rounds = Number(process.argv[2] ?? 12);
const appendsPerRound = Number(process.argv[3] ?? 1_600);
/** Rounds of each side before any that counts: the compiler's time. */
const warmUps = 2;
const here = import.meta.dirname;

const double = await startDoubleProcess();
const start = (side: 'adapter' | 'client') => {
  const child = fork(join(here, 'eventstoredb-speed.writers.ts'), [side, double.url], { execArgv: ['--import', join(here, '..', 'support', 'source-hooks.js')] });
  child.once('exit', (code) => {
    if (code !== 0) throw new Error(`The writers of the ${side} ended with ${code}.`);
  });
  return child;
};
const sides = { adapter: start('adapter'), client: start('client') };

function round(side: ChildProcess, name: string): Promise<Round> {
  // What eventstoredb-speed.writers.ts answers.
  const answer = new Promise<Round>((resolve) => side.once('message', (message) => resolve(message as Round)));
  side.send({ name, appends: appendsPerRound, writers });
  return answer;
}

/** @returns how many events are stored, each of them as it was given */
async function storedAsGiven(): Promise<number> {
  let stored = 0;
  for await (const { stream, id, head, body } of readRawEvents({ url: double.url })) {
    const { event } = accountOf(stream);
    if (event.id !== id || !Buffer.from(event.head).equals(head) || !Buffer.from(event.body).equals(body)) throw new Error(`${stream} is not stored as it was given.`);
    stored++;
  }
  const given = (rounds + warmUps) * 2 * appendsPerRound;
  if (stored !== given) throw new Error(`${stored} events are stored; ${given} were given.`);
  return stored;
}

const loadBefore = loadavg()[0] ?? 0;
for (let nth = 0; nth < warmUps; nth++) {
  await round(sides.adapter, `warm-a${nth}`);
  await round(sides.client, `warm-c${nth}`);
}
const [adapter, own]: [Round[], Round[]] = [[], []];
for (let nth = 0; nth < rounds; nth++) {
  // Whoever goes first changes each time: the other load of the machine hits both.
  if (nth % 2 === 0) adapter.push(await round(sides.adapter, `a${nth}`));
  own.push(await round(sides.client, `c${nth}`));
  if (nth % 2 === 1) adapter.push(await round(sides.adapter, `a${nth}`));
}
const stored = await storedAsGiven();

const median = (of: readonly number[]) => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
const ratios = adapter.map(({ perSecond }, nth) => perSecond / (own[nth]?.perSecond ?? 0));
const line = (name: string, of: readonly Round[]) =>
  `${name.padEnd(16)} ${median(of.map(({ perSecond }) => perSecond)).toFixed(0)} appends/s, ${median(of.map(({ cpuMicros }) => cpuMicros)).toFixed(0)} µs of its process's CPU each`;
console.log(`${writers} writers, ${rounds} rounds of ${appendsPerRound} appends each with ${bodyBytes} bytes of body; medians; load of the machine ${loadBefore.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`);
console.log(line('adapter', adapter));
console.log(line("client's own", own));
console.log(`ratio            ${median(ratios).toFixed(2)} (median of the rounds; ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`);
console.log(`stored           ${stored} events, each to the byte as given`);
for (const side of Object.values(sides)) side.disconnect();
await double.stop();
process.exit(0);

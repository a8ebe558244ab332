import { mkdtemp, open, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { fdatasync } from 'node:fs';
import { promisify } from 'node:util';
import { silentLog } from '#infra/postgres';
import { readConfig } from '#libs/config';
import { runSimulation } from '#libs/service/module';
import type { AccessPart } from './part.js';
import { type Target, withServiceProcess } from './service-process.js';

const cases = 300;
const clients = 32;
/** Two processes of one program differ by more than what is measured (what was compiled when, where memory lies): several pairs are started. */
const pairs = 3;
const roundsAPair = 5;
/** Until all that is run often is compiled. */
const warmRounds = 4;
const secondsARound = 3;
const floorWrites = 100;
const ratioMax = 1.15;

/** What an investigator's screen asks for: a page of the list, a case with its people and their names, its trail. */
const documents = {
  list: 'query { cases(first: 20, purpose: "bench") { edges { node { caseId number stage } } } }',
  case: 'query ($id: UUID!) { case(caseId: $id, purpose: "bench") { number stage persons { id roles name { text } } reports { narrative { text } } footage { id } } }',
  trail: 'query ($id: UUID!) { auditTrail(caseId: $id, first: 20, purpose: "bench") { edges { node { type actor recordedAt } } } }',
};

interface Side {
  readonly name: 'recorded' | 'unrecorded';
  readonly target: Target;
  readonly bodies: readonly Buffer[];
  readonly token: string;
}

/** Of all pairs. */
interface Measured {
  readonly perSecond: Record<Side['name'], number[]>;
  readonly medianMs: Record<Side['name'], number[]>;
  readonly aloneMs: Record<Side['name'], number[]>;
}

/** What the record of reads costs: the same service with the same cases, once with it and once without, in turns. */
export const throughputPart: AccessPart = {
  name: 'throughput',
  async run({ print }) {
    const folder = await mkdtemp('/tmp/caseledger-throughput-');
    try {
      const measured: Measured = { perSecond: { recorded: [], unrecorded: [] }, medianMs: { recorded: [], unrecorded: [] }, aloneMs: { recorded: [], unrecorded: [] } };
      const floorMs = await fdatasyncMs(folder);
      for (const name of ['recorded', 'unrecorded'] as const) await runSimulation(readConfig(envOf(folder, name)), { cases, seed: 1, from: until - 90 * 86_400_000, until, log: silentLog });
      for (let pair = 0; pair < pairs; pair += 1) {
        await withSide(folder, 'recorded', (recorded) => withSide(folder, 'unrecorded', (unrecorded) => inTurns([recorded, unrecorded], measured)));
      }
      const ratio = printed(measured, floorMs, print);
      const what = `throughput without the record of reads, ${clients} clients, at most ${ratioMax} times that with it`;
      return [{ what, tried: pairs * roundsAPair, failed: ratio <= ratioMax ? [] : [`${ratio.toFixed(2)} times`] }];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

const until = Date.parse('2026-03-01T00:00:00Z');
const envOf = (folder: string, name: Side['name']): Readonly<Record<string, string>> => ({
  NODE_ENV: 'test',
  CASELEDGER_DATA: join(folder, name),
  CASELEDGER_CLOCKS: 'off',
  CASELEDGER_REQUESTS_PER_USER: '1000000',
  CASELEDGER_REQUESTS_PER_ADDRESS: '1000000',
});

async function withSide<T>(folder: string, name: Side['name'], work: (side: Side) => Promise<T>): Promise<T> {
  return withServiceProcess('test/access/reading-service.ts', { ...envOf(folder, name), RECORD: name === 'recorded' ? 'on' : 'off' }, async (target) => {
    const token = await target.token('OVERSIGHT', 'oversight-1');
    const ids = await caughtUp(target, token);
    const bodies = ids.flatMap((id) => Object.values(documents).map((query) => Buffer.from(JSON.stringify({ query, ...(query.includes('$id') ? { variables: { id } } : {}) }))));
    return work({ name, target, bodies, token });
  });
}

/** The ids of the cases, once the lists show all of them. */
async function caughtUp({ url }: Target, token: string): Promise<readonly string[]> {
  const query = `query ($after: String) { cases(first: 100, after: $after) { edges { node { caseId } } pageInfo { endCursor hasNextPage } } }`;
  const read = async (): Promise<string[]> => {
    const ids: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` }, body: JSON.stringify({ query, variables: { after } }) });
      const answer = (await response.json()) as { data?: { cases: { edges: { node: { caseId: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } } };
      if (answer.data === undefined) throw new Error(JSON.stringify(answer));
      const { data } = answer;
      ids.push(...data.cases.edges.map(({ node }) => node.caseId));
      ({ endCursor: after, hasNextPage: more } = data.cases.pageInfo);
    }
    return ids;
  };
  for (const until = Date.now() + 60_000; ; ) {
    const ids = await read();
    if (ids.length === cases) return ids;
    if (Date.now() > until) throw new Error(`${ids.length} of ${cases} cases are shown after a minute`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function inTurns(sides: readonly Side[], measured: Measured): Promise<void> {
  for (let round = 0; round < warmRounds; round += 1) for (const side of sides) await load(side);
  for (let round = 0; round < roundsAPair; round += 1) {
    for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
      const { perSecond, medianMs } = await load(side);
      measured.perSecond[side.name].push(perSecond);
      measured.medianMs[side.name].push(medianMs);
    }
  }
  for (const side of sides) measured.aloneMs[side.name].push(await aloneMs(side));
}

/** How many times as much is read without the record. */
function printed({ perSecond, medianMs, aloneMs: alone }: Measured, floorMs: number, print: (line: string) => void): number {
  for (const name of ['recorded', 'unrecorded'] as const) {
    print(`throughput: ${name}: ${median(perSecond[name]).toFixed(0)} reads a second (rounds ${perSecond[name].map((n) => n.toFixed(0)).join(', ')}), median ${median(medianMs[name]).toFixed(1)} ms`);
  }
  print(`throughput: a lone reader waits ${median(alone.recorded).toFixed(2)} ms with the record, ${median(alone.unrecorded).toFixed(2)} ms without; one fdatasync of this disk takes ${floorMs.toFixed(2)} ms (medians)`);
  const ratio = median(perSecond.unrecorded) / median(perSecond.recorded);
  print(`throughput: ${ratio.toFixed(2)} times as much without the record`);
  return ratio;
}

async function load(side: Side): Promise<{ readonly perSecond: number; readonly medianMs: number }> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const taken: number[] = [];
  const began = performance.now();
  const until = began + secondsARound * 1_000;
  let next = 0;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const body = side.bodies[(next += 1) % side.bodies.length];
      const sentAt = performance.now();
      if (body !== undefined) await post(side, agent, body);
      taken.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const seconds = (performance.now() - began) / 1_000;
  agent.destroy();
  return { perSecond: taken.length / seconds, medianMs: median(taken) };
}

async function aloneMs(side: Side): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const taken: number[] = [];
  for (const body of side.bodies.slice(0, floorWrites)) {
    const sentAt = performance.now();
    await post(side, agent, body);
    taken.push(performance.now() - sentAt);
  }
  agent.destroy();
  return median(taken);
}

function post({ target, token }: Side, agent: Agent, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': body.length, authorization: `Bearer ${token}` };
    const sent = request(target.url, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => (text += part));
      answer.on('error', reject);
      answer.on('end', () => (answer.statusCode === 200 && !text.includes('"errors"') ? resolve() : reject(new Error(`${answer.statusCode}: ${text.slice(0, 500)}`))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The disk's own floor: a small write made durable. */
async function fdatasyncMs(folder: string): Promise<number> {
  const file = await open(join(folder, 'floor'), 'w');
  const sync = promisify(fdatasync);
  const taken: number[] = [];
  for (let i = 0; i < floorWrites; i += 1) {
    const began = performance.now();
    await file.write('one small record');
    await sync(file.fd);
    taken.push(performance.now() - began);
  }
  await file.close();
  return median(taken);
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

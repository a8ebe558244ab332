/**
 * How fast 32 concurrent writers append through the EventStoreDB adapter, beside the client's own unary appends of the same bytes in the same run:
 * rounds of both take turns against one double in a process of its own. The adapter, opened as the service opens it, checks each text, reads back
 * what was stored and says so. At the end the stored bytes of both are held against what was given.
 *
 *   npm run bench:eventstoredb -- [rounds] [appends a round]
 */
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { createEventStoreDb, readRawEvents } from '#libs/event-store/module';
import type { EventToAppend } from '#libs/event-store/port';
import { event } from '../../libs/event-store/src/contract.kit.js';
import { startDoubleProcess } from '../eventstoredb-double/process.js';

const writers = 32;
const rounds = Number(process.argv[2] ?? 12);
const appendsPerRound = Number(process.argv[3] ?? 1_600);
/** About what an envelope with a narrative takes. */
const data = { '@seed': 'x'.repeat(43), '@by': { actor: 'invented', roles: ['INTAKE'], unit: null, purpose: null, authority: null }, text: 'An invented account. '.repeat(30) };

const double = await startDoubleProcess();
const store = await createEventStoreDb({ url: double.url, log: { info: () => undefined, warn: console.warn, error: console.error } });
const client = EventStoreDBClient.connectionString(double.url);
const credentials = { username: 'none', password: 'none' };
/** What was given to either, by its id. */
const sent = new Map<string, EventToAppend>();

async function byAdapter(stream: string, given: EventToAppend): Promise<void> {
  const result = await store.append(stream, 'NO_STREAM', [given]);
  if (result.kind !== 'APPENDED') throw new Error(`A conflict in ${stream}.`);
}

async function byClient(stream: string, { id, type, head, body }: EventToAppend): Promise<void> {
  const prepared = jsonEvent({ id, type, data: JSON.parse(body) as object, metadata: JSON.parse(head) as object } as Parameters<typeof jsonEvent>[0]);
  await client.appendToStream(stream, prepared, { expectedRevision: 'no_stream', credentials, deadline: 5_000 });
}

async function round(name: string, append: (stream: string, given: EventToAppend) => Promise<void>): Promise<{ perSecond: number; cpuMicros: number }> {
  const given = Array.from({ length: appendsPerRound }, (_, nth) => ({ stream: `case-${name}.${nth}`, nth })).map(({ stream }) => ({ stream, event: event(stream, 0, { data }) }));
  for (const { event: one } of given) sent.set(one.id, one);
  const cpu = process.cpuUsage();
  const started = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let nth = writer; nth < given.length; nth += writers) {
        const one = given[nth];
        if (one !== undefined) await append(one.stream, one.event);
      }
    }),
  );
  const perSecond = (appendsPerRound / (performance.now() - started)) * 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { perSecond, cpuMicros: (user + system) / appendsPerRound };
}

const median = (of: readonly number[]) => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? 0;
await round('warm-a', byAdapter);
await round('warm-c', byClient);
type Round = Awaited<ReturnType<typeof round>>;
const [adapter, own]: [Round[], Round[]] = [[], []];
for (let nth = 0; nth < rounds; nth++) {
  // Whoever goes first changes each time: the other load of the machine hits both.
  if (nth % 2 === 0) adapter.push(await round(`a${nth}`, byAdapter));
  own.push(await round(`c${nth}`, byClient));
  if (nth % 2 === 1) adapter.push(await round(`a${nth}`, byAdapter));
}
const ratios = adapter.map(({ perSecond }, nth) => perSecond / (own[nth]?.perSecond ?? 0));
const line = (name: string, of: readonly Round[]) =>
  `${name.padEnd(16)} ${median(of.map(({ perSecond }) => perSecond)).toFixed(0)} appends/s, ${median(of.map(({ cpuMicros }) => cpuMicros)).toFixed(0)} µs of this process's CPU each`;
console.log(`${writers} writers, ${rounds} rounds of ${appendsPerRound} appends each with ${Buffer.byteLength(JSON.stringify(data))} bytes of body; medians`);
console.log(line('adapter', adapter));
console.log(line("client's own", own));
console.log(`ratio            ${median(ratios).toFixed(2)} (median of the rounds; ${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`);
let stored = 0;
for await (const { id, head, body } of readRawEvents({ url: double.url })) {
  const given = sent.get(id);
  if (given === undefined || !Buffer.from(given.head).equals(head) || !Buffer.from(given.body).equals(body)) throw new Error(`The event ${id} is not stored as it was given.`);
  stored++;
}
if (stored !== sent.size) throw new Error(`${stored} events are stored; ${sent.size} were given.`);
console.log(`bytes            ${stored} events of both stored as given`);
await store.close();
await client.dispose();
await double.stop();
process.exit(0);

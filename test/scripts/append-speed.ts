/**
 * Measures the event log on PostgreSQL beside plain INSERTs of the same events into a table with the same columns and unique keys, on one
 * durable cluster, turn by turn. Run: node --import ./test/support/source-hooks.js test/scripts/append-speed.ts [seconds a turn] [rounds]
 */
import { randomUUID } from 'node:crypto';
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { Client, Pool } from 'pg';
import type { EventStore, EventToAppend } from '#libs/event-store';
import { createPostgresEventStore } from '#libs/event-store/module';
import { startDurableCluster } from '../support/database.js';

const turnMs = Number(process.argv[2] ?? '1.5') * 1_000;
const rounds = Number(process.argv[3] ?? '5');
const writerCounts = [1, 32, 64];
/** The cluster's connections are few; a pool beyond 32 was not faster. */
const poolMax = 32;
const eventsToRead = 100_000;
const body = JSON.stringify({ '@seed': 's'.repeat(43), '@by': { actor: 'a'.repeat(36), roles: ['INTAKE'], unit: null }, text: 'An invented sentence. '.repeat(20) });
const log = { info: () => undefined, warn: () => undefined, error: (message: string) => console.error(message) };

function eventOf(stream: string, revision: number): EventToAppend {
  const id = randomUUID();
  const filler = { recordedAt: '2026-11-22T10:15:30.123Z', commandId: id, prev: 'p'.repeat(43), body: 'b'.repeat(43), fields: 'f'.repeat(43) };
  return { id, type: 'Noted', head: JSON.stringify({ v: 1, id, stream, revision, type: 'Noted', typeVersion: 1, ...filler }), body };
}

/** Appends a second: each writer goes on with a stream of its own, and begins a new one after ten events. */
async function turn(writers: number, append: (stream: string, revision: number) => Promise<unknown>): Promise<number> {
  const until = performance.now() + turnMs;
  const started = performance.now();
  let count = 0;
  const writer = async () => {
    for (let stream = `case-${randomUUID()}`, revision = 0; performance.now() < until; count++) {
      await append(stream, revision++);
      if (revision === 10) [stream, revision] = [`case-${randomUUID()}`, 0];
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return count / ((performance.now() - started) / 1_000);
}

const viaStore = (store: EventStore) => async (stream: string, revision: number) => {
  const result = await store.append(stream, revision === 0 ? 'NO_STREAM' : BigInt(revision - 1), [eventOf(stream, revision)]);
  if (result.kind !== 'APPENDED') throw new Error('A conflict without a rival.');
};

const viaPool = (pool: Pool) => async (stream: string, revision: number) => {
  const { id, type, head, body: text } = eventOf(stream, revision);
  await pool.query({ name: 'plain', text: 'INSERT INTO plain_event (stream, revision, id, type, head, body) VALUES ($1, $2, $3, $4, $5, $6)', values: [stream, revision, id, type, head, text] });
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

function floorMs(): number {
  const path = `/tmp/caseledger-fdatasync-${process.pid}`;
  const file = openSync(path, 'w');
  const times = Array.from({ length: 200 }, () => {
    const start = performance.now();
    writeSync(file, Buffer.alloc(4096));
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  rmSync(path);
  return median(times);
}

async function measureAppends(store: EventStore, url: string): Promise<void> {
  for (const writers of writerCounts) {
    const pool = new Pool({ connectionString: url, max: Math.min(writers, poolMax) });
    const [ours, plain]: [number[], number[]] = [[], []];
    for (let round = 0; round <= rounds; round++) {
      const pair = [await turn(writers, viaStore(store)), await turn(writers, viaPool(pool))] as const;
      if (round === 0) continue; // Warm-up.
      ours.push(pair[0]);
      plain.push(pair[1]);
    }
    await pool.end();
    const ratio = median(ours.map((value, round) => value / (plain[round] ?? NaN)));
    console.log(`${writers} writers: ${median(ours).toFixed(0)} appends/s, plain INSERT ${median(plain).toFixed(0)}/s, ratio ${ratio.toFixed(2)}`);
  }
}

async function measureReads(store: EventStore): Promise<void> {
  while (((await store.head())?.n ?? 0n) < eventsToRead) {
    const streams = Array.from({ length: 256 }, () => `case-${randomUUID()}`);
    await Promise.all(streams.map((stream) => store.append(stream, 'NO_STREAM', Array.from({ length: 10 }, (_, revision) => eventOf(stream, revision)))));
  }
  const speeds: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    let count = 0;
    for await (const page of store.readAll()) count += page.length;
    speeds.push(count / ((performance.now() - start) / 1_000));
  }
  console.log(`read all, ${(await store.head())?.n} events: ${median(speeds).toFixed(0)} events/s (least ${Math.min(...speeds).toFixed(0)})`);
}

const cluster = await startDurableCluster();
try {
  const owner = new Client({ connectionString: cluster.ownerUrl });
  await owner.connect();
  await owner.query(`CREATE TABLE plain_event (
    position bigserial PRIMARY KEY, stream text COLLATE "C" NOT NULL, revision bigint NOT NULL, id uuid NOT NULL UNIQUE, type text COLLATE "C" NOT NULL,
    head text COLLATE "C" NOT NULL, body text COLLATE "C" NOT NULL, UNIQUE (stream, revision));
    GRANT INSERT ON plain_event TO caseledger_service; GRANT USAGE ON plain_event_position_seq TO caseledger_service`);
  await owner.end();
  console.log(`fdatasync of 4 KiB: ${floorMs().toFixed(2)} ms at the median; ${rounds} rounds of ${turnMs} ms`);
  const store = await createPostgresEventStore({ url: cluster.serviceUrl, log });
  await measureAppends(store, cluster.serviceUrl);
  await measureReads(store);
  await store.close();
} finally {
  await cluster.remove();
}

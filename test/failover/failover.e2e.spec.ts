import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import type { EventStore } from '#libs/event-store';
import { auditLog } from '#libs/ledger-feed';
import { readModelFeeds } from '#libs/read-models';
import { DATABASE, EVENT_STORE } from '#libs/service';
import { collectPages } from '../support/log-kit.js';
import { type RunningApp, startApp } from '../support/app.js';
import { Chance } from '../support/chance.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { differingTables } from '../support/read-model-oracle.js';
import { WorkerProcess } from './worker-process.js';

/** `npm run test:failover` kills 50 holders; `npm test` one. */
const kills = Number(process.env['CASELEDGER_TEST_FAILOVERS'] ?? 1);
const seed = 20_261_125;
/** Commands that may be acknowledged between two kills, drawn from the seed. */
const commandsBetweenMax = 30;
/** A process starts from source within this time on a busy machine, and takes over within it. */
const waitMsMax = 60_000;
const pollMs = 10;

let database: TestDatabase;
let folder: string;
let api: RunningApp;
let pool: Pool;
const workers: WorkerProcess[] = [];
let acknowledged = 0;
const over = new AbortController();

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'caseledger-failover-'));
  api = await startApp({ CASELEDGER_WORKER: 'off', CASELEDGER_DATA: folder }, database);
  pool = api.app.get<Pool>(DATABASE);
});
afterAll(async () => {
  over.abort();
  await Promise.all(workers.map((worker) => worker.kill()));
  await api.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

function startWorker(): WorkerProcess {
  const env = {
    NODE_ENV: 'test',
    DATABASE_URL: database.serviceUrl,
    CASELEDGER_DATABASE_OWNER_URL: database.ownerUrl,
    CASELEDGER_DATA: folder,
  };
  const worker = new WorkerProcess(env);
  workers.push(worker);
  return worker;
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + waitMsMax;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`${what}: not within ${waitMsMax} ms. ${workers.map(({ said }) => said).join('')}`);
    await pause(pollMs);
  }
}

/** How many holders each feed has had. */
async function epochs(): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ feed: string; epoch: string }>('SELECT feed, epoch FROM feed_checkpoint');
  return new Map(rows.map(({ feed, epoch }) => [feed, Number(epoch)]));
}

/** Sessions that wait for, or hold, the lock of the feed. */
async function sessions(feed: string): Promise<number> {
  const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1`, [`caseledger-feed-${feed}`]);
  return rows[0]?.n ?? 0;
}

/** One command after the other, until the test is over. */
async function load(): Promise<void> {
  const officer = await api.token('officer-1', 'OFFICER');
  const input = { origin: 'OFFICER', incident: {}, place: {}, occurredAt: { precision: 'UNKNOWN', source: 'officer', zone: 'America/Chicago' }, narrative: 'An invented account.', injuries: 'UNKNOWN' };
  while (!over.signal.aborted) {
    const { data } = await api.graphql<{ fileReport: { caseId: string } }>(officer, 'mutation ($input: FileReportInput!) { fileReport(input: $input) { ... on Recorded { caseId } } }', { input });
    if (data !== null) acknowledged++;
    await pause(5);
  }
}

describe(`workers that stand by for each other, ${kills} holders killed under load`, () => {
  it(
    'take over each feed at once, and every event is handled once: no gap, no double',
    async () => {
      const chance = new Chance(seed);
      let holder = startWorker();
      await until('the first worker holds every feed', async () => (await epochs()).size >= 4);
      const feeds = [...(await epochs()).keys()];
      const loading = load();
      const tookOverMs: number[] = [];
      for (let nth = 0; nth < kills; nth++) {
        const standby = startWorker();
        await until('the standby waits at every feed', async () => (await Promise.all(feeds.map(sessions))).every((n) => n === 2));
        const killAt = acknowledged + 1 + chance.below(commandsBetweenMax);
        await until('commands are recorded', async () => acknowledged >= killAt);
        const before = await epochs();
        const started = performance.now();
        await holder.kill();
        await until('the standby holds every feed', async () => [...(await epochs())].every(([feed, epoch]) => epoch > (before.get(feed) ?? 0)));
        tookOverMs.push(performance.now() - started);
        holder = standby;
      }
      over.abort();
      await loading;
      await expectOnceEach(feeds);
      const sorted = [...tookOverMs].sort((a, b) => a - b);
      const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
      if (process.env['CASELEDGER_TEST_FAILOVERS'] !== undefined) {
        console.log(`${kills} holders killed, ${acknowledged} commands acknowledged meanwhile; every feed held by the standby after ${at(0.5)} ms (median), ${at(0.95)} ms (95th of 100), ${at(1)} ms (longest)`);
      }
    },
    waitMsMax * (2 + kills),
  );
});

/** Of which events a feed must have handled each once. */
const counted = [...Object.values(readModelFeeds).map(({ name }) => ({ name, category: 'case-' })), { name: 'ledger', category: '' }];

async function expectOnceEach(feeds: readonly string[]): Promise<void> {
  const store = api.app.get<EventStore>(EVENT_STORE);
  const events = await collectPages(store.readAll());
  expect(events.length).toBeGreaterThanOrEqual(acknowledged);
  const held = [...(await epochs())].filter(([feed]) => feeds.includes(feed));
  expect(held.map(([, epoch]) => epoch)).toEqual(held.map(() => kills + 1));
  for (const { name, category } of counted) {
    const wanted = events.filter(({ stream }) => stream.startsWith(category)).length;
    const handled = async () => Number((await pool.query<{ n: string }>('SELECT handled AS n FROM feed_checkpoint WHERE feed = $1', [name])).rows[0]?.n);
    await until(`${name} has come to the end`, async () => (await handled()) >= wanted);
    // The count moves in the transaction of the rows: more than the log has would be a double.
    expect([name, await handled()]).toEqual([name, wanted]);
  }
  expect(await differingTables(pool, events.filter(({ stream }) => stream.startsWith('case-')))).toEqual({});
  const audit = await auditLog({ store, pool, origin: 'development.caseledger.invalid', pinsFolder: null });
  expect(audit).toMatchObject({ kind: 'SOUND', counts: { leaves: events.length } });
  const { rows } = await pool.query('SELECT kind, detail FROM ledger_alarm');
  expect(rows).toEqual([]);
}

import { createSecretKey, randomBytes } from 'node:crypto';
import { Client, Pool } from 'pg';
import { loadPolicy } from '#infra/policy';
import { decodeCaseEvent } from '#libs/codec';
import type { EventStore, StoredEvent } from '#libs/event-store/port';
import { createPostgresEventStore } from '#libs/event-store/module';
import { openSealed } from '#libs/keys';
import { MemoryKeyStore } from '#libs/keys/module';
import { createReadModels, rebuildables } from '#libs/read-models';
import { simulate } from '#libs/simulation';
import { type DurableCluster, startDurableCluster } from '../support/database.js';
import { Copies, twins } from './copies.js';
import { Copier } from './copy.js';
import { type Measured, measureReads, type Times } from './reads-of-many.js';
import type { BenchOptions, BenchPart } from './part.js';

const goals = { dashboardMedianMs: 10, listRatio: 2 } as const;
const casesUsual = 1_000_000;
const casesShort = 40_000;
/** Beside which lists are measured. */
const fewUsual = 10_000;
/** How often each is asked. */
const runsUsual = 200;
const runsShort = 20;
const seed = 2;
const until = Date.parse('2026-06-30T12:00:00Z');
const spanMs = 365 * 86_400_000;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** The read models' tables with ten thousand cases and with a million, written by COPY from the fold that rebuilds are compared with. */
export const millionPart: BenchPart = {
  name: 'million',
  about: 'every dashboard and the lists over a million cases beside ten thousand; rows written by COPY from the same fold',
  async run(options) {
    const cluster = await startDurableCluster();
    try {
      return await measure(cluster, options);
    } finally {
      await cluster.remove();
    }
  },
};

async function measure(cluster: DurableCluster, { short, print, cases: wanted }: BenchOptions): Promise<boolean> {
  const many = wanted ?? (short ? casesShort : casesUsual);
  const few = Math.min(fewUsual, Math.floor(many / 10));
  const stories = Math.max(1, Math.floor(few / twins));
  const store = await createPostgresEventStore({ url: cluster.serviceUrl, log: silent });
  const keys = new MemoryKeyStore();
  const policy = loadPolicy(undefined);
  const told = await simulate({ store, keys, pepper: createSecretKey(randomBytes(32)), policy, cases: stories, seed, from: until - spanMs, until });
  print(`${told.cases} stories of ${told.events} events, told by the service's own rules`);
  const unsealer = { unseal: async (items: Parameters<typeof openSealed>[1]) => (await openSealed(keys, items)).map((one) => (one.kind === 'OPENED' && typeof one.value === 'string' ? one.value : null)) };
  const source = { store, decode: decodeCaseEvent, policyAt: () => policy, unsealer };
  const copies = new Copies(await storiesOf(store), rebuildables(source).filter(({ name }) => name !== 'access'));
  await store.close();
  const [pool, fewPool] = [cluster.serviceUrl, inDatabase(cluster.serviceUrl, fewDatabase)].map((connectionString) => new Pool({ connectionString }));
  if (pool === undefined || fewPool === undefined) throw new Error('unreachable: two pools were made');
  for (const one of [pool, fewPool]) one.on('error', () => undefined);
  try {
    await fill(cluster, copies, { from: 0, to: 1 }, print);
    await copyDatabase(cluster);
    const rounds = Math.round(many / (stories * twins));
    await fill(cluster, copies, { from: 1, to: rounds }, print);
    const now = (): Date => new Date(until);
    return judge(await measureReads({ few: createReadModels(fewPool, now), many: createReadModels(pool, now) }, short ? runsShort : runsUsual), print);
  } finally {
    await Promise.all([pool.end(), fewPool.end()]);
  }
}

const fewDatabase = 'few';

function inDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** What is there now, in a database of its own. */
async function copyDatabase(cluster: DurableCluster): Promise<void> {
  const client = new Client({ connectionString: cluster.adminUrl });
  await client.connect();
  try {
    const source = new URL(cluster.ownerUrl).pathname.slice(1);
    await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${source}'`);
    await client.query(`CREATE DATABASE ${fewDatabase} TEMPLATE ${source}`);
    await client.query(`GRANT CONNECT ON DATABASE ${fewDatabase} TO caseledger_service`);
  } finally {
    await client.end();
  }
}

/** By stream, in order; access streams and others are left out. */
async function storiesOf(store: EventStore): Promise<readonly (readonly StoredEvent[])[]> {
  const streams = new Map<string, StoredEvent[]>();
  for await (const page of store.readAll({ categories: ['case'] })) {
    for (const event of page) {
      const known = streams.get(event.stream) ?? [];
      known.push(event);
      streams.set(event.stream, known);
    }
  }
  return [...streams.values()];
}

/** Indexes are made when the rows are there. */
async function fill(cluster: DurableCluster, copies: Copies, rounds: { readonly from: number; readonly to: number }, print: (line: string) => void): Promise<void> {
  const url = inDatabase(cluster.adminUrl, new URL(cluster.ownerUrl).pathname.slice(1));
  const began = performance.now();
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `SELECT format('%I.%I', schemaname, indexname) AS name, indexdef AS definition FROM pg_indexes WHERE schemaname = ANY($1) AND indexname NOT LIKE '%\\_pkey'`,
      [copies.schemas],
    );
    for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
    const copier = await Copier.open(url);
    try {
      await copies.tell(copier, rounds);
      await copies.count(client, copier);
    } finally {
      await copier.close();
    }
    const written = performance.now();
    await client.query(`SET maintenance_work_mem = '512MB'`);
    for (const { definition } of indexes) await client.query(definition);
    await client.query('VACUUM ANALYZE');
    const { rows } = await client.query<{ size: string }>('SELECT pg_size_pretty(pg_database_size(current_database())) AS size');
    const seconds = (from: number, to: number): string => ((to - from) / 1_000).toFixed(0);
    print(`${copies.cases} cases: ${copier.rows} rows written in ${seconds(began, written)} s, indexed in ${seconds(written, performance.now())} s; ${rows[0]?.size}`);
  } finally {
    await client.end();
  }
}

function judge(measured: readonly Measured[], print: (line: string) => void): boolean {
  let missed = 0;
  for (const { kind, name, few, many } of measured) {
    const ratio = many.p99 / few.p99;
    const isMissed = kind === 'DASHBOARD' ? many.p50 >= goals.dashboardMedianMs : ratio > goals.listRatio;
    if (isMissed) missed += 1;
    const goal = kind === 'DASHBOARD' ? `goal: median under ${goals.dashboardMedianMs} ms` : `p99 ${ratio.toFixed(2)} times; goal: ${goals.listRatio}`;
    print(`${kind.toLowerCase()}, ${name}: ${said(many)}; of few: ${said(few)}; ${goal}${isMissed ? ': MISSED' : ''}`);
  }
  print(`${missed} of ${measured.length} goals missed`);
  return missed === 0;
}

const said = ({ p10, p50, p99 }: Times): string => `p10 ${p10.toFixed(1)}, p50 ${p50.toFixed(1)}, p99 ${p99.toFixed(1)} ms`;

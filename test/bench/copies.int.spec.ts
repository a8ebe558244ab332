import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Pool } from 'pg';
import { decodeCaseEvent } from '#libs/codec';
import type { StoredEvent } from '#libs/event-store/port';
import { createPostgresEventStore } from '#libs/event-store/module';
import { MemoryKeyStore } from '#libs/keys/module';
import { createReadModels, rebuildables } from '#libs/read-models';
import { simulate } from '#libs/simulation';
import { person } from '../support/case-kit.js';
import { type DurableCluster, startDurableCluster } from '../support/database.js';
import { samplePolicy } from '../support/policy.js';
import { query } from '../support/sql.js';
import { Copies, twins } from './copies.js';
import { Copier } from './copy.js';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const until = Date.parse('2026-06-30T12:00:00Z');
const stories = 6;
const rounds = 2;

describe('cases written by COPY', () => {
  let cluster: DurableCluster;
  let pool: Pool;
  let events = 0;

  beforeAll(async () => {
    cluster = await startDurableCluster();
    const store = await createPostgresEventStore({ url: cluster.serviceUrl, log: silent });
    await simulate({ store, keys: new MemoryKeyStore(), pepper: createSecretKey(randomBytes(32)), policy: samplePolicy, cases: stories, seed: 5, from: until - 365 * 86_400_000, until });
    const streams = new Map<string, StoredEvent[]>();
    for await (const page of store.readAll()) for (const event of page) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
    events = [...streams.values()].reduce((sum, stream) => sum + stream.length, 0);
    const unsealer = { unseal: (items: readonly unknown[]) => Promise.resolve(items.map(() => 'An invented text.')) };
    const all = rebuildables({ store, decode: decodeCaseEvent, policyAt: () => samplePolicy, unsealer });
    const copies = new Copies([...streams.values()], all.filter(({ name }) => name !== 'access'));
    await store.close();
    const url = new URL(cluster.adminUrl);
    url.pathname = new URL(cluster.ownerUrl).pathname;
    const client = new Client({ connectionString: url.href });
    await client.connect();
    const copier = await Copier.open(url.href);
    await copies.tell(copier, { from: 0, to: rounds });
    await copies.count(client, copier);
    await copier.close();
    await client.end();
    pool = new Pool({ connectionString: cluster.serviceUrl });
    pool.on('error', () => undefined);
  }, 120_000);
  afterAll(async () => {
    await pool.end();
    await cluster.remove();
  });

  it('are so many, each with a name, a number and places in the log of its own', async () => {
    const [row] = await query(cluster.ownerUrl, 'SELECT count(*)::int AS cases, count(DISTINCT number)::int AS numbers FROM read.case_list');
    expect(row).toEqual({ cases: stories * twins * rounds, numbers: stories * twins * rounds });
    const [trail] = await query(cluster.ownerUrl, `SELECT count(*)::int AS rows, count(DISTINCT position)::int AS places, max(position)::int AS last, bool_and(stream = 'case-' || case_id) AS named FROM read.audit_trail`);
    expect(trail).toEqual({ rows: events * twins * rounds, places: events * twins * rounds, last: events * twins * rounds - 1, named: true });
  });

  it('are counted as they are listed', async () => {
    const queries = createReadModels(pool, () => new Date(until)).queriesFor({ actor: person('records-1', 'RECORDS') });
    const counted = (await queries.dashboards.pipeline()).filter(({ all }) => all).map(({ stage, count }) => [stage, count]);
    const listed = await query(cluster.ownerUrl, 'SELECT stage, count(*)::int AS n FROM read.case_list GROUP BY stage');
    expect(Object.fromEntries(counted)).toEqual(Object.fromEntries(listed.map(({ stage, n }) => [stage, n])));
    const moved = await query(cluster.ownerUrl, 'SELECT sum(jsonb_array_length(passed))::int AS n FROM read.case_flow');
    expect((await queries.dashboards.conformance()).made).toBe(moved[0]?.['n']);
    const running = await query(cluster.ownerUrl, 'SELECT count(*)::int AS n FROM read.clock WHERE stopped_at IS NULL');
    const due = (await queries.dashboards.clocksDue()).cells.reduce((sum, { overdue, dueInOneDay, dueInSevenDays, later }) => sum + (overdue ?? 0) + (dueInOneDay ?? 0) + (dueInSevenDays ?? 0) + (later ?? 0), 0);
    expect(due).toBe(running[0]?.['n']);
  });

  it('of one telling lie days before those of the one before it', async () => {
    const days = await query(cluster.ownerUrl, `SELECT DISTINCT (max(opened_at)::date - min(opened_at)::date) AS days FROM (SELECT opened_at, right(case_id::text, 12)::int % ${stories * twins} AS place FROM read.case_list) AS c GROUP BY place`);
    expect(days).toEqual([{ days: 3 }]);
  });
});

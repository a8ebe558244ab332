import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { decodeCaseEvent } from '#libs/codec';
import { eventId, formEvent, leafHash } from '#libs/envelope';
import { type FeedHandle, FeedProgress, startFeed } from '#libs/feeds';
import { people } from '../../../../test/support/case-kit.js';
import { readField, readsRecorded } from '#libs/reads';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { MemoryLog, memoryKeyId } from '../../../../test/support/memory-log.js';
import { samplePolicy } from '../../../../test/support/policy.js';
import { randomHistory } from '../../../../test/support/random-histories.js';
import { query } from '../../../../test/support/sql.js';
import { accessLogFeed, allCounters, allProjections, readModelFeeds } from '../catalogue.js';
import { schemaOf } from '../engine/ddl.js';
import { text } from '../engine/columns.js';
import { caseListProjection } from '../projections/case-list.projection.js';
import { createReadModels } from '../queries/queries.js';
import type { RebuildPhase } from './port.js';
import { rebuild, type RebuildOptions } from './rebuild.js';
import { casesRebuild, type Rebuildable, rebuildables } from './rebuildable.js';

const cases = 15;
const steps = 60;
const caseIdAt = (i: number): string => `0190b5a0-0000-8000-8000-${String(1_000 + i).padStart(12, '0')}`;
const histories = Array.from({ length: cases * 2 }, (_, i) => randomHistory(i + 1, steps, `2026-${String(i + 1).padStart(6, '0')}`));
const tables = [
  ...allProjections.flatMap((projection) => Object.keys(projection.tables).map((table) => `${schemaOf(projection)}.${table}`)),
  ...allCounters.map((set) => `${schemaOf(set)}.${set.name}`),
  ...['access_read', 'access_hour', 'access_hour_case'].map((table) => `access_log_v1.${table}`),
];

describe('a rebuild of the read models', () => {
  let database: TestDatabase;
  let pool: Pool;
  let log: MemoryLog;
  let progress: FeedProgress;
  let feeds: FeedHandle[];
  let source: Parameters<typeof rebuildables>[0];

  beforeEach(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.serviceUrl });
    pool.on('error', () => undefined);
    await query(database.ownerUrl, `INSERT INTO data_key (id, subject, wrapped) VALUES ('${memoryKeyId}', 'case:x', '${String.raw`\x`}${'00'.repeat(32)}')`);
    log = new MemoryLog();
    source = {
      store: log,
      decode: decodeCaseEvent,
      policyAt: () => samplePolicy,
      unsealer: { unseal: (items) => Promise.resolve(items.map((item) => item['@sealed'].box)) },
    };
    progress = new FeedProgress(pool);
    for (let i = 0; i < cases; i += 1) record(i);
    for (let i = 0; i < 40; i += 1) recordRead(i);
    feeds = rebuildables(source).map((one) => startFeed({ definition: one.feed(one, {}), store: log, databaseUrl: database.serviceUrl, onProgress: progress.advanced }));
    await projected();
  });

  afterEach(async () => {
    await Promise.all(feeds.map((feed) => feed.stop()));
    await pool.end();
    await database.drop();
  });

  function record(i: number): void {
    log.record(`case-${caseIdAt(i)}`, ...(histories[i] ?? []));
  }
  /** Of four users, in three hours, of five cases, by two processes. */
  function recordRead(i: number): void {
    const stream = `access-${caseIdAt(i % 2)}`;
    const at = `2026-03-02T1${i % 3}:00:0${i % 10}.000Z`;
    const read = {
      kind: i % 7 === 0 ? 'AccessDenied' : 'CaseViewed',
      outcome: 'SHOWN',
      at,
      actor: i % 4 === 0 ? null : `user-${i % 4}`,
      roles: [],
      unit: null,
      purpose: null,
      source: 'Query.case',
      case: caseIdAt(i % 5),
      things: [],
      detail: null,
      channel: 'HTTP',
      address: null,
      session: null,
      correlation: caseIdAt(0),
    };
    const before = log.events.filter((event) => event.stream === stream);
    const commandId = randomUUID();
    const id = eventId(stream, commandId, 0);
    const formed = formEvent({
      id,
      stream,
      revision: before.length,
      type: readsRecorded.type,
      typeVersion: readsRecorded.version,
      recordedAt: at,
      commandId,
      correlationId: caseIdAt(0),
      causationId: null,
      prev: before.length === 0 ? null : leafHash(before.at(-1)?.head ?? ''),
      by: { actor: 'service', roles: ['SYSTEM'], unit: null, purpose: null, authority: null },
      commandHash: null,
      seed: randomBytes(32),
      fields: [{ name: readField(0), clear: read }],
    });
    log.recordFormed(stream, { id, type: readsRecorded.type, ...formed });
  }
  async function projected(): Promise<void> {
    const head = await log.head();
    if (head !== null) await Promise.all([...Object.values(readModelFeeds), accessLogFeed].map((feed) => progress.waitFor(feed, head, 10_000)));
  }
  const options = (more: Partial<RebuildOptions> = {}): RebuildOptions => ({ rebuildables: rebuildables(source), store: log, ownerUrl: database.ownerUrl, ...more });
  /** Every row of every table in use. */
  async function contents(): Promise<Record<string, unknown>> {
    const read = tables.map(async (table) => [table, (await query(database.ownerUrl, `SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS all_rows, count(*) FROM ${table} t`))[0]] as const);
    return Object.fromEntries(await Promise.all(read));
  }
  const schemas = async (): Promise<readonly unknown[]> => (await query(database.ownerUrl, String.raw`SELECT nspname AS name FROM pg_namespace WHERE nspname ~ '_(build|old)$'`)).map(({ name }) => name);

  it('mends what is wrong in the tables in use, while cases are recorded and read all the time', async () => {
    const right = await contents();
    await query(
      database.ownerUrl,
      `UPDATE case_list_v2.case_list SET stage = 'CLOSED'`,
      'DELETE FROM footage_v1.footage',
      'TRUNCATE clock_v1.clock',
      'DELETE FROM access_log_v1.access_read',
      'UPDATE access_log_v1.access_hour SET cases = 9',
      'TRUNCATE access_log_v1.access_hour_case',
      'UPDATE case_counter_v1.case_counter SET amount = amount + 1',
      'DELETE FROM clock_counter_v1.clock_counter WHERE amount = 1',
      `UPDATE search_text_v1.search_text SET content = 'invented'`,
      `UPDATE audit_trail_v2.audit_trail SET summary = 'invented'`,
    );
    expect(await contents()).not.toEqual(right);
    const { cases: list } = createReadModels(pool).queriesFor({ actor: people.supervisor });
    const reading = new AbortController();
    let reads = 0;
    const readers = Array.from({ length: 4 }, async () => {
      for (; !reading.signal.aborted; reads += 1) expect((await list({ page: { first: 15 } })).edges).toHaveLength(15);
    });
    let recorded = 0;
    const report = await rebuild(
      options({
        onProgress: ({ phase }) => {
          // New cases at every phase.
          if (phase !== 'BUILDING' && recorded < 10) record(cases + recorded++);
        },
      }),
    );
    reading.abort();
    await Promise.all(readers);
    expect(recorded).toBe(10);
    expect(reads).toBeGreaterThan(10);
    expect(report).toMatchObject({ feeds: ['cases', 'clocks', 'search', 'access'], resumedAfter: null });
    expect(report.tables.map(({ table }) => table)).toHaveLength(tables.length);
    expect(report.tables.filter(({ same, rows }) => !same || rows === 0)).toEqual([]);
    // The feeds go on in the new tables, from where the build had come.
    for (let i = cases + 10; i < cases * 2; i += 1) record(i);
    await projected();
    const mended = await contents();
    expect((await query(database.ownerUrl, 'SELECT count(*)::int AS n FROM read.case_list'))[0]).toEqual({ n: cases * 2 });
    // A second build of the same log holds the same.
    await rebuild(options());
    expect(await contents()).toEqual(mended);
    expect(await schemas()).toEqual([]);
    expect(await query(database.ownerUrl, `SELECT feed FROM feed_checkpoint WHERE feed LIKE 'rebuild%'`)).toEqual([]);
  });

  it.each<RebuildPhase>(['BUILDING', 'INDEXING', 'COMPARING', 'SWAPPING'])('goes on where a run ended that was broken off while %s', async (phase) => {
    const before = await contents();
    const broken = rebuild(
      options({
        onProgress: (told) => {
          if (told.phase === phase && (phase !== 'BUILDING' || told.through >= 0n)) throw new Error('broken off');
        },
      }),
    );
    await expect(broken).rejects.toThrow('broken off');
    record(cases);
    await projected();
    const report = await rebuild(options());
    expect(report.resumedAfter).not.toBeNull();
    expect(report.tables).toHaveLength(phase === 'SWAPPING' ? 0 : tables.length);
    expect(await query(database.ownerUrl, 'SELECT count(*)::int AS n FROM read.case_list')).toEqual([{ n: cases + 1 }]);
    expect(Object.keys(before)).toEqual(Object.keys(await contents()));
  });

  it('swaps nothing where the build is not what the fold says', async () => {
    const before = await contents();
    const wrong = rebuildables(source).map((one): Rebuildable => {
      if (one.name !== 'clocks') return one;
      const oracle = one.oracle();
      const fold = async (events: Parameters<typeof oracle.fold>[0]) => (await oracle.fold(events)).map((expected) => ({ ...expected, rows: expected.rows.slice(1) }));
      return { ...one, oracle: () => ({ ...oracle, fold }) };
    });
    await expect(rebuild(options({ rebuildables: wrong }))).rejects.toMatchObject({ code: 'DIFFERENT', message: expect.stringContaining('clock.clock') });
    expect(await contents()).toEqual(before);
  });

  it('swaps nothing while an event can not be handled, and says which', async () => {
    log.recordBroken(`case-${caseIdAt(99)}`);
    await expect(rebuild(options())).rejects.toMatchObject({ code: 'PARKED', message: expect.stringContaining(caseIdAt(99)) });
  });

  it('refuses a second run beside the first', async () => {
    const second: { outcome: Promise<unknown> | null } = { outcome: null };
    await rebuild(options({ onProgress: () => void (second.outcome ??= rebuild(options()).catch((error: unknown) => error)) }));
    expect(await second.outcome).toMatchObject({ code: 'UNDER_WAY' });
  });

  it('carries no text into use whose key was destroyed meanwhile', async () => {
    await rebuild(options({ onProgress: ({ phase }) => (phase === 'SWAPPING' ? destroyed() : undefined) }));
    expect(await query(database.ownerUrl, 'SELECT count(*)::int AS n FROM read.search_text')).toEqual([{ n: 0 }]);
    function destroyed(): void {
      void query(database.serviceUrl, 'DELETE FROM data_key', 'DELETE FROM search_text_v1.search_text');
    }
  });

  it('brings in a new version with other columns, under the same name to who reads', async () => {
    const caseList = { ...caseListProjection.tables.case_list, columns: { added_first: text(), ...caseListProjection.tables.case_list.columns } };
    const fold = Object.fromEntries(
      Object.entries(caseListProjection.fold).map(([type, step]) => [type, (rows: never, ...rest: never[]) => added((step as (...all: never[]) => Rows)(rows, ...rest))]),
    );
    const next = { ...caseListProjection, version: caseListProjection.version + 1, tables: { ...caseListProjection.tables, case_list: caseList }, fold };
    const feed: Rebuildable = { ...casesRebuild(source, [next]), name: 'cases', version: 2 };
    await rebuild(options({ rebuildables: [feed] }));
    expect(await query(database.serviceUrl, 'SELECT DISTINCT added_first FROM read.case_list')).toEqual([{ added_first: 'x' }]);
    // The version before is still there for processes of the program before.
    record(cases);
    await projected();
    expect(await query(database.ownerUrl, 'SELECT count(*)::int AS n FROM case_list_v2.case_list')).toEqual([{ n: cases + 1 }]);
  });
});

type Rows = Readonly<Record<string, ReadonlyMap<string, object>>>;
const added = (rows: Rows): Rows => ({ ...rows, case_list: new Map([...(rows['case_list'] ?? [])].map(([id, row]) => [id, { ...row, added_first: 'x' }])) });

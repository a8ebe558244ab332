import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { factsOf, relations } from '#libs/access';
import { decodeCaseEvent } from '#libs/codec';
import { type CaseEventType, foldCase } from '#libs/domain';
import { type FeedHandle, type FeedId, FeedProgress, startFeed } from '#libs/feeds';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { at } from '../../../test/support/case-kit.js';
import { MemoryLog } from '../../../test/support/memory-log.js';
import { samplePolicy } from '../../../test/support/policy.js';
import { actors } from '../../../test/support/random-picks.js';
import { randomHistory } from '../../../test/support/random-histories.js';
import { caseCounting, caseProjections, readModelFeeds } from './catalogue.js';
import { schemaOf } from './engine/ddl.js';
import { decodeRow, storableJson } from './engine/columns.js';
import { foldRows } from './engine/fold.js';
import type { PlacedEvent } from './engine/projection.js';
import { projectionFeed } from './engine/projection-feed.js';
import { clockFeed } from './projections/clock-feed.js';
import { clockRows } from './projections/clocks.projection.js';
import { searchFeed } from './search/search-feed.js';
import { foldClocks, noClocks, absentCase, evolveCase } from '#libs/domain';

const cases = 60;
const steps = 110;
/** A time within the histories' grants. */
const soon = at(60);
const caseIdAt = (i: number): string => `0190b5a0-0000-8000-8000-${String(1_000 + i).padStart(12, '0')}`;

describe('the read models', () => {
  let database: TestDatabase;
  let pool: Pool;
  const log = new MemoryLog();
  const feeds: FeedHandle[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.serviceUrl });
    pool.on('error', () => undefined);
    const histories = Array.from({ length: cases }, (_, i) => [...randomHistory(i + 1, steps, `2026-${String(i + 1).padStart(6, '0')}`)]);
    const progress = new FeedProgress(pool);
    const store = log;
    const options = { store: log, decode: decodeCaseEvent };
    const definitions = [
      projectionFeed({ ...readModelFeeds.cases, ...options, projections: caseProjections, counters: caseCounting }),
      clockFeed({ ...readModelFeeds.clocks, ...options, policyAt: () => samplePolicy }),
      searchFeed({ ...readModelFeeds.search, ...options, unsealer: { unseal: (items) => Promise.resolve(items.map((item) => item['@sealed'].box)) } }),
    ];
    for (const definition of definitions) {
      feeds.push(startFeed({ definition, store, databaseUrl: database.serviceUrl, onProgress: progress.advanced, limits: { batchEventsMax: 37 } }));
    }
    // Interleaved, a few events of each case at a time, so that cases span many batches.
    for (let at = 0; histories.some((history) => history.length > at); at += 3) {
      histories.forEach((history, i) => log.record(`case-${caseIdAt(i)}`, ...history.slice(at, at + 3)));
    }
    const head = await log.head();
    if (head === null) throw new Error('nothing was recorded');
    const caughtUp = (feed: FeedId, tries: number): Promise<unknown> =>
      progress.waitFor(feed, head, 10_000).catch((error: unknown) => {
        if (tries <= 1) throw error;
        return caughtUp(feed, tries - 1);
      });
    // A busy machine takes its time.
    await Promise.all(Object.values(readModelFeeds).map((feed) => caughtUp(feed, 8)));
  }, 90_000);

  afterAll(async () => {
    await Promise.all(feeds.map((feed) => feed.stop()));
    await pool.end();
    await database.drop();
  });

  const eventsOf = (i: number): PlacedEvent[] =>
    log.events.filter((event) => event.stream === `case-${caseIdAt(i)}`).map((event) => ({ event: decodeCaseEvent(event), position: event.position.n }));
  const sorted = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row, (_k, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v))).sort();

  it('histories reach every stage and most types of event, so that the comparisons below compare something', () => {
    const reached = new Set<string>();
    for (let i = 0; i < cases; i += 1) {
      let state = absentCase;
      for (const { event } of eventsOf(i)) {
        state = evolveCase(state, event);
        if (state.exists) reached.add(state.stage.name);
      }
    }
    const recorded = new Set(log.events.map((event) => event.type as CaseEventType));
    expect({ stages: reached.size === 9, types: recorded.size > 55, corrections: recorded.has('FactCorrected'), withdrawn: recorded.has('ReferralWithdrawn') }).toEqual({
      stages: true,
      types: true,
      corrections: true,
      withdrawn: true,
    });
  });

  it('nothing is parked', async () => {
    expect((await pool.query('SELECT unit, stream, error FROM parked_event')).rows).toEqual([]);
  });

  it.each(caseProjections.map((projection) => [projection.name, projection] as const))('%s equals a pure fold of each stream', async (_name, projection) => {
    for (const [name, table] of Object.entries(projection.tables)) {
      const expected = Array.from({ length: cases }, (_, i) => [...(foldRows(projection, eventsOf(i))[name]?.values() ?? [])]).flat();
      const { rows } = await pool.query<Record<string, unknown>>(`SELECT ${Object.keys(table.columns).join(', ')} FROM ${schemaOf(projection)}.${name}`);
      const normal = (row: object): object => Object.fromEntries(Object.keys(table.columns).map((column) => [column, sortKeys((row as Record<string, unknown>)[column])]));
      expect(sorted(rows.map((row) => normal(decodeRow(table, row))))).toEqual(sorted(expected.map(normal)));
    }
  });

  it('clocks equal a pure fold of each stream, with the date that is due next', async () => {
    const expected = Array.from({ length: cases }, (_, i) => {
      let state: Parameters<typeof evolveCase>[0] = absentCase;
      let clocks = noClocks;
      for (const { event } of eventsOf(i)) {
        const after = evolveCase(state, event);
        clocks = foldClocks(clocks, event, state, after, samplePolicy);
        state = after;
      }
      return clockRows(caseIdAt(i), clocks, null);
    });
    const ids = await pool.query<{ id: string }>(`SELECT case_id || clock_id || coalesce(stopped_by, '') AS id FROM read.clock`);
    expect(ids.rows.map((row) => row.id).sort()).toEqual(expected.flatMap((rows) => [...rows.clock.values()].map((row) => `${row.case_id}${row.clock_id}${row.stopped_by ?? ''}`)).sort());
    const due = await pool.query<{ case_id: string; at: Date | null }>('SELECT case_id, next_due_at AS at FROM read.case_due');
    expect(due.rows.map((row) => `${row.case_id} ${row.at?.toISOString() ?? ''}`).sort()).toEqual(
      expected.flatMap((rows) => [...rows.case_due.values()].map((row) => `${row.case_id} ${row.next_due_at ?? ''}`)).sort(),
    );
  });

  it('the rows of access say of every case and person what the folded case says', async () => {
    const standing = await pool.query<{ key: string }>(`SELECT case_id || relation || person AS key FROM read.case_person WHERE until IS NULL OR until > $1`, [soon]);
    const said = new Set(standing.rows.map((row) => row.key));
    const { rows } = await pool.query<{ case_id: string }>('SELECT * FROM read.case_access');
    const stands: string[] = [];
    for (let i = 0; i < cases; i += 1) {
      const state = foldCase(eventsOf(i).map(({ event }) => event));
      if (!state.exists) throw new Error('unreachable: each history opens its case');
      const { unit, stage, sealed, referred, stands: standsTo } = factsOf(state);
      expect(rows.find((row) => row.case_id === caseIdAt(i))).toEqual({ case_id: caseIdAt(i), unit, stage, sealed, referred });
      for (const { actor } of actors) for (const relation of relations) if (standsTo(actor, relation, soon)) stands.push(`${caseIdAt(i)}${relation}${actor}`);
    }
    expect([...said].filter((key) => actors.some(({ actor }) => key.endsWith(actor))).sort()).toEqual(stands.sort());
    // So that this compares something.
    expect(new Set(stands.map((key) => relations.find((relation) => key.slice(36).startsWith(relation)))).size).toBeGreaterThanOrEqual(7);
  });

  it('the case list agrees with the domain about stage, investigator, counts and what is material', async () => {
    const { rows } = await pool.query<Record<string, unknown>>('SELECT * FROM read.case_list JOIN read.case_activity USING (case_id)');
    for (const row of rows) {
      const i = Number(String(row['case_id']).slice(-6)) - 1_000;
      const state = foldCase(eventsOf(i).map((placed) => placed.event));
      if (!state.exists) throw new Error('unreachable');
      const footage = [...state.footage.values()];
      expect(row).toMatchObject({
        number: state.number,
        stage: state.stage.name,
        investigator: state.investigator,
        triaged: state.triaged,
        agent_count: state.agents.size,
        person_count: state.persons.size,
        footage_count: footage.length,
        report_count: state.reports.size,
        referral_count: state.referrals.size,
        violation_count: [...state.violations.values()].filter((violation) => !violation.withdrawn).length,
        mismatches_open: footage.flatMap((item) => item.mismatches).filter((mismatch) => mismatch.explanation === null).length,
        holds_unconfirmed: footage.filter((item) => item.hold?.status === 'PLACED' && item.unavailable === null).length,
        requests_unconfirmed: [...state.preservations.values()].filter((request) => request.confirmedAt === null).length,
        material_revision: state.material.materialRevision,
        unit: [...state.reports.values()][0]?.unit ?? null,
      });
    }
    expect(rows).toHaveLength(cases);
  });

  it('footage and referrals agree with the domain about holds, custody, hashes and status', async () => {
    const footage = await pool.query<Record<string, unknown>>('SELECT * FROM read.footage');
    const referrals = await pool.query<Record<string, unknown>>('SELECT * FROM read.referral');
    for (let i = 0; i < cases; i += 1) {
      const state = foldCase(eventsOf(i).map((placed) => placed.event));
      if (!state.exists) throw new Error('unreachable');
      for (const item of state.footage.values()) {
        expect(footage.rows.find((row) => row['case_id'] === caseIdAt(i) && row['footage_id'] === item.id)).toMatchObject({
          hold_status: item.hold?.status ?? 'NONE',
          custodian: item.custody.custodian,
          custody_pending_to: item.custody.pendingTo,
          first_sha256: item.firstHash?.fingerprint.sha256 ?? null,
          unavailable: item.unavailable?.reason ?? null,
          wearer: item.wearer,
        });
      }
      for (const one of state.referrals.values()) {
        expect(referrals.rows.find((row) => row['case_id'] === caseIdAt(i) && row['referral_id'] === one.id)).toMatchObject({
          status: one.status,
          receipt: one.receipt,
          unanswered_follow_ups: one.unansweredFollowUps,
        });
      }
    }
  });

  it('the audit trail has each event once, in order, and says no word of a protected text', async () => {
    const { rows } = await pool.query<{ event_id: string; summary: string }>('SELECT event_id, summary FROM read.audit_trail ORDER BY position');
    expect(rows.map((row) => row.event_id)).toEqual(log.events.map((event) => event.id));
    expect(rows.filter((row) => /nowhere@example\.org|An invented name/.test(row.summary))).toEqual([]);
  });

  it('search holds narratives and no compelled statement, name or contact', async () => {
    const { rows } = await pool.query<{ type: string; field: string; event_id: string }>('SELECT type, field, event_id FROM read.search_text');
    const compelled = new Set(log.events.filter((event) => event.type === 'StatementTaken' && event.body.includes('"COMPELLED"')).map((event) => event.id));
    expect(compelled.size).toBeGreaterThan(0);
    expect(rows.filter((row) => compelled.has(row.event_id) || ['name', 'contact'].includes(row.field))).toEqual([]);
    expect(new Set(rows.map((row) => row.type)).has('ReportFiled')).toBe(true);
  });

  it('a text that PostgreSQL cannot hold is shown with U+FFFD', async () => {
    const json = storableJson([{ a: 'x\0y\ud800', b: ['\\u0000'] }]);
    expect((await pool.query<{ a: string; b: string[] }>('SELECT a, b FROM json_to_recordset($1::json) AS r(a text, b jsonb)', [json])).rows).toEqual([
      { a: 'x\ufffdy\ufffd', b: ['\\u0000'] },
    ]);
  });
});

/** jsonb keeps no order of keys. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sortKeys(v)]));
}

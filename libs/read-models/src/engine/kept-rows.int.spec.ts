import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Pool } from 'pg';
import { decodeCaseEvent } from '#libs/codec';
import type { StoredEvent } from '#libs/event-store/port';
import type { FeedBatch, FeedDefinition, FeedTransaction } from '#libs/feeds';
import { Chance } from '../../../../test/support/chance.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { MemoryLog } from '../../../../test/support/memory-log.js';
import { randomHistory } from '../../../../test/support/random-histories.js';
import { differingTables } from '../../../../test/support/read-model-oracle.js';
import { caseCounting, caseProjections } from '../catalogue.js';
import { projectionFeed } from './projection-feed.js';

const [cases, steps, batchMax] = [6, 90, 7];
const streamAt = (i: number): string => `case-0190b5a0-0000-8000-8000-${String(i).padStart(12, '0')}`;

describe('rows kept in memory', () => {
  let database: TestDatabase;
  let pool: Pool;
  let client: Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.serviceUrl });
    pool.on('error', () => undefined);
    client = new Client({ connectionString: database.serviceUrl, pipeline: true });
    client.on('error', () => undefined);
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await pool.end();
    await database.drop();
  });

  const tx: FeedTransaction = {
    async query<Row extends object>({ text, values = [] }: Parameters<FeedTransaction['query']>[0]) {
      const { rows, rowCount } = await client.query<Row>(text, [...values]);
      return { rows, rowCount: rowCount ?? 0 };
    },
  };
  async function handle(holder: FeedDefinition, batch: Pick<FeedBatch, 'events' | 'waits' | 'epoch'>, end: 'COMMIT' | 'ROLLBACK' = 'COMMIT'): Promise<void> {
    await client.query('BEGIN');
    expect(await holder.handle({ ...batch, isRetry: false }, tx)).toEqual([]);
    await client.query(end);
  }
  const holderOf = (store: MemoryLog): FeedDefinition => projectionFeed({ name: 'kept', version: 1, store, decode: decodeCaseEvent, projections: caseProjections, counters: caseCounting });

  it('never differ from what is stored: not after a rollback, not when another process held the feed meanwhile, not where a stream waits in one projection', async () => {
    const chance = new Chance(20_261_126);
    const log = new MemoryLog();
    const histories = Array.from({ length: cases }, (_, i) => [...randomHistory(i + 1, steps, `2026-${String(i + 1).padStart(6, '0')}`)]);
    for (let at = 0; histories.some((history) => history.length > at); at += 2) histories.forEach((history, i) => log.record(streamAt(i), ...history.slice(at, at + 2)));
    // Two processes, each with a memory of its own, as if neither knew of the other.
    const holders = [holderOf(log), holderOf(log)];
    const epoch = 1n;
    const parked = new Map<string, { readonly unit: string; readonly events: StoredEvent[] }>();
    const waits = (unit: string, stream: string): boolean => parked.get(stream)?.unit === unit;
    let rollbacks = 0;
    for (let start = 0; start < log.events.length; ) {
      const events = log.events.slice(start, start + 1 + chance.below(batchMax));
      const who = chance.one(holders);
      if (chance.is(0.2)) {
        await handle(who, { events, waits, epoch }, 'ROLLBACK');
        rollbacks += 1;
        continue;
      }
      await handle(who, { events, waits, epoch });
      for (const event of events) parked.get(event.stream)?.events.push(event);
      start += events.length;
      const stream = streamAt(chance.below(cases));
      const waiting = parked.get(stream);
      if (waiting === undefined && chance.is(0.2)) parked.set(stream, { unit: chance.one(caseProjections).name, events: [] });
      if (waiting !== undefined && chance.is(0.3)) {
        // Whoever holds the feed by then tries again.
        if (waiting.events.length > 0) await handle(chance.one(holders), { events: waiting.events, waits: (unit) => unit !== waiting.unit, epoch });
        parked.delete(stream);
      }
    }
    for (const { unit, events } of parked.values()) if (events.length > 0) await handle(holders[0]!, { events, waits: (other) => other !== unit, epoch });
    expect(rollbacks).toBeGreaterThan(5);
    expect(await differingTables(pool, log.events)).toEqual({});
  });

  it('are not used under another holder’s epoch: what was put into the tables in between stays', async () => {
    const log = new MemoryLog();
    const stream = streamAt(99);
    const events = log.record(stream, ...randomHistory(3, steps, '2026-000099')).filter(({ type }) => type !== 'FactCorrected');
    const holder = holderOf(log);
    const waits = (): boolean => false;
    const mended = async (): Promise<unknown> => (await pool.query(`SELECT beat FROM case_list_v2.case_list WHERE case_id = $1`, [stream.slice('case-'.length)])).rows[0];
    const [before, after] = [events.slice(0, 20), events.slice(20)];
    await handle(holder, { events: before, waits, epoch: 1n });
    await pool.query(`UPDATE case_list_v2.case_list SET beat = 'MENDED' WHERE case_id = $1`, [stream.slice('case-'.length)]);
    await handle(holder, { events: after, waits, epoch: 2n });
    expect(await mended()).toEqual({ beat: 'MENDED' });
  });
});

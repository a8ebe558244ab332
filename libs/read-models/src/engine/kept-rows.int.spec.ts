import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Pool } from 'pg';
import { decodeCaseEvent } from '#libs/codec';
import type { StoredEvent } from '#libs/event-store/port';
import type { FeedDefinition, FeedTransaction } from '#libs/feeds';
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
  async function handle(holder: FeedDefinition, events: readonly StoredEvent[], end: 'COMMIT' | 'ROLLBACK', waits: (unit: string, stream: string) => boolean): Promise<void> {
    await client.query('BEGIN');
    expect(await holder.handle({ events, waits, isRetry: false }, tx)).toEqual([]);
    await client.query(end);
  }

  it('never differ from what is stored: not after a rollback, not when another process held the feed meanwhile, not where a stream waits in one projection', async () => {
    const chance = new Chance(20_261_126);
    const log = new MemoryLog();
    const histories = Array.from({ length: cases }, (_, i) => [...randomHistory(i + 1, steps, `2026-${String(i + 1).padStart(6, '0')}`)]);
    for (let at = 0; histories.some((history) => history.length > at); at += 2) histories.forEach((history, i) => log.record(streamAt(i), ...history.slice(at, at + 2)));
    const holder = (): FeedDefinition => projectionFeed({ name: 'kept', version: 1, store: log, decode: decodeCaseEvent, projections: caseProjections, counters: caseCounting });
    // Two processes, each with a memory of its own.
    const holders = [holder(), holder()];
    const parked = new Map<string, { readonly unit: string; readonly events: StoredEvent[] }>();
    const waits = (unit: string, stream: string): boolean => parked.get(stream)?.unit === unit;
    let rollbacks = 0;
    for (let start = 0; start < log.events.length; ) {
      const events = log.events.slice(start, start + 1 + chance.below(batchMax));
      const who = chance.one(holders);
      if (chance.is(0.2)) {
        await handle(who, events, 'ROLLBACK', waits);
        rollbacks += 1;
        continue;
      }
      await handle(who, events, 'COMMIT', waits);
      for (const event of events) parked.get(event.stream)?.events.push(event);
      start += events.length;
      const stream = streamAt(chance.below(cases));
      const waiting = parked.get(stream);
      if (waiting === undefined && chance.is(0.2)) parked.set(stream, { unit: chance.one(caseProjections).name, events: [] });
      if (waiting !== undefined && chance.is(0.3)) {
        // Whoever holds the feed by then tries again.
        if (waiting.events.length > 0) await handle(chance.one(holders), waiting.events, 'COMMIT', (unit) => unit !== waiting.unit);
        parked.delete(stream);
      }
    }
    for (const { unit, events } of parked.values()) if (events.length > 0) await handle(holders[0]!, events, 'COMMIT', (other) => other !== unit);
    expect(rollbacks).toBeGreaterThan(5);
    expect(await differingTables(pool, log.events)).toEqual({});
  });
});

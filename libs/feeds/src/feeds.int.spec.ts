import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import type { Position } from '#libs/event-store/port';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { Chance } from '../../../test/support/chance.js';
import { people } from '../../../test/support/case-kit.js';
import { MemoryLog, type Recorded } from '../../../test/support/memory-log.js';
import { query } from '../../../test/support/sql.js';
import { claimFeed, FeedProgress, type FeedBatch, type FeedDefinition, type FeedHandle, type FeedTransaction, listParked, ProjectionBehind, startFeed } from './testing.js';

const feed = { name: 'test', version: 1 };
const fast = { standbyPollMs: 20, heartbeatMs: 30, backoffFirstMs: 5, backoffLongestMs: 40, batchEventsMax: 7 };
const recorded: Recorded = {
  event: { type: 'InvestigationResumed', data: { reason: 'Invented.' } },
  by: people.supervisor,
  at: '2026-03-02T15:00:00.000Z',
};

describe('a feed', () => {
  let database: TestDatabase;
  let pool: Pool;
  let progress: FeedProgress;
  let log: MemoryLog;
  let feeds: FeedHandle[];

  beforeEach(async () => {
    database = await createTestDatabase();
    await query(database.ownerUrl, 'CREATE TABLE handled (n bigserial PRIMARY KEY, unit text, stream text, position bigint)', 'GRANT ALL ON handled, handled_n_seq TO caseledger_service');
    pool = new Pool({ connectionString: database.serviceUrl });
    pool.on('error', () => undefined);
    progress = new FeedProgress(pool);
    log = new MemoryLog();
    feeds = [];
  });

  afterEach(async () => {
    await Promise.all(feeds.map((one) => one.stop()));
    await pool.end();
    await database.drop();
  });

  const fill = (streams: number, events: number): void => {
    for (let at = 0; at < events; at += 1) for (let i = 0; i < streams; i += 1) log.record(`case-${i}`, recorded);
  };
  const start = (handle: FeedDefinition['handle'], options: { units?: string[]; gatherMs?: number; limits?: object } = {}): FeedHandle => {
    const definition = { ...feed, categories: ['case'], units: options.units ?? ['unit'], gatherMs: options.gatherMs ?? 0, handle };
    const started = startFeed({ definition, store: log, databaseUrl: database.serviceUrl, onProgress: progress.advanced, limits: { ...fast, ...options.limits } });
    feeds.push(started);
    return started;
  };
  const write = async (tx: FeedTransaction, batch: Pick<FeedBatch, 'events'>, unit = 'unit'): Promise<[]> => {
    for (const event of batch.events) await tx.query({ text: 'INSERT INTO handled (unit, stream, position) VALUES ($1, $2, $3)', values: [unit, event.stream, event.position.n] });
    return [];
  };
  const reached = (n = log.events.length - 1): Promise<Position> => progress.waitFor(feed, { logId: log.logId, n: BigInt(n) }, 10_000);
  const handled = async (unit = 'unit', stream: string | null = null): Promise<number[]> => {
    const { rows } = await pool.query<{ position: string }>('SELECT position FROM handled WHERE unit = $1 AND stream = coalesce($2, stream) ORDER BY n', [unit, stream]);
    return rows.map((row) => Number(row.position));
  };
  const all = (stream?: string): number[] => log.events.filter((event) => stream === undefined || event.stream === stream).map((event) => Number(event.position.n));
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 1_000; tries += 1) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('it never held');
  };

  it('handles each event once and in order, past and live', async () => {
    fill(4, 20);
    start((batch, tx) => write(tx, batch));
    await reached();
    fill(4, 5);
    await reached();
    expect(await handled()).toEqual(all());
  });

  it('tells who waited how far it has come by then: as far as they asked at least, and all of it is committed', async () => {
    fill(4, 20);
    start((batch, tx) => write(tx, batch), { limits: { batchEventsMax: 7 } });
    for (const asked of [3, 0, 30, 79]) {
      const { n } = await reached(asked);
      expect(n).toBeGreaterThanOrEqual(BigInt(asked));
      expect((await handled()).length).toBeGreaterThan(Number(n));
    }
  });

  it('that gathers handles what came meanwhile in one transaction, and the first after a rest at once', async () => {
    const [gatherMs, beganAt]: [number, number[]] = [200, []];
    const handle: FeedDefinition['handle'] = async (batch, tx) => {
      beganAt.push(performance.now());
      return write(tx, batch);
    };
    start(handle, { gatherMs, limits: { batchEventsMax: 1_000 } });
    for (let n = 0; n < 40; n += 1) {
      fill(1, 1);
      await reached(n);
      if (beganAt.length >= 4) break;
    }
    expect(await handled()).toEqual(all());
    // Timers count whole milliseconds.
    for (const [i, at] of beganAt.slice(1).entries()) expect(at - beganAt[i]!).toBeGreaterThan(gatherMs * 0.9);
  });

  it.each([1, 2, 3])('handles each event once though its connection is killed at random points (seed %i)', async (seed) => {
    const chance = new Chance(seed);
    fill(5, 40);
    let kills = 0;
    start(async (batch, tx) => {
      const killBefore = kills < 12 && chance.is(0.3);
      if (!killBefore) await write(tx, batch);
      if (killBefore || (kills < 12 && chance.is(0.3))) {
        kills += 1;
        await tx.query({ text: 'SELECT pg_terminate_backend(pg_backend_pid())' });
      }
      return [];
    });
    await reached();
    expect(await handled()).toEqual(all());
    expect(kills).toBeGreaterThan(3);
  });

  it('is taken over by the warm standby when its holder loses the connection, without a gap or a double', async () => {
    fill(3, 10);
    const holders: number[] = [];
    const handle = (who: number) => async (batch: FeedBatch, tx: FeedTransaction): Promise<[]> => {
      holders.push(who);
      return write(tx, batch);
    };
    const first = start(handle(1));
    await reached();
    const second = start(handle(2));
    await until(() => second.status().state === 'STANDBY');
    expect(new Set(holders)).toEqual(new Set([1]));
    await first.stop();
    fill(3, 10);
    await reached();
    expect(holders.at(-1)).toBe(2);
    expect(await handled()).toEqual(all());
    expect(second.status().epoch).toBe(2n);
  });

  it('lets nobody commit under an earlier epoch, even one who still thinks to hold the feed', async () => {
    fill(1, 5);
    let release = (): void => undefined;
    let entered = (): void => undefined;
    const inside = new Promise<void>((resolve) => (entered = resolve));
    const held = new Promise<void>((resolve) => (release = resolve));
    let blocked = true;
    const handle = start(async (batch, tx) => {
      if (blocked) {
        entered();
        await held;
        blocked = false;
      }
      return write(tx, batch);
    });
    await inside;
    // Another claims the feed while the first has its transaction open: it waits for that row, so the claim is sent and the first then goes on.
    const other = await pool.connect();
    const claimed = claimFeed({ query: async (statement) => ({ rows: (await other.query(statement.text, [...(statement.values ?? [])])).rows, rowCount: 1 }) }, feed, log.logId);
    release();
    const { epoch } = await claimed;
    other.release();
    fill(1, 5);
    // The first one's next batch is under the old epoch: refused; it claims again, and goes on under a newer one.
    await reached();
    expect(handle.status().epoch).toBeGreaterThan(epoch);
    expect(await handled()).toEqual(all());
  });

  it('parks the stream of an event that a unit reports, in that unit alone, and retries it in order after the fix', async () => {
    let broken = true;
    const triedAgain = new Set<bigint>();
    const handle = start(
      async (batch, tx) => {
        if (batch.isRetry) for (const { position } of batch.events) triedAgain.add(position.n);
        await write(tx, { events: batch.events.filter((event) => !batch.waits('sound', event.stream)) }, 'sound');
        const mine = batch.events.filter((event) => !batch.waits('weak', event.stream));
        const poison = broken ? mine.find((event) => event.stream === 'case-1' && event.revision === 2n) : undefined;
        const left = mine.filter((event) => poison === undefined || event.stream !== 'case-1' || event.revision < 2n);
        await write(tx, { events: left }, 'weak');
        return poison === undefined ? [] : [{ unit: 'weak', event: poison, error: new Error('can not be folded') }];
      },
      { units: ['sound', 'weak'] },
    );
    fill(3, 10);
    await reached();
    expect(await handled('sound')).toEqual(all());
    expect(await handled('weak', 'case-1')).toEqual(all('case-1').slice(0, 2));
    expect(await handled('weak', 'case-2')).toEqual(all('case-2'));
    expect(await parked()).toMatchObject([{ unit: 'weak', stream: 'case-1', revision: 2n, waiting: 7, attempts: 1, error: 'can not be folded' }]);

    // Not fixed: it stays, and says that it was tried.
    await handle.retryParked();
    await until(async () => (await parked())[0]?.attempts === 2);
    expect(await parked()).toMatchObject([{ waiting: 7 }]);

    broken = false;
    expect(await handle.retryParked({ unit: 'weak' })).toBe(1);
    await until(async () => (await parked()).length === 0);
    // What is tried again is told from what the feed comes to.
    expect([...triedAgain].map(Number)).toEqual(all('case-1').slice(2));
    fill(3, 2);
    await reached();
    expect(await handled('weak', 'case-1')).toEqual(all('case-1'));
    // The retry of one unit leaves the other alone.
    expect(await handled('sound')).toEqual(all());
  });

  const parked = () =>
    listParked({ query: async (statement) => ({ rows: (await pool.query(statement.text, [...(statement.values ?? [])])).rows, rowCount: 0 }) }, feed);

  it('finds the one event of a batch that the database refuses, and goes on with all the others', async () => {
    await query(database.ownerUrl, "ALTER TABLE handled ADD CHECK (NOT (stream = 'case-2' AND position = 11))");
    fill(3, 10);
    start(async (batch, tx) => write(tx, { events: batch.events.filter((event) => !batch.waits('unit', event.stream)) }), { limits: { batchEventsMax: 30 } });
    await reached();
    expect(await handled('unit', 'case-2')).toEqual(all('case-2').filter((position) => position < 11));
    expect(await handled('unit', 'case-0')).toEqual(all('case-0'));
    expect(await handled('unit', 'case-1')).toEqual(all('case-1'));
    expect(await parked()).toMatchObject([{ stream: 'case-2', position: 11n, waiting: 6 }]);
  });

  it('stops for good when more is parked than can be the events fault', async () => {
    fill(6, 1);
    const handle = start((batch) => Promise.resolve(batch.events.map((event) => ({ unit: 'unit', event, error: new Error('no') }))), { limits: { parkedMax: 3 } });
    await until(() => handle.status().state === 'REFUSED');
    expect(handle.status().lastError).toContain('over 3 streams are parked');
  });

  it('refuses to go on with the checkpoint of another log', async () => {
    fill(1, 3);
    const handle = start((batch, tx) => write(tx, batch));
    await reached();
    await handle.stop();
    log = new MemoryLog();
    fill(1, 3);
    const other = start((batch, tx) => write(tx, batch));
    await until(() => other.status().state === 'REFUSED');
    expect((await handled()).length).toBe(3);
  });

  it('answers a wait for a position that it does not reach in time with ProjectionBehind', async () => {
    fill(1, 3);
    start((batch, tx) => write(tx, batch));
    await reached();
    const wanted = { logId: log.logId, n: 10n };
    await expect(progress.waitFor(feed, wanted, 40)).rejects.toBeInstanceOf(ProjectionBehind);
    await expect(progress.waitFor(feed, { logId: 'another', n: 0n }, 40)).rejects.toMatchObject({ name: 'ForeignPosition' });
  });

  it('tells another process how far it has come', async () => {
    const elsewhere = new FeedProgress(pool);
    start((batch, tx) => write(tx, batch));
    fill(2, 10);
    await elsewhere.waitFor(feed, { logId: log.logId, n: 19n }, 5_000);
    expect(await handled()).toEqual(all());
    expect(await elsewhere.projectedThrough(feed)).toEqual({ logId: log.logId, n: 19n });
    expect(await elsewhere.projectedThrough({ name: 'absent', version: 1 })).toBeNull();
  });
});

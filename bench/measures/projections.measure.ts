import { SQL } from '@event-driven-io/dumbo';
import { postgreSQLEventStoreConsumer, postgreSQLRawSQLProjection } from '@event-driven-io/emmett-postgresql';
import { Pool } from 'pg';
import { decodeCaseEvent } from '../../libs/codec/src/index.js';
import { FeedProgress, startFeed } from '../../libs/feeds/src/index.js';
import { caseProjections, projectionFeed, schemaOf } from '../../libs/read-models/src/index.js';
import { MemoryLog } from '../../test/support/memory-log.js';
import { randomHistory } from '../../test/support/random-histories.js';
import { query } from '../../test/support/sql.js';
import { peerDatabase } from '../kit/databases.js';
import { dataOf } from '../kit/event.js';
import type { Bench, Compared, Measure } from '../kit/measure.js';
import { interleaved, ratio } from '../kit/rounds.js';
import { median } from '../kit/stats.js';
import { openEmmett, type Noted } from '../peers/emmett.js';

const cases = 2_000;
const steps = 40;
const templates = 50;
const pollMs = 20;

/** Random, repeatable histories of cases that are under way together: their events interleave. */
function historyLog(count: number): MemoryLog {
  const log = new MemoryLog();
  log.pageSize = 1_000;
  const histories = Array.from({ length: templates }, (_, n) => randomHistory(n + 1, steps));
  for (let at = 0; at < steps * 2; at += 2) {
    for (let n = 0; n < count; n += 1) {
      const part = histories[n % templates]?.slice(at, at + 2) ?? [];
      if (part.length > 0) log.record(`case-0190b5a0-0000-8000-8000-${String(n).padStart(12, '0')}`, ...part);
    }
  }
  return log;
}

export const projectionsMeasure: Measure = {
  name: 'projections',
  about: 'Events a second into the case list, a table in SQL, rows and checkpoint in one transaction',
  async run(bench: Bench): Promise<readonly Compared[]> {
    const { cluster, scale } = bench;
    const log = historyLog(Math.round(cases / scale.divideBy));
    const head = (await log.head())?.n ?? 0n;
    const [caseList] = caseProjections;
    if (caseList === undefined) throw new Error('there are no projections');
    const pool = new Pool({ connectionString: cluster.serviceUrl });
    pool.on('error', () => undefined);
    let round = 0;
    const ours = async () => {
      await query(cluster.ownerUrl, ...Object.keys(caseList.tables).map((table) => `TRUNCATE ${schemaOf(caseList)}.${table}`));
      const progress = new FeedProgress(pool);
      const definition = projectionFeed({ name: `bench-${(round += 1)}`, version: 1, store: log, decode: decodeCaseEvent, projections: [caseList] });
      const started = performance.now();
      const feed = startFeed({ definition, store: log, databaseUrl: cluster.serviceUrl, onProgress: progress.advanced });
      while (((await progress.projectedThrough(definition))?.n ?? -1n) < head) await new Promise((resolve) => setTimeout(resolve, pollMs));
      const seconds = (performance.now() - started) / 1_000;
      await feed.stop();
      return log.events.length / seconds;
    };
    const peer = await emmettList(bench, log.events.length);
    const figures = await interleaved(scale, { ours, emmett: peer });
    await pool.end();
    const mine = median(figures.ours);
    return [
      { what: 'by itself', ours: mine, peer: null, unit: 'events/s', figure: mine, goal: { atLeast: 15_000 } },
      { what: 'beside Emmett’s SQL projection', ours: mine, peer: median(figures.emmett), unit: 'events/s', figure: ratio(figures.ours, figures.emmett), goal: { atLeast: 5 } },
    ];
  },
};

/** Emmett's own way into a table: a raw SQL projection with one upsert an event, by its consumer. */
async function emmettList(bench: Bench, events: number): Promise<() => Promise<number>> {
  const url = await peerDatabase(bench, 'projection_emmett');
  const { store } = await openEmmett(url);
  const perStream = 20;
  for (let done = 0; done < events; done += perStream) {
    const stream = `case-${crypto.randomUUID()}`;
    await store.appendToStream(stream, Array.from({ length: perStream }, (_, n) => ({ type: 'Noted' as const, ...dataOf(stream, n) })));
  }
  await store.close();
  return async () => {
    await query(url, 'DROP TABLE IF EXISTS case_list', 'CREATE TABLE case_list (stream text PRIMARY KEY, events integer NOT NULL, last jsonb NOT NULL)');
    const consumer = postgreSQLEventStoreConsumer({ connectionString: url, stopWhen: { noMessagesLeft: true }, pulling: { batchSize: 1_000 } });
    let count = 0;
    consumer.projector<Noted>({
      processorId: crypto.randomUUID(),
      startFrom: 'BEGINNING',
      projection: postgreSQLRawSQLProjection<Noted>({
        name: `list-${crypto.randomUUID()}`,
        canHandle: ['Noted'],
        evolve: (event) => {
          count += 1;
          const stream = String(event.metadata?.['stream']);
          return SQL`INSERT INTO case_list VALUES (${stream}, 1, ${JSON.stringify(event.data)}::jsonb) ON CONFLICT (stream) DO UPDATE SET events = case_list.events + 1, last = excluded.last`;
        },
      }),
    });
    const started = performance.now();
    await consumer.start();
    await consumer.close();
    // It ends quietly where its handler fails.
    if (count < events) throw new Error(`Emmett handled ${count} of ${events} events`);
    return count / ((performance.now() - started) / 1_000);
  };
}

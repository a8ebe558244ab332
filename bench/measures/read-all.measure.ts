import { postgreSQLEventStoreConsumer } from '@event-driven-io/emmett-postgresql';
import type { EventStore } from '../../libs/event-store/src/index.js';
import { createPostgresEventStore } from '../../libs/event-store/src/module.js';
import { peerDatabase } from '../kit/databases.js';
import { dataOf, eventOf } from '../kit/event.js';
import { quietLog } from '../kit/log.js';
import type { Bench, Compared, Measure } from '../kit/measure.js';
import { interleaved, ratio } from '../kit/rounds.js';
import { median } from '../kit/stats.js';
import { openEmmett } from '../peers/emmett.js';

const eventsToRead = 100_000;
const streamEvents = 10;
const streamsAtOnce = 256;
const writers = 16;
const writtenMeanwhile = 20_000;

async function fill(count: number, append: (stream: string, from: number, events: number) => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += streamsAtOnce * streamEvents) {
    await Promise.all(Array.from({ length: streamsAtOnce }, () => append(`case-${crypto.randomUUID()}`, 0, streamEvents)));
  }
}

async function readEverything(store: EventStore): Promise<number> {
  const started = performance.now();
  let count = 0;
  for await (const page of store.readAll()) count += page.length;
  return count / ((performance.now() - started) / 1_000);
}

/** Emmett's own consumer, in its largest sensible batches, until there is nothing left. */
async function emmettReadsEverything(url: string): Promise<number> {
  const started = performance.now();
  let count = 0;
  const consumer = postgreSQLEventStoreConsumer({ connectionString: url, stopWhen: { noMessagesLeft: true }, pulling: { batchSize: 1_000 } });
  consumer.reactor({ processorId: crypto.randomUUID(), startFrom: 'BEGINNING', eachMessage: () => void (count += 1) });
  await consumer.start();
  await consumer.close();
  return count / ((performance.now() - started) / 1_000);
}

/** Positions read by a subscription while others write: each once, in order, none skipped. */
async function skippedWhileWriting(store: EventStore, events: number): Promise<number> {
  const before = (await store.head())?.n ?? 0n;
  const stop = new AbortController();
  let next = before + 1n;
  let skipped = 0;
  const until = before + BigInt(events);
  const reading = (async () => {
    for await (const message of store.subscribe({ after: { logId: store.logId, n: before }, signal: stop.signal })) {
      if (message.kind !== 'EVENTS') continue;
      for (const { position } of message.events) {
        if (position.n !== next) skipped += Number(position.n - next);
        next = position.n + 1n;
      }
      if (next > until) stop.abort();
    }
  })();
  let left = events;
  const writer = async () => {
    for (let stream = `case-${crypto.randomUUID()}`, revision = 0; left-- > 0; ) {
      const answer = await store.append(stream, revision === 0 ? 'NO_STREAM' : BigInt(revision - 1), [eventOf(stream, revision)]);
      if (answer.kind !== 'APPENDED') throw new Error('a conflict without a rival');
      revision += 1;
      if (revision === streamEvents) [stream, revision] = [`case-${crypto.randomUUID()}`, 0];
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  await reading;
  return skipped;
}

export const readAllMeasure: Measure = {
  name: 'read-all',
  about: 'The whole log read in its one order',
  async run(bench: Bench): Promise<readonly Compared[]> {
    const { scale, cluster } = bench;
    const store = await createPostgresEventStore({ url: cluster.serviceUrl, log: quietLog });
    const emmettUrl = await peerDatabase(bench, 'read_emmett');
    const emmett = await openEmmett(emmettUrl);
    const count = eventsToRead / scale.divideBy;
    await fill(count, (stream, from, events) => store.append(stream, 'NO_STREAM', Array.from({ length: events }, (_, n) => eventOf(stream, from + n))));
    await fill(count, (stream, from, events) => emmett.store.appendToStream(stream, Array.from({ length: events }, (_, n) => ({ type: 'Noted' as const, ...dataOf(stream, from + n) }))));
    const figures = await interleaved(scale, { ours: () => readEverything(store), emmett: () => emmettReadsEverything(emmettUrl) });
    const skipped = await skippedWhileWriting(store, writtenMeanwhile / scale.divideBy);
    await Promise.all([store.close(), emmett.store.close()]);
    const ours = median(figures.ours);
    return [
      { what: 'by itself', ours, peer: null, unit: 'events/s', figure: ours, goal: { atLeast: 80_000 / (scale.divideBy > 1 ? 4 : 1) } },
      { what: 'beside Emmett’s consumer', ours, peer: median(figures.emmett), unit: 'events/s', figure: ratio(figures.ours, figures.emmett), goal: { atLeast: 10 } },
      { what: `skipped by a reader while ${writers} writers append`, ours: skipped, peer: null, unit: 'events', figure: skipped, goal: { atMost: 0 } },
    ];
  },
};

import { createPostgresEventStore } from '../../libs/event-store/src/module.js';
import { peerDatabase } from '../kit/databases.js';
import { dataOf, eventOf } from '../kit/event.js';
import { quietLog } from '../kit/log.js';
import type { Bench, Compared, Goal, Measure } from '../kit/measure.js';
import { interleaved, ratio } from '../kit/rounds.js';
import { median } from '../kit/stats.js';
import { openCastore } from '../peers/castore.js';
import { openEmmett } from '../peers/emmett.js';
import { PlainTable } from '../peers/plain.js';

/** Events of one writer on one stream before it begins the next. */
const eventsPerStream = 10;
const goals: readonly { readonly writers: number; readonly plain: Goal; readonly emmett: Goal }[] = [
  { writers: 1, plain: { atLeast: 0.7 }, emmett: { atLeast: 1.3 } },
  { writers: 32, plain: { atLeast: 4 }, emmett: { atLeast: 8 } },
  { writers: 64, plain: { atLeast: 4 }, emmett: { atLeast: 8 } },
];

type Append = (stream: string, revision: number) => Promise<unknown>;

/** Appends a second by so many writers, each on a stream of its own. */
async function turn(writers: number, turnMs: number, append: Append): Promise<number> {
  const started = performance.now();
  let count = 0;
  const writer = async () => {
    for (let stream = `case-${crypto.randomUUID()}`, revision = 0; performance.now() - started < turnMs; count += 1) {
      await append(stream, revision);
      revision += 1;
      if (revision === eventsPerStream) [stream, revision] = [`case-${crypto.randomUUID()}`, 0];
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  return count / ((performance.now() - started) / 1_000);
}

export const appendMeasure: Measure = {
  name: 'append',
  about: 'Raw appends a second of one event of about 1 KiB, durable, at an exact revision',
  async run(bench: Bench): Promise<readonly Compared[]> {
    const results: Compared[] = [];
    const store = await createPostgresEventStore({ url: bench.cluster.serviceUrl, log: quietLog });
    const emmett = await openEmmett(await peerDatabase(bench, 'append_emmett'));
    const castore = await openCastore(await peerDatabase(bench, 'append_castore'));
    const plainUrl = await peerDatabase(bench, 'append_plain');
    for (const goal of goals) {
      const plain = await PlainTable.open(plainUrl, goal.writers);
      const via = (append: Append) => () => turn(goal.writers, bench.scale.turnMs, append);
      const figures = await interleaved(bench.scale, {
        ours: via(async (stream, revision) => {
          const answer = await store.append(stream, revision === 0 ? 'NO_STREAM' : BigInt(revision - 1), [eventOf(stream, revision)]);
          if (answer.kind !== 'APPENDED') throw new Error('a conflict without a rival');
        }),
        plain: via((stream, revision) => plain.append(stream, revision, eventOf(stream, revision))),
        emmett: via((stream, revision) =>
          emmett.store.appendToStream(stream, [{ type: 'Noted', ...dataOf(stream, revision) }], { expectedStreamVersion: revision === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(revision) }),
        ),
        castore: via((stream, revision) => {
          const { data, metadata } = dataOf(stream, revision);
          return castore.pushEvent({ aggregateId: stream, version: revision + 1, type: 'Noted', payload: data, metadata });
        }),
      });
      await plain.close();
      const shared = { ours: median(figures.ours), unit: 'appends/s' };
      const row = (peer: 'plain' | 'emmett' | 'castore', name: string, of: Goal): Compared => ({
        what: `${goal.writers} ${goal.writers === 1 ? 'writer' : 'writers'}, beside ${name}`,
        ...shared,
        peer: median(figures[peer]),
        figure: ratio(figures.ours, figures[peer]),
        goal: of,
      });
      results.push(row('plain', 'plain INSERT', goal.plain), row('emmett', 'Emmett', goal.emmett), row('castore', 'Castore', null));
    }
    await Promise.all([store.close(), emmett.store.close()]);
    return results;
  },
};

import { Pool } from 'pg';
import { createPostgresEventStore } from '../../libs/event-store/src/module.js';
import { noteSigner } from '../../libs/ledger/src/index.js';
import { LedgerService } from '../../libs/ledger-feed/src/index.js';
import { CaseMaker } from '../kit/cases.js';
import { eventOf } from '../kit/event.js';
import { quietLog } from '../kit/log.js';
import type { Bench, Compared, Measure } from '../kit/measure.js';
import { quantile } from '../kit/stats.js';

const trailEvents = 1_500;
/** Other events of the log, so that the tree is no toy. */
const otherEvents = 50_000;
const streamsAtOnce = 200;
const runs = 50;
const pollMs = 20;
const origin = 'ledger.example/bench';

export const trailMeasure: Measure = {
  name: 'trail',
  about: 'A case’s whole trail of 1,500 events, as stored, each with its inclusion proof',
  async run({ cluster, scale }: Bench): Promise<readonly Compared[]> {
    const store = await createPostgresEventStore({ url: cluster.serviceUrl, log: quietLog });
    const pool = new Pool({ connectionString: cluster.serviceUrl });
    pool.on('error', () => undefined);
    for (let made = 0; made < otherEvents / scale.divideBy; made += streamsAtOnce * 10) {
      const streams = Array.from({ length: streamsAtOnce }, () => `case-${crypto.randomUUID()}`);
      await Promise.all(streams.map((stream) => store.append(stream, 'NO_STREAM', Array.from({ length: 10 }, (_, revision) => eventOf(stream, revision)))));
    }
    const caseId = await new CaseMaker(store).make(trailEvents);
    const signer = noteSigner(origin, 'ED25519', crypto.getRandomValues(new Uint8Array(32)));
    const clock = { now: () => new Date() };
    const ledger = new LedgerService({ pool, store, databaseUrl: cluster.serviceUrl, origin, signer, witnesses: [], clock, log: quietLog, pinsFolder: null });
    ledger.start();
    const head = (await store.head())?.n ?? 0n;
    for (let size = 0; size <= Number(head); size = (await ledger.latestCheckpoint())?.size ?? 0) await new Promise((resolve) => setTimeout(resolve, pollMs));
    const treeSize = (await ledger.latestCheckpoint())?.size ?? 0;
    const times: number[] = [];
    for (let run = 0; run <= runs; run += 1) {
      const started = performance.now();
      const ids: string[] = [];
      for await (const event of store.readStream(`case-${caseId}`)) ids.push(event.id);
      const proofs = await ledger.inclusionProofs(ids, treeSize);
      if (run > 0) times.push(performance.now() - started);
      if (proofs.size !== trailEvents) throw new Error(`${proofs.size} proofs of ${trailEvents}`);
    }
    await ledger.stop();
    await Promise.all([store.close(), pool.end()]);
    const ours = quantile(times, 0.5);
    return [{ what: `in a tree of ${treeSize} leaves, median`, ours, peer: null, unit: 'ms', figure: ours, goal: { atMost: 20 }, note: `p99 ${quantile(times, 0.99).toFixed(1)} ms` }];
  },
};

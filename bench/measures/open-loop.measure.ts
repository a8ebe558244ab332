import { startCaseledger, startEmpty } from '../kit/contestants.js';
import { BenchIssuer } from '../kit/issuer.js';
import type { Bench, Compared, Measure } from '../kit/measure.js';
import { interleaved } from '../kit/rounds.js';
import { median, quantile } from '../kit/stats.js';
import { type Client, openLoop, warmUp } from '../kit/workload.js';

const clientCount = 32;
const perSecond = 300;
/** The goal's allowance over the empty resolver, in fdatasyncs at p99. */
const syncsAllowed = 4;

export const openLoopMeasure: Measure = {
  name: 'open-loop',
  about: 'Latency at p99, 300 commands a second offered to both whether or not they keep up',
  async run(bench: Bench): Promise<readonly Compared[]> {
    const issuer = await BenchIssuer.start();
    const ours = await startCaseledger(bench, issuer, 'off');
    const empty = await startEmpty(issuer);
    try {
      const p99 = (clients: readonly Client[]) => async () => quantile((await openLoop(clients, perSecond, bench.scale.turnMs)).latencies, 0.99);
      const clients = { ours: await ours.clients(clientCount), empty: await empty.clients(clientCount) };
      await warmUp(bench, clients.ours, clients.empty);
      const figures = await interleaved(bench.scale, { ours: p99(clients.ours), empty: p99(clients.empty) });
      const [mine, floor] = [median(figures.ours), median(figures.empty)];
      return [
        {
          what: 'beside Apollo with an empty resolver',
          ours: mine,
          peer: floor,
          unit: 'ms',
          figure: (mine - floor) / bench.fdatasync.p99,
          goal: { atMost: syncsAllowed },
          note: `what it takes longer, in fdatasyncs at p99 (${bench.fdatasync.p99.toFixed(2)} ms)`,
        },
      ];
    } finally {
      await Promise.all([ours.stop(), empty.stop(), issuer.stop()]);
    }
  },
};

import { startCaseledger } from '../kit/contestants.js';
import { BenchIssuer } from '../kit/issuer.js';
import type { Bench, Compared, Measure } from '../kit/measure.js';
import { quantile } from '../kit/stats.js';
import { closedLoop, openLoop, warmUp } from '../kit/workload.js';

const clientCount = 16;
const loadShare = 0.5;

/**
 * From the answer to a command until a query that asks for its position shows it, the query's own time included, while others work at half of what the
 * service bears. Beside it the same query that waits for nothing: what a query takes under this load anyway.
 */
export const visibleMeasure: Measure = {
  name: 'visible',
  about: 'From acknowledged to visible in a query, at half load, the feeds in the same process',
  async run(bench: Bench): Promise<readonly Compared[]> {
    const issuer = await BenchIssuer.start();
    const ours = await startCaseledger(bench, issuer, 'inline');
    try {
      const crowd = await ours.clients(clientCount);
      await warmUp(bench, crowd);
      const most = await closedLoop(crowd, bench.scale.turnMs);
      const half = (most.count / most.seconds) * loadShare;
      const [probe] = await ours.clients(1);
      if (probe === undefined) throw new Error('unreachable: one was asked for');
      const waits: number[] = [];
      const bare: number[] = [];
      const until = performance.now() + bench.scale.turnMs * bench.scale.rounds;
      const load = openLoop(crowd, half, bench.scale.turnMs * bench.scale.rounds);
      while (performance.now() < until) {
        const { position } = (await probe.next()).data?.answer ?? {};
        const answered = performance.now();
        await probe.list(position ?? null);
        waits.push(performance.now() - answered);
        const asked = performance.now();
        await probe.list(null);
        bare.push(performance.now() - asked);
      }
      await load;
      const row = (share: number, atMost: number): Compared => ({
        what: `p${share * 100}`,
        ours: quantile(waits, share),
        peer: null,
        unit: 'ms',
        figure: quantile(waits, share),
        goal: { atMost },
        note: `${Math.round(half)} commands a second meanwhile, ${waits.length} looked for`,
      });
      const floor: Compared = {
        what: 'apart: the same query, asked for no position, p50',
        ours: quantile(bare, 0.5),
        peer: null,
        unit: 'ms',
        figure: quantile(waits, 0.5) / quantile(bare, 0.5),
        goal: null,
        note: 'figure: how many times as long the waiting one takes',
      };
      return [row(0.5, 10), row(0.99, 100), floor];
    } finally {
      await Promise.all([ours.stop(), issuer.stop()]);
    }
  },
};

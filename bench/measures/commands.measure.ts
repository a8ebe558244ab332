import { startCaseledger, startEmmett, startEmpty } from '../kit/contestants.js';
import { BenchIssuer } from '../kit/issuer.js';
import type { Bench, Compared, Measure } from '../kit/measure.js';
import { interleaved, ratio } from '../kit/rounds.js';
import { median } from '../kit/stats.js';
import { type Client, closedLoop, warmUp } from '../kit/workload.js';

const clientCount = 32;

/** Durable commands a second through GraphQL. The goals speak of the api process; its feeds run in a worker of their own where the load asks for it. */
export const commandsMeasure: Measure = {
  name: 'commands',
  about: 'Durable commands a second by GraphQL, 32 clients, closed loop; validation, sealing and authorization on',
  async run(bench: Bench): Promise<readonly Compared[]> {
    const issuer = await BenchIssuer.start();
    const ours = await startCaseledger(bench, issuer, 'off');
    const empty = await startEmpty(issuer);
    const emmett = await startEmmett(bench, issuer);
    try {
      const rate = (clients: readonly Client[]) => async () => {
        const { count, seconds } = await closedLoop(clients, bench.scale.turnMs);
        return count / seconds;
      };
      const clients = { ours: await ours.clients(clientCount), empty: await empty.clients(clientCount), emmett: await emmett.clients(clientCount) };
      await warmUp(bench, clients.ours, clients.empty, clients.emmett);
      const figures = await interleaved(bench.scale, { ours: rate(clients.ours), empty: rate(clients.empty), emmett: rate(clients.emmett) });
      const shared = { ours: median(figures.ours), unit: 'commands/s' };
      return [
        { what: 'beside Apollo + Emmett', ...shared, peer: median(figures.emmett), figure: ratio(figures.ours, figures.emmett), goal: { atLeast: 5 } },
        { what: 'beside Apollo with an empty resolver', ...shared, peer: median(figures.empty), figure: ratio(figures.ours, figures.empty), goal: { atLeast: 0.45 }, note: 'stretch 0.6' },
      ];
    } finally {
      await Promise.all([ours.stop(), empty.stop(), emmett.stop(), issuer.stop()]);
    }
  },
};

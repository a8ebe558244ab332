import { type Contestant, startCaseledger, startEmpty } from '../kit/contestants.js';
import { BenchIssuer } from '../kit/issuer.js';
import type { Bench, Compared, Measure } from '../kit/measure.js';
import { postgresCpuSeconds } from '../kit/postgres-cpu.js';
import { interleaved, ratio } from '../kit/rounds.js';
import { median } from '../kit/stats.js';
import { askAgain, type Asker, askNothing, closedLoop, warmUp } from '../kit/workload.js';

/** Few enough that neither server waits for the other core. */
const clientCount = 8;
const microseconds = 1e6;

/** Processor time of one command: what the machine pays, whatever else it does. */
export const cpuMeasure: Measure = {
  name: 'cpu',
  about: 'Processor time per command in the api process, without feeds',
  async run(bench: Bench): Promise<readonly Compared[]> {
    const issuer = await BenchIssuer.start();
    const empty = await startEmpty(issuer);
    try {
      const spent: number[] = [];
      const perCommand = (of: Contestant, clients: readonly Asker[], database: number[] | null) => async () => {
        const [before, databaseBefore] = [of.server.cpuSeconds(), postgresCpuSeconds(bench)];
        const { count } = await closedLoop(clients, bench.scale.turnMs);
        database?.push(((postgresCpuSeconds(bench) - databaseBefore) / count) * microseconds);
        return ((of.server.cpuSeconds() - before) / count) * microseconds;
      };
      const ours = await startCaseledger(bench, issuer, 'off');
      const [ourClients, emptyClients] = [await ours.clients(clientCount), await empty.clients(clientCount)];
      await warmUp(bench, ourClients, emptyClients);
      const figures = await interleaved(bench.scale, { ours: perCommand(ours, ourClients, spent), empty: perCommand(empty, emptyClients, null) });
      // The steps of the way there, for the floor under it.
      const [nothing, again] = [await ours.askers(clientCount, askNothing), await ours.askers(clientCount, askAgain)];
      await warmUp(bench, nothing, again);
      const steps = await interleaved(bench.scale, { nothing: perCommand(ours, nothing, null), again: perCommand(ours, again, null) });
      await ours.stop();
      const whole = await startCaseledger(bench, issuer, 'inline');
      const wholeClients = await whole.clients(clientCount);
      await warmUp(bench, wholeClients);
      const withFeeds = await interleaved(bench.scale, { whole: perCommand(whole, wholeClients, null) });
      await whole.stop();
      const [mine, floor] = [median(figures.ours), median(figures.empty)];
      const shown = { unit: 'µs', goal: null };
      return [
        { what: 'beside Apollo with an empty resolver', ours: mine, peer: floor, unit: 'µs', figure: ratio(figures.ours, figures.empty), goal: { atMost: 2 } },
        { what: 'apart: nothing asked (`{ __typename }`)', ours: median(steps.nothing), peer: null, figure: median(steps.nothing) / floor, ...shown, note: 'figure: times the empty resolver; HTTP, token, GraphQL' },
        { what: 'apart: a command that is there already', ours: median(steps.again), peer: null, figure: median(steps.again) / floor, ...shown, note: 'figure: times the empty resolver; read back from the log, not formed, sealed and stored' },
        { what: 'apart: PostgreSQL, per command', ours: median(spent), peer: null, figure: median(spent), ...shown },
        { what: 'apart: the api with its feeds in the same process', ours: median(withFeeds.whole), peer: null, figure: median(withFeeds.whole) / mine, ...shown, note: 'figure: times the api alone' },
      ];
    } finally {
      await Promise.all([empty.stop(), issuer.stop()]);
    }
  },
};

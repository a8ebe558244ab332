import { startCaseledger } from '../kit/contestants.js';
import { BenchIssuer } from '../kit/issuer.js';
import type { Bench, Compared, Measure } from '../kit/measure.js';
import { closedLoopOf } from '../kit/workload.js';

const clientCount = 32;
const warmUpCommands = 40_000;
const commands = 100_000;
const mebibyte = 2 ** 20;

/** Live heap after a full collection: what a leak would grow. Feeds run in the same process, since theirs could leak too. */
export const memoryMeasure: Measure = {
  name: 'memory',
  about: 'Memory after 100,000 commands, the feeds in the same process',
  async run(bench: Bench): Promise<readonly Compared[]> {
    const issuer = await BenchIssuer.start();
    const ours = await startCaseledger(bench, issuer, 'inline', { reportHeap: true });
    try {
      const clients = await ours.clients(clientCount);
      await closedLoopOf(clients, warmUpCommands / bench.scale.divideBy);
      const before = await ours.liveHeapBytes();
      await closedLoopOf(clients, commands / bench.scale.divideBy);
      const grown = ((await ours.liveHeapBytes()) - before) / mebibyte;
      return [
        { what: 'live heap, growth after warm-up', ours: grown, peer: null, unit: 'MiB', figure: grown, goal: { atMost: 5 }, note: `from ${Math.round(before / mebibyte)} MiB` },
        { what: 'resident memory at the end', ours: ours.server.residentBytes() / mebibyte, peer: null, unit: 'MiB', figure: ours.server.residentBytes() / mebibyte, goal: null },
      ];
    } finally {
      await Promise.all([ours.stop(), issuer.stop()]);
    }
  },
};

import { createPostgresEventStore } from '../../libs/event-store/src/module.js';
import type { CaseId } from '../../libs/domain/src/index.js';
import { CaseLoader } from '../../libs/recorder/src/index.js';
import { CaseMaker } from '../kit/cases.js';
import { peerDatabase } from '../kit/databases.js';
import { dataOf } from '../kit/event.js';
import { quietLog } from '../kit/log.js';
import type { Bench, Compared, Measure } from '../kit/measure.js';
import { interleaved, ratio } from '../kit/rounds.js';
import { median } from '../kit/stats.js';
import { openCastore } from '../peers/castore.js';
import { openEmmett } from '../peers/emmett.js';

const lengths = [50, 1_000, 10_000] as const;
/** Emmett takes this many events in one append. */
const appendEvents = 50;
/** Loads in one turn: short cases many times, long ones few. */
const loadsOf = (events: number): number => Math.max(3, Math.round(20_000 / events));
const warmLoads = 200;

const perLoad = (loads: number, load: () => Promise<unknown>) => async () => {
  const started = performance.now();
  for (let n = 0; n < loads; n += 1) await load();
  return (performance.now() - started) / loads;
};

export const caseLoadMeasure: Measure = {
  name: 'case-load',
  about: 'A case of 50, 1,000 and 10,000 events loaded: read, decoded and folded; cold from the log, warm from memory and the tail of its stream',
  async run(bench: Bench): Promise<readonly Compared[]> {
    const store = await createPostgresEventStore({ url: bench.cluster.serviceUrl, log: quietLog });
    const emmett = await openEmmett(await peerDatabase(bench, 'load_emmett'));
    const castore = await openCastore(await peerDatabase(bench, 'load_castore'));
    const maker = new CaseMaker(store);
    const results: Compared[] = [];
    const warm = new Map<number, number>();
    for (const full of lengths) {
      const events = Math.max(10, Math.round(full / bench.scale.divideBy));
      const caseId: CaseId = await maker.make(events);
      const stream = `case-${caseId}`;
      for (let start = 0; start < events; start += appendEvents) {
        const part = Array.from({ length: Math.min(appendEvents, events - start) }, (_, n) => ({ type: 'Noted' as const, ...dataOf(stream, start + n) }));
        await emmett.store.appendToStream(stream, part);
      }
      for (let n = 0; n < events; n += 1) {
        const { data, metadata } = dataOf(stream, n);
        await castore.pushEvent({ aggregateId: stream, version: n + 1, type: 'Noted', payload: data, metadata });
      }
      const loads = loadsOf(full);
      const kept = new CaseLoader(store);
      await kept.load(caseId);
      const figures = await interleaved(bench.scale, {
        ours: perLoad(loads, () => new CaseLoader(store).load(caseId)),
        emmett: perLoad(loads, () => emmett.store.aggregateStream(stream, { evolve: (count: number) => count + 1, initialState: () => 0 })),
        castore: perLoad(loads, () => castore.getAggregate(stream)),
        warm: perLoad(warmLoads, () => kept.load(caseId)),
      });
      warm.set(full, median(figures.warm));
      const shared = { ours: median(figures.ours), unit: 'ms' };
      results.push(
        { what: `${full} events, cold, beside Emmett`, ...shared, peer: median(figures.emmett), figure: ratio(figures.emmett, figures.ours), goal: { atLeast: 2 }, note: 'figure: how many times faster' },
        { what: `${full} events, cold, beside Castore`, ...shared, peer: median(figures.castore), figure: ratio(figures.castore, figures.ours), goal: null },
      );
    }
    const [short, long] = [warm.get(50) ?? NaN, warm.get(10_000) ?? NaN];
    results.push({ what: '10,000 events warm, beside 50 warm', ours: long, peer: short, unit: 'ms', figure: long / short, goal: { atMost: 2 } });
    await Promise.all([store.close(), emmett.store.close()]);
    return results;
  },
};

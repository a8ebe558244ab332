import { describe, expect, it } from '@jest/globals';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { noTracing, spanIdOf, traceIdOf } from './index.js';
import { spanLimits, SpanQueue } from './span-queue.js';

const span = {} as ReadableSpan; // The queue never looks into one.

/** A collector that answers when it is told to. */
class Collector implements SpanExporter {
  readonly batches: number[] = [];
  private readonly open: ((code: 0 | 1) => void)[] = [];

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    this.batches.push(spans.length);
    this.open.push((code) => done({ code }));
  }

  async answer(code: 0 | 1): Promise<void> {
    this.open.shift()?.(code);
    await new Promise(setImmediate);
  }

  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}

function queueTo(collector: SpanExporter) {
  const fates: Record<string, number> = {};
  const queue = new SpanQueue(collector, (fate, spans) => (fates[fate] = (fates[fate] ?? 0) + spans));
  return { queue, fates, add: (count: number) => Array.from({ length: count }, () => queue.onEnd(span)) };
}

describe('spans on their way to a collector', () => {
  it('wait in a bounded queue while it takes its time; those beyond are dropped and counted', async () => {
    const collector = new Collector();
    const { add, fates } = queueTo(collector);
    add(spanLimits.batchMax + spanLimits.waitingMax + 100);
    expect([collector.batches, fates]).toEqual([[spanLimits.batchMax], { DROPPED: 100 }]);
    await collector.answer(0);
    expect([collector.batches, fates]).toEqual([[spanLimits.batchMax, spanLimits.batchMax], { DROPPED: 100, EXPORTED: spanLimits.batchMax }]);
  });

  it('are counted as failed where it refuses them, and the next are sent all the same', async () => {
    const collector = new Collector();
    const { add, fates, queue } = queueTo(collector);
    add(spanLimits.batchMax + 1);
    await collector.answer(1);
    expect([collector.batches, fates]).toEqual([[spanLimits.batchMax, 1], { FAILED: spanLimits.batchMax }]);
    const stopped = queue.shutdown();
    await collector.answer(0);
    await stopped;
    expect(fates).toEqual({ FAILED: spanLimits.batchMax, EXPORTED: 1 });
  });

  it('are counted as failed where the exporter throws', async () => {
    const { add, fates, queue } = queueTo({ export: () => { throw new Error('a bug of the exporter'); }, shutdown: () => Promise.reject(new Error('another')) });
    add(3);
    await queue.shutdown();
    expect(fates).toEqual({ FAILED: 3 });
    add(1);
    expect(fates).toEqual({ FAILED: 3, DROPPED: 1 });
  });

  it('keep no service from stopping: what is not taken within the bound is dropped', async () => {
    const collector = new Collector();
    const { add, fates, queue } = queueTo(collector);
    add(spanLimits.batchMax + 5);
    const startedAt = performance.now();
    await queue.shutdown();
    expect(performance.now() - startedAt).toBeLessThan(2 * spanLimits.stopMs);
    expect(fates).toEqual({ DROPPED: 5 });
  });
});

describe('where no collector is configured', () => {
  it('a span is a call of its work, and nothing more', async () => {
    const work = Promise.resolve(7);
    expect(noTracing.span('any', null, {}, () => work)).toBe(work);
  });
});

describe('ids of traces', () => {
  it('follow from those of the record, so that events need not store any', () => {
    expect(traceIdOf('019ac000-0000-7000-8000-00000000c0de')).toBe('019ac00000007000800000000000c0de');
    expect(spanIdOf('019ac000-0000-7000-8000-00000000aced')).toBe('800000000000aced');
  });
});

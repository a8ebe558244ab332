import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { SpanFate } from './labels.js';

export const spanLimits = {
  /** Spans that wait for the collector; what comes then is dropped, and counted. */
  waitingMax: 2_048,
  /** Spans in one request to it. */
  batchMax: 512,
  /** The longest that a span waits for others to be sent with, in milliseconds. */
  waitMs: 1_000,
  /** A request to the collector, retries of the exporter included, in milliseconds. */
  requestMs: 5_000,
  /** The longest that a stopping service waits for the last spans, in milliseconds. */
  stopMs: 2_000,
} as const;

const succeeded = 0; // ExportResultCode.SUCCESS

/**
 * Spans on their way to the collector: a bounded queue, one request at a time, and a count of what became of each. The SDK's own batch processor drops silently.
 * Nothing here is waited for by what is traced.
 */
export class SpanQueue implements SpanProcessor {
  private waiting: ReadableSpan[] = [];
  private timer: NodeJS.Timeout | null = null;
  private sending: Promise<void> | null = null;
  private stopped = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly count: (fate: SpanFate, spans: number) => void,
  ) {}

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.stopped || this.waiting.length >= spanLimits.waitingMax) return this.count('DROPPED', 1);
    this.waiting.push(span);
    if (this.waiting.length >= spanLimits.batchMax) this.send();
    else this.timer ??= setTimeout(() => this.send(), spanLimits.waitMs).unref();
  }

  /** Sends what waits, for as long as a stopping service may take. */
  forceFlush(): Promise<void> {
    return this.flush(performance.now() + spanLimits.stopMs);
  }

  /** Ends within {@link spanLimits.stopMs}, whatever the collector does. */
  async shutdown(): Promise<void> {
    const until = performance.now() + spanLimits.stopMs;
    await this.flush(until);
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    if (this.waiting.length > 0) this.count('DROPPED', this.waiting.length);
    this.waiting = [];
    // The exporter would wait for a request under way, retries included.
    await endedBy(until, this.exporter.shutdown().catch(() => undefined));
  }

  private async flush(until: number): Promise<void> {
    this.send();
    while (this.sending !== null && performance.now() < until) await endedBy(until, this.sending);
  }

  private send(): void {
    if (this.sending !== null || this.waiting.length === 0) return;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const batch = this.waiting.splice(0, spanLimits.batchMax);
    this.sending = new Promise<boolean>((resolve) => {
      try {
        this.exporter.export(batch, ({ code }) => resolve(Number(code) === succeeded));
      } catch {
        resolve(false);
      }
    }).then((taken) => {
      this.count(taken ? 'EXPORTED' : 'FAILED', batch.length);
      this.sending = null;
      this.send();
    });
  }
}

/** Waits for the work, until then at most; `until` as `performance.now()` counts. */
async function endedBy(until: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, Math.max(0, until - performance.now()))))]);
  clearTimeout(timer);
}

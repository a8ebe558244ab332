import { type AppendResult, type EventStore, type EventToAppend, EventStoreUnavailable, type ExpectedRevision, type Position, type ReadAllOptions, type ReadStreamOptions, type StoredEvent, type SubscribeOptions, type SubscriptionMessage } from '#libs/event-store';
import { accessCategory } from '#libs/reads';
import type { Outcome, SpanFacts } from '#libs/telemetry';
import type { Telemetry } from './observed-recorders.js';

/** The event log with its appends counted, timed and traced. */
export class ObservedStore implements EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly telemetry: Telemetry,
  ) {}

  get logId(): string {
    return this.store.logId;
  }

  async append(stream: string, expected: ExpectedRevision, events: readonly EventToAppend[]): Promise<AppendResult> {
    const category = stream.slice(0, stream.indexOf('-'));
    const { metrics, tracing } = this.telemetry;
    const startedAt = performance.now();
    let outcome: Outcome = 'FAILED';
    const append = () => this.store.append(stream, expected, events);
    try {
      // Records of reads are appended for many requests at once: they are inside no one's span.
      const result = await (tracing.on && category !== accessCategory ? tracing.span('append', null, { category, events: events.length }, append, factsOf) : append());
      outcome = outcomeOf(result);
      if (outcome === 'RECORDED') metrics.add('caseledger_events_appended_total', { category }, events.length);
      return result;
    } catch (error) {
      if (error instanceof EventStoreUnavailable) outcome = 'UNAVAILABLE';
      throw error;
    } finally {
      metrics.add('caseledger_appends_total', { category, outcome });
      metrics.observe('caseledger_append_seconds', { outcome }, (performance.now() - startedAt) / 1_000);
    }
  }

  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<StoredEvent> {
    return this.store.readStream(stream, options);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<readonly StoredEvent[]> {
    return this.store.readAll(options);
  }

  subscribe(options: SubscribeOptions): AsyncIterable<SubscriptionMessage> {
    return this.store.subscribe(options);
  }

  head(): Promise<Position | null> {
    return this.store.head();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}

function outcomeOf(result: AppendResult): Outcome {
  if (result.kind === 'CONFLICT') return 'CONFLICT';
  return result.repeated ? 'REPEATED' : 'RECORDED';
}

function factsOf(result: AppendResult): SpanFacts {
  const last = result.kind === 'APPENDED' ? result.events.at(-1) : undefined;
  return { outcome: outcomeOf(result), ...(last === undefined ? {} : { position: `${last.position.logId}:${last.position.n}` }) };
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { SpanFate } from './labels.js';
import { ChosenIds, spanIdOf, traceIdOf } from './span-ids.js';
import { spanLimits, SpanQueue } from './span-queue.js';
import { attributesOf, type SpanFacts, type SpanPlace, type Tracing } from './tracing.js';

export interface OtlpOptions {
  /** Of the collector's traces over HTTP: `http://localhost:4318/v1/traces`. */
  readonly url: string;
  /** Share of correlation ids that are traced, zero to one. All processes choose the same ones. */
  readonly share: number;
  readonly serviceName: string;
  readonly version: string;
  readonly count: (fate: SpanFate, spans: number) => void;
}

/** Traces by OpenTelemetry, sent as OTLP over HTTP in JSON. Loaded where a collector is configured alone. */
export function startOtlpTracing({ url, share, serviceName, version, count }: OtlpOptions): Tracing {
  const ids = new ChosenIds();
  // The queue sends one request at a time; the exporter calls back before it counts a request as ended, and would refuse the next at a limit of one.
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: spanLimits.requestMs, concurrencyLimit: 2 });
  const provider = new TracerProvider({
    idGenerator: ids,
    sampler: new TraceIdRatioBasedSampler(share),
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.version': version }),
    spanProcessors: [new SpanQueue(exporter, count)],
    spanLimits: { attributeCountLimit: 16, attributeValueLengthLimit: 200, eventCountLimit: 0, linkCountLimit: 0 },
  });
  const tracer = provider.getTracer('caseledger', version);
  const current = new AsyncLocalStorage<Span>();

  const start = (name: string, place: SpanPlace | null, facts: SpanFacts): Span => {
    const parent = current.getStore();
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
    const chosen = {
      ...(place === null ? {} : { traceId: traceIdOf(place.correlationId) }),
      ...(place?.commandId === undefined ? {} : { spanId: spanIdOf(place.commandId) }),
    };
    const attributes = { ...attributesOf(facts), ...(place === null ? {} : { 'caseledger.correlation_id': place.correlationId }) };
    return ids.with(chosen, () => tracer.startSpan(name, { kind: parent === undefined ? SpanKind.SERVER : SpanKind.INTERNAL, attributes }, context));
  };

  return {
    on: true,
    async span(name, place, facts, work, factsOf) {
      const span = start(name, place, facts);
      try {
        const result = await current.run(span, work);
        if (factsOf !== undefined && span.isRecording()) span.setAttributes(attributesOf(factsOf(result)));
        return result;
      } catch (error) {
        // The name alone: a message may quote a text.
        span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'Error' });
        throw error;
      } finally {
        span.end();
      }
    },
    past({ name, correlationId, commandId, startMs, endMs, facts }) {
      const attributes = { ...attributesOf(facts), 'caseledger.correlation_id': correlationId };
      const span = tracer.startSpan(name, { kind: SpanKind.CONSUMER, startTime: startMs, attributes }, contextOf(correlationId, commandId));
      if (facts.failed === true) span.setStatus({ code: SpanStatusCode.ERROR, message: 'parked' });
      span.end(endMs);
    },
    async stop() {
      await provider.shutdown().catch(() => undefined);
    },
  };
}

const contextOf = (correlationId: string, commandId: string): Context =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId: traceIdOf(correlationId), spanId: spanIdOf(commandId), traceFlags: TraceFlags.SAMPLED, isRemote: true });

import type { OtlpOptions } from './otlp-tracing.js';
import { noTracing, type Tracing } from './tracing.js';

/** Traces to a collector; without one, {@link noTracing}, and OpenTelemetry's SDK is not even loaded. */
export async function openTracing(options: OtlpOptions | null): Promise<Tracing> {
  if (options === null) return noTracing;
  const { startOtlpTracing } = await import('./otlp-tracing.js');
  return startOtlpTracing(options);
}

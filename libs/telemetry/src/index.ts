/**
 * What the service says of its own running. Metric: a number with labels from fixed lists, asked for by Prometheus. Span: a stretch of work, sent to a collector.
 * Trace: all spans of one correlation id.
 */
export { mayScrape, type ScrapeRules } from './door.js';
export { type LabelName, labelValues, type Outcome, outcomes, otherValue, type SpanFate, spanFates, type Vocabulary } from './labels.js';
export { type LabelsOf, type MetricName, metricTable } from './metric-table.js';
export { Metrics, metricsLimits, type Scrape } from './metrics.js';
export { spanIdOf, traceIdOf } from './span-ids.js';
export { spanLimits } from './span-queue.js';
export { openTracing } from './open-tracing.js';
export { type Asker, isOfThisMachine } from './this-machine.js';
export { noTracing, type PastSpan, type SpanFacts, type SpanPlace, type Tracing } from './tracing.js';

import type { LabelName } from './labels.js';

export interface MetricRow {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** Shown by Prometheus: unit and meaning. */
  readonly help: string;
  readonly labels: readonly LabelName[];
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[];
}

/** Of an answer to a person, in seconds. */
const answerBuckets = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] as const;
/** From recording to projection: milliseconds when all is well, hours while a read model catches up. */
const delayBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3_600] as const;

/**
 * Every metric of ours, with its unit in its name where it has one (prometheus.io, "Metric and label naming"). What each process counts itself is a counter or a
 * histogram; what all processes read from the same database is a gauge, equal in each: take the maximum over them, never the sum.
 */
export const metricTable = {
  caseledger_commands_total: { kind: 'counter', help: 'Commands by action and outcome, of mutations, imports and clocks.', labels: ['action', 'outcome'] },
  caseledger_command_seconds: { kind: 'histogram', help: 'From taking a command up to its durable answer, its turn in the queue of its case included.', labels: ['outcome'], buckets: answerBuckets },
  caseledger_appends_total: { kind: 'counter', help: 'Appends to the event log. Conflicts here include those that the service resolved by deciding again.', labels: ['category', 'outcome'] },
  caseledger_append_seconds: { kind: 'histogram', help: 'One append, until the log has it on disk.', labels: ['outcome'], buckets: answerBuckets },
  caseledger_events_appended_total: { kind: 'counter', help: 'Events appended by this process.', labels: ['category'] },
  caseledger_http_request_seconds: { kind: 'histogram', help: 'HTTP requests by route, until the last byte.', labels: ['route', 'status'], buckets: answerBuckets },
  caseledger_feed_events_total: { kind: 'counter', help: 'Events that a feed of this process handled and committed.', labels: ['feed'] },
  caseledger_feed_delay_seconds: { kind: 'histogram', help: 'From recording to commit in the feed, of the oldest event of each batch.', labels: ['feed'], buckets: delayBuckets },
  caseledger_feed_state: { kind: 'gauge', help: 'One for the state that a feed of this process is in.', labels: ['feed', 'state'] },
  caseledger_feed_position: { kind: 'gauge', help: 'Position through which the feed has handled everything.', labels: ['feed'] },
  caseledger_feed_lag_positions: { kind: 'gauge', help: 'Positions of the log that the feed has not come to. PostgreSQL: events. EventStoreDB: bytes.', labels: ['feed'] },
  caseledger_feed_still_seconds: { kind: 'gauge', help: 'How long the feed has been behind the log without moving; zero while it moves or has caught up.', labels: ['feed'] },
  caseledger_log_head_position: { kind: 'gauge', help: 'Position of the last event of the log.', labels: [] },
  caseledger_parked_streams: { kind: 'gauge', help: 'Quarantine: streams that wait in a unit of a feed because one of their events could not be handled.', labels: ['feed', 'unit'] },
  caseledger_parked_waiting_events: { kind: 'gauge', help: 'Later events of parked streams that wait behind them.', labels: ['feed', 'unit'] },
  caseledger_clock_backlog: { kind: 'gauge', help: 'Deadlines that ran out and are not recorded as missed yet. Counted as far as 10,000.', labels: [] },
  caseledger_clock_backlog_seconds: { kind: 'gauge', help: 'How long ago the oldest of them ran out.', labels: [] },
  caseledger_webhook_deliveries: { kind: 'gauge', help: 'Notices of clocks that wait for their endpoint, or were given up. Each counted as far as 10,000.', labels: ['delivery'] },
  caseledger_ledger_leaves: { kind: 'gauge', help: 'Leaves of the ledger: its growth is that of the record.', labels: [] },
  caseledger_ledger_signed_leaves: { kind: 'gauge', help: 'Leaves that the last signed checkpoint covers.', labels: [] },
  caseledger_ledger_checkpoint_age_seconds: { kind: 'gauge', help: 'Since the last checkpoint was signed. Old is wrong only while leaves wait for one.', labels: [] },
  caseledger_ledger_alarms: { kind: 'gauge', help: 'Alarms that the ledger has raised, ever. Each asks for a person.', labels: [] },
  caseledger_spans_total: { kind: 'counter', help: 'Spans of traces by what became of them.', labels: ['fate'] },
  caseledger_scrape_failures_total: { kind: 'counter', help: 'Times that a scrape could not read its gauges: they are left out of it.', labels: [] },
  process_start_time_seconds: { kind: 'gauge', help: 'Start of the process, as seconds since 1970.', labels: [] },
  process_cpu_seconds_total: { kind: 'counter', help: 'CPU time used by the process, user and system.', labels: [] },
  process_resident_memory_bytes: { kind: 'gauge', help: 'Resident memory of the process.', labels: [] },
  nodejs_heap_size_used_bytes: { kind: 'gauge', help: "The JavaScript heap in use.", labels: [] },
  nodejs_eventloop_utilization: { kind: 'gauge', help: 'Share of the time since the last scrape that the event loop was busy, zero to one.', labels: [] },
} as const satisfies Readonly<Record<string, MetricRow>>;

export type MetricName = keyof typeof metricTable;
type OfKind<K extends MetricRow['kind']> = { readonly [N in MetricName]: (typeof metricTable)[N]['kind'] extends K ? N : never }[MetricName];
export type CounterName = OfKind<'counter'>;
export type GaugeName = OfKind<'gauge'>;
export type HistogramName = OfKind<'histogram'>;
/** Exactly the labels of this metric. */
export type LabelsOf<N extends MetricName> = Readonly<Record<(typeof metricTable)[N]['labels'][number], string>>;

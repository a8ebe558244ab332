import { performance } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { type LabelName, labelValues, type LabelValues, otherValue, type Vocabulary } from './labels.js';
import { type CounterName, type GaugeName, type HistogramName, type LabelsOf, type MetricName, type MetricRow, metricTable } from './metric-table.js';

export const metricsLimits = {
  /** Scrapes within this time of each other share one reading of the database, in milliseconds. */
  freshMs: 1_000,
  /** The longest that a scrape waits for its gauges, in milliseconds: Prometheus gives up after ten seconds. */
  readMs: 5_000,
} as const;

export interface Scrape {
  readonly contentType: string;
  readonly text: string;
}

const names = Object.keys(metricTable) as readonly MetricName[];

/** The metrics of one process. A value that is in no list of its label is counted as `other`: nothing that was typed ever gets in. */
export class Metrics {
  readonly registry = new Registry();
  private readonly counters = new Map<string, Counter>();
  private readonly gauges = new Map<string, Gauge>();
  private readonly histograms = new Map<string, Histogram>();
  private readonly values: Readonly<Record<LabelName, ReadonlySet<string>>>;
  private readonly readers: (() => Promise<void>)[] = [];
  private reading: Promise<void> | null = null;
  private readAt = -Infinity;
  private busy = performance.eventLoopUtilization();
  private cpu = 0;

  constructor(vocabulary: Vocabulary) {
    this.values = setsOf(labelValues(vocabulary));
    for (const name of names) this.register(name, metricTable[name]);
    this.set('process_start_time_seconds', {}, Math.round(performance.timeOrigin / 1_000));
    for (const fate of this.values.fate) this.add('caseledger_spans_total', { fate }, 0);
    this.add('caseledger_scrape_failures_total', {}, 0);
  }

  add<N extends CounterName>(name: N, labels: LabelsOf<N>, count = 1): void {
    this.counters.get(name)?.inc(this.known(labels), count);
  }

  /** @param seconds of this one */
  observe<N extends HistogramName>(name: N, labels: LabelsOf<N>, seconds: number): void {
    this.histograms.get(name)?.observe(this.known(labels), seconds);
  }

  set<N extends GaugeName>(name: N, labels: LabelsOf<N>, value: number): void {
    this.gauges.get(name)?.set(this.known(labels), value);
  }

  /** Takes back what was set, under all labels: what can't be read now is absent, never old. */
  clear(name: GaugeName): void {
    this.gauges.get(name)?.reset();
    // Without labels a reset gauge says zero, which would be a claim.
    if (metricTable[name].labels.length === 0) this.gauges.get(name)?.remove();
  }

  /** Called before a scrape is answered, to set gauges. What it throws leaves its gauges out. */
  read(reader: () => Promise<void>): void {
    this.readers.push(reader);
  }

  /** All of it, in the text format of Prometheus. Answers within {@link metricsLimits.readMs}, whatever the database does; what is unread by then is left out, and counted. */
  async scrape(): Promise<Scrape> {
    if (this.reading === null && performance.now() - this.readAt >= metricsLimits.freshMs) this.reading = this.readAll();
    if (this.reading !== null && !(await endsWithin(this.reading, metricsLimits.readMs))) this.add('caseledger_scrape_failures_total', {});
    this.readProcess();
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }

  private async readAll(): Promise<void> {
    const done = await Promise.allSettled(this.readers.map((reader) => reader()));
    for (const one of done) if (one.status === 'rejected') this.add('caseledger_scrape_failures_total', {});
    this.readAt = performance.now();
    this.reading = null;
  }

  private readProcess(): void {
    const { user, system } = process.cpuUsage();
    const seconds = (user + system) / 1e6;
    this.add('process_cpu_seconds_total', {}, Math.max(0, seconds - this.cpu));
    this.cpu = seconds;
    const { rss, heapUsed } = process.memoryUsage();
    this.set('process_resident_memory_bytes', {}, rss);
    this.set('nodejs_heap_size_used_bytes', {}, heapUsed);
    const before = this.busy;
    this.busy = performance.eventLoopUtilization();
    this.set('nodejs_eventloop_utilization', {}, performance.eventLoopUtilization(this.busy, before).utilization);
  }

  private register(name: MetricName, { kind, help, labels, buckets }: MetricRow): void {
    const options = { name, help, labelNames: [...labels], registers: [this.registry] };
    if (kind === 'counter') this.counters.set(name, new Counter(options));
    else if (kind === 'gauge') {
      this.gauges.set(name, new Gauge(options));
      this.clear(name as GaugeName); // Its row says that it is one.
    }
    else this.histograms.set(name, new Histogram({ ...options, buckets: [...(buckets ?? [])] }));
  }

  private known(labels: Readonly<Record<string, string>>): Record<string, string> {
    const known: Record<string, string> = {};
    // A derivation: the table's labels are names of labels.
    for (const label of Object.keys(labels) as LabelName[]) {
      const value = labels[label] ?? otherValue;
      known[label] = this.values[label].has(value) ? value : otherValue;
    }
    return known;
  }
}

function setsOf(values: LabelValues): Readonly<Record<LabelName, ReadonlySet<string>>> {
  const sets = {} as Record<LabelName, ReadonlySet<string>>; // Filled for each label in the next line.
  for (const label of Object.keys(values) as LabelName[]) sets[label] = new Set(values[label]);
  return sets;
}

/** Whether the work, which never rejects, has ended by then. */
async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  const hasEnded = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return hasEnded;
}

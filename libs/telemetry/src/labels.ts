/** How a command ended. `UNCHANGED`: nothing needed recording. `UNAVAILABLE`: log or keys out of reach, to be sent again. `FAILED`: a bug. */
export const outcomes = ['RECORDED', 'REPEATED', 'UNCHANGED', 'REFUSED', 'CONFLICT', 'UNAVAILABLE', 'FAILED'] as const;
export type Outcome = (typeof outcomes)[number];

/** What became of a span: told to the collector, refused by it or not reached, left out because too many waited. */
export const spanFates = ['EXPORTED', 'FAILED', 'DROPPED'] as const;
export type SpanFate = (typeof spanFates)[number];

/** Words that only the rest of the service knows. Lists, never what somebody typed. */
export interface Vocabulary {
  readonly action: readonly string[];
  /** Of streams: `case` is that of `case-<uuid>`. */
  readonly category: readonly string[];
  readonly feed: readonly string[];
  /** The parts of feeds that park by themselves. */
  readonly unit: readonly string[];
  readonly route: readonly string[];
}

export type LabelName = keyof Vocabulary | 'outcome' | 'fate' | 'state' | 'status' | 'delivery';
export type LabelValues = Readonly<Record<LabelName, readonly string[]>>;

/** Stands for every value that is in no list: a metric can never hold a case, a person or a text. */
export const otherValue = 'other';

/** Every value that each label may have. */
export const labelValues = (vocabulary: Vocabulary): LabelValues => ({
  ...vocabulary,
  outcome: outcomes,
  fate: spanFates,
  state: ['STANDBY', 'CATCHING_UP', 'LIVE', 'BACKING_OFF', 'REFUSED', 'STOPPED'],
  status: ['1xx', '2xx', '3xx', '4xx', '5xx'],
  delivery: ['PENDING', 'DEAD'],
});

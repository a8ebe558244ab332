import type { Attributes } from '@opentelemetry/api';

/** What a span may say. No case, no person, no text. */
export interface SpanFacts {
  readonly action?: string;
  readonly outcome?: string;
  readonly feed?: string;
  readonly category?: string;
  readonly eventTypes?: readonly string[];
  /** `<logId>:<n>` or `n`. */
  readonly position?: string;
  readonly events?: number;
  readonly failed?: boolean;
}

/** Where a span belongs: one trace for each correlation id, and in it one span for each command. */
export interface SpanPlace {
  readonly correlationId: string;
  readonly commandId?: string;
}

/** Work that has ended, told of afterwards: a batch of a feed. */
export interface PastSpan extends SpanPlace {
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly facts: SpanFacts;
}

export interface Tracing {
  /** False: nothing is traced, and nothing need be gathered for it. */
  readonly on: boolean;
  /**
   * Runs the work inside a span. With a command id, the span is the command's own, which {@link past} makes children of. Never throws of itself.
   * @param factsOf what the result says; asked where tracing is on alone
   */
  span<T>(name: string, place: SpanPlace | null, facts: SpanFacts, work: () => Promise<T>, factsOf?: (result: T) => SpanFacts): Promise<T>;
  /** A span of what a command's events were used for later, maybe in another process: a child of the command's span. */
  past(span: PastSpan & { readonly commandId: string }): void;
  /** Sends what waits, within a bound. */
  stop(): Promise<void>;
}

/** What runs unless a collector is configured: a call through. */
export const noTracing: Tracing = {
  on: false,
  span: (_name, _place, _facts, work) => work(),
  past: () => undefined,
  stop: () => Promise.resolve(),
};

const attributeNames = {
  action: 'caseledger.action',
  outcome: 'caseledger.outcome',
  feed: 'caseledger.feed',
  category: 'caseledger.category',
  eventTypes: 'caseledger.event_types',
  position: 'caseledger.position',
  events: 'caseledger.events',
} as const;

/** Event types of one span. */
const eventTypesMax = 100;

export function attributesOf(facts: SpanFacts): Attributes {
  const attributes: Attributes = {};
  for (const [fact, name] of Object.entries(attributeNames) as [keyof typeof attributeNames, string][]) {
    const value = facts[fact];
    if (value === undefined) continue;
    attributes[name] = typeof value === 'object' ? value.slice(0, eventTypesMax) : value;
  }
  return attributes;
}

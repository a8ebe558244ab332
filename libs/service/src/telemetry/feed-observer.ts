import type { Position, StoredEvent } from '#libs/event-store';
import type { FeedDefinition, FeedId, Poison } from '#libs/feeds';
import type { Telemetry } from './observed-recorders.js';

export const feedTraceLimits = {
  /** Commands of one batch that get a span; the rest of a large batch is catching up, and nobody follows it one by one. */
  commandsMax: 32,
  /** Events of one batch that are looked at for them. */
  eventsMax: 256,
} as const;

/** What a batch did for one command. */
interface Traced {
  readonly correlationId: string;
  readonly types: string[];
  through: bigint;
  failed: boolean;
}

interface UnderWay {
  readonly startMs: number;
  /** By position: a batch that is tried again, in halves, holds the same events. */
  readonly counted: Set<bigint>;
  readonly commands: Map<string, Traced>;
  oldestRecordedMs: number;
}

interface Head {
  readonly recordedAt: string;
  readonly commandId: string;
  readonly $correlationId: string;
}

/**
 * Watches feeds from outside: what their handlers are given is held, in bounds, until the feed says that it has committed. A batch that fails, and so is given
 * again, is told of once. A parked stream that is tried again is not told of: it was when it was parked, and would pass for a feed that is days late.
 */
export class FeedObserver {
  private readonly underWay = new Map<string, UnderWay>();

  constructor(private readonly telemetry: Telemetry) {}

  /** The same feed, watched. */
  readonly observe = (definition: FeedDefinition): FeedDefinition => ({
    ...definition,
    handle: async (batch, tx) => {
      if (batch.isRetry) return definition.handle(batch, tx);
      this.taken(definition, batch.events);
      const poison = await definition.handle(batch, tx);
      this.parked(definition, poison);
      return poison;
    },
  });

  /** Pass it to `startFeed` as part of `onProgress`. */
  readonly committed = (feed: FeedId, position: Position): void => {
    const batch = this.underWay.get(feed.name);
    if (batch === undefined) return;
    this.underWay.delete(feed.name);
    const { metrics, tracing } = this.telemetry;
    const endMs = Date.now();
    metrics.add('caseledger_feed_events_total', { feed: feed.name }, [...batch.counted].filter((n) => n <= position.n).length);
    metrics.observe('caseledger_feed_delay_seconds', { feed: feed.name }, Math.max(0, endMs - batch.oldestRecordedMs) / 1_000);
    for (const [commandId, { correlationId, types, through, failed }] of batch.commands) {
      const facts = { feed: feed.name, eventTypes: types, position: `${position.logId}:${through}`, events: types.length, failed };
      tracing.past({ name: `feed ${feed.name}`, correlationId, commandId, startMs: batch.startMs, endMs, facts });
    }
  };

  private taken({ name }: FeedId, events: readonly StoredEvent[]): void {
    const [first] = events;
    if (first === undefined) return;
    let batch = this.underWay.get(name);
    if (batch === undefined) {
      const head = headOf(first);
      batch = { startMs: Date.now(), counted: new Set(), commands: new Map(), oldestRecordedMs: head === null ? Date.now() : Date.parse(head.recordedAt) };
      this.underWay.set(name, batch);
    }
    for (const { position } of events) batch.counted.add(position.n);
    if (!this.telemetry.tracing.on) return;
    for (const event of events.slice(0, feedTraceLimits.eventsMax)) trace(batch.commands, event);
  }

  private parked({ name }: FeedId, poison: readonly Poison[]): void {
    if (poison.length === 0 || !this.telemetry.tracing.on) return;
    const commands = this.underWay.get(name)?.commands;
    for (const { event } of poison) {
      const traced = commands?.get(headOf(event)?.commandId ?? '');
      if (traced !== undefined) traced.failed = true;
    }
  }
}

function trace(commands: Map<string, Traced>, event: StoredEvent): void {
  const head = headOf(event);
  if (head === null) return;
  const known = commands.get(head.commandId);
  if (known === undefined) {
    if (commands.size < feedTraceLimits.commandsMax) commands.set(head.commandId, { correlationId: head.$correlationId, types: [event.type], through: event.position.n, failed: false });
  } else if (event.position.n > known.through) {
    known.types.push(event.type);
    known.through = event.position.n;
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Null where another program wrote what is no head. */
function headOf({ head }: StoredEvent): Head | null {
  try {
    const read = JSON.parse(head) as Partial<Head> | null; // Each field is looked at below.
    const { recordedAt, commandId, $correlationId } = read ?? {};
    if (typeof recordedAt !== 'string' || Number.isNaN(Date.parse(recordedAt)) || !uuid.test(commandId ?? '') || !uuid.test($correlationId ?? '')) return null;
    return { recordedAt, commandId: commandId ?? '', $correlationId: $correlationId ?? '' };
  } catch {
    return null;
  }
}

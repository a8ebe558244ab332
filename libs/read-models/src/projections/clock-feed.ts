import { LRUCache } from 'lru-cache';
import { absentCase, type CaseEvent, type CaseState, type ClockState, evolveCase, foldClocks, noClocks, type Policy, type PolicyOfVersion } from '#libs/domain';
import type { EventStore, StoredEvent } from '#libs/event-store/port';
import { type FeedBatch, type FeedDefinition, type FeedId, type FeedTransaction, type Poison } from '#libs/feeds';
import { clockCounters, tallyClocks } from '../counters/clock-counters.js';
import { CounterStore, Tally } from '../counters/counter.js';
import type { Targets } from '../engine/ddl.js';
import { caseIdOf } from '../engine/fold.js';
import { RowStore } from '../engine/writer.js';
import { clockProjection, type ClockRows, clockRows } from './clocks.projection.js';

export const clockFeedLimits = {
  /** Events of the folded cases kept in memory; a case that is not there is folded again from its stream. */
  cachedEventsMax: 40_000,
  /** What an empty case weighs, in events. */
  emptyCaseWeight: 15,
  /** Most events move no clock: what comes meanwhile shares a transaction. In milliseconds. */
  gatherMs: 50,
  /** Streams read at once. */
  readsMax: 8,
} as const;

export interface ClockFeedOptions extends FeedId {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly decode: (stored: StoredEvent) => CaseEvent;
  /** The policy in force at that time. */
  readonly policyAt: (recordedAt: string) => Policy;
  /** One that was in force earlier, by its version: for clocks that run under it. */
  readonly policyOf?: PolicyOfVersion;
  /** Other schemas to write to. */
  readonly targets?: Targets;
}

/** A case folded through one revision; never changed, so that a rollback falsifies nothing. */
interface Folded {
  /** -1: before the first event. */
  readonly revision: bigint;
  readonly state: CaseState;
  readonly clocks: ClockState;
  readonly rows: ClockRows;
}

const nothing: Folded = { revision: -1n, state: absentCase, clocks: noClocks, rows: { clock: new Map(), case_due: new Map() } };

/** The feed that keeps the clocks of every case. */
export function clockFeed(options: ClockFeedOptions): FeedDefinition {
  const cases = new LRUCache<string, Folded>({ maxSize: clockFeedLimits.cachedEventsMax, sizeCalculation: ({ revision }) => Number(revision) + 1 + clockFeedLimits.emptyCaseWeight });
  const stores = { rows: new RowStore(clockProjection, options.targets), counters: new CounterStore(clockCounters, options.targets) };
  return {
    name: options.name,
    version: options.version,
    categories: ['case'],
    units: [clockProjection.name],
    gatherMs: clockFeedLimits.gatherMs,
    handle: (batch, tx) => new ClockBatch(options, cases, stores).run(batch, tx),
  };
}

/** The rows of a case from all its events, and what it counts in: what the tables must hold of it. @throws where an event can't be folded */
export function foldClockRows(events: readonly CaseEvent[], { policyAt, policyOf }: Pick<ClockFeedOptions, 'policyAt' | 'policyOf'>, tally: Tally = new Tally()): ClockRows {
  let { state, clocks } = nothing;
  for (const event of events) {
    const after = evolveCase(state, event);
    clocks = foldClocks(clocks, event, state, after, policyAt(event.meta.recordedAt), policyOf);
    state = after;
  }
  tallyClocks(tally, nothing, { state, clocks });
  return clockRows(caseIdOf(events[0]?.meta.stream ?? ''), clocks, null);
}

class ClockBatch {
  private readonly poison: Poison[] = [];

  constructor(
    private readonly options: ClockFeedOptions,
    private readonly cases: LRUCache<string, Folded>,
    private readonly stores: { readonly rows: RowStore; readonly counters: CounterStore },
  ) {}

  async run(batch: FeedBatch, tx: FeedTransaction): Promise<readonly Poison[]> {
    const streams = new Map<string, StoredEvent[]>();
    for (const event of batch.events) {
      if (batch.waits(clockProjection.name, event.stream)) continue;
      const events = streams.get(event.stream) ?? [];
      events.push(event);
      streams.set(event.stream, events);
    }
    const before = await this.loadAll(streams);
    const changes: { before: Record<string, ReadonlyMap<string, object>>; after: Record<string, ReadonlyMap<string, object>> }[] = [];
    const tally = new Tally();
    for (const [stream, events] of streams) {
      const from = before.get(stream);
      if (from === undefined) continue;
      const to = this.foldAll(from, events);
      if (to !== from) {
        this.cases.set(stream, to);
        tallyClocks(tally, from, to);
      }
      if (to.rows !== from.rows) changes.push({ before: { ...from.rows }, after: { ...to.rows } });
    }
    // Rows of the two tables are objects of their columns.
    await this.stores.rows.save(tx, changes as Parameters<RowStore['save']>[1]);
    await this.stores.counters.save(tx, tally);
    return this.poison;
  }

  /** Each case through the event before its first one of the batch. */
  private async loadAll(streams: ReadonlyMap<string, readonly StoredEvent[]>): Promise<ReadonlyMap<string, Folded>> {
    const loaded = new Map<string, Folded>();
    const missing: StoredEvent[] = [];
    for (const [stream, [first]] of streams) {
      if (first === undefined) continue;
      const known = first.revision === 0n ? nothing : this.cases.get(stream);
      if (known !== undefined && known.revision === first.revision - 1n) loaded.set(stream, known);
      else missing.push(first);
    }
    const readers = Array.from({ length: clockFeedLimits.readsMax }, async () => {
      for (let first = missing.pop(); first !== undefined; first = missing.pop()) loaded.set(first.stream, await this.read(first));
    });
    await Promise.all(readers);
    return loaded;
  }

  private async read(first: StoredEvent): Promise<Folded> {
    const events: StoredEvent[] = [];
    for await (const event of this.options.store.readStream(first.stream, { to: first.revision - 1n })) events.push(event);
    // What was folded before folds again; if it does not, the program has changed, and the event that comes now shows it.
    return this.foldAll(nothing, events, first);
  }

  /** Stops at the first event that fails, which is poison; `blamed` stands for events that were handled before. */
  private foldAll(from: Folded, events: readonly StoredEvent[], blamed: StoredEvent | null = null): Folded {
    let { revision, state, clocks } = from;
    for (const stored of events) {
      try {
        const event = this.options.decode(stored);
        const after = evolveCase(state, event);
        clocks = foldClocks(clocks, event, state, after, this.options.policyAt(event.meta.recordedAt), this.options.policyOf);
        state = after;
        revision = stored.revision;
      } catch (error) {
        this.poison.push({ unit: clockProjection.name, event: blamed ?? stored, error });
        break;
      }
    }
    if (revision === from.revision) return from;
    const stream = events[0]?.stream ?? '';
    const rows = clocks === from.clocks ? from.rows : clockRows(caseIdOf(stream), clocks, { state: from.clocks, rows: from.rows });
    return { revision, state, clocks, rows };
  }
}

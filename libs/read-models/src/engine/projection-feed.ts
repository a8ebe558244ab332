import type { CaseEvent } from '#libs/domain';
import type { EventStore, StoredEvent } from '#libs/event-store/port';
import { allOf, type FeedBatch, type FeedDefinition, type FeedId, type FeedTransaction, type Poison, UnitFailed } from '#libs/feeds';
import { CounterStore, type CounterSet, Tally } from '../counters/counter.js';
import type { Targets } from './ddl.js';
import { caseIdOf, findCaseId, foldEvent, ignores, needsHistory } from './fold.js';
import { type AnyProjection, type AnyRows, type Decoded, emptyRows, type PlacedEvent } from './projection.js';
import { firstsOf, KeptRows } from './kept-rows.js';
import { RowStore } from './writer.js';

export interface ProjectionFeedOptions extends FeedId {
  readonly projections: readonly AnyProjection[];
  /** Streams are read again where an event's effect needs the whole case. */
  readonly store: Pick<EventStore, 'readStream'>;
  /** @throws where an event can't be read; its stream is then parked in every projection */
  readonly decode: (stored: StoredEvent) => CaseEvent;
  /** Counters over the rows of these projections, kept in the same transaction. */
  readonly counters?: Counting;
  /** Other schemas to write to. */
  readonly targets?: Targets;
}

export interface Counting {
  readonly set: CounterSet;
  /** Adds what a case's rows of all projections count in after, less what they counted in before. */
  readonly tally: (tally: Tally, before: AnyRows, after: AnyRows) => void;
}

/** Projections that advance together: one read of the log, one transaction a batch, one position; each is parked by itself. */
export function projectionFeed(options: ProjectionFeedOptions): FeedDefinition {
  const { counters, targets } = options;
  const units = options.projections.map((projection) => ({ projection, rows: new RowStore(projection, targets) }));
  const store = counters === undefined ? null : new CounterStore(counters.set, targets);
  const kept = new KeptRows(options.projections);
  return {
    name: options.name,
    version: options.version,
    categories: ['case'],
    units: units.map((unit) => unit.projection.name),
    async handle(batch, tx) {
      const poison: Poison[] = [];
      const decoded = decodeAll(options, batch, poison);
      const histories = new Histories(options, batch.events);
      const firsts = firstsOf(decoded);
      const known = kept.find(batch, firsts);
      const work = units.map(({ projection, rows }, nth) => new UnitBatch({ projection, rows, batch, histories, known: (stream) => known(stream)?.[nth] }));
      // What the units ask the database for goes out together: each answer that is waited for alone takes as long as all of them.
      await allOf(work.map((unit) => unit.load(tx, firsts)));
      for (const unit of work) poison.push(...(await unit.foldAll(decoded)));
      const tally = counters === undefined ? null : tallyOf(counters, work, decoded);
      const saved = work.map((unit) => unit.save(tx));
      if (store !== null && tally !== null) saved.push(store.save(tx, tally));
      await allOf(saved);
      kept.keep(batch, decoded, work, poison);
      return poison;
    },
  };
}

/** What the batch changes in the counters: of each case, the rows of all projections before it and after it. */
function tallyOf(counters: Counting, units: readonly UnitBatch[], decoded: readonly Decoded[]): Tally {
  const tally = new Tally();
  for (const stream of new Set(decoded.map(({ stored }) => stored.stream))) {
    const changed = units.some((unit) => unit.changes(stream));
    if (changed) counters.tally(tally, rowsOf(units, (unit) => unit.rowsBefore(stream)), rowsOf(units, (unit) => unit.rowsAfter(stream)));
  }
  return tally;
}

const rowsOf = (units: readonly UnitBatch[], of: (unit: UnitBatch) => AnyRows): AnyRows => Object.assign({}, ...units.map(of)) as AnyRows;

/** Events that can't be read are poison to every unit that does not wait already; the stream's later ones are left out. */
function decodeAll(options: ProjectionFeedOptions, batch: FeedBatch, poison: Poison[]): readonly Decoded[] {
  const decoded: Decoded[] = [];
  const unreadable = new Set<string>();
  for (const stored of batch.events) {
    if (unreadable.has(stored.stream)) continue;
    try {
      decoded.push({ stored, event: options.decode(stored), position: stored.position.n });
    } catch (error) {
      unreadable.add(stored.stream);
      for (const { name } of options.projections) if (!batch.waits(name, stored.stream)) poison.push({ unit: name, event: stored, error });
    }
  }
  return decoded;
}

/** Whole streams, read when first needed in a batch and shared by its projections. */
class Histories {
  private readonly streams = new Map<string, Promise<readonly PlacedEvent[]>>();
  private readonly lastRevision = new Map<string, bigint>();

  constructor(
    private readonly options: ProjectionFeedOptions,
    events: readonly StoredEvent[],
  ) {
    for (const { stream, revision } of events) this.lastRevision.set(stream, revision);
  }

  async through(stored: StoredEvent): Promise<readonly PlacedEvent[]> {
    const known = this.streams.get(stored.stream) ?? this.read(stored.stream);
    this.streams.set(stored.stream, known);
    const all = await known;
    return all.filter((placed) => placed.position <= stored.position.n);
  }

  private async read(stream: string): Promise<readonly PlacedEvent[]> {
    const events: PlacedEvent[] = [];
    for await (const stored of this.options.store.readStream(stream, { to: this.lastRevision.get(stream) ?? 0n })) {
      events.push({ event: this.options.decode(stored), position: stored.position.n });
    }
    return events;
  }
}

interface UnitWork {
  readonly projection: AnyProjection;
  readonly rows: RowStore;
  readonly batch: FeedBatch;
  readonly histories: Histories;
  /** The stream's rows where they need not be read. */
  readonly known: (stream: string) => AnyRows | undefined;
}

/** One projection's share of a batch. */
class UnitBatch {
  private readonly before = new Map<string, AnyRows>();
  private readonly after = new Map<string, AnyRows>();
  private readonly waiting = new Set<string>();
  private readonly failed = new Map<string, Poison>();
  private readonly none: AnyRows;

  constructor(private readonly of: UnitWork) {
    this.none = emptyRows(of.projection.tables);
  }

  /** @throws UnitFailed */
  async foldAll(decoded: readonly Decoded[]): Promise<Iterable<Poison>> {
    const { projection, histories } = this.of;
    try {
      for (const one of decoded) {
        const { stored, event } = one;
        // First: most projections care for few types, and each is asked about every event.
        if (ignores(projection, event.type) || this.waiting.has(stored.stream) || this.failed.has(stored.stream)) continue;
        this.fold(one, needsHistory(projection, event) ? await histories.through(stored) : null);
      }
    } catch (error) {
      throw new UnitFailed(projection.name, error);
    }
    return this.failed.values();
  }

  /** @throws UnitFailed */
  async save(tx: FeedTransaction): Promise<void> {
    const { projection, rows } = this.of;
    const changes = [...this.after].map(([stream, after]) => ({ before: this.before.get(stream) ?? this.none, after }));
    await rows.save(tx, changes).catch((error: unknown) => {
      throw new UnitFailed(projection.name, error);
    });
  }

  changes(stream: string): boolean {
    return this.after.has(stream);
  }

  rowsBefore(stream: string): AnyRows {
    return this.before.get(stream) ?? this.none;
  }

  rowsAfter(stream: string): AnyRows {
    return this.after.get(stream) ?? this.rowsBefore(stream);
  }

  /**
   * The rows before the batch. A stream that begins in it has none yet, unless it begins again for another projection in which it was parked. Counters look at
   * a case's rows of every projection, of those too in which its stream waits.
   * @throws UnitFailed
   */
  async load(tx: FeedTransaction, firsts: ReadonlyMap<string, StoredEvent>): Promise<void> {
    const { projection, batch, rows, known } = this.of;
    const begun: string[] = [];
    for (const [stream, first] of firsts) {
      const waits = batch.waits(projection.name, stream);
      if (waits) this.waiting.add(stream);
      const id = waits ? findCaseId(stream) : this.guarded(first, () => caseIdOf(stream));
      if (id === null || (first.revision === 0n && !waits)) continue;
      const before = known(stream);
      if (before === undefined) begun.push(id);
      else this.before.set(stream, before);
    }
    const found = await rows.load(tx, begun).catch((error: unknown) => {
      throw new UnitFailed(projection.name, error);
    });
    for (const [caseId, of] of found) this.before.set(`case-${caseId}`, of);
  }

  private fold(one: Decoded, history: readonly PlacedEvent[] | null): void {
    const { stream } = one.stored;
    const rows = this.after.get(stream) ?? this.before.get(stream) ?? this.none;
    const folded = this.guarded(one.stored, () => foldEvent(this.of.projection, rows, one, history));
    if (folded !== null && folded !== rows) this.after.set(stream, folded);
  }

  /** A fold that throws poisons the stream at this event; what came before it is kept. */
  private guarded<T>(stored: StoredEvent, work: () => T): T | null {
    try {
      return work();
    } catch (error) {
      this.failed.set(stored.stream, { unit: this.of.projection.name, event: stored, error });
      return null;
    }
  }
}

import type { StoredEvent } from '#libs/event-store/port';
import type { FeedDefinition, FeedId } from '#libs/feeds';
import { caseCounting, caseProjections, readModelFeeds } from '../catalogue.js';
import { clockCounters } from '../counters/clock-counters.js';
import { type CounterSet, counterTable, Tally } from '../counters/counter.js';
import type { AnyRow, Table } from '../engine/columns.js';
import { bareDdl, counterDdl, counterViewDdl, indexesDdl, type Targets, viewDdl } from '../engine/ddl.js';
import { foldRows } from '../engine/fold.js';
import type { AnyProjection, AnyRows } from '../engine/projection.js';
import { type Counting, projectionFeed, type ProjectionFeedOptions } from '../engine/projection-feed.js';
import { type ClockFeedOptions, clockFeed, foldClockRows } from '../projections/clock-feed.js';
import { clockProjection } from '../projections/clocks.projection.js';
import { accessRebuild } from './access-rebuild.js';
import { type SearchFeedOptions, searchFeed, searchRows } from '../search/search-feed.js';
import { searchProjection } from '../search/search.projection.js';

/** Tables of one schema that are built and swapped together. */
export interface Part {
  readonly name: string;
  readonly version: number;
  readonly tables: Readonly<Record<string, Table>>;
  /** Schema and tables without their indexes. */
  bare(targets: Targets): string;
  indexes(targets: Targets): readonly string[];
  views(): string;
  /** Takes out rows that were right when they were written and may not be kept; null where there can be none. */
  sweep(schema: string): string | null;
}

/** Rows that a table must hold. */
export interface ExpectedRows {
  readonly part: string;
  readonly table: string;
  readonly rows: readonly AnyRow[];
}

/** What the tables of a feed must hold, from a pure fold: told one whole stream at a time, in any order. */
export interface Oracle {
  /** Whether what follows from a stream takes all its events at once; else they are told as they come, some at a time. */
  readonly wholeStreams: boolean;
  /** @throws where an event can't be read or folded */
  fold(events: readonly StoredEvent[]): Promise<readonly ExpectedRows[]>;
  /** What follows from all streams together; asked for once, at the end. */
  rest(): readonly ExpectedRows[];
}

/** A feed whose tables can be built anew beside those in use. */
export interface Rebuildable extends FeedId {
  /** Of the streams that it reads. */
  readonly category: string;
  readonly parts: readonly Part[];
  /** The same feed under another name, writing to other schemas. */
  feed(id: FeedId, targets: Targets): FeedDefinition;
  oracle(): Oracle;
}

export interface RebuildSource extends Omit<ProjectionFeedOptions, keyof FeedId | 'projections' | 'targets'> {
  readonly policyAt: ClockFeedOptions['policyAt'];
  readonly policyOf?: NonNullable<ClockFeedOptions['policyOf']>;
  readonly unsealer: SearchFeedOptions['unsealer'];
}

/** Every feed of the read models: clocks, search and the log of reads included. */
export function rebuildables(source: RebuildSource): readonly Rebuildable[] {
  return [casesRebuild(source, caseProjections, caseCounting), clocksRebuild(source), searchRebuild(source), accessRebuild()];
}

export function casesRebuild(source: Pick<RebuildSource, 'store' | 'decode'>, projections: readonly AnyProjection[], counters?: Counting): Rebuildable {
  const counting = counters === undefined ? {} : { counters };
  return {
    ...readModelFeeds.cases,
    category: 'case',
    parts: [...projections.map((projection) => partOf(projection)), ...(counters === undefined ? [] : [counterPart(counters.set)])],
    feed: (id, targets) => projectionFeed({ ...id, ...source, ...counting, projections, targets }),
    oracle: () => {
      const tally = new Tally();
      return {
        wholeStreams: true,
        fold: (stored) => {
          const events = stored.map((one) => ({ event: source.decode(one), position: one.position.n }));
          const folded = projections.map((projection) => [projection, foldRows(projection, events)] as const);
          counters?.tally(tally, {}, Object.assign({}, ...folded.map(([, rows]) => rows)) as AnyRows);
          return Promise.resolve(folded.flatMap(([projection, rows]) => expected(projection, rows)));
        },
        rest: () => (counters === undefined ? [] : [expectedCounts(counters.set, tally)]),
      };
    },
  };
}

function clocksRebuild(source: RebuildSource): Rebuildable {
  return {
    ...readModelFeeds.clocks,
    category: 'case',
    parts: [partOf(clockProjection), counterPart(clockCounters)],
    feed: (id, targets) => clockFeed({ ...id, ...source, targets }),
    oracle: () => {
      const tally = new Tally();
      return {
        wholeStreams: true,
        fold: (events) => Promise.resolve(expected(clockProjection, { ...foldClockRows(events.map(source.decode), source, tally) })),
        rest: () => [expectedCounts(clockCounters, tally)],
      };
    },
  };
}

const counterPart = (set: CounterSet): Part => ({
  ...set,
  sweep: () => null,
  tables: { [set.name]: counterTable },
  bare: (targets) => counterDdl(set, targets),
  indexes: () => [],
  views: () => counterViewDdl(set),
});

const expectedCounts = ({ name }: CounterSet, tally: Tally): ExpectedRows => ({ part: name, table: name, rows: tally.rows() });

function searchRebuild(source: RebuildSource): Rebuildable {
  const { search } = readModelFeeds;
  return {
    ...search,
    category: 'case',
    parts: [partOf(searchProjection, sweepSearch)],
    feed: (id, targets) => searchFeed({ ...id, ...source, targets }),
    oracle: () => ({
      wholeStreams: true,
      fold: async (events) => [{ part: searchProjection.name, table: 'search_text', rows: await searchRows({ ...search, ...source }, events) }],
      rest: () => [],
    }),
  };
}

/** A key that is destroyed while its texts are copied takes the copies with it, too. */
const sweepSearch = (schema: string): string => `DELETE FROM ${schema}.search_text t WHERE NOT EXISTS (SELECT FROM data_key k WHERE k.id::text = t.key_id)`;

const partOf = (projection: AnyProjection, sweep: Part['sweep'] = () => null): Part => ({
  sweep,
  name: projection.name,
  version: projection.version,
  tables: projection.tables,
  bare: (targets) => bareDdl(projection, targets),
  indexes: (targets) => indexesDdl(projection, targets),
  views: () => viewDdl(projection),
});

function expected(projection: AnyProjection, rows: Readonly<Record<string, ReadonlyMap<string, object>>>): readonly ExpectedRows[] {
  return Object.keys(projection.tables).map((table) => ({
    part: projection.name,
    table,
    // Rows of a projection's tables are objects of their columns.
    rows: [...(rows[table]?.values() ?? [])] as readonly AnyRow[],
  }));
}

import { sql } from 'kysely';
import type { ClockFeedOptions } from '../projections/clock-feed.js';
import { foldRows } from '../engine/fold.js';
import type { PlacedEvent } from '../engine/projection.js';
import { auditProjection } from '../projections/audit.projection.js';
import { footageProjection } from '../projections/footage.projection.js';
import { foldClockRows } from '../projections/clock-feed.js';
import type { AuditNode, ClockNode, ClocksInput, FootageInput, FootageNode } from './lists.js';
import { connection, type Connection, type Cursor, type Direction, type Edge, type KeyKind, type Page, type PageInput, printCursor, readPage, readsAscending, type Sort } from './page.js';

/** How rows that stand in no table are ordered; names and kinds as of the list in the database that they stand in for. */
export interface RowOrder<Row> {
  readonly name: string;
  readonly keyKind: KeyKind;
  readonly idKind: KeyKind;
  readonly keyOf: (row: Row) => string;
  readonly idOf: (row: Row) => string;
}

/** A page of rows that are all at hand. @throws BadInput */
export function pageOfRows<Row>(rows: readonly Row[], order: RowOrder<Row>, direction: Direction, input: PageInput): Connection<Row> {
  const sort: Sort = { name: order.name, keyKind: order.keyKind, idKind: order.idKind, key: sql``, id: sql`` };
  const page = readPage(input, sort, direction);
  const cursorOf = (row: Row): Cursor => ({ key: order.keyOf(row), id: order.idOf(row) });
  const ascending = readsAscending(page, direction);
  const edges = rows
    .map((node): Edge<Row> & { readonly at: Cursor } => ({ node, at: cursorOf(node), cursor: printCursor(cursorOf(node), sort, direction) }))
    .sort((a, b) => (ascending ? 1 : -1) * compare(a.at, b.at, order))
    .filter(({ at }) => isBeyond(at, page, ascending, order));
  return connection(
    edges.slice(0, page.size + 1).map(({ node, cursor }) => ({ node, cursor })),
    page,
  );
}

function isBeyond<Row>(at: Cursor, { from }: Page, ascending: boolean, order: RowOrder<Row>): boolean {
  if (from === null) return true;
  return ascending ? compare(at, from, order) > 0 : compare(at, from, order) < 0;
}

function compare<Row>(a: Cursor, b: Cursor, { keyKind, idKind }: RowOrder<Row>): number {
  return compareText(a.key, b.key, keyKind) || compareText(a.id, b.id, idKind);
}

function compareText(a: string, b: string, kind: KeyKind): number {
  if (a === b) return 0;
  const less = kind === 'POSITION' ? BigInt(a) < BigInt(b) : a < b;
  return less ? -1 : 1;
}

const footageOrder: RowOrder<FootageNode> = { name: 'registered_at-footage_id', keyKind: 'INSTANT', idKind: 'TEXT', keyOf: (row) => row.registered_at, idOf: (row) => row.footage_id };

const clockOrder: RowOrder<ClockNode> = { name: 'due_at-clock_id', keyKind: 'INSTANT', idKind: 'TEXT', keyOf: (row) => row.due_at, idOf: (row) => `${row.clock_id}/${row.case_id}` };

/** The recordings of one case as these events have them, from the very fold that fills the table. */
export function footageRowsOf(events: readonly PlacedEvent[]): readonly FootageNode[] {
  // Rows of the projection's own table.
  return [...(foldRows(footageProjection, events)['footage']?.values() ?? [])] as unknown as readonly FootageNode[];
}

/** The steps of one case, as the trail shows them. */
export function auditRowsOf(events: readonly PlacedEvent[]): readonly AuditNode[] {
  // As above.
  return [...(foldRows(auditProjection, events)['audit_trail']?.values() ?? [])] as unknown as readonly AuditNode[];
}

/** As the list of clocks, of one case as these events have it. @throws BadInput */
export function pageOfClocks(events: readonly PlacedEvent[], policies: Pick<ClockFeedOptions, 'policyAt' | 'policyOf'>, { clocks, running, dueBefore, page = {} }: ClocksInput): Connection<ClockNode> {
  const rows = events.length === 0 ? [] : [...foldClockRows(events.map(({ event }) => event), policies).clock.values()];
  const shown = rows.filter(
    (row) =>
      (clocks === null || clocks === undefined || clocks.includes(row.clock)) &&
      (running === null || running === undefined || running === (row.stopped_at === null)) &&
      (dueBefore === null || dueBefore === undefined || row.due_at <= dueBefore),
  );
  return pageOfRows(shown, clockOrder, 'ASC', page);
}

/** As the list of footage, of these rows alone. @throws BadInput */
export function pageOfFootage(rows: readonly FootageNode[], input: FootageInput): Connection<FootageNode> {
  const { kinds, holdStatuses, custodians, wearers, mismatchOpen, unavailable, deletionBefore } = input;
  const isAmong = <T>(values: readonly T[] | null | undefined, value: T | null): boolean => values === null || values === undefined || (value !== null && values.includes(value));
  const is = (wanted: boolean | null | undefined, value: boolean): boolean => wanted === null || wanted === undefined || wanted === value;
  const shown = rows.filter(
    (row) =>
      isAmong(kinds, row.kind) &&
      isAmong(holdStatuses, row.hold_status) &&
      isAmong(custodians, row.custodian) &&
      isAmong(wearers, row.wearer) &&
      is(mismatchOpen, row.mismatch_open) &&
      is(unavailable, row.unavailable !== null) &&
      (deletionBefore === null || deletionBefore === undefined || (row.deletion_at !== null && row.deletion_at <= deletionBefore)),
  );
  return pageOfRows(shown, footageOrder, input.direction ?? 'DESC', input.page ?? {});
}

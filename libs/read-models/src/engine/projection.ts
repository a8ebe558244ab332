import type { StoredEvent } from '#libs/event-store/port';
import type { Case, CaseEvent, CaseEventMeta, CaseEventType, StoredCaseEventData } from '#libs/domain';
import type { AnyRow, RowOf, Table } from './columns.js';

/**
 * Projection: named, versioned tables and the pure fold that fills them. Rows of a case: what the fold keeps of one case, by table and id.
 * The same fold is run by the feed, by a rebuild and, as the oracle, by tests.
 */
export type Tables = Readonly<Record<string, Table>>;
export type Rows<T extends Tables> = { readonly [N in keyof T]: ReadonlyMap<string, RowOf<T[N]>> };
export type AnyRows = Readonly<Record<string, ReadonlyMap<string, AnyRow>>>;

/** An event of a case with its place in the log. */
export interface PlacedEvent {
  readonly event: CaseEvent;
  readonly position: bigint;
}

/** The same, with the stored event that it was decoded from. */
export interface Decoded extends PlacedEvent {
  readonly stored: StoredEvent;
}

/** What a fold is told of an event beside its data. */
export interface At extends CaseEventMeta {
  readonly caseId: string;
  readonly type: CaseEventType;
  readonly position: bigint;
  readonly material: boolean;
  /** The case as the domain folds it through this event, for the types of `stateOn`; else null. */
  readonly state: Case | null;
}

export type Fold<T extends Tables> = {
  readonly [E in CaseEventType]?: (rows: Rows<T>, data: StoredCaseEventData<E>, at: At) => Rows<T>;
};

export interface Projection<T extends Tables = Tables> {
  readonly name: string;
  readonly version: number;
  readonly tables: T;
  readonly fold: Fold<T>;
  /** After the fold of every event, whatever its type. */
  readonly always: ((rows: Rows<T>, event: CaseEvent, at: At) => Rows<T>) | null;
  /**
   * `REFOLD`: a correction is laid over the event that it corrects, and the case's rows are folded again from its first event, as the domain does.
   * `AS_EVENT`: a correction is an event like any other.
   */
  readonly corrections: 'REFOLD' | 'AS_EVENT';
  /** Rare types whose effect on the rows needs the whole case. */
  readonly stateOn: readonly CaseEventType[];
}

/** A projection whose tables nobody needs to know by type. */
export interface AnyProjection extends Omit<Projection, 'fold' | 'always'> {
  readonly fold: Readonly<Partial<Record<CaseEventType, unknown>>>;
  readonly always: unknown;
}

type Definition<T extends Tables> = Pick<Projection<T>, 'name' | 'version' | 'tables' | 'fold'> &
  Partial<Pick<Projection<T>, 'always' | 'corrections' | 'stateOn'>>;

export function defineProjection<const T extends Tables>(definition: Definition<T>): Projection<T> {
  return { always: null, corrections: 'REFOLD', stateOn: [], ...definition };
}

export function emptyRows<T extends Tables>(tables: T): Rows<T> {
  // The tables' names are the keys.
  return Object.fromEntries(Object.keys(tables).map((name) => [name, new Map()])) as unknown as Rows<T>;
}

export function rowId(table: Table, row: AnyRow): string {
  return table.id === null ? '' : String(row[table.id]);
}

/** The rows with this one put in, in the place of one with the same id. */
export function put<T extends Tables, N extends keyof T & string>(rows: Rows<T>, name: N, id: string, row: RowOf<T[N]>): Rows<T> {
  return { ...rows, [name]: new Map(rows[name]).set(id, row) };
}

/** The rows with one changed; one that is not there stays so. */
export function change<T extends Tables, N extends keyof T & string>(
  rows: Rows<T>,
  name: N,
  id: string,
  how: Partial<RowOf<T[N]>> | ((row: RowOf<T[N]>) => Partial<RowOf<T[N]>>),
): Rows<T> {
  const row = rows[name].get(id);
  if (row === undefined) return rows;
  // Columns of this table alone are laid over its row.
  return put(rows, name, id, { ...(row as object), ...(typeof how === 'function' ? how(row) : how) } as RowOf<T[N]>);
}

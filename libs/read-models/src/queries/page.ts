import { type RawBuilder, sql, type SqlBool } from 'kysely';

export const pageLimits = {
  /** Rows of one page. */
  rowsMax: 200,
  rowsDefault: 50,
  /** Characters of a cursor. */
  cursorCharsMax: 1_000,
  /** Values of one filter, and characters of each. */
  filterValuesMax: 50,
  filterCharsMax: 500,
  searchCharsMax: 500,
} as const;

/** What was asked can't be answered; `field` says which part. Nothing of it reaches the database. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
  constructor(
    readonly field: string,
    /** What is wrong with it, for a person. */
    readonly problem: string,
  ) {
    super(`${field}: ${problem}`);
  }
}

/** As in Relay's connections: `first` with `after`, or `last` with `before`. */
export interface PageInput {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

export interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    /** Known exactly in the direction of reading; in the other, true where a cursor was given. */
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** How the values of a sort key travel in a cursor. */
export type KeyKind = 'INSTANT' | 'TEXT' | 'POSITION' | 'UUID';

/** A total order: `key`, then `id`. Neither is null. */
export interface Sort {
  readonly name: string;
  readonly key: RawBuilder<unknown>;
  readonly keyKind: KeyKind;
  readonly id: RawBuilder<unknown>;
  readonly idKind: KeyKind;
}
export type Direction = 'ASC' | 'DESC';

export interface Cursor {
  readonly key: string;
  readonly id: string;
}

export interface Page {
  readonly size: number;
  /** From the start, or from the end. */
  readonly forward: boolean;
  readonly from: Cursor | null;
}

/** @throws BadInput */
export function readPage(input: PageInput, sort: Sort, direction: Direction): Page {
  const { first = null, after = null, last = null, before = null } = input;
  refuseBothEnds(input);
  const forward = last === null;
  const size = (forward ? first : last) ?? pageLimits.rowsDefault;
  if (!Number.isInteger(size) || size < 0 || size > pageLimits.rowsMax) {
    throw new BadInput(forward ? 'first' : 'last', `must be a whole number from 0 to ${pageLimits.rowsMax}`);
  }
  const text = forward ? after : before;
  return { size, forward, from: text === null ? null : readCursor(text, sort, direction, forward ? 'after' : 'before') };
}

function refuseBothEnds({ first = null, after = null, last = null, before = null }: PageInput): void {
  if (first !== null && last !== null) throw new BadInput('last', 'give first or last, not both');
  if (last === null && before !== null) throw new BadInput('before', 'goes with last');
  if (last !== null && after !== null) throw new BadInput('after', 'goes with first');
}

/** Opaque to clients. It says where a row stands in one order; it gives no access to it. */
export function printCursor(cursor: Cursor, sort: Sort, direction: Direction): string {
  return Buffer.from(JSON.stringify([1, sort.name, direction, cursor.key, cursor.id])).toString('base64url');
}

/** @throws BadInput where the text is not a cursor of this order */
function readCursor(text: string, sort: Sort, direction: Direction, field: string): Cursor {
  const refuse = (): never => {
    throw new BadInput(field, 'is not a cursor of this list and order');
  };
  if (text.length > pageLimits.cursorCharsMax || !/^[A-Za-z0-9_-]+$/.test(text)) return refuse();
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return refuse();
  }
  if (!Array.isArray(parts) || parts.length !== 5) return refuse();
  const [version, name, way, key, id]: readonly unknown[] = parts;
  if (version !== 1 || name !== sort.name || way !== direction || typeof key !== 'string' || typeof id !== 'string') return refuse();
  if (!isOfKind(key, sort.keyKind) || !isOfKind(id, sort.idKind)) return refuse();
  return { key, id };
}

function isOfKind(value: string, kind: KeyKind): boolean {
  switch (kind) {
    case 'INSTANT':
      return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value) && !Number.isNaN(Date.parse(value));
    case 'TEXT':
      return value.length <= pageLimits.filterCharsMax && !value.includes('\0') && value.isWellFormed();
    case 'POSITION':
      return /^\d{1,19}$/.test(value) && BigInt(value) < 2n ** 63n;
    case 'UUID':
      return isUuidText(value);
  }
}

export const isUuidText = (value: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);

const sqlTypes: Readonly<Record<KeyKind, string>> = { INSTANT: 'timestamptz', TEXT: 'text', POSITION: 'bigint', UUID: 'uuid' };

/** Whether the page is read in the order's own direction or against it. */
export function readsAscending(page: Page, direction: Direction): boolean {
  return (direction === 'ASC') === page.forward;
}

/** What stands behind the cursor, as seen in the direction of reading. */
export function beyond(page: Page, sort: Sort, direction: Direction): readonly RawBuilder<SqlBool>[] {
  if (page.from === null) return [];
  const operator = sql.raw(readsAscending(page, direction) ? '>' : '<');
  const [keyType, idType] = [sql.raw(sqlTypes[sort.keyKind]), sql.raw(sqlTypes[sort.idKind])];
  return [sql<SqlBool>`(${sort.key}, ${sort.id}) ${operator} (${page.from.key}::${keyType}, ${page.from.id}::${idType})`];
}

export function orderBy(page: Page, sort: Sort, direction: Direction): RawBuilder<unknown> {
  const way = sql.raw(readsAscending(page, direction) ? 'ASC' : 'DESC');
  return sql`${sort.key} ${way}, ${sort.id} ${way}`;
}

/** From one row more than the page, in the direction of reading, to the page in its own order. */
export function connection<Node>(read: readonly Edge<Node>[], page: Page): Connection<Node> {
  const more = read.length > page.size;
  const edges = read.slice(0, page.size);
  if (!page.forward) edges.reverse();
  return {
    edges,
    pageInfo: {
      hasNextPage: page.forward ? more : page.from !== null,
      hasPreviousPage: page.forward ? page.from !== null : more,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

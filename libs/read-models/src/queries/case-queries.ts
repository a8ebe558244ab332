import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Disposition, Instant, ReportOrigin, StageName, UserId } from '#libs/domain';
import type { RowOf } from '../engine/columns.js';
import { caseListProjection, type FederalSupervisorStatus } from '../projections/case-list.projection.js';
import { clockProjection } from '../projections/clocks.projection.js';
import { checkInstant, Conditions, searchQuery } from './conditions.js';
import { readableText } from './field-conditions.js';
import type { Lister, Source } from './lister.js';
import { connection, type Connection, type Direction, type Edge, type Page, type PageInput, readPage, readsAscending, type Sort } from './page.js';

const { case_list: table, case_activity: activity } = caseListProjection.tables;
const { case_id: _ofDue, ...dueColumns } = clockProjection.tables.case_due.columns;
const { case_id: _ofActivity, district: _ofBoth, ...activityColumns } = activity.columns;

export type CaseNode = Omit<RowOf<typeof table>, 'facts'> &
  Omit<RowOf<typeof activity>, 'case_id' | 'district'> &
  Omit<RowOf<typeof clockProjection.tables.case_due>, 'case_id'>;

export interface CaseFilter {
  readonly stages?: readonly StageName[] | null;
  readonly districts?: readonly string[] | null;
  readonly beats?: readonly string[] | null;
  readonly units?: readonly string[] | null;
  readonly investigators?: readonly UserId[] | null;
  readonly unassigned?: boolean | null;
  readonly origins?: readonly ReportOrigin[] | null;
  readonly categories?: readonly string[] | null;
  readonly categoryCodes?: readonly string[] | null;
  readonly federalSupervisor?: readonly FederalSupervisorStatus[] | null;
  readonly dispositions?: readonly Disposition[] | null;
  readonly openedFrom?: Instant | null;
  readonly openedTo?: Instant | null;
  /** Cases whose span of occurrence meets this one; those of unknown time never do. */
  readonly occurredFrom?: Instant | null;
  readonly occurredTo?: Instant | null;
  readonly sealed?: boolean | null;
  readonly unconfirmedHold?: boolean | null;
  /** Cases with a clock that ran out before this time (the limitation aside). */
  readonly overdueAt?: Instant | null;
  /** Cases that link to this one, or it to them. */
  readonly linkedTo?: string | null;
  /** Words in narratives and other searchable texts. */
  readonly search?: string | null;
}

export type CaseSort = 'OPENED' | 'NUMBER' | 'LAST_EVENT' | 'NEXT_DUE';

export interface CasesInput {
  readonly filter?: CaseFilter;
  readonly sort?: CaseSort;
  readonly direction?: Direction;
  readonly page?: PageInput;
}

const id = sql`c.case_id`;
const sorts = {
  OPENED: { name: 'opened', key: sql`c.opened_at`, keyKind: 'INSTANT', id, idKind: 'UUID' },
  NUMBER: { name: 'number', key: sql`c.number`, keyKind: 'TEXT', id, idKind: 'UUID' },
  // Key and id of one table, wherever that is not the list's own: a page then begins in the middle of its index, and not before it.
  LAST_EVENT: { name: 'last-event', key: sql`a.last_event_at`, keyKind: 'INSTANT', id: sql`a.case_id`, idKind: 'UUID' },
} as const satisfies Record<Exclude<CaseSort, 'NEXT_DUE'>, Sort>;

const source: Source<typeof table> = {
  name: 'case_list',
  alias: 'c',
  table,
  hidden: ['facts'],
  join: sql`JOIN read.case_activity AS a ON a.case_id = c.case_id LEFT JOIN read.case_due AS d ON d.case_id = c.case_id`,
  joined: { a: activityColumns, d: dueColumns },
};

/** `more`: conditions on `c` beside the filter. @throws BadInput */
export function listCases(
  lister: Lister,
  { filter = {}, sort = 'OPENED', direction = 'DESC', page = {} }: CasesInput,
  more: readonly RawBuilder<SqlBool>[] = [],
): Promise<Connection<CaseNode>> {
  // Of the row that is sorted by, so that one index has both.
  const byEvent = sort === 'LAST_EVENT' ? new Conditions(activity, 'a').oneOf('district', filter.districts).all : [];
  const conditions = [...conditionsOf(sort === 'LAST_EVENT' ? { ...filter, districts: null } : filter, lister), ...byEvent, ...more];
  if (sort === 'NEXT_DUE') return listByDue(lister, conditions, direction, page);
  return lister.list<typeof table, CaseNode>({ source, conditions, sort: sorts[sort], direction, page });
}

export function findCase(lister: Lister, by: { readonly id: string } | { readonly number: string }): Promise<CaseNode | null> {
  const conditions = new Conditions(table, 'c');
  if ('id' in by) conditions.equals('case_id', by.id);
  else conditions.equals('number', by.number);
  return lister.find<typeof table, CaseNode>(source, conditions.all);
}

function conditionsOf(filter: CaseFilter, lister: Lister): readonly RawBuilder<SqlBool>[] {
  const conditions = new Conditions(table, 'c')
    .oneOf('stage', filter.stages)
    .oneOf('district', filter.districts)
    .oneOf('beat', filter.beats)
    .oneOf('unit', filter.units)
    .oneOf('investigator', filter.investigators)
    .oneOf('origin', filter.origins)
    .oneOf('category', filter.categories)
    .oneOf('category_code', filter.categoryCodes)
    .oneOf('federal_supervisor', filter.federalSupervisor)
    .oneOf('disposition', filter.dispositions)
    .from('opened_at', filter.openedFrom)
    .to('opened_at', filter.openedTo)
    .from('occurred_latest', filter.occurredFrom)
    .to('occurred_earliest', filter.occurredTo)
    .isTrue(sql<SqlBool>`c.investigator IS NULL`, filter.unassigned)
    .isTrue(sql<SqlBool>`c.sealed`, filter.sealed)
    .isTrue(sql<SqlBool>`c.holds_unconfirmed > 0`, filter.unconfirmedHold);
  if (filter.overdueAt !== null && filter.overdueAt !== undefined) {
    checkInstant('overdueAt', filter.overdueAt);
    conditions.add(sql<SqlBool>`d.next_due_at < ${filter.overdueAt}`);
  }
  if (filter.linkedTo !== null && filter.linkedTo !== undefined) conditions.add(linkedTo(filter.linkedTo, lister));
  if (filter.search !== null && filter.search !== undefined) {
    const query = searchQuery('search', filter.search, 'english');
    conditions.add(sql<SqlBool>`EXISTS (SELECT FROM read.search_text AS s WHERE s.case_id = c.case_id AND s.words @@ ${query} AND ${readableText(lister, 's')})`);
  }
  return conditions.all;
}

/** To a case that the viewer may not see, nothing is linked. */
function linkedTo(caseId: string, lister: Lister): RawBuilder<SqlBool> {
  new Conditions(table, 'c').equals('case_id', caseId); // Refuses what is no id.
  return sql<SqlBool>`${lister.maySee(sql`${caseId}::uuid`)} AND c.case_id IN (SELECT l.other_case_id FROM read.case_link AS l WHERE l.case_id = ${caseId}
    UNION SELECT l.case_id FROM read.case_link AS l WHERE l.other_case_id = ${caseId})`;
}

const dueFirst = sql`JOIN read.case_activity AS a ON a.case_id = c.case_id JOIN read.case_due AS d ON d.case_id = c.case_id`;
const dueSort: Sort = { name: 'next-due', key: sql`d.next_due_at`, keyKind: 'INSTANT', id: sql`d.case_id`, idKind: 'UUID' };
/** Cases without a running clock follow, by id. */
const undueSort: Sort = { name: 'no-due', key: sql`c.case_id`, keyKind: 'UUID', id, idKind: 'UUID' };

/**
 * First the cases with a due date, by index; then those without, which have nothing to sort by. Read backwards, the other way round. One
 * statement would have to sort every case.
 */
async function listByDue(lister: Lister, conditions: readonly RawBuilder<SqlBool>[], direction: Direction, input: PageInput): Promise<Connection<CaseNode>> {
  const { phase, page } = readDuePage(input, direction);
  const limit = page.size + 1;
  const due = (from: Page, count: number): Promise<readonly Edge<CaseNode>[]> =>
    lister.read({ source: { ...source, join: dueFirst }, conditions: [...conditions, sql<SqlBool>`d.next_due_at IS NOT NULL`], sort: dueSort, direction }, from, count);
  const undue = (from: Page, count: number): Promise<readonly Edge<CaseNode>[]> =>
    lister.read({ source, conditions: [...conditions, sql<SqlBool>`d.next_due_at IS NULL`], sort: undueSort, direction }, from, count);
  const [first, second] = readsAscending(page, direction) ? ([due, undue] as const) : ([undue, due] as const);
  const inSecond = (phase === 'DUE') !== readsAscending(page, direction) && page.from !== null;
  if (inSecond) return connection(await second(page, limit), page);
  const edges = await first(page, limit);
  if (edges.length >= limit) return connection(edges, page);
  return connection([...edges, ...(await second({ ...page, from: null }, limit - edges.length))], page);
}

function readDuePage(input: PageInput, direction: Direction): { readonly phase: 'DUE' | 'NONE'; readonly page: Page } {
  try {
    return { phase: 'DUE', page: readPage(input, dueSort, direction) };
  } catch {
    // Not a cursor among the due ones: then among the others, or none at all.
    return { phase: 'NONE', page: readPage(input, undueSort, direction) };
  }
}

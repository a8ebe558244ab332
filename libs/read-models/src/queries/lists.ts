import { sql, type SqlBool } from 'kysely';
import type { CaseEventType, ClockName, FootageKind, Instant, UserId } from '#libs/domain';
import type { RowOf, Table } from '../engine/columns.js';
import { caseLinkProjection, type ReferralStatus, referralProjection, violationProjection } from '../projections/allegations.projection.js';
import type { AuditOutcome } from '../projections/audit-outcome.js';
import { type AuditMark, auditProjection } from '../projections/audit.projection.js';
import { clockProjection } from '../projections/clocks.projection.js';
import { footageProjection, type HoldStatus } from '../projections/footage.projection.js';
import { agentProjection, personProjection } from '../projections/people.projection.js';
import { searchProjection } from '../search/search.projection.js';
import { Conditions, searchQuery } from './conditions.js';
import { knownStep, readableText } from './field-conditions.js';
import type { Lister, Source } from './lister.js';
import { type Connection, type Direction, type KeyKind, pageLimits, type PageInput, type Sort } from './page.js';

interface Paged {
  readonly direction?: Direction;
  readonly page?: PageInput;
}

const sourceOf = <T extends Table>(name: string, table: T): Source<T> => ({ name, alias: 't', table });
const sortBy = (key: string, id: string, keyKind: KeyKind = 'INSTANT', idKind: KeyKind = 'TEXT'): Sort => ({
  name: `${key}-${id}`,
  key: sql.ref(`t.${key}`),
  keyKind,
  id: sql.ref(`t.${id}`),
  idKind,
});

const footage = sourceOf('footage', footageProjection.tables.footage);
const agent = sourceOf('agent', agentProjection.tables.agent);
const person = sourceOf('person', personProjection.tables.person);
const violation = sourceOf('violation', violationProjection.tables.violation);
const referral = sourceOf('referral', referralProjection.tables.referral);
const clock = sourceOf('clock', clockProjection.tables.clock);
const audit = sourceOf('audit_trail', auditProjection.tables.audit_trail);
const link = sourceOf('case_link', caseLinkProjection.tables.case_link);
const searchText = sourceOf('search_text', searchProjection.tables.search_text);

export type FootageNode = RowOf<typeof footage.table>;
export type AgentNode = RowOf<typeof agent.table>;
export type PersonNode = RowOf<typeof person.table>;
export type ViolationNode = RowOf<typeof violation.table>;
export type ReferralNode = RowOf<typeof referral.table>;
export type ClockNode = RowOf<typeof clock.table>;
export type AuditNode = RowOf<typeof audit.table>;
export type LinkNode = RowOf<typeof link.table>;
export type SearchNode = RowOf<typeof searchText.table>;

export interface FootageInput extends Paged {
  readonly caseId?: string | null;
  readonly kinds?: readonly FootageKind[] | null;
  readonly holdStatuses?: readonly HoldStatus[] | null;
  readonly custodians?: readonly UserId[] | null;
  readonly wearers?: readonly UserId[] | null;
  readonly mismatchOpen?: boolean | null;
  readonly unavailable?: boolean | null;
  /** Deleted at the source by then, as it was shown when the hold was confirmed. */
  readonly deletionBefore?: Instant | null;
}

export function listFootage(lister: Lister, input: FootageInput): Promise<Connection<FootageNode>> {
  const { all } = new Conditions(footage.table, 't')
    .equals('case_id', input.caseId)
    .oneOf('kind', input.kinds)
    .oneOf('hold_status', input.holdStatuses)
    .oneOf('custodian', input.custodians)
    .oneOf('wearer', input.wearers)
    .equals('mismatch_open', input.mismatchOpen)
    .isTrue(sql<SqlBool>`t.unavailable IS NOT NULL`, input.unavailable)
    .to('deletion_at', input.deletionBefore);
  return lister.list({ source: footage, conditions: all, sort: sortBy('registered_at', 'footage_id'), direction: input.direction ?? 'DESC', page: input.page ?? {} });
}

export interface AgentsInput extends Paged {
  readonly caseId?: string | null;
  readonly agencies?: readonly string[] | null;
  readonly identified?: boolean | null;
}

export function listAgents(lister: Lister, input: AgentsInput): Promise<Connection<AgentNode>> {
  const { all } = new Conditions(agent.table, 't').equals('case_id', input.caseId).oneOf('agency_claimed', input.agencies).equals('identified', input.identified);
  return lister.list({ source: agent, conditions: all, sort: sortBy('recorded_at', 'agent_id'), direction: input.direction ?? 'ASC', page: input.page ?? {} });
}

export interface PersonsInput extends Paged {
  readonly caseId?: string | null;
}

export function listPersons(lister: Lister, input: PersonsInput): Promise<Connection<PersonNode>> {
  const { all } = new Conditions(person.table, 't').equals('case_id', input.caseId);
  return lister.list({ source: person, conditions: all, sort: sortBy('recorded_at', 'person_id'), direction: input.direction ?? 'ASC', page: input.page ?? {} });
}

export interface ViolationsInput extends Paged {
  readonly caseId?: string | null;
  readonly citations?: readonly string[] | null;
  readonly withdrawn?: boolean | null;
}

export function listViolations(lister: Lister, input: ViolationsInput): Promise<Connection<ViolationNode>> {
  const { all } = new Conditions(violation.table, 't').equals('case_id', input.caseId).oneOf('citation', input.citations).equals('withdrawn', input.withdrawn);
  return lister.list({ source: violation, conditions: all, sort: sortBy('alleged_at', 'violation_id'), direction: input.direction ?? 'ASC', page: input.page ?? {} });
}

export interface ReferralsInput extends Paged {
  readonly caseId?: string | null;
  readonly statuses?: readonly ReferralStatus[] | null;
  readonly addressees?: readonly string[] | null;
}

export function listReferrals(lister: Lister, input: ReferralsInput): Promise<Connection<ReferralNode>> {
  const { all } = new Conditions(referral.table, 't').equals('case_id', input.caseId).oneOf('status', input.statuses).oneOf('addressee', input.addressees);
  return lister.list({ source: referral, conditions: all, sort: sortBy('approved_at', 'referral_id'), direction: input.direction ?? 'DESC', page: input.page ?? {} });
}

export interface ClocksInput extends Paged {
  readonly caseId?: string | null;
  readonly clocks?: readonly ClockName[] | null;
  readonly running?: boolean | null;
  readonly dueBefore?: Instant | null;
}

export function listClocks(lister: Lister, input: ClocksInput): Promise<Connection<ClockNode>> {
  const { all } = new Conditions(clock.table, 't')
    .equals('case_id', input.caseId)
    .oneOf('clock', input.clocks)
    .isTrue(sql<SqlBool>`t.stopped_at IS NULL`, input.running)
    .to('due_at', input.dueBefore);
  const sort: Sort = { ...sortBy('due_at', 'clock_id'), id: sql`(t.clock_id || '/' || t.case_id)` };
  return lister.list({ source: clock, conditions: all, sort, direction: input.direction ?? 'ASC', page: input.page ?? {} });
}

export interface AuditInput extends Paged {
  readonly caseId?: string | null;
  readonly actors?: readonly UserId[] | null;
  readonly types?: readonly CaseEventType[] | null;
  readonly units?: readonly string[] | null;
  readonly from?: Instant | null;
  readonly to?: Instant | null;
  readonly marks?: readonly AuditMark[] | null;
  readonly outcomes?: readonly AuditOutcome[] | null;
  /** Through this position of the log. */
  readonly through?: bigint | null;
  /** Of these events alone. */
  readonly events?: readonly string[] | null;
  readonly text?: string | null;
}

export function listAuditTrail(lister: Lister, input: AuditInput): Promise<Connection<AuditNode>> {
  const conditions = new Conditions(audit.table, 't')
    .equals('case_id', input.caseId)
    .oneOf('actor', input.actors)
    .oneOf('type', input.types)
    .oneOf('unit', input.units)
    .oneOf('outcome', input.outcomes)
    .from('recorded_at', input.from)
    .to('recorded_at', input.to);
  if (input.marks !== null && input.marks !== undefined) {
    conditions.add(sql<SqlBool>`t.marks && ${sql.val(input.marks.slice(0, pageLimits.filterValuesMax))}::text[]`);
  }
  if (input.through !== null && input.through !== undefined) conditions.add(sql<SqlBool>`t.position <= ${input.through}`);
  if (input.events !== null && input.events !== undefined) conditions.add(sql<SqlBool>`t.event_id = ANY(${sql.val(input.events)}::text[])`);
  if (input.text !== null && input.text !== undefined) conditions.add(sql<SqlBool>`t.words @@ ${searchQuery('text', input.text, 'simple')}`);
  conditions.add(knownStep(lister, 't'));
  const sort = sortBy('position', 'case_id', 'POSITION', 'UUID');
  return lister.list({ source: audit, conditions: conditions.all, sort, direction: input.direction ?? 'DESC', page: input.page ?? {} });
}

export interface SearchInput extends Paged {
  readonly text: string;
  readonly caseId?: string | null;
}

/** Texts that hold the words, newest first: ordering them by rank takes hundreds of times as long, and newest is what people look for. */
export function searchTexts(lister: Lister, input: SearchInput): Promise<Connection<SearchNode>> {
  const { all } = new Conditions(searchText.table, 't')
    .equals('case_id', input.caseId)
    .add(sql<SqlBool>`t.words @@ ${searchQuery('text', input.text, 'english')}`)
    .add(readableText(lister, 't'));
  return lister.list({ source: searchText, conditions: all, sort: sortBy('position', 'text_id', 'POSITION', 'TEXT'), direction: input.direction ?? 'DESC', page: input.page ?? {} });
}

/** Links of a case that no page ever shows more of. */
const linksMax = 1_000;

/** The case's links, whichever of the two cases recorded them; a link to a case that the viewer may not see is none. */
export function listLinks(lister: Lister, caseId: string): Promise<readonly LinkNode[]> {
  new Conditions(link.table, 't').equals('case_id', caseId); // Refuses what is no id.
  return lister.all(link, [sql<SqlBool>`(t.case_id = ${caseId} OR t.other_case_id = ${caseId})`, lister.maySee(sql`t.other_case_id`)], linksMax);
}

/** What a global id can name beside a case. */
export const things = {
  footage: (lister: Lister, id: string) => lister.find(footage, new Conditions(footage.table, 't').equals('footage_id', id).all),
  agent: (lister: Lister, id: string) => lister.find(agent, new Conditions(agent.table, 't').equals('agent_id', id).all),
  person: (lister: Lister, id: string) => lister.find(person, new Conditions(person.table, 't').equals('person_id', id).all),
  violation: (lister: Lister, id: string) =>
    // A branded id: compared as text, whatever was given.
    lister.find(violation, [sql<SqlBool>`t.violation_id = ${id}`]),
  referral: (lister: Lister, id: string) => lister.find(referral, [sql<SqlBool>`t.referral_id = ${id}`]),
  event: (lister: Lister, id: string) => lister.find(audit, [sql<SqlBool>`t.event_id = ${id}`, knownStep(lister, 't')]),
};

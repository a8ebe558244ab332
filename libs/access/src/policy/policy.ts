import { type CaseCommandType, type Role, type StageName, underReview } from '#libs/domain';
import type { Relation } from './facts.js';

/**
 * THE POLICY: who may see which case, what of it, and what they may do. docs/access.md says the same in sentences. The check of a single case
 * (check.ts) and the condition in every SQL statement (predicate.ts) are both made from these tables, and a test compares both with the same
 * policy written in another language.
 *
 * Three rules stand above the tables:
 * - Who is recused from a case sees nothing of it, whatever else would allow it.
 * - A sealed case is seen by RECORDS and by the persons whom the court order names, and by nobody else.
 * - What one may not see answers like what does not exist.
 */

/** Why somebody sees a case. */
export type Ground =
  /** Every case. */
  | { readonly by: 'EVERY_CASE' }
  /** Cases of one's own unit; who has none sees those that have none. */
  | { readonly by: 'OWN_UNIT' }
  /** Cases to which one stands so. */
  | { readonly by: 'RELATION'; readonly relation: Exclude<Relation, 'RECUSED' | 'NAMED_BY_COURT' | 'STATEMENT_READER'> }
  /** Cases at one of these stages. */
  | { readonly by: 'STAGE'; readonly stages: readonly StageName[] }
  /** Cases of which a referral was ever approved. */
  | { readonly by: 'REFERRED' };

const everyCase: Ground = { by: 'EVERY_CASE' };
const ownUnit: Ground = { by: 'OWN_UNIT' };
const filed: Ground = { by: 'RELATION', relation: 'FILED' };
const wasOnScene: Ground = { by: 'RELATION', relation: 'ON_SCENE' };
const assigned: Ground = { by: 'RELATION', relation: 'ASSIGNED' };
const granted: Ground = { by: 'RELATION', relation: 'GRANTED' };
const escalatedTo: Ground = { by: 'RELATION', relation: 'ESCALATED' };
const appointed: Ground = { by: 'RELATION', relation: 'APPOINTED' };
const holdsItem: Ground = { by: 'RELATION', relation: 'HOLDS_ITEM' };
const submitted: Ground = { by: 'STAGE', stages: [...underReview, 'REFERRED', 'DECIDED'] };
const approvedByLegal: Ground = { by: 'STAGE', stages: ['READY_FOR_REFERRAL', 'REFERRAL_APPROVED', 'REFERRED', 'DECIDED'] };
const referred: Ground = { by: 'REFERRED' };

/** By role: the grounds, each of which is enough, on which an unsealed case is seen. Whoever has several roles has the grounds of all. */
export const caseGrounds = {
  OFFICER: [filed, wasOnScene, holdsItem, granted],
  INTAKE: [ownUnit, filed, granted],
  INVESTIGATOR: [assigned, filed, holdsItem, granted],
  CUSTODIAN: [everyCase],
  SUPERVISOR: [ownUnit, filed, escalatedTo, appointed, granted],
  LEGAL: [everyCase],
  REFERRAL_AUTHORITY: [submitted, referred, appointed, granted],
  LIAISON: [approvedByLegal, referred, granted],
  RECORDS: [everyCase],
  OVERSIGHT: [everyCase],
  /** Aggregates alone (aggregates.ts). */
  EXECUTIVE: [],
  /** Runs the system and reads no case. */
  ADMIN: [],
  SYSTEM: [everyCase],
} as const satisfies Record<Role, readonly Ground[]>;

/** Who sees a sealed case without being named by the order. */
export const seesSealed: readonly Role[] = ['RECORDS', 'SYSTEM'];
/** Whom no order lets see a case. */
export const neverSees: readonly Role[] = ['EXECUTIVE', 'ADMIN'];

/**
 * Sealing stops no hold: what a custodian goes on doing on a sealed case, of which they see the reference of each recording and what is due,
 * and nothing else.
 */
export const dutiesUnderSeal: { readonly role: Role; readonly actions: readonly CaseCommandType[] } = {
  role: 'CUSTODIAN',
  actions: ['confirmFootageHold', 'verifyFootage', 'reportFootageUnavailable', 'transferCustody', 'acceptCustody'],
};

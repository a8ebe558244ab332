import type { Case, Instant, StageName, UserId } from '#libs/domain';

/** How a person can stand to a case. */
export const relations = [
  /** Filed a report on it. */
  'FILED',
  /** Named by a report or a detail of the scene as an officer who was there. */
  'ON_SCENE',
  /** Its investigator now. */
  'ASSIGNED',
  /** Was given access for a purpose, until a time that has not come yet. */
  'GRANTED',
  /** Its running review was passed to them. */
  'ESCALATED',
  /** Appointed, from outside, to give one of its approvals. */
  'APPOINTED',
  /** Answers for one of its items, or has yet to accept it. */
  'HOLDS_ITEM',
  /** Named by the court order that seals it. */
  'NAMED_BY_COURT',
  /** The one reader of a compelled statement taken on it. */
  'STATEMENT_READER',
  /** A conflict of interest of theirs is on record. */
  'RECUSED',
] as const;
export type Relation = (typeof relations)[number];

/** What of a case its readers depend on. */
export interface AccessFacts {
  /** Of the first report, else of who filed it; null: none. */
  readonly unit: string | null;
  readonly stage: StageName;
  readonly sealed: boolean;
  /** Whether a referral of it was ever approved. */
  readonly referred: boolean;
  stands(person: UserId, relation: Relation, now: Instant): boolean;
}

/** The facts of a folded case. Made for each check; nothing is copied. */
export function factsOf(state: Case): AccessFacts {
  return {
    unit: unitOf(state),
    stage: state.stage.name,
    sealed: state.sealed,
    referred: state.referrals.size > 0,
    stands: (person, relation, now) => standings[relation](state, person, now),
  };
}

function unitOf(state: Case): string | null {
  const [first] = state.reports.values();
  return first?.unit ?? state.facts.at(0)?.meta.by.unit ?? null;
}

type Standing = (state: Case, person: UserId, now: Instant) => boolean;

const standings = {
  FILED: ({ hands }, person) => hands.filed.has(person),
  ON_SCENE: ({ reports, sceneDetails }, person) =>
    [...reports.values()].some((report) => report.officersPresent.some((present) => present.officer === person)) ||
    [...sceneDetails.values()].some(({ officer }) => officer?.officer === person),
  ASSIGNED: ({ investigator }, person) => investigator === person,
  GRANTED: ({ grants }, person, now) => (grants.get(person)?.expiresAt ?? now) > now,
  ESCALATED: ({ stage }, person) => stage.name === 'SUPERVISOR_REVIEW' && stage.escalatedTo === person,
  APPOINTED: ({ appointed }, person) => appointed.some((appointment) => appointment.person === person),
  HOLDS_ITEM: ({ footage, exhibits }, person) =>
    [...footage.values(), ...exhibits.values()].some(({ custody }) => custody.custodian === person || custody.pendingTo === person),
  NAMED_BY_COURT: ({ sealing }, person) => sealing?.named.has(person) === true,
  STATEMENT_READER: ({ statements }, person) => [...statements.values()].some(({ reader }) => reader === person),
  RECUSED: ({ hands }, person) => hands.recused.has(person),
} as const satisfies Record<Relation, Standing>;

import { type Actor, type AgentId, type Case, type CaseCommands, type CaseCommandType, type CaseId, type CourtOrderId, type EventId, type EvidenceRef, type FootageId, type Limb, type ReferralId, type ReportId, type UserId, type ViolationId } from '#libs/domain';
import { people, person } from './case-kit.js';
import type { Chance } from './chance.js';

/** What random commands are made of: who acts, and ids of the case or (now and then) of nowhere. */

/** People of one role each, and some of two: separate hands must hold by person, not by role. */
export const actors: readonly Actor[] = [
  ...Object.values(people),
  person('supervisor-and-lawyer', 'SUPERVISOR', 'LEGAL'),
  person('officer-and-supervisor', 'OFFICER', 'SUPERVISOR'),
  person('lawyer-and-authority', 'LEGAL', 'REFERRAL_AUTHORITY'),
  person('investigator-and-supervisor', 'INVESTIGATOR', 'SUPERVISOR'),
  person('custodian-and-supervisor', 'CUSTODIAN', 'SUPERVISOR'),
  person('custodian-and-lawyer', 'CUSTODIAN', 'LEGAL'),
  person('officer-and-lawyer', 'OFFICER', 'LEGAL'),
  person('authority-2', 'REFERRAL_AUTHORITY'),
  person('executive-1', 'EXECUTIVE'),
  person('admin-1', 'ADMIN'),
];
const users: readonly UserId[] = actors.filter((actor) => actor !== people.system).map((actor) => actor.actor);
export const cameras = ['camera-1', 'camera-2'] as const;
export const hashes = ['a'.repeat(64), 'b'.repeat(64)] as const;
export const elsewhere = '0190b5a0-0000-8000-8000-000000000002' as CaseId;

export type Builders = { readonly [K in CaseCommandType]: (chance: Chance, state: Case | null, now: string) => CaseCommands[K] };

export const maybe = <T>(chance: Chance, thing: T): T | null => (chance.is(0.7) ? thing : null);
export const reasonOr = (chance: Chance): string => (chance.is(0.95) ? 'Invented.' : ' ');
export const userOf = (chance: Chance): UserId => chance.one(users);
/** An id of the case, or one of nowhere. */
export const idOf = <I extends string>(chance: Chance, ids: Iterable<I> | undefined, stray: string): I => {
  const known = [...(ids ?? [])];
  // A stray id stands for whatever a client may send.
  return known.length > 0 && chance.is(0.97) ? chance.one(known) : (stray as I);
};
export const agentOf = (chance: Chance, state: Case | null): AgentId => idOf(chance, state?.agents.keys(), 'agent-9');
export const footageOf = (chance: Chance, state: Case | null): FootageId => idOf(chance, state?.footage.keys(), 'footage-9');
export const violationOf = (chance: Chance, state: Case | null): ViolationId => idOf(chance, state?.violations.keys(), 'violation-9');
export const referralOf = (chance: Chance, state: Case | null): ReferralId => idOf(chance, [...(state?.referrals.keys() ?? [])].slice(-2), 'referral-9');
export const reportOf = (chance: Chance, state: Case | null): ReportId => idOf(chance, state?.reports.keys(), 'report-9');
export const eventOf = (chance: Chance, state: Case | null): EventId => {
  const fact = state === null ? undefined : state.facts.at(chance.below(state.facts.length));
  return fact?.meta.id ?? ('event-9' as EventId);
};
export const limbOf = (chance: Chance): Limb => ({
  finding: 'UNDETERMINED',
  authority: 'Invented.',
  factsFor: '',
  factsAgainst: chance.is(0.95) ? 'None is known.' : '',
});
export const evidenceOf = (chance: Chance, state: Case | null): EvidenceRef => {
  const evidence: EvidenceRef[] = [
    ...[...(state?.footage.keys() ?? [])].map((id) => ({ kind: 'FOOTAGE', id }) as const),
    ...[...(state?.reports.keys() ?? [])].map((id) => ({ kind: 'REPORT', id }) as const),
    ...[...(state?.statements.keys() ?? [])].map((id) => ({ kind: 'STATEMENT', id }) as const),
    ...[...(state?.exhibits.keys() ?? [])].map((id) => ({ kind: 'EXHIBIT', id }) as const),
  ];
  return evidence.length === 0 ? { kind: 'FOOTAGE', id: 'footage-9' as FootageId } : chance.one(evidence);
};
export const itemOf = (chance: Chance, state: Case | null): Pick<CaseCommands['acceptCustody'], 'footage' | 'exhibit'> => {
  const exhibits = [...(state?.exhibits.keys() ?? [])];
  return exhibits.length > 0 && chance.is(0.5) ? { footage: null, exhibit: chance.one(exhibits) } : { footage: footageOf(chance, state), exhibit: null };
};

export const orderOf = (chance: Chance, state: Case | null): CourtOrderId => idOf(chance, state?.courtOrders.keys(), 'order-9');

import {
  type Actor,
  type AgentId,
  approvals,
  type Case,
  type CaseCommands,
  type CaseCommandType,
  type CaseId,
  contactParties,
  type CourtOrderId,
  courtOrderKinds,
  derivedCopyKinds,
  dispositions,
  type EventId,
  type EvidenceRef,
  exhibitKinds,
  federalAnswers,
  type FootageId,
  footageKinds,
  holdReleaseGrounds,
  identificationOutcomes,
  type Limb,
  mismatchExplanations,
  offenseClasses,
  prosecutorOutcomes,
  receiptOutcomes,
  type ReferralId,
  type ReportId,
  sceneDetailKinds,
  type UserId,
  type ViolationId,
  yesNoUnknown,
} from '#libs/domain';
import { at, caseId, people, person } from './case-kit.js';
import type { Chance } from './chance.js';

/** Random commands, plausible and not: every type, with ids of the case or (now and then) of nowhere. */

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
const cameras = ['camera-1', 'camera-2'] as const;
const hashes = ['a'.repeat(64), 'b'.repeat(64)] as const;
const elsewhere = '0190b5a0-0000-8000-8000-000000000002' as CaseId;

type Builders = { readonly [K in CaseCommandType]: (chance: Chance, state: Case | null, now: string) => CaseCommands[K] };

const maybe = <T>(chance: Chance, thing: T): T | null => (chance.is(0.7) ? thing : null);
const reasonOr = (chance: Chance): string => (chance.is(0.95) ? 'Invented.' : ' ');
const userOf = (chance: Chance): UserId => chance.one(users);
/** An id of the case, or one of nowhere. */
const idOf = <I extends string>(chance: Chance, ids: Iterable<I> | undefined, stray: string): I => {
  const known = [...(ids ?? [])];
  // A stray id stands for whatever a client may send.
  return known.length > 0 && chance.is(0.97) ? chance.one(known) : (stray as I);
};
const agentOf = (chance: Chance, state: Case | null): AgentId => idOf(chance, state?.agents.keys(), 'agent-9');
const footageOf = (chance: Chance, state: Case | null): FootageId => idOf(chance, state?.footage.keys(), 'footage-9');
const violationOf = (chance: Chance, state: Case | null): ViolationId => idOf(chance, state?.violations.keys(), 'violation-9');
const referralOf = (chance: Chance, state: Case | null): ReferralId => idOf(chance, [...(state?.referrals.keys() ?? [])].slice(-2), 'referral-9');
const reportOf = (chance: Chance, state: Case | null): ReportId => idOf(chance, state?.reports.keys(), 'report-9');
const eventOf = (chance: Chance, state: Case | null): EventId => {
  const fact = state === null ? undefined : state.facts.at(chance.below(state.facts.length));
  return fact?.meta.id ?? ('event-9' as EventId);
};
const limbOf = (chance: Chance): Limb => ({
  finding: 'UNDETERMINED',
  authority: 'Invented.',
  factsFor: '',
  factsAgainst: chance.is(0.95) ? 'None is known.' : '',
});
const evidenceOf = (chance: Chance, state: Case | null): EvidenceRef => {
  const evidence: EvidenceRef[] = [
    ...[...(state?.footage.keys() ?? [])].map((id) => ({ kind: 'FOOTAGE', id }) as const),
    ...[...(state?.reports.keys() ?? [])].map((id) => ({ kind: 'REPORT', id }) as const),
    ...[...(state?.statements.keys() ?? [])].map((id) => ({ kind: 'STATEMENT', id }) as const),
    ...[...(state?.exhibits.keys() ?? [])].map((id) => ({ kind: 'EXHIBIT', id }) as const),
  ];
  return evidence.length === 0 ? { kind: 'FOOTAGE', id: 'footage-9' as FootageId } : chance.one(evidence);
};
/** Fields that a correction may name, and some that it may not. */
const corrections: readonly (readonly [string, CaseCommands['correctFact']['to'], string | null])[] = [
  ['unit', 'unit-2', null],
  ['narrative', null, 'Invented, corrected.'],
  ['injuries', 'NO', null],
  ['clothing', 'Invented: blue jacket', null],
  ['badgeSeen', '0000', null],
  ['fingerprint', null, null],
  ['binds', null, null],
];
const itemOf = (chance: Chance, state: Case | null): Pick<CaseCommands['acceptCustody'], 'footage' | 'exhibit'> => {
  const exhibits = [...(state?.exhibits.keys() ?? [])];
  return exhibits.length > 0 && chance.is(0.5) ? { footage: null, exhibit: chance.one(exhibits) } : { footage: footageOf(chance, state), exhibit: null };
};

const reportBuilders = {
  fileReport: (chance, state, now) => ({
    target: state === null ? 'NEW' : 'EXISTING',
    origin: chance.is(0.7) ? 'OFFICER' : 'CIVILIAN',
    source: null,
    incident: { dispatch: maybe(chance, 'D-1'), records: null, other: [] },
    occurredAt: { earliest: { instant: at(-60) }, latest: { instant: at(-30) }, precision: 'MINUTE', source: 'reporter', zone: 'America/Chicago' },
    reportedAt: chance.is(0.05) ? '2999-01-01T00:00:00.000Z' : now,
    place: { beat: '0111', district: null, description: null },
    address: null,
    category: null,
    narrative: chance.is(0.95) ? 'Invented.' : null,
    onSceneAt: maybe(chance, at(-40)),
    unit: 'unit-1',
    camera: maybe(chance, chance.one(cameras)),
    officersPresent: chance.is(0.2) ? [{ officer: people.otherOfficer.actor, camera: maybe(chance, chance.one(cameras)) }] : [],
    injuries: chance.one(yesNoUnknown),
    footageViewed: false,
  }),
  supplementReport: (chance, state) => ({ report: reportOf(chance, state), narrative: 'Invented.', injuries: maybe(chance, 'NO'), footageViewed: false }),
  correctFact: (chance, state) => {
    const [field, to, protectedTo] = chance.one(corrections);
    return { event: eventOf(chance, state), field, to, protectedTo, reason: reasonOr(chance) };
  },
  triageCase: (chance) => ({ outcome: chance.is(0.8) ? 'INVESTIGATE' : 'PROPOSE_CLOSING', disposition: 'UNFOUNDED', reason: 'Invented.', duplicateOf: null }),
  assignInvestigator: (chance) => ({ investigator: chance.is(0.6) ? people.investigator.actor : userOf(chance) }),
  unassignInvestigator: (chance, state) => ({ investigator: state?.investigator ?? userOf(chance), reason: null }),
  declareConflict: (chance) => ({ ground: reasonOr(chance) }),
  recordConflict: (chance) => ({ person: userOf(chance), ground: reasonOr(chance) }),
  linkCases: (chance) => ({ other: chance.is(0.9) ? elsewhere : caseId, reason: reasonOr(chance) }),
  unlinkCases: (chance) => ({ other: elsewhere, reason: reasonOr(chance) }),
  recordSceneDetail: (chance, state) => ({
    kind: chance.one(sceneDetailKinds),
    description: 'Invented.',
    agents: state !== null && chance.is(0.3) ? [agentOf(chance, state)] : [],
    vehicle: { plate: null, description: 'Invented: dark van' },
    warrant: 'ADMINISTRATIVE',
    wordsUsed: 'Invented.',
    officer: { officer: people.otherOfficer.actor, camera: null },
    camera: chance.one(cameras),
    cameraHolder: null,
    place: { beat: '0111', district: null, description: null },
    timecode: null,
  }),
  recordMedicalAid: () => ({ person: null, agent: null, summonedAt: null, arrivedAt: null, by: 'Invented.', refusedByInjured: 'NO', note: null }),
} satisfies Partial<Builders>;

const peopleBuilders = {
  recordAgent: (chance) => ({
    agencyClaimed: null,
    agencyConfirmed: null,
    badgeSeen: null,
    faceCovered: chance.one(yesNoUnknown),
    clothing: maybe(chance, 'Invented: green vest'),
    markings: null,
    role: null,
    timecode: null,
  }),
  linkAgentIdentity: (chance, state) => ({
    agent: agentOf(chance, state),
    name: 'An invented name',
    agency: null,
    badge: null,
    bases: chance.is(0.8) ? ['BADGE'] : ['FACE_MATCH'],
    basis: 'Invented.',
    confidence: 'LOW',
  }),
  unlinkAgentIdentity: (chance, state) => ({ agent: agentOf(chance, state), reason: reasonOr(chance) }),
  attemptFederalSupervisorIdentification: (chance) => ({
    outcome: chance.one(identificationOutcomes),
    method: maybe(chance, 'Asked.'),
    wordsUsed: 'Invented.',
    agent: null,
    attemptedAt: null,
    timecode: null,
  }),
  identifyFederalSupervisor: () => ({
    name: 'An invented name',
    agency: 'An invented agency',
    badge: null,
    agent: null,
    method: 'Asked.',
    confidence: 'LOW',
    timecode: null,
  }),
  confirmFederalSupervisor: (chance, state) => ({
    identification: idOf(chance, state?.federalSupervisor.identified.map((identified) => identified.event), 'event-9'),
    basis: 'Invented.',
  }),
  recordPerson: (chance) => ({
    roles: chance.is(0.9) ? ['COMPLAINANT', 'AFFECTED_PERSON'] : [],
    identity: chance.is(0.7) ? 'NAMED' : 'ANONYMOUS',
    minor: 'NO',
    contactDeclined: false,
    name: 'An invented name',
    contact: 'nowhere@example.org',
  }),
  takeStatement: (chance, state) => ({
    giver: chance.is(0.5) ? { kind: 'CITY_MEMBER', user: userOf(chance) } : { kind: 'AGENT', agent: agentOf(chance, state) },
    voluntariness: chance.one(['VOLUNTARY', 'VOLUNTARY', 'COMPELLED', null]),
    warnings: 'Invented.',
    language: 'en',
    interpreter: null,
    kind: 'SUMMARY',
    recording: null,
    present: [],
    guardian: null,
    takenAt: null,
    text: 'Invented.',
    reader: people.otherLegal.actor,
  }),
  notifyComplainant: (chance, state) => ({ person: idOf(chance, state?.persons.keys(), 'person-9'), channel: 'Letter', toldAt: null, substance: 'Invented.' }),
  requestFederalRecords: () => ({ addressee: 'Counsel of an invented agency', text: 'Records of the operation.', citation: '6 CFR 5.45', namesNobody: true }),
  recordFederalAnswer: (chance, state) => ({
    request: idOf(chance, state?.recordsRequests.keys(), 'request-9'),
    answer: chance.one(federalAnswers),
    answeredAt: null,
    note: null,
  }),
} satisfies Partial<Builders>;

const footageBuilders = {
  requestPreservation: (chance) => ({
    officers: chance.is(0.3) ? [people.otherOfficer.actor] : [],
    cameras: [chance.one(cameras)],
    vehicles: [],
    places: [],
    from: maybe(chance, at(-60)),
    to: at(0),
    holder: null,
    deletionAt: null,
  }),
  registerFootage: (chance) => ({
    kind: chance.one(footageKinds),
    sourceSystem: maybe(chance, 'store (invented)'),
    sourceReference: chance.one(['R-1', 'R-2', 'R-3']),
    wearer: chance.is(0.5) ? chance.one([people.officer.actor, people.otherOfficer.actor, 'custodian-and-supervisor' as UserId]) : null,
    camera: maybe(chance, chance.one(cameras)),
    startedAt: at(-60),
    endedAt: at(-30),
    durationMs: 1_800_000,
    clockOffsetMs: null,
    custodian: maybe(chance, chance.one([people.custodian.actor, people.otherCustodian.actor])),
    description: null,
    flagGround: 'Invented.',
  }),
  placeFootageHold: (chance, state) => ({ footage: footageOf(chance, state), ground: 'Invented.' }),
  confirmFootageHold: (chance, state) => ({
    ...(chance.is(0.7)
      ? { footage: footageOf(chance, state), preservation: null }
      : { footage: null, preservation: idOf(chance, state?.preservations.keys(), 'preservation-9') }),
    holdReference: maybe(chance, 'H-1'),
    deletionAt: null,
    checkedHow: 'Screen of the source',
  }),
  verifyFootage: (chance, state) => ({
    footage: footageOf(chance, state),
    fingerprint: { sha256: chance.is(0.7) ? hashes[0] : hashes[1], sizeBytes: 1, fileName: null, format: null, exportId: null, tool: null },
  }),
  explainMismatch: (chance, state) => {
    const open = [...(state?.footage.values() ?? [])].filter((item) => item.mismatches.some((mismatch) => mismatch.explanation === null));
    return { footage: idOf(chance, open.map((item) => item.id), 'footage-9'), explanation: chance.one(mismatchExplanations), reason: 'Invented.' };
  },
  reportFootageUnavailable: (chance, state) => ({
    footage: chance.is(0.3) ? footageOf(chance, state) : null,
    camera: maybe(chance, chance.one(cameras)),
    officer: chance.is(0.3) ? userOf(chance) : null,
    reason: 'NOT_ACTIVATED',
    explanation: reasonOr(chance),
  }),
  annotateFootage: (chance, state) => ({ footage: footageOf(chance, state), fromMs: chance.below(2_000_000), toMs: null, note: 'Invented.' }),
  registerDerivedCopy: (chance, state) => ({ of: footageOf(chance, state), kind: chance.one(derivedCopyKinds), sha256: 'c'.repeat(64), purpose: 'Invented.' }),
  registerExhibit: (chance) => ({
    kind: chance.one(exhibitKinds),
    source: maybe(chance, 'Invented.'),
    sha256: null,
    sealNumber: 'S-1',
    custodian: people.custodian.actor,
    description: null,
  }),
  transferCustody: (chance, state) => {
    const item = itemOf(chance, state);
    const held = item.footage === null ? item.exhibit !== null && state?.exhibits.get(item.exhibit) : state?.footage.get(item.footage);
    const custodian = held ? held.custody.custodian : null;
    return { ...item, from: custodian ?? userOf(chance), to: userOf(chance), reason: 'Invented.' };
  },
  acceptCustody: (chance, state) => itemOf(chance, state),
  requestHoldRelease: (chance, state) => ({ footage: footageOf(chance, state), ground: chance.one(holdReleaseGrounds), reason: reasonOr(chance) }),
  recordCourtOrder: (chance, _state, now) => ({
    kind: chance.one(courtOrderKinds),
    court: 'An invented court',
    number: chance.one(['1', '2']),
    subjects: [],
    orderedAt: now,
  }),
  endCourtOrder: (chance, state) => ({ order: idOf(chance, state?.courtOrders.keys(), 'order-9'), reason: reasonOr(chance) }),
  decideHoldRelease: (chance, state) => ({
    footage: idOf(chance, state?.releaseRequests.keys(), 'footage-9'),
    release: chance.is(0.8),
    reason: 'Invented.',
    order: maybe(chance, idOf(chance, state?.courtOrders.keys(), 'order-9')),
  }),
} satisfies Partial<Builders>;

const allegationBuilders = {
  allegeViolation: (chance, state) => ({
    jurisdiction: chance.is(0.9) ? 'STATE' : 'LOCAL',
    citation: chance.one(['720 ILCS 5/12-3', '720 ILCS 5/10-3']),
    textVersion: 'Invented.',
    elements: ['first', 'second'],
    agents: [agentOf(chance, state)],
    offenseClass: chance.one(offenseClasses),
    description: null,
  }),
  linkEvidence: (chance, state) => ({
    violation: violationOf(chance, state),
    element: chance.below(3),
    evidence: evidenceOf(chance, state),
    bearing: chance.is(0.5) ? 'SUPPORTS' : 'CONTRADICTS',
    note: null,
  }),
  withdrawEvidenceLink: (chance, state) => ({ link: idOf(chance, state?.evidenceLinks.keys(), 'link-9'), reason: reasonOr(chance) }),
  withdrawViolation: (chance, state) => ({ violation: violationOf(chance, state), reason: reasonOr(chance) }),
  assessImmunity: (chance, state) => {
    const violation = violationOf(chance, state);
    return {
      violation,
      agent: idOf(chance, state?.violations.get(violation)?.agents, 'agent-9'),
      authorized: maybe(chance, limbOf(chance)) ?? limbOf(chance),
      necessaryAndProper: chance.is(0.95) ? limbOf(chance) : null,
      reportedBelief: null,
      beliefReasonable: null,
      removalNote: null,
    };
  },
  markContrary: (chance, state) => ({ event: eventOf(chance, state), why: reasonOr(chance), cityWitness: chance.is(0.3) }),
} satisfies Partial<Builders>;

const reviewBuilders = {
  submitForReview: () => ({ note: null }),
  withdrawSubmission: (chance) => ({ reason: reasonOr(chance) }),
  returnForWork: (chance) => ({ reason: reasonOr(chance) }),
  escalateReview: (chance) => ({ to: userOf(chance), reason: null }),
  appointApprover: (chance) => ({ person: userOf(chance), approval: chance.one(approvals), unit: 'unit-2', reason: reasonOr(chance) }),
  approveReview: () => ({ note: null }),
  approveLegally: () => ({ note: null }),
  recordOutsideContact: (chance) => ({
    party: chance.one(contactParties),
    office: 'An invented office',
    person: null,
    direction: 'TO_THE_CITY',
    members: chance.is(0.5) ? [userOf(chance)] : [],
    contactAt: null,
    substance: reasonOr(chance),
  }),
  ruleOnContact: (chance, state) => {
    const unruled = [...(state?.contacts.values() ?? [])].filter((contact) => contact.ruling === null || chance.is(0.1));
    return {
      contact: idOf(chance, unruled.map((contact) => contact.id), 'contact-9'),
      ruling: chance.is(0.8) ? 'CLEARED' : 'IMPROPER',
      reason: reasonOr(chance),
      remedy: 'Invented.',
      replace: chance.is(0.5) ? [userOf(chance)] : [],
    };
  },
  approveReferral: (chance, state) => {
    const standing = [...(state?.violations.values() ?? [])].filter((violation) => !violation.withdrawn);
    const violations = standing.length > 0 && chance.is(0.9) ? standing : [...(state?.violations.values() ?? [])];
    return {
      addressee: 'A prosecutor (invented)',
      violations: violations.map((violation) => violation.id),
      agents: [...new Set(violations.flatMap((violation) => violation.agents))],
      attestation: reasonOr(chance),
    };
  },
  deliverReferral: (chance, state) => ({ referral: referralOf(chance, state), packetSha256: chance.one(hashes), channel: 'By hand', deliveredAt: null }),
  recordReferralReceipt: (chance, state) => ({ referral: referralOf(chance, state), outcome: chance.one(receiptOutcomes), at: null, note: null }),
  recordFollowUp: (chance, state) => ({ referral: referralOf(chance, state), to: 'Invented.', answer: chance.is(0.2) ? 'Invented.' : null, at: null }),
  recordProsecutorDecision: (chance, state) => {
    const referral = referralOf(chance, state);
    const pairs = state?.referrals.get(referral)?.pairs ?? [];
    const stray = { violation: 'violation-9' as ViolationId, agent: 'agent-9' as AgentId };
    return {
      referral,
      pair: pairs.length === 0 ? stray : chance.one(pairs),
      outcome: chance.one(prosecutorOutcomes),
      reference: null,
      decidedAt: null,
    };
  },
  withdrawReferral: (chance, state, now) => ({ referral: referralOf(chance, state), reason: reasonOr(chance), addresseeToldAt: maybe(chance, now) }),
  notifyProsecutor: (chance) => ({ office: 'A prosecutor (invented)', reason: reasonOr(chance), at: null }),
  resumeInvestigation: (chance) => ({ reason: reasonOr(chance) }),
  proposeClosing: (chance) => ({
    disposition: chance.is(0.3) ? 'REFERRED_NO_DECISION' : chance.one(dispositions.filter((one) => one !== 'DUPLICATE_OF')),
    reason: reasonOr(chance),
    duplicateOf: null,
  }),
  closeCase: (chance) => ({ reason: reasonOr(chance) }),
  reopenCase: (chance) => ({ reason: reasonOr(chance) }),
  grantAccess: (chance) => ({ person: userOf(chance), purpose: reasonOr(chance), expiresAt: '2999-01-01T00:00:00.000Z' }),
  revokeAccess: (chance, state) => ({ person: idOf(chance, state?.grants.keys(), 'records-1'), reason: null }),
  recordMissedDeadline: (chance, state, now) => ({
    clock: chance.one(['TRIAGE', 'DELIVERY']),
    startedBy: eventOf(chance, state),
    subject: null,
    dueAt: now,
    policyVersion: 1,
  }),
} satisfies Partial<Builders>;

const orderOf = (chance: Chance, state: Case | null): CourtOrderId => idOf(chance, state?.courtOrders.keys(), 'order-9');

const sealingBuilders = {
  sealCase: (chance, state) => ({ order: orderOf(chance, state) }),
  unsealCase: (chance, state) => ({ order: state?.sealing?.order ?? orderOf(chance, state), reason: reasonOr(chance) }),
  requestShredding: (chance, state) => ({
    order: orderOf(chance, state),
    persons: [...(state?.persons.keys() ?? [])].filter(() => chance.is(0.6)),
    caseTexts: chance.is(0.4),
    reason: reasonOr(chance),
  }),
  confirmShredding: (chance, state) => ({ shredding: idOf(chance, state?.shreddings.keys(), 'shredding-9') }),
} satisfies Partial<Builders>;

export const builders: Builders = {
  ...reportBuilders,
  ...peopleBuilders,
  ...footageBuilders,
  ...allegationBuilders,
  ...reviewBuilders,
  ...sealingBuilders,
};

import { type CaseCommands, courtOrderKinds, derivedCopyKinds, exhibitKinds, federalAnswers, footageKinds, holdReleaseGrounds, identificationOutcomes, mismatchExplanations, sceneDetailKinds, type UserId, yesNoUnknown } from '#libs/domain';
import { at, caseId, people } from './case-kit.js';
import { agentOf, type Builders, cameras, elsewhere, eventOf, footageOf, hashes, idOf, itemOf, maybe, reasonOr, reportOf, userOf } from './random-picks.js';
import { allegationBuilders, reviewBuilders, sealingBuilders } from './random-review-commands.js';

/** Random commands, plausible and not: every type, with ids of the case or (now and then) of nowhere. */

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

export const builders: Builders = {
  ...reportBuilders,
  ...peopleBuilders,
  ...footageBuilders,
  ...allegationBuilders,
  ...reviewBuilders,
  ...sealingBuilders,
};

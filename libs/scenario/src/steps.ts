import type { CaseThings, Player } from './port.js';

const player = (user: string, role: Player['role']): Player => ({ user, role });

/** Who plays. All invented; several of a role where separate hands need them. */
export const cast = {
  officer: player('demo-officer', 'OFFICER'),
  partner: player('demo-officer-2', 'OFFICER'),
  intake: player('demo-intake', 'INTAKE'),
  investigator: player('demo-investigator', 'INVESTIGATOR'),
  custodian: player('demo-custodian', 'CUSTODIAN'),
  supervisor: player('demo-supervisor', 'SUPERVISOR'),
  otherSupervisor: player('demo-supervisor-2', 'SUPERVISOR'),
  legal: player('demo-legal', 'LEGAL'),
  otherLegal: player('demo-legal-2', 'LEGAL'),
  authority: player('demo-referral-authority', 'REFERRAL_AUTHORITY'),
  liaison: player('demo-liaison', 'LIAISON'),
} as const;

export interface Scene {
  readonly things: CaseThings;
  /** An instant so many minutes before the scenario began. */
  before(minutes: number): string;
}

export interface Step {
  readonly as: Player;
  readonly action: string;
  /** What happens, for a person. */
  readonly says: string;
  readonly input: (scene: Scene) => object;
  /** The code with which the step is meant to be refused; absent: it is recorded. */
  readonly refused?: string;
}

const first = <T>(list: readonly T[]): T => {
  const [one] = list;
  if (one === undefined) throw new Error('the scenario refers to something that was not recorded');
  return one;
};

const limb = (finding: string, authority: string, factsFor: string, factsAgainst: string) => ({ finding, authority, factsFor, factsAgainst });
const zone = 'America/Chicago';
const ownCamera = 'BWC-0417';
const partnersCamera = 'BWC-0533';
/** Of an invented file. */
const fingerprint = { sha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', sizeBytes: 734_003_200, fileName: 'invented-0417.mp4', format: 'mp4', exportId: 'EX-1', tool: 'sha256sum' };

const report: readonly Step[] = [
  {
    as: cast.officer,
    action: 'fileReport',
    says: 'An officer reports what they met; their camera and their partner’s are named, so preservation is asked for at once.',
    input: ({ before }) => ({
      origin: 'OFFICER',
      incident: { dispatch: 'D-INVENTED-0417', records: 'R-INVENTED-0417' },
      place: { beat: '411', district: '4', description: 'STREET' },
      occurredAt: { earliest: { instant: before(180) }, latest: { instant: before(170) }, precision: 'MINUTE', source: 'officer', zone },
      onSceneAt: before(172),
      unit: 'demo-unit',
      camera: ownCamera,
      officersPresent: [{ officer: cast.partner.user, camera: partnersCamera }],
      injuries: 'YES',
      narrative: 'INVENTED. On arrival a person was on the ground. A masked person in a vest without a name plate said that they were a federal agent.',
    }),
  },
  {
    as: cast.officer,
    action: 'recordSceneDetail',
    says: 'The words in which authority was claimed are kept as they were said.',
    input: () => ({ kind: 'AUTHORITY_STATED', wordsUsed: 'INVENTED: “We are federal, we do not need to show you anything.”' }),
  },
  {
    as: cast.officer,
    action: 'recordAgent',
    says: 'The masked person gets a designation that stays; nothing presumes that they are an agent.',
    input: () => ({ faceCovered: 'YES', agencyClaimed: 'An agency (invented)', clothing: 'dark vest, jeans', markings: 'POLICE on the back', role: 'handled the affected person' }),
  },
  {
    as: cast.officer,
    action: 'attemptFederalSupervisorIdentification',
    says: 'Asked for their supervisor, they declined: a complete, valid outcome.',
    input: ({ before }) => ({ outcome: 'DECLINED', method: 'asked in person', wordsUsed: 'INVENTED: “Talk to our public affairs office.”', attemptedAt: before(168) }),
  },
  {
    as: cast.officer,
    action: 'recordMedicalAid',
    says: 'Aid was summoned and came.',
    input: ({ before }) => ({ summonedAt: before(171), arrivedAt: before(161), by: 'ambulance (invented)', refusedByInjured: 'NO' }),
  },
];

const footage: readonly Step[] = [
  {
    as: cast.officer,
    action: 'registerFootage',
    says: 'The officer’s recording is registered, and held in the same step.',
    input: ({ before }) => ({
      kind: 'BODY_WORN',
      sourceSystem: 'evidence-store (invented)',
      sourceReference: 'REC-INVENTED-0417',
      wearer: cast.officer.user,
      camera: ownCamera,
      startedAt: before(175),
      endedAt: before(155),
      durationMs: 20 * 60_000,
      custodian: cast.custodian.user,
      flagGround: 'alleged use of force by a federal agent',
    }),
  },
  {
    as: cast.partner,
    action: 'reportFootageUnavailable',
    says: 'The partner’s camera was not activated, which is said and explained.',
    input: () => ({ camera: partnersCamera, officer: cast.partner.user, reason: 'NOT_ACTIVATED', explanation: 'INVENTED: the camera was switched on after the contact had ended.' }),
  },
  {
    as: cast.custodian,
    action: 'confirmFootageHold',
    says: 'The custodian confirms the hold as the source system shows it.',
    input: ({ things }) => ({ footage: first(things.footage).id, holdReference: 'HOLD-INVENTED-1', checkedHow: 'read in the source system by the custodian' }),
  },
  {
    as: cast.custodian,
    action: 'verifyFootage',
    says: 'The first hash is recorded; nothing replaces it.',
    input: ({ things }) => ({ footage: first(things.footage).id, fingerprint }),
  },
];

const inquiry: readonly Step[] = [
  {
    as: cast.intake,
    action: 'recordPerson',
    says: 'A complainant comes in and stays confidential.',
    input: () => ({ roles: ['COMPLAINANT', 'WITNESS'], identity: 'CONFIDENTIAL', minor: 'NO', name: 'INVENTED Name', contact: 'INVENTED contact' }),
  },
  {
    as: cast.intake,
    action: 'takeStatement',
    says: 'Their statement is taken; it speaks against one element.',
    input: ({ things, before }) => ({
      giver: { person: first(things.persons).id },
      voluntariness: 'VOLUNTARY',
      language: 'en',
      kind: 'SUMMARY',
      present: ['intake desk'],
      takenAt: before(90),
      text: 'INVENTED. The witness saw the affected person pull away before being held.',
    }),
  },
  { as: cast.supervisor, action: 'triageCase', says: 'Triage: it is investigated.', input: () => ({ outcome: 'INVESTIGATE', reason: 'injury reported, footage held' }) },
  { as: cast.supervisor, action: 'assignInvestigator', says: 'An investigator is assigned.', input: () => ({ investigator: cast.investigator.user }) },
  {
    as: cast.investigator,
    action: 'identifyFederalSupervisor',
    says: 'The recording shows a badge; the investigator says who the federal supervisor is.',
    input: ({ things }) => ({
      name: 'INVENTED Supervisor',
      agency: 'An agency (invented)',
      badge: 'INV-77',
      method: 'badge legible on the recording',
      confidence: 'HIGH',
      timecode: { footage: first(things.footage).id, fromMs: 312_000, toMs: 318_000 },
    }),
  },
  {
    as: cast.otherSupervisor,
    action: 'confirmFederalSupervisor',
    says: 'Another person confirms it.',
    input: ({ things }) => ({ identification: first(things.federalSupervisor.identified).event, basis: 'compared with the still at 5:12' }),
  },
  {
    as: cast.investigator,
    action: 'allegeViolation',
    says: 'A state law is alleged to have been violated, element by element.',
    input: ({ things }) => ({
      jurisdiction: 'STATE',
      citation: '720 ILCS 5/12-3',
      textVersion: 'as in force at the time',
      elements: ['knowingly', 'without legal justification', 'causes bodily harm'],
      agents: [first(things.agents).id],
      offenseClass: 'MISDEMEANOR',
    }),
  },
  {
    as: cast.investigator,
    action: 'linkEvidence',
    says: 'The recording supports one element.',
    input: ({ things }) => ({ violation: first(things.violations).id, element: 2, evidence: { footage: first(things.footage).id }, bearing: 'SUPPORTS' }),
  },
  {
    as: cast.investigator,
    action: 'linkEvidence',
    says: 'The statement contradicts another: evidence against is linked like evidence for.',
    input: ({ things }) => ({ violation: first(things.violations).id, element: 1, evidence: { statement: first(things.statements).id }, bearing: 'CONTRADICTS' }),
  },
  {
    as: cast.investigator,
    action: 'markContrary',
    says: 'And it is marked as a contrary fact, which nobody can unmark.',
    input: ({ things }) => ({ event: first(things.statements).event, why: 'speaks for a lawful reason to hold the person' }),
  },
];

const review: readonly Step[] = [
  { as: cast.investigator, action: 'submitForReview', says: 'Too early: everything that is missing is listed at once.', refused: 'GAPS', input: () => ({}) },
  {
    as: cast.investigator,
    action: 'assessImmunity',
    says: 'Both limbs of federal immunity are recorded, facts against included; no verdict is computed.',
    input: ({ things }) => ({
      violation: first(things.violations).id,
      agent: first(things.agents).id,
      authorized: limb('UNDETERMINED', 'In re Neagle, 135 U.S. 1 (1890)', 'the agency carries out arrests', 'no warrant was shown'),
      necessaryAndProper: limb('NO', 'In re Neagle, 135 U.S. 1 (1890)', 'the person pulled away', 'the person was on the ground when force was reported'),
      reportedBelief: 'that the person would flee',
      beliefReasonable: 'disputed by the recording',
    }),
  },
  { as: cast.investigator, action: 'submitForReview', says: 'Submitted.', input: () => ({ note: 'first submission' }) },
  { as: cast.supervisor, action: 'returnForWork', says: 'The supervisor returns it.', input: () => ({ reason: 'describe the place' }) },
  {
    as: cast.investigator,
    action: 'recordSceneDetail',
    says: 'The place is described.',
    input: () => ({ kind: 'PLACE', place: { beat: '411', district: '4', description: 'sidewalk in front of an invented shop' } }),
  },
  { as: cast.investigator, action: 'submitForReview', says: 'Submitted again.', input: () => ({ note: 'place described' }) },
  { as: cast.otherSupervisor, action: 'approveReview', says: 'Who confirmed the identification has worked on the case and can’t approve it.', refused: 'BARRED', input: () => ({}) },
  { as: cast.supervisor, action: 'approveReview', says: 'The supervisor approves what is bound.', input: () => ({}) },
  { as: cast.legal, action: 'approveLegally', says: 'Legal review approves.', input: () => ({}) },
  {
    as: cast.liaison,
    action: 'recordOutsideContact',
    says: 'Somebody from outside calls about the case: that is recorded.',
    input: ({ before }) => ({ party: 'STAFF_OF_ELECTED_OFFICIAL', office: 'an office (invented)', direction: 'TO_THE_CITY', members: [cast.liaison.user], contactAt: before(5), substance: 'INVENTED: asked when a decision could be expected.' }),
  },
  {
    as: cast.authority,
    action: 'approveReferral',
    says: 'Nothing is referred while the contact is unruled.',
    refused: 'CONTACT_OPEN',
    input: ({ things }) => referral(things),
  },
  {
    as: cast.otherLegal,
    action: 'ruleOnContact',
    says: 'It is ruled on by someone who was no party to it.',
    input: ({ things }) => ({ contact: first(things.outsideContacts).id, ruling: 'CLEARED', reason: 'a question about timing, answered with nothing of substance' }),
  },
  { as: cast.authority, action: 'approveReferral', says: 'The third person approves the referral.', input: ({ things }) => referral(things) },
];

function referral(things: CaseThings): object {
  return {
    addressee: 'State’s Attorney (invented office)',
    violations: [first(things.violations).id],
    agents: [first(things.agents).id],
    attestation: 'Begun by an officer’s report; nobody outside the department asked for it.',
  };
}

const outcome: readonly Step[] = [
  {
    as: cast.liaison,
    action: 'deliverReferral',
    says: 'Exactly what was approved is delivered.',
    input: ({ things }) => ({ referral: first(things.referrals).id, packetSha256: fingerprint.sha256, channel: 'hand, against receipt' }),
  },
  { as: cast.liaison, action: 'recordReferralReceipt', says: 'The prosecutor’s office gives a receipt.', input: ({ things }) => ({ referral: first(things.referrals).id, outcome: 'RECEIVED' }) },
  {
    as: cast.liaison,
    action: 'recordProsecutorDecision',
    says: 'The prosecutor decides on the one violation and agent.',
    input: ({ things }) => ({
      referral: first(things.referrals).id,
      pair: { violation: first(things.violations).id, agent: first(things.agents).id },
      outcome: 'CHARGES_APPROVED',
      reference: 'SA-INVENTED-1',
    }),
  },
  {
    as: cast.intake,
    action: 'notifyComplainant',
    says: 'The complainant is told.',
    input: ({ things }) => ({ person: first(things.persons).id, channel: 'telephone', substance: 'INVENTED: that a decision was taken' }),
  },
];

/** One invented incident from the first report to the prosecutor's decision, with what goes wrong on the way. */
export const scenario: readonly Step[] = [...report, ...footage, ...inquiry, ...review, ...outcome];

import type { Role } from '../kernel/actor.js';
import type { CaseCommandType } from './commands.js';
import { alleging, anyStage, closable, notClosed, type StageName, underReview } from './stages.js';

/** Why an action may be done at a stage: evidence is never refused because of one. */
export type ActionKind = 'PRESERVE' | 'ACCOUNT' | 'ALLEGE' | 'DECIDE';

export interface ActionRow {
  /** Who may do it, by role; what else must hold of the person stands in the decider. */
  readonly allow: readonly Role[];
  readonly kind: ActionKind;
  /** At which stages. An action that opens a case needs none to be there. */
  readonly stages: readonly StageName[];
  /** What it does, for a person who reads the schema. */
  readonly about: string;
}

/** Everyone who can have to do with a case. */
const onTheCase: readonly Role[] = [
  'OFFICER',
  'INTAKE',
  'INVESTIGATOR',
  'CUSTODIAN',
  'SUPERVISOR',
  'LEGAL',
  'REFERRAL_AUTHORITY',
  'LIAISON',
  'RECORDS',
];

const preserve = (allow: readonly Role[], about: string): ActionRow => ({ allow, kind: 'PRESERVE', stages: anyStage, about });
const account = (allow: readonly Role[], about: string): ActionRow => ({ allow, kind: 'ACCOUNT', stages: notClosed, about });
const allege = (allow: readonly Role[], about: string, stages = alleging): ActionRow => ({ allow, kind: 'ALLEGE', stages, about });
const decide = (allow: readonly Role[], stages: readonly StageName[], about: string): ActionRow => ({ allow, kind: 'DECIDE', stages, about });

/** The action table of domain.md: who may do what, and when. The GraphQL mutations are made from it. */
export const caseActions = {
  // Report and scene
  fileReport: account(['OFFICER', 'INTAKE'], "Files one person's account of an incident; opens a case or adds to one."),
  supplementReport: { ...account(['OFFICER', 'INTAKE'], "Adds to a report by the same author, after closing too."), stages: anyStage },
  correctFact: preserve(['OFFICER', 'INTAKE', 'INVESTIGATOR', 'CUSTODIAN', 'SUPERVISOR', 'LEGAL', 'LIAISON', 'RECORDS'], 'Corrects a field of an earlier event; the original stays.'),
  triageCase: decide(['INTAKE', 'SUPERVISOR'], ['REPORTED'], 'Decides whether a reported case is investigated or proposed for closing.'),
  assignInvestigator: decide(['SUPERVISOR'], notClosed, 'Assigns the investigator of an open case.'),
  unassignInvestigator: decide(['SUPERVISOR'], notClosed, 'Takes the investigator off the case.'),
  declareConflict: preserve(onTheCase, "Declares one's own conflict of interest; access and duties end at once."),
  recordConflict: preserve(['SUPERVISOR', 'LEGAL'], "Records another person's conflict of interest."),
  linkCases: account(['INVESTIGATOR', 'SUPERVISOR'], 'Links another case to this one.'),
  unlinkCases: account(['INVESTIGATOR', 'SUPERVISOR'], 'Takes a link to another case back.'),
  recordSceneDetail: account(['OFFICER', 'INVESTIGATOR'], 'Records a detail of the scene.'),
  recordMedicalAid: account(['OFFICER', 'INVESTIGATOR'], 'Records medical aid that was summoned, given or refused.'),

  // Agents, the federal supervisor, people
  recordAgent: account(['OFFICER', 'INVESTIGATOR'], 'Records a person who is, or says they are, a federal agent.'),
  linkAgentIdentity: account(['INVESTIGATOR'], "Links an identity to an agent's designation, with its basis."),
  unlinkAgentIdentity: account(['INVESTIGATOR', 'SUPERVISOR'], 'Takes an identity link back.'),
  attemptFederalSupervisorIdentification: account(
    ['OFFICER', 'INVESTIGATOR', 'INTAKE'],
    'Records an attempt to identify the federal supervisor on scene, whatever its outcome.',
  ),
  identifyFederalSupervisor: account(['OFFICER', 'INVESTIGATOR'], 'Records who the federal supervisor is said to be.'),
  confirmFederalSupervisor: account(['INVESTIGATOR', 'SUPERVISOR'], 'Confirms an identification of the federal supervisor.'),
  recordPerson: account(['OFFICER', 'INTAKE', 'INVESTIGATOR'], 'Records an affected person, witness or complainant.'),
  takeStatement: account(['OFFICER', 'INTAKE', 'INVESTIGATOR'], 'Records a statement.'),
  // Closing starts a clock for it, so it must be possible then.
  notifyComplainant: { ...account(['INTAKE', 'INVESTIGATOR'], 'Records that the complainant was told, of the closing too.'), stages: anyStage },
  requestFederalRecords: account(['INVESTIGATOR', 'LEGAL'], 'Records a request to a federal agency for records or testimony.'),
  recordFederalAnswer: account(['INVESTIGATOR', 'LEGAL'], "Records a federal agency's answer."),

  // Footage and exhibits
  requestPreservation: preserve(['OFFICER', 'INTAKE', 'INVESTIGATOR', 'SUPERVISOR'], 'Asks whoever holds recordings to preserve them.'),
  registerFootage: preserve(['OFFICER', 'INVESTIGATOR', 'CUSTODIAN'], 'Registers a recording and places a hold on it.'),
  placeFootageHold: preserve(['OFFICER', 'INVESTIGATOR', 'SUPERVISOR'], 'Places a hold on a registered recording.'),
  confirmFootageHold: preserve(['CUSTODIAN'], 'Confirms a hold as the source system shows it.'),
  verifyFootage: preserve(['CUSTODIAN'], 'Records the hash of a recording; the first one stays.'),
  explainMismatch: preserve(['SUPERVISOR', 'LEGAL'], 'Explains why a hash differs from the first.'),
  reportFootageUnavailable: preserve(['OFFICER', 'INTAKE', 'INVESTIGATOR', 'CUSTODIAN'], 'Reports that a recording does not exist or cannot be had, and why.'),
  annotateFootage: account(['OFFICER', 'INVESTIGATOR'], 'Notes what a recording shows at a timecode.'),
  registerDerivedCopy: preserve(['CUSTODIAN', 'RECORDS'], 'Registers a redacted, cut, enhanced or transcribed copy.'),
  registerExhibit: preserve(['OFFICER', 'INVESTIGATOR', 'CUSTODIAN'], 'Registers an exhibit.'),
  transferCustody: preserve(['OFFICER', 'INVESTIGATOR', 'CUSTODIAN', 'RECORDS'], 'Hands custody of an original to another person.'),
  acceptCustody: preserve(['OFFICER', 'INVESTIGATOR', 'CUSTODIAN', 'RECORDS'], 'Accepts custody that was handed over.'),
  requestHoldRelease: preserve(['CUSTODIAN', 'INVESTIGATOR'], 'Asks that a hold be released.'),
  recordCourtOrder: preserve(['RECORDS', 'LEGAL'], 'Records a court order.'),
  endCourtOrder: preserve(['RECORDS', 'LEGAL'], 'Records that a court order ended.'),
  decideHoldRelease: preserve(['SUPERVISOR', 'LEGAL'], 'Releases a hold, or refuses to.'),
  sealCase: preserve(['RECORDS'], 'Seals the case on a court order; no clock and no hold stops.'),
  unsealCase: preserve(['RECORDS'], 'Unseals the case, once the order has ended.'),
  requestShredding: preserve(['RECORDS'], "Asks that the keys of persons' protected texts be destroyed, on a court order."),
  confirmShredding: preserve(['RECORDS', 'LEGAL'], 'Confirms a shredding as a second person: the keys are destroyed for good.'),

  // Allegations
  allegeViolation: allege(['OFFICER', 'INVESTIGATOR'], 'Alleges that a state or local law was violated.'),
  linkEvidence: allege(['INVESTIGATOR'], "Links evidence to an element of a violation, for or against."),
  withdrawEvidenceLink: allege(['INVESTIGATOR'], 'Takes an evidence link back.'),
  withdrawViolation: allege(['INVESTIGATOR', 'SUPERVISOR'], 'Withdraws an alleged violation.'),
  assessImmunity: allege(['INVESTIGATOR', 'LEGAL'], 'Records an assessment of federal immunity; no verdict is computed.', [...alleging, 'LEGAL_REVIEW']),
  markContrary: preserve(onTheCase, 'Marks a fact that speaks against the allegation. Never unmarked, only answered.'),

  // Review and referral
  submitForReview: decide(['INVESTIGATOR'], ['UNDER_INVESTIGATION'], 'Submits the case for review.'),
  withdrawSubmission: decide(['INVESTIGATOR'], underReview, 'Takes a submission back.'),
  returnForWork: decide(
    ['SUPERVISOR', 'LEGAL', 'REFERRAL_AUTHORITY'],
    ['SUPERVISOR_REVIEW', 'LEGAL_REVIEW', 'READY_FOR_REFERRAL'],
    'Returns the case to its investigator.',
  ),
  escalateReview: decide(['SUPERVISOR'], ['SUPERVISOR_REVIEW'], 'Passes the review to another supervisor.'),
  appointApprover: decide(['LEGAL', 'REFERRAL_AUTHORITY'], notClosed, 'Appoints an outsider to approve where a unit lacks a person.'),
  approveReview: decide(['SUPERVISOR'], ['SUPERVISOR_REVIEW'], "Gives the supervisor's approval."),
  approveLegally: decide(['LEGAL'], ['LEGAL_REVIEW'], 'Gives the legal approval.'),
  recordOutsideContact: preserve(onTheCase, 'Records a communication about this case from outside.'),
  ruleOnContact: preserve(['LEGAL'], 'Rules on an outside contact.'),
  approveReferral: decide(['REFERRAL_AUTHORITY'], ['READY_FOR_REFERRAL'], 'Approves the referral to a prosecutor.'),
  // Any stage, for the same packet once more: the decider delivers at REFERRAL_APPROVED alone.
  deliverReferral: decide(['LIAISON'], anyStage, 'Records the delivery of the referral.'),
  recordReferralReceipt: preserve(['LIAISON'], "Records the prosecutor's receipt, or refusal of it."),
  recordFollowUp: preserve(['LIAISON', 'INVESTIGATOR'], 'Records a follow-up with the addressee.'),
  recordProsecutorDecision: preserve(['LIAISON'], "Records the prosecutor's decision on one violation and agent."),
  withdrawReferral: decide(
    ['REFERRAL_AUTHORITY'],
    ['UNDER_INVESTIGATION', ...underReview, 'REFERRED', 'DECIDED'],
    'Withdraws a referral.',
  ),
  notifyProsecutor: decide(['LIAISON', 'LEGAL'], notClosed, 'Records an early notice to a prosecutor.'),
  resumeInvestigation: decide(['SUPERVISOR'], ['REFERRED', 'DECIDED'], 'Resumes the investigation after a referral.'),
  proposeClosing: decide(['INVESTIGATOR', 'INTAKE', 'SUPERVISOR'], notClosed, 'Proposes to close the case.'),
  closeCase: decide(['SUPERVISOR', 'LEGAL'], closable, 'Closes the case as proposed.'),
  reopenCase: decide(['SUPERVISOR'], ['CLOSED'], 'Reopens a closed case and holds its items again.'),
  grantAccess: decide(['SUPERVISOR'], anyStage, 'Grants a person access to the case for a purpose and a time.'),
  revokeAccess: decide(['SUPERVISOR'], anyStage, 'Takes granted access back.'),
  recordMissedDeadline: preserve(['SYSTEM'], 'Records that a clock ran out; given by the clock feed alone.'),
} as const satisfies Record<CaseCommandType, ActionRow>;

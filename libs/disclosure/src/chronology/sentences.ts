import type { CaseEventType } from '#libs/domain';

/** A field of the event in words; says so where it is withheld. */
export type Word = (name: string) => string;
type Sentences = { readonly [T in CaseEventType]?: readonly [title: string, sentence: (w: Word) => string] };

/**
 * What each event says, in one neutral sentence that whoever reads a chronology understands. What a sentence does not use is listed below
 * it. Titles are the catalogue's own (a test compares them).
 */
export const sentences: Sentences = {
  ReportFiled: ['Report filed', (w) => `A report was filed (origin: ${w('origin')}). The incident is reported to have occurred ${w('occurredAt')}.`],
  ReportSupplemented: ['Report supplemented', (w) => `The author added to ${w('report')}.`],
  FactCorrected: ['Fact corrected', (w) => `The field “${w('field')}” of ${w('event')} was corrected. The original stays on record.`],
  CaseTriaged: ['Case triaged', (w) => `Decided at triage: ${w('outcome')}.`],
  InvestigatorAssigned: ['Investigator assigned', (w) => `${w('investigator')} was assigned to investigate.`],
  InvestigatorUnassigned: ['Investigator unassigned', (w) => `${w('investigator')} was taken off the case.`],
  ConflictDeclared: ['Conflict of interest declared', (w) => `${w('person')} declared a conflict of interest: ${w('ground')}.`],
  ConflictRecorded: ['Conflict of interest recorded', (w) => `A conflict of interest of ${w('person')} was recorded: ${w('ground')}.`],
  CasesLinked: ['Cases linked', (w) => `Linked with case ${w('other')}: ${w('reason')}.`],
  CasesUnlinked: ['Cases unlinked', (w) => `The link with case ${w('other')} was taken back: ${w('reason')}.`],
  SceneDetailRecorded: ['Scene detail recorded', (w) => `A detail of the scene was recorded: ${w('kind')}.`],
  MedicalAidRecorded: ['Medical aid recorded', (w) => `Medical aid: summoned ${w('summonedAt')}, arrived ${w('arrivedAt')}; refused by the injured: ${w('refusedByInjured')}.`],

  AgentRecorded: ['Agent recorded', (w) => `A person who is, or says they are, a federal agent was recorded as ${w('designation')}.`],
  AgentIdentityLinked: ['Agent identity linked', (w) => `${w('agent')} was linked with an identity; confidence ${w('confidence')}, on the basis: ${w('basis')}.`],
  AgentIdentityUnlinked: ['Agent identity unlinked', (w) => `The identity linked with ${w('agent')} was taken back: ${w('reason')}.`],
  FederalSupervisorIdentificationAttempted: ['Identification of the federal supervisor attempted', (w) => `An attempt was made to identify the federal supervisor on scene (${w('method')}). Outcome: ${w('outcome')}.`],
  FederalSupervisorIdentified: ['Federal supervisor identified', (w) => `The federal supervisor on scene was said to be a member of ${w('agency')}; confidence ${w('confidence')}, method: ${w('method')}.`],
  FederalSupervisorConfirmed: ['Federal supervisor confirmed', (w) => `A second person confirmed the identification in ${w('identification')}: ${w('basis')}.`],
  PersonRecorded: ['Person recorded', (w) => `A person was recorded as ${w('roles')}; identity: ${w('identity')}, minor: ${w('minor')}.`],
  StatementTaken: ['Statement taken', (w) => `A ${w('voluntariness')} statement was taken from ${w('giver')} at ${w('takenAt')} (${w('kind')}).`],
  ComplainantNotified: ['Complainant told', (w) => `${w('person')} was told, by ${w('channel')}.`],
  FederalRecordsRequested: ['Federal records requested', (w) => `Records were requested from ${w('addressee')}, citing ${w('citation')}.`],
  FederalRecordsAnswered: ['Federal records answered', (w) => `The answer to ${w('request')} came at ${w('answeredAt')}: ${w('answer')}.`],

  PreservationRequested: ['Preservation requested', (w) => `Whoever holds recordings between ${w('from')} and ${w('to')} was asked to preserve them.`],
  FootageRegistered: ['Footage registered', (w) => `A recording was registered: ${w('kind')}, ${w('sourceSystem')}, reference ${w('sourceReference')}.`],
  FootageHoldPlaced: ['Hold placed on footage', (w) => `A hold was placed on ${w('footage')}: ${w('ground')}.`],
  FootageHoldConfirmed: ['Hold confirmed at the source', (w) => `A hold was confirmed as the source system shows it, reference ${w('holdReference')} (${w('checkedHow')}).`],
  FootageVerified: ['Footage verified', (w) => `The fingerprint of ${w('footage')} was taken: ${w('fingerprint')}. First fingerprint of this recording: ${w('first')}.`],
  FootageMismatchFound: ['Footage differs from its first hash', (w) => `The fingerprint of ${w('footage')} differs from the first one (${w('firstSha256')}): ${w('fingerprint')}.`],
  MismatchExplained: ['Mismatch explained', (w) => `The difference found in ${w('mismatches')} on ${w('footage')} was explained: ${w('explanation')}. ${w('reason')}`],
  FootageReportedUnavailable: ['Footage reported unavailable', (w) => `A recording was reported unavailable: ${w('reason')}. ${w('explanation')}`],
  FootageAnnotated: ['Footage annotated', (w) => `A note was made on ${w('footage')} at ${w('fromMs')}.`],
  DerivedCopyRegistered: ['Derived copy registered', (w) => `A copy of ${w('of')} was registered (${w('kind')}) for: ${w('purpose')}. SHA-256 ${w('sha256')}.`],
  ExhibitRegistered: ['Exhibit registered', (w) => `An exhibit was registered: ${w('kind')}, from ${w('source')}, in the custody of ${w('custodian')}.`],
  CustodyTransferred: ['Custody handed over', (w) => `Custody was handed over by ${w('from')} to ${w('to')}: ${w('reason')}.`],
  CustodyAccepted: ['Custody accepted', (w) => `Custody was accepted by ${w('by')} from ${w('from')}.`],
  HoldReleaseRequested: ['Release of a hold requested', (w) => `The release of the hold on ${w('footage')} was asked for (${w('ground')}): ${w('reason')}.`],
  CourtOrderRecorded: ['Court order recorded', (w) => `An order to ${w('kind')} by ${w('court')}, number ${w('number')}, of ${w('orderedAt')}, was recorded.`],
  CourtOrderEnded: ['Court order ended', (w) => `${w('order')} ended: ${w('reason')}.`],
  HoldReleased: ['Hold released', (w) => `The hold on ${w('footage')} was released (${w('ground')}): ${w('reason')}. Other cases that still hold it: ${w('stillHeldBy')}.`],
  HoldReleaseRefused: ['Release of a hold refused', (w) => `The release of the hold on ${w('footage')} was refused (${w('ground')}): ${w('reason')}.`],

  ViolationAlleged: ['Violation alleged', (w) => `A violation of ${w('citation')} (${w('jurisdiction')}, ${w('offenseClass')}) by ${w('agents')} was alleged.`],
  EvidenceLinked: ['Evidence linked', (w) => `Evidence was linked to element ${w('element')} of ${w('violation')}: ${w('evidence')}, which ${w('bearing')} it.`],
  EvidenceLinkWithdrawn: ['Evidence link withdrawn', (w) => `${w('link')} was taken back: ${w('reason')}.`],
  ViolationWithdrawn: ['Violation withdrawn', (w) => `The allegation of ${w('violation')} was withdrawn: ${w('reason')}.`],
  ImmunityAssessed: ['Immunity assessed', (w) => `Federal immunity was assessed for ${w('violation')} and ${w('agent')}. This is an assessment and no verdict.`],
  ContraryFactMarked: ['Contrary fact marked', (w) => `${w('event')} was marked as speaking against the allegation.`],

  ReviewSubmitted: ['Submitted for review', (w) => `The case was submitted for review: ${w('binds')}.`],
  SubmissionWithdrawn: ['Submission withdrawn', (w) => `The submission was taken back: ${w('reason')}.`],
  ReviewReturned: ['Returned for work', (w) => `Returned from ${w('stage')} for more work: ${w('reason')}.`],
  ReviewEscalated: ['Review escalated', (w) => `The review was passed to ${w('to')}.`],
  ApproverAppointed: ['Approver appointed', (w) => `${w('person')} of ${w('unit')} was appointed for the ${w('approval')} approval: ${w('reason')}.`],
  ReviewApproved: ['Approved by the supervisor', (w) => `The supervisor approved ${w('binds')}.`],
  LegalReviewApproved: ['Approved by legal review', (w) => `Legal review approved ${w('binds')}.`],
  OutsideContactRecorded: ['Outside contact recorded', (w) => `A communication about the case was recorded: ${w('party')}, ${w('office')}, ${w('direction')}, at ${w('contactAt')}.`],
  OutsideContactCleared: ['Outside contact cleared', (w) => `${w('contact')} was ruled proper: ${w('reason')}.`],
  OutsideContactFoundImproper: ['Outside contact found improper', (w) => `${w('contact')} was ruled improper: ${w('reason')}. Remedy: ${w('remedy')}.`],
  ReferralApproved: ['Referral approved', (w) => `A referral to ${w('addressee')} was approved, of ${w('violations')} by ${w('agents')}. It binds ${w('binds')}.`],
  ReferralDelivered: ['Referral delivered', (w) => `${w('referral')} was delivered at ${w('deliveredAt')} by ${w('channel')}.`],
  ReferralReceiptRecorded: ["Prosecutor's receipt recorded", (w) => `The receipt of ${w('referral')}: ${w('outcome')}, at ${w('at')}.`],
  FollowUpRecorded: ['Follow-up recorded', (w) => `${w('to')} was asked about ${w('referral')} at ${w('at')}. Answer: ${w('answer')}.`],
  ProsecutorDecisionRecorded: ["Prosecutor's decision recorded", (w) => `The prosecutor decided at ${w('decidedAt')} on ${w('pair')}: ${w('outcome')}.`],
  ReferralWithdrawn: ['Referral withdrawn', (w) => `${w('referral')} was withdrawn: ${w('reason')}.`],
  ProsecutorNotified: ['Prosecutor given early notice', (w) => `${w('office')} was given early notice at ${w('at')}: ${w('reason')}.`],
  InvestigationResumed: ['Investigation resumed', (w) => `The investigation was resumed: ${w('reason')}.`],
  ClosingProposed: ['Closing proposed', (w) => `It was proposed to close the case as ${w('disposition')}: ${w('reason')}.`],
  CaseClosed: ['Case closed', (w) => `The case was closed as ${w('disposition')}: ${w('reason')}.`],
  CaseReopened: ['Case reopened', (w) => `The case was opened again: ${w('reason')}.`],
  AccessGranted: ['Access granted', (w) => `${w('person')} was given access until ${w('expiresAt')}, for: ${w('purpose')}.`],
  AccessRevoked: ['Access revoked', (w) => `The access of ${w('person')} was taken back.`],
  ReviewVoided: ['Review voided', (w) => `Submission and approvals were voided: ${w('cause')}.`],
  DeadlineMissed: ['Deadline missed', (w) => `A deadline ran out: ${w('clock')}, due ${w('dueAt')}.`],
  CaseSealed: ['Case sealed', (w) => `The case was sealed on ${w('order')}. Beside the records office it is seen by: ${w('named')}.`],
  CaseUnsealed: ['Case unsealed', (w) => `The sealing on ${w('order')} ended: ${w('reason')}.`],
  ShreddingRequested: ['Shredding requested', (w) => `On ${w('order')}, it was asked that the protected texts about ${w('persons')} be destroyed: ${w('reason')}.`],
  SubjectExpunged: ['Protected texts expunged', (w) => `On ${w('order')}, ${w('values')} protected texts about ${w('person')} were destroyed. That they were there stays provable.`],
};

const known: Readonly<Record<string, Sentences[CaseEventType] | undefined>> = sentences;

/** Types that this table does not know (records of access, later kinds) are called by their own name, and each field is listed. */
export function sentenceOf(type: string, word: Word): { readonly title: string; readonly text: string | null } {
  const row = known[type];
  if (row === undefined) return { title: type.replaceAll(/(?<!^)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`), text: null };
  return { title: row[0], text: row[1](word) };
}

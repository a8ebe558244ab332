import { type CaseEvent, caseEvents, type CaseEventType, type StoredCaseEventData } from '#libs/domain';

type Summaries = { readonly [T in CaseEventType]?: (data: StoredCaseEventData<T>) => string };

/** Enumerated words as people read them: `NOT_ACTIVATED` becomes `not activated`. */
const words = (value: string | null): string => (value === null ? 'not said' : value.toLowerCase().replaceAll('_', ' '));
const list = (values: readonly string[]): string => (values.length === 0 ? 'none' : values.join(', '));
const count = (values: readonly unknown[], one: string): string => `${values.length} ${one}${values.length === 1 ? '' : 's'}`;
const item = ({ footage, exhibit }: { readonly footage: string | null; readonly exhibit: string | null }): string =>
  footage === null ? `exhibit ${exhibit ?? ''}` : `recording ${footage}`;
const or = (value: string | null, otherwise: string): string => value ?? otherwise;

/**
 * One neutral line about each event, made from clear fields alone: ids, closed lists, designations and users. Reasons and narratives are
 * left to the event itself. A type that is not here is called by its title.
 */
const summaries: Summaries = {
  ReportFiled: (d) => `${words(d.origin)} report${d.caseNumber === null ? '' : `, opens case ${d.caseNumber}`}; category: ${d.category === null ? 'none given' : d.category.text}`,
  ReportSupplemented: (d) => `supplement to report ${d.report}`,
  FactCorrected: (d) => `field ${d.field} of event ${d.event}`,
  CaseTriaged: (d) => `outcome: ${words(d.outcome)}${d.disposition === null ? '' : `, proposed disposition: ${words(d.disposition)}`}`,
  InvestigatorAssigned: (d) => `${d.investigator}${d.previous === null ? '' : `, in place of ${d.previous}`}`,
  InvestigatorUnassigned: (d) => d.investigator,
  ConflictDeclared: (d) => `by ${d.person}`,
  ConflictRecorded: (d) => `of ${d.person}`,
  CasesLinked: (d) => `with case ${d.other}`,
  CasesUnlinked: (d) => `from case ${d.other}`,
  SceneDetailRecorded: (d) => words(d.kind),
  MedicalAidRecorded: (d) => `refused by the injured: ${words(d.refusedByInjured)}`,

  AgentRecorded: (d) => `${d.designation}, agency claimed: ${or(d.agencyClaimed, 'none')}, face covered: ${words(d.faceCovered)}`,
  AgentIdentityLinked: (d) => `agent ${d.agent}, agency: ${or(d.agency, 'not known')}, basis: ${list(d.bases.map(words))}, confidence: ${words(d.confidence)}`,
  AgentIdentityUnlinked: (d) => `agent ${d.agent}`,
  FederalSupervisorIdentificationAttempted: (d) => `outcome: ${words(d.outcome)}`,
  FederalSupervisorIdentified: (d) => `agency: ${d.agency}, confidence: ${words(d.confidence)}`,
  FederalSupervisorConfirmed: (d) => `identification ${d.identification}`,
  PersonRecorded: (d) => `${or(d.designation, 'named person')}, ${list(d.roles.map(words))}, identity: ${words(d.identity)}`,
  StatementTaken: (d) => `${words(d.voluntariness)}, ${words(d.kind)}, by a ${words(d.giver.kind)}`,
  ComplainantNotified: (d) => `by ${d.channel}`,
  FederalRecordsRequested: (d) => `to ${d.addressee}`,
  FederalRecordsAnswered: (d) => `request ${d.request}: ${words(d.answer)}`,

  PreservationRequested: (d) => `${count(d.officers, 'officer')}, ${count(d.cameras, 'camera')}, ${count(d.places, 'place')}, from ${d.from} to ${d.to}`,
  FootageRegistered: (d) => `${words(d.kind)}, ${d.sourceSystem} ${d.sourceReference}`,
  FootageHoldPlaced: (d) => `recording ${d.footage}`,
  FootageHoldConfirmed: (d) => `${d.footage === null ? `request ${or(d.preservation, '')}` : `recording ${d.footage}`}, reference ${d.holdReference}`,
  FootageVerified: (d) => `recording ${d.footage}, ${d.first ? 'first hash' : 'matches its first hash'}, SHA-256 ${d.fingerprint.sha256}`,
  FootageMismatchFound: (d) => `recording ${d.footage}, SHA-256 ${d.fingerprint.sha256}, first was ${d.firstSha256}`,
  MismatchExplained: (d) => `recording ${d.footage}: ${words(d.explanation)}`,
  FootageReportedUnavailable: (d) => `${d.footage === null ? or(d.camera === null ? null : `camera ${d.camera}`, 'the scene') : `recording ${d.footage}`}: ${words(d.reason)}`,
  FootageAnnotated: (d) => `recording ${d.footage} at ${d.fromMs} ms`,
  DerivedCopyRegistered: (d) => `${words(d.kind)} of recording ${d.of}, SHA-256 ${d.sha256}`,
  ExhibitRegistered: (d) => `${words(d.kind)}, custodian: ${d.custodian}`,
  CustodyTransferred: (d) => `${item(d)}, from ${d.from} to ${d.to}`,
  CustodyAccepted: (d) => `${item(d)}, by ${d.by} from ${d.from}`,
  HoldReleaseRequested: (d) => `recording ${d.footage}: ${words(d.ground)}`,
  CourtOrderRecorded: (d) => `${words(d.kind)}, ${d.court}, ${d.number}`,
  CourtOrderEnded: (d) => `order ${d.order}`,
  CaseSealed: (d) => `on order ${d.order}, which names ${count(d.named, 'user')}`,
  CaseUnsealed: (d) => `order ${d.order}`,
  ShreddingRequested: (d) => `on order ${d.order}, of ${count(d.persons, 'person')}${d.caseTexts ? ' and the texts of the case' : ''}`,
  SubjectExpunged: (d) => `${d.values} protected values of ${d.person === null ? 'the case' : `person ${d.person}`}, on order ${d.order}`,
  HoldReleased: (d) => `recording ${d.footage}: ${words(d.ground)}; still held by ${count(d.stillHeldBy, 'other case')}`,
  HoldReleaseRefused: (d) => `recording ${d.footage}: ${words(d.ground)}`,

  ViolationAlleged: (d) => `${d.citation}, ${words(d.offenseClass)}, ${count(d.agents, 'agent')}`,
  EvidenceLinked: (d) => `${words(d.evidence.kind)} ${d.evidence.id} ${words(d.bearing)} element ${d.element + 1} of violation ${d.violation}`,
  EvidenceLinkWithdrawn: (d) => `link ${d.link}`,
  ViolationWithdrawn: (d) => `violation ${d.violation}`,
  ImmunityAssessed: (d) =>
    `violation ${d.violation}, agent ${d.agent}; authorized: ${words(d.authorized.finding)}; necessary and proper: ${words(d.necessaryAndProper.finding)}`,
  ContraryFactMarked: (d) => `event ${d.event}`,

  ReviewSubmitted: (d) => `binds revision ${d.binds.materialRevision}`,
  SubmissionWithdrawn: () => 'back under investigation',
  ReviewReturned: (d) => `from ${words(d.stage)}`,
  ReviewEscalated: (d) => `to ${d.to}`,
  ApproverAppointed: (d) => `${d.person} of ${d.unit}, for the ${words(d.approval)} approval`,
  ReviewApproved: (d) => `binds revision ${d.binds.materialRevision}`,
  LegalReviewApproved: (d) => `binds revision ${d.binds.materialRevision}`,
  OutsideContactRecorded: (d) => `${words(d.party)}, ${d.office}, ${words(d.direction)}`,
  OutsideContactCleared: (d) => `contact ${d.contact}`,
  OutsideContactFoundImproper: (d) => `contact ${d.contact}; to be replaced: ${list(d.replace)}`,
  ReferralApproved: (d) => `to ${d.addressee}, ${count(d.violations, 'violation')}, ${count(d.agents, 'agent')}, binds revision ${d.binds.materialRevision}`,
  ReferralDelivered: (d) => `by ${d.channel}, packet SHA-256 ${d.packetSha256}`,
  ReferralReceiptRecorded: (d) => words(d.outcome),
  FollowUpRecorded: (d) => `with ${d.to}: ${d.answer === null ? 'no answer' : 'answered'}`,
  ProsecutorDecisionRecorded: (d) => `violation ${d.pair.violation}, agent ${d.pair.agent}: ${words(d.outcome)}`,
  ReferralWithdrawn: (d) => `referral ${d.referral}`,
  ProsecutorNotified: (d) => d.office,
  InvestigationResumed: () => 'back under investigation',
  ClosingProposed: (d) => words(d.disposition),
  CaseClosed: (d) => words(d.disposition),
  CaseReopened: () => 'back under investigation',
  AccessGranted: (d) => `to ${d.person} until ${d.expiresAt}`,
  AccessRevoked: (d) => `of ${d.person}`,
  ReviewVoided: (d) => `cause: ${words(d.cause)}; approvals of ${list(d.approvers)}`,
  DeadlineMissed: (d) => `${words(d.clock)}, due ${d.dueAt}`,
};

export function summaryOf(event: CaseEvent): string {
  // Type and data come from the same event; the compiler can't pair them inside the union.
  const summary = summaries[event.type] as ((data: unknown) => string) | undefined;
  return summary === undefined ? caseEvents[event.type].title : summary(event.data);
}

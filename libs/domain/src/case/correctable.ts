import type { CaseCatalogue, CaseEventData, CaseEventType } from './events.js';
import {
  count,
  type FieldKind,
  instant,
  integer,
  knownAgent,
  knownFootage,
  knownPerson,
  listOf,
  nullable,
  occurredAt,
  oneOf,
  pastInstant,
  record,
  sufficientBases,
  text,
  timecode,
  truth,
} from './field-kinds.js';
import {
  type Category,
  confidences,
  contactDirections,
  exhibitKinds,
  federalAnswers,
  footageKinds,
  type IncidentNumbers,
  offenseClasses,
  type OfficerPresent,
  personIdentities,
  personRoles,
  type Place,
  statementKinds,
  unavailabilityReasons,
  warrantKinds,
  yesNoUnknown,
} from './values.js';

interface Bounds {
  /** `AUTHOR`: a person's own account and what they attest, which nobody else puts right for them. Else the author or a SUPERVISOR. */
  readonly by: 'AUTHOR' | 'AUTHOR_OR_SUPERVISOR';
  /** Contact data: its correction is not material. */
  readonly contact: boolean;
}
export interface ClearRule<out T> extends Bounds {
  readonly kind: FieldKind<T>;
}
/** Nothing can look inside a protected value: it is text that says something, or null where the field may be empty. */
export interface ProtectedRule extends Bounds {
  readonly kind: 'PROTECTED' | 'PROTECTED_OR_NULL';
}

type RuleOf<
  T extends CaseEventType,
  F extends keyof CaseEventData<T> & keyof CaseCatalogue[T]['fields'],
> = CaseCatalogue[T]['fields'][F] extends {
  readonly subject: null;
}
  ? ClearRule<CaseEventData<T>[F]>
  : ProtectedRule;
type CorrectableFields = {
  readonly [T in CaseEventType]?: { readonly [F in keyof CaseEventData<T> & keyof CaseCatalogue[T]['fields']]?: RuleOf<T, F> };
};

const fact = <T>(kind: FieldKind<T>): ClearRule<T> => ({ kind, by: 'AUTHOR_OR_SUPERVISOR', contact: false });
const attested = <T>(kind: FieldKind<T>): ClearRule<T> => ({ kind, by: 'AUTHOR', contact: false });
const hidden: ProtectedRule = { kind: 'PROTECTED', by: 'AUTHOR_OR_SUPERVISOR', contact: false };
const hiddenOrNull: ProtectedRule = { ...hidden, kind: 'PROTECTED_OR_NULL' };
/** What a person told, in words that are theirs or that they took down: another's hand would make it another account. */
const account: ProtectedRule = { ...hidden, by: 'AUTHOR' };
const accountOrNull: ProtectedRule = { ...hiddenOrNull, by: 'AUTHOR' };

const words = fact(text());
const wordsOrNull = fact(nullable(text()));
const answer = fact(oneOf(yesNoUnknown));
const past = fact(pastInstant);
const pastOrNull = fact(nullable(pastInstant));
const placeInVideo = fact(nullable(timecode));
const agentOrNull = fact(nullable(knownAgent));
const confidence = fact(oneOf(confidences));

const orNull = nullable(text());
const incident = record<IncidentNumbers>({ dispatch: orNull, records: orNull, other: listOf(text()) });
const place = record<Place>({ beat: orNull, district: orNull, description: orNull });
const category = record<Category>({ code: orNull, text: text() });
const officerPresent = record<OfficerPresent>({ officer: text(), camera: orNull });
const vehicle = record<{ readonly plate: string | null; readonly description: string | null }>({ plate: orNull, description: orNull });

/**
 * What `correctFact` may correct, by type of event; of a type that is not here, nothing. Missing on purpose: ids and kinds that other events build on; hashes; what a
 * decision, an approval, a hold, a custody or a conflict says; who acted, and when this service recorded it. Those stand as they are, and
 * what was wrong about them is put right by the next action of their kind.
 */
const correctableFields = {
  ReportFiled: {
    incident: fact(incident),
    occurredAt: fact(occurredAt),
    reportedAt: past,
    place: fact(place),
    address: hiddenOrNull,
    category: fact(category),
    narrative: account,
    onSceneAt: pastOrNull,
    unit: wordsOrNull,
    camera: wordsOrNull,
    officersPresent: fact(listOf(officerPresent)),
    injuries: answer,
    footageViewed: attested(truth),
  },
  ReportSupplemented: { narrative: account, injuries: fact(nullable(oneOf(yesNoUnknown))), footageViewed: attested(truth) },
  FactCorrected: {},
  CaseTriaged: {},
  InvestigatorAssigned: {},
  InvestigatorUnassigned: {},
  ConflictDeclared: {},
  ConflictRecorded: {},
  CasesLinked: {},
  CasesUnlinked: {},
  SceneDetailRecorded: {
    // None may become empty: the detail's kind demands it, or it was never part of it.
    description: hidden,
    agents: fact(listOf(knownAgent)),
    vehicle: fact(vehicle),
    warrant: fact(oneOf(warrantKinds)),
    wordsUsed: words,
    officer: fact(officerPresent),
    camera: words,
    cameraHolder: wordsOrNull,
    place: fact(place),
    timecode: placeInVideo,
  },
  MedicalAidRecorded: {
    person: fact(nullable(knownPerson)),
    agent: agentOrNull,
    summonedAt: pastOrNull,
    arrivedAt: pastOrNull,
    by: wordsOrNull,
    refusedByInjured: answer,
    note: hiddenOrNull,
  },
  AgentRecorded: {
    agencyClaimed: wordsOrNull,
    agencyConfirmed: wordsOrNull,
    badgeSeen: wordsOrNull,
    faceCovered: answer,
    clothing: wordsOrNull,
    markings: wordsOrNull,
    role: wordsOrNull,
    timecode: placeInVideo,
  },
  AgentIdentityLinked: { name: hidden, agency: wordsOrNull, badge: wordsOrNull, bases: fact(sufficientBases), basis: words, confidence },
  AgentIdentityUnlinked: {},
  FederalSupervisorIdentificationAttempted: {
    method: words,
    wordsUsed: wordsOrNull,
    agent: agentOrNull,
    attemptedAt: past,
    timecode: placeInVideo,
  },
  FederalSupervisorIdentified: {
    name: hidden,
    agency: words,
    badge: wordsOrNull,
    agent: agentOrNull,
    method: words,
    confidence,
    timecode: placeInVideo,
  },
  FederalSupervisorConfirmed: {},
  PersonRecorded: {
    roles: fact(listOf(oneOf(personRoles))),
    identity: fact(oneOf(personIdentities)),
    minor: answer,
    contactDeclined: { kind: truth, by: 'AUTHOR_OR_SUPERVISOR', contact: true },
    name: hiddenOrNull,
    contact: { ...hiddenOrNull, contact: true },
  },
  StatementTaken: {
    warnings: wordsOrNull,
    language: words,
    interpreter: wordsOrNull,
    kind: fact(oneOf(statementKinds)),
    recording: fact(nullable(knownFootage)),
    present: fact(listOf(text())),
    guardian: hidden,
    takenAt: past,
    text: account,
  },
  ComplainantNotified: { channel: words, toldAt: past, substance: account },
  FederalRecordsRequested: {},
  FederalRecordsAnswered: { answer: fact(oneOf(federalAnswers)), answeredAt: past, note: wordsOrNull },
  PreservationRequested: {},
  FootageRegistered: {
    kind: fact(oneOf(footageKinds)),
    wearer: fact(nullable(text())),
    camera: wordsOrNull,
    startedAt: pastOrNull,
    endedAt: pastOrNull,
    durationMs: fact(nullable(count)),
    clockOffsetMs: fact(nullable(integer)),
    description: hiddenOrNull,
  },
  FootageHoldPlaced: {},
  FootageHoldConfirmed: {},
  FootageVerified: {},
  FootageMismatchFound: {},
  MismatchExplained: {},
  FootageReportedUnavailable: { reason: fact(oneOf(unavailabilityReasons)), explanation: words },
  FootageAnnotated: { note: account },
  DerivedCopyRegistered: { purpose: words },
  ExhibitRegistered: { kind: fact(oneOf(exhibitKinds)), source: words, sealNumber: wordsOrNull, description: hiddenOrNull },
  CustodyTransferred: {},
  CustodyAccepted: {},
  HoldReleaseRequested: {},
  CourtOrderRecorded: { court: words, number: words, orderedAt: fact(instant) },
  CourtOrderEnded: {},
  CaseSealed: {},
  CaseUnsealed: {},
  ShreddingRequested: {},
  SubjectExpunged: {},
  HoldReleased: {},
  HoldReleaseRefused: {},
  ViolationAlleged: { textVersion: words, offenseClass: fact(oneOf(offenseClasses)), description: hiddenOrNull },
  EvidenceLinked: { note: accountOrNull },
  EvidenceLinkWithdrawn: {},
  ViolationWithdrawn: {},
  ImmunityAssessed: {},
  ContraryFactMarked: { why: account },
  ReviewSubmitted: {},
  SubmissionWithdrawn: {},
  ReviewReturned: {},
  ReviewEscalated: {},
  ApproverAppointed: {},
  ReviewApproved: {},
  LegalReviewApproved: {},
  OutsideContactRecorded: {
    office: words,
    person: wordsOrNull,
    direction: fact(oneOf(contactDirections)),
    contactAt: past,
    substance: account,
  },
  OutsideContactCleared: {},
  OutsideContactFoundImproper: {},
  ReferralApproved: {},
  ReferralDelivered: {},
  ReferralReceiptRecorded: { note: wordsOrNull },
  FollowUpRecorded: {},
  ProsecutorDecisionRecorded: {},
  ReferralWithdrawn: {},
  ProsecutorNotified: {},
  InvestigationResumed: {},
  ClosingProposed: {},
  CaseClosed: {},
  CaseReopened: {},
  AccessGranted: {},
  AccessRevoked: {},
  ReviewVoided: {},
  DeadlineMissed: {},
} satisfies CorrectableFields;

export const correctable: { readonly [T in CaseEventType]?: Readonly<Record<string, ClearRule<unknown> | ProtectedRule>> } = correctableFields;

/** The rule for a field of a type of event; null: it can't be corrected. */
export function findCorrectable(type: CaseEventType, field: string): ClearRule<unknown> | ProtectedRule | null {
  const rules = correctable[type] ?? {};
  return Object.hasOwn(rules, field) ? (rules[field] ?? null) : null;
}

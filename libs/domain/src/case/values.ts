import type { AgentId, FootageId, PersonId, UserId, ViolationId } from '../kernel/ids.js';

/** The words of domain.md as closed lists. GraphQL enums, validation and the tables below are made from these arrays. */
export const yesNoUnknown = ['YES', 'NO', 'UNKNOWN'] as const;
export const reportOrigins = ['OFFICER', 'CIVILIAN', 'OTHER_BODY', 'IMPORTED'] as const;
export const triageOutcomes = ['INVESTIGATE', 'PROPOSE_CLOSING'] as const;
export const sceneDetailKinds = [
  'VEHICLE',
  'FORCE',
  'WEAPON',
  'DETENTION',
  'WARRANT_SHOWN',
  'AUTHORITY_STATED',
  'OFFICER_PRESENT',
  'CAMERA_PRESENT',
  'PLACE',
] as const;
export const warrantKinds = ['JUDICIAL', 'ADMINISTRATIVE', 'UNKNOWN'] as const;
export const identificationOutcomes = ['IDENTIFIED', 'DECLINED', 'NOT_PRESENT', 'UNABLE', 'NO_OFFICER_ON_SCENE'] as const;
export const confidences = ['LOW', 'MEDIUM', 'HIGH'] as const;
export const identityBases = ['BADGE', 'NAME_TAG', 'OWN_STATEMENT', 'DOCUMENT', 'FEDERAL_ANSWER', 'WITNESS', 'VEHICLE_RECORD', 'FACE_MATCH'] as const;
export const personIdentities = ['NAMED', 'CONFIDENTIAL', 'ANONYMOUS'] as const;
export const personRoles = ['AFFECTED_PERSON', 'WITNESS', 'COMPLAINANT'] as const;
export const statementKinds = ['VERBATIM', 'SUMMARY'] as const;
export const voluntariness = ['VOLUNTARY', 'COMPELLED'] as const;
export const statementGivers = ['PERSON', 'AGENT', 'CITY_MEMBER'] as const;
export const federalAnswers = ['PRODUCED', 'PARTLY', 'REFUSED'] as const;
export const footageKinds = ['BODY_WORN', 'IN_CAR', 'FIXED_CAMERA', 'DRONE', 'DISPATCH_AUDIO', 'PHONE', 'PRIVATE_CCTV', 'FEDERAL'] as const;
export const mismatchExplanations = ['OTHER_EXPORT', 'DAMAGED_COPY', 'WRONG_FILE', 'ALTERATION_SUSPECTED'] as const;
export const unavailabilityReasons = ['NO_CAMERA', 'NOT_ACTIVATED', 'FAULT', 'NOT_UPLOADED', 'DELETED', 'OWNER_REFUSED', 'FEDERAL_ONLY'] as const;
export const derivedCopyKinds = ['REDACTED', 'CLIP', 'ENHANCED', 'TRANSCRIPT'] as const;
export const exhibitKinds = ['DOCUMENT', 'PHOTOGRAPH', 'OBJECT', 'DIGITAL', 'MEDICAL_RECORD', 'OTHER'] as const;
export const holdReleaseGrounds = ['RETENTION_ENDED', 'PLACED_IN_ERROR', 'COURT_ORDERED'] as const;
export const courtOrderKinds = ['PRESERVE', 'RELEASE', 'SEAL', 'EXPUNGE'] as const;
export const jurisdictions = ['STATE', 'LOCAL'] as const;
export const offenseClasses = ['FELONY', 'MISDEMEANOR', 'ORDINANCE', 'UNKNOWN'] as const;
export const evidenceBearings = ['SUPPORTS', 'CONTRADICTS'] as const;
export const limbFindings = ['YES', 'NO', 'UNDETERMINED'] as const;
export const approvals = ['SUPERVISOR', 'LEGAL', 'REFERRAL'] as const;
export const contactDirections = ['TO_THE_CITY', 'FROM_THE_CITY'] as const;
export const contactParties = ['ELECTED_OFFICIAL', 'STAFF_OF_ELECTED_OFFICIAL', 'PARTY', 'FEDERAL_AGENCY'] as const;
export const contactRulings = ['CLEARED', 'IMPROPER'] as const;
export const receiptOutcomes = ['RECEIVED', 'RECEIPT_REFUSED'] as const;
export const prosecutorOutcomes = ['CHARGES_APPROVED', 'CHARGES_REJECTED', 'CONTINUED_INVESTIGATION', 'RETURNED'] as const;
export const dispositions = [
  'CHARGED',
  'CHARGES_REJECTED',
  'REFERRED_NO_DECISION',
  'INSUFFICIENT_EVIDENCE',
  'UNFOUNDED',
  'LAWFUL_CONDUCT',
  'IMMUNITY_BARS',
  'AGENT_NOT_IDENTIFIED',
  'LIMITATION_PASSED',
  'NO_JURISDICTION',
  'OTHER_AGENCY',
  'DUPLICATE_OF',
] as const;
export const voidCauses = ['MATERIAL_ACTION', 'CONFLICT', 'IMPROPER_CONTACT'] as const;

export type YesNoUnknown = (typeof yesNoUnknown)[number];
export type ReportOrigin = (typeof reportOrigins)[number];
export type TriageOutcome = (typeof triageOutcomes)[number];
export type SceneDetailKind = (typeof sceneDetailKinds)[number];
export type WarrantKind = (typeof warrantKinds)[number];
export type IdentificationOutcome = (typeof identificationOutcomes)[number];
export type Confidence = (typeof confidences)[number];
export type IdentityBasis = (typeof identityBases)[number];
export type PersonIdentity = (typeof personIdentities)[number];
export type PersonRole = (typeof personRoles)[number];
export type StatementKind = (typeof statementKinds)[number];
export type Voluntariness = (typeof voluntariness)[number];
export type FederalAnswer = (typeof federalAnswers)[number];
export type FootageKind = (typeof footageKinds)[number];
export type MismatchExplanation = (typeof mismatchExplanations)[number];
export type UnavailabilityReason = (typeof unavailabilityReasons)[number];
export type DerivedCopyKind = (typeof derivedCopyKinds)[number];
export type ExhibitKind = (typeof exhibitKinds)[number];
export type HoldReleaseGround = (typeof holdReleaseGrounds)[number];
export type CourtOrderKind = (typeof courtOrderKinds)[number];
export type Jurisdiction = (typeof jurisdictions)[number];
export type OffenseClass = (typeof offenseClasses)[number];
export type EvidenceBearing = (typeof evidenceBearings)[number];
export type LimbFinding = (typeof limbFindings)[number];
export type Approval = (typeof approvals)[number];
export type ContactDirection = (typeof contactDirections)[number];
export type ContactParty = (typeof contactParties)[number];
export type ContactRuling = (typeof contactRulings)[number];
export type ReceiptOutcome = (typeof receiptOutcomes)[number];
export type ProsecutorOutcome = (typeof prosecutorOutcomes)[number];
export type Disposition = (typeof dispositions)[number];
export type VoidCause = (typeof voidCauses)[number];

/** A place in a recording. Milliseconds from its start; `toMs` null: that moment alone. */
export interface Timecode {
  readonly footage: FootageId;
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** A city officer on scene and the camera they wore, where known. */
export interface OfficerPresent {
  readonly officer: UserId;
  readonly camera: string | null;
}

/** Numbers under which other systems know the incident. */
export interface IncidentNumbers {
  readonly dispatch: string | null;
  readonly records: string | null;
  readonly other: readonly string[];
}

export interface Place {
  readonly beat: string | null;
  readonly district: string | null;
  /** What kind of place: `STREET`, `RESIDENCE`; words as the source has them. */
  readonly description: string | null;
}

export interface Category {
  readonly code: string | null;
  readonly text: string;
}

/** Where an imported report comes from. */
export interface ImportSource {
  readonly system: string;
  readonly reference: string;
  /** The row in the file, counted from 1 without the header. */
  readonly row: number;
  /** Further columns as they stood in the source, none of them protected. */
  readonly columns: Readonly<Record<string, string>>;
}

/** One limb of the immunity inquiry. `factsAgainst` is mandatory, even where it says that none is known. */
export interface Limb {
  readonly finding: LimbFinding;
  readonly authority: string;
  readonly factsFor: string;
  readonly factsAgainst: string;
}

export interface ViolationAgentPair {
  readonly violation: ViolationId;
  readonly agent: AgentId;
}

/** What a submission or an approval binds: the last material event, and by its leaf hash the whole history before it. */
export interface Binding {
  readonly materialRevision: number;
  /** base64url of the leaf hash of that event. */
  readonly leaf: string;
}

/** A fingerprint of one exported file. */
export interface FileFingerprint {
  /** Lower-case hexadecimal, 64 characters. */
  readonly sha256: string;
  readonly sizeBytes: number | null;
  readonly fileName: string | null;
  readonly format: string | null;
  readonly exportId: string | null;
  readonly tool: string | null;
}

export type StatementGiver =
  | { readonly kind: 'PERSON'; readonly person: PersonId }
  | { readonly kind: 'AGENT'; readonly agent: AgentId }
  | { readonly kind: 'CITY_MEMBER'; readonly user: UserId };

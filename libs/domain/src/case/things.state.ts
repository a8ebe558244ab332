import type {
  AgentId,
  ContactId,
  CourtOrderId,
  EventId,
  EvidenceLinkId,
  EvidenceRef,
  ExhibitId,
  FootageId,
  PersonId,
  PreservationId,
  RecordsRequestId,
  ReferralId,
  ReportId,
  SceneDetailId,
  ShreddingId,
  StatementId,
  UserId,
  ViolationId,
} from '../kernel/ids.js';
import type { Sealed } from '../kernel/event-schema.js';
import type { Instant, OccurredAt } from '../kernel/time.types.js';
import type {
  ContactParty,
  CourtOrderKind,
  DerivedCopyKind,
  EvidenceBearing,
  FileFingerprint,
  FootageKind,
  HoldReleaseGround,
  IdentificationOutcome,
  IncidentNumbers,
  Jurisdiction,
  MismatchExplanation,
  OffenseClass,
  OfficerPresent,
  PersonIdentity,
  PersonRole,
  Place,
  ProsecutorOutcome,
  ReceiptOutcome,
  ReportOrigin,
  SceneDetailKind,
  UnavailabilityReason,
  ViolationAgentPair,
  Voluntariness,
  YesNoUnknown,
} from './values.js';

export interface ReportState {
  readonly id: ReportId;
  readonly event: EventId;
  readonly author: UserId;
  readonly origin: ReportOrigin;
  readonly incident: IncidentNumbers;
  readonly occurredAt: OccurredAt;
  readonly reportedAt: Instant;
  readonly recordedAt: Instant;
  readonly place: Place;
  readonly category: string | null;
  readonly narrative: Sealed<string> | null;
  readonly onSceneAt: Instant | null;
  readonly unit: string | null;
  readonly camera: string | null;
  readonly officersPresent: readonly OfficerPresent[];
  /** The report's, or its last supplement's, answer. */
  readonly injuries: YesNoUnknown;
  readonly supplements: readonly EventId[];
}

export interface SceneDetailState {
  readonly id: SceneDetailId;
  readonly event: EventId;
  readonly kind: SceneDetailKind;
  readonly officer: OfficerPresent | null;
  readonly camera: string | null;
}

export interface AgentState {
  readonly id: AgentId;
  readonly designation: string;
  readonly event: EventId;
  readonly agencyClaimed: string | null;
  readonly agencyConfirmed: string | null;
  readonly badgeSeen: string | null;
  readonly identity: { readonly event: EventId; readonly name: Sealed<string>; readonly agency: string | null; readonly badge: string | null } | null;
}

export interface PersonState {
  readonly id: PersonId;
  readonly event: EventId;
  readonly designation: string | null;
  readonly roles: readonly PersonRole[];
  readonly identity: PersonIdentity;
  readonly minor: YesNoUnknown;
  readonly contactDeclined: boolean;
  readonly name: Sealed<string> | null;
  readonly contact: Sealed<string> | null;
}

export interface StatementState {
  readonly id: StatementId;
  readonly event: EventId;
  readonly voluntariness: Voluntariness;
  readonly by: UserId;
  readonly reader: UserId | null;
}

export interface FederalSupervisorState {
  readonly attempts: readonly { readonly event: EventId; readonly outcome: IdentificationOutcome; readonly by: UserId; readonly at: Instant }[];
  readonly identified: readonly { readonly event: EventId; readonly by: UserId; readonly name: Sealed<string>; readonly agency: string }[];
  readonly confirmed: readonly { readonly event: EventId; readonly identification: EventId; readonly by: UserId }[];
}

export interface PreservationState {
  readonly id: PreservationId;
  readonly event: EventId;
  readonly by: UserId;
  readonly officers: readonly UserId[];
  readonly cameras: readonly string[];
  readonly vehicles: readonly string[];
  readonly places: readonly string[];
  readonly from: Instant;
  readonly to: Instant;
  readonly holder: string | null;
  readonly deletionAt: Instant | null;
  /** The hold's name at the source, once confirmed. */
  readonly reference: string | null;
  readonly checkedHow: string | null;
  readonly confirmedAt: Instant | null;
}

export interface HoldState {
  /** `PLACED`: flagged here. `CONFIRMED`: as the source system shows it. */
  readonly status: 'PLACED' | 'CONFIRMED' | 'RELEASED';
  /** Everyone who ever placed a hold on the item, and who ever asked for its release: they don't decide it. */
  readonly placedBy: ReadonlySet<UserId>;
  readonly releaseRequestedBy: ReadonlySet<UserId>;
  /** The last flag: two years run from here. */
  readonly flaggedAt: Instant;
  readonly ground: string;
  readonly reference: string | null;
  readonly checkedHow: string | null;
  /** As the source system shows it. */
  readonly deletionAt: Instant | null;
  readonly release: { readonly by: UserId; readonly ground: HoldReleaseGround; readonly event: EventId } | null;
}

export interface FootageState {
  readonly id: FootageId;
  readonly event: EventId;
  readonly kind: FootageKind;
  readonly sourceSystem: string;
  readonly sourceReference: string;
  readonly wearer: UserId | null;
  readonly camera: string | null;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly durationMs: number | null;
  readonly clockOffsetMs: number | null;
  readonly registeredBy: UserId;
  readonly hold: HoldState | null;
  readonly firstHash: { readonly event: EventId; readonly fingerprint: FileFingerprint; readonly by: UserId; readonly at: Instant } | null;
  /** When it was last hashed, whether that matched or not. */
  readonly lastVerifiedAt: Instant | null;
  readonly mismatches: readonly { readonly event: EventId; readonly by: UserId; readonly explanation: MismatchExplanation | null }[];
  readonly unavailable: { readonly reason: UnavailabilityReason; readonly event: EventId } | null;
  readonly custody: Custody;
  readonly copies: readonly { readonly kind: DerivedCopyKind; readonly sha256: string; readonly event: EventId }[];
}

/** Until the receiver accepts, the one who hands over answers for the item. */
export interface Custody {
  readonly custodian: UserId | null;
  readonly pendingTo: UserId | null;
}

export interface ExhibitState {
  readonly id: ExhibitId;
  readonly event: EventId;
  readonly source: string;
  readonly sha256: string | null;
  readonly sealNumber: string | null;
  readonly custody: Custody;
}

export interface UnavailabilityState {
  readonly event: EventId;
  readonly camera: string | null;
  readonly officer: UserId | null;
  readonly footage: FootageId | null;
  readonly reason: UnavailabilityReason;
  readonly explanation: string;
}

export interface SealingState {
  readonly order: CourtOrderId;
  /** Whom the order lets see the case, beside RECORDS. */
  readonly named: ReadonlySet<UserId>;
}

export interface ShreddingState {
  readonly id: ShreddingId;
  readonly event: EventId;
  readonly order: CourtOrderId;
  readonly persons: readonly PersonId[];
  readonly caseTexts: boolean;
  readonly requestedBy: UserId;
  readonly confirmed: boolean;
}

export interface CourtOrderState {
  readonly id: CourtOrderId;
  readonly kind: CourtOrderKind;
  readonly court: string;
  readonly number: string;
  readonly subjects: readonly string[];
  readonly ended: boolean;
}

export interface ViolationState {
  readonly id: ViolationId;
  readonly event: EventId;
  readonly jurisdiction: Jurisdiction;
  readonly citation: string;
  readonly elements: readonly string[];
  readonly agents: readonly AgentId[];
  readonly offenseClass: OffenseClass;
  readonly allegedBy: UserId;
  readonly withdrawn: boolean;
}

export interface EvidenceLinkState {
  readonly id: EvidenceLinkId;
  readonly violation: ViolationId;
  readonly element: number;
  readonly evidence: EvidenceRef;
  readonly bearing: EvidenceBearing;
  readonly withdrawn: boolean;
}

export interface ImmunityState {
  readonly event: EventId;
  readonly pair: ViolationAgentPair;
  readonly by: UserId;
}

export interface ContactState {
  readonly id: ContactId;
  readonly party: ContactParty;
  readonly members: readonly UserId[];
  readonly recordedBy: UserId;
  readonly ruling: { readonly kind: 'CLEARED' } | { readonly kind: 'IMPROPER'; readonly replace: readonly UserId[] } | null;
}

export interface ReferralDecision {
  readonly pair: ViolationAgentPair;
  readonly outcome: ProsecutorOutcome;
  readonly reference: string | null;
  readonly event: EventId;
  readonly at: Instant;
}

export interface ReferralState {
  readonly id: ReferralId;
  readonly addressee: string;
  readonly pairs: readonly ViolationAgentPair[];
  readonly status: 'APPROVED' | 'VOIDED' | 'DELIVERED' | 'WITHDRAWN';
  readonly packetSha256: string | null;
  readonly receipt: ReceiptOutcome | null;
  /** In order; a later one of a pair stands beside the earlier ones. */
  readonly decisions: readonly ReferralDecision[];
  /** Follow-ups without an answer since the last answered one. */
  readonly unansweredFollowUps: number;
}

export interface RecordsRequestState {
  readonly id: RecordsRequestId;
  readonly event: EventId;
  readonly answered: boolean;
}

import type {
  AgentId,
  CaseId,
  ContactId,
  CourtOrderId,
  EventId,
  EvidenceLinkId,
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
import type { Instant } from '../kernel/time.types.js';
import type { CaseEvent } from './events.js';
import type { FactLog } from './fact-log.js';
import type { Approval, Binding, Disposition, HoldReleaseGround, ReportOrigin } from './values.js';
import type {
  AgentState,
  ContactState,
  CourtOrderState,
  EvidenceLinkState,
  ExhibitState,
  FederalSupervisorState,
  FootageState,
  ImmunityState,
  PersonState,
  PreservationState,
  RecordsRequestState,
  ReferralState,
  ReportState,
  SceneDetailState,
  SealingState,
  ShreddingState,
  StatementState,
  UnavailabilityState,
  ViolationState,
} from './things.state.js';

export type * from './things.state.js';

/** Nothing is known of the case yet. */
export interface AbsentCase {
  readonly exists: false;
}

export type CaseState = AbsentCase | Case;

export interface Signature {
  readonly by: UserId;
  readonly at: Instant;
  readonly event: EventId;
  readonly binds: Binding;
}

/** The stage, with exactly what stands at it: no approval can be there without the submission that it approves. */
export type Stage =
  | { readonly name: 'REPORTED' }
  | { readonly name: 'UNDER_INVESTIGATION' }
  | { readonly name: 'SUPERVISOR_REVIEW'; readonly submission: Signature; readonly escalatedTo: UserId | null }
  | { readonly name: 'LEGAL_REVIEW'; readonly submission: Signature; readonly supervisor: Signature }
  | { readonly name: 'READY_FOR_REFERRAL'; readonly submission: Signature; readonly supervisor: Signature; readonly legal: Signature }
  | {
      readonly name: 'REFERRAL_APPROVED';
      readonly submission: Signature;
      readonly supervisor: Signature;
      readonly legal: Signature;
      readonly authority: Signature;
      readonly referral: ReferralId;
    }
  | { readonly name: 'REFERRED' }
  | { readonly name: 'DECIDED' }
  | { readonly name: 'CLOSED'; readonly disposition: Disposition; readonly at: Instant };

/** Who did what on the case: the ground of separate hands. The service itself is never among them. */
export interface Hands {
  readonly filed: ReadonlySet<UserId>;
  /** Assigned at any time, or recorded a material event. */
  readonly workedOn: ReadonlySet<UserId>;
  /** On scene, or gave a statement as a member of the city. */
  readonly witnessed: ReadonlySet<UserId>;
  readonly recused: ReadonlySet<UserId>;
  readonly contacted: ReadonlySet<UserId>;
  readonly assessedImmunity: ReadonlySet<UserId>;
}

export interface Grant {
  readonly person: UserId;
  readonly purpose: string;
  readonly expiresAt: Instant;
}

export interface Case {
  readonly exists: true;
  readonly id: CaseId;
  readonly number: string;
  readonly stage: Stage;
  readonly sealed: boolean;
  readonly openedAt: Instant;
  /** Origin of the first report; clocks of an imported case wait for its triage. */
  readonly origin: ReportOrigin;
  readonly triaged: boolean;
  readonly investigator: UserId | null;
  readonly hands: Hands;
  /** Every event with its data, to correct and to refer to. */
  readonly facts: FactLog<CaseEvent>;
  readonly corrections: ReadonlyMap<EventId, Readonly<Record<string, unknown>>>;
  /** The last material event. */
  readonly material: Binding;
  /** The same but for immunity assessments made in legal review, which the legal approval alone binds. */
  readonly materialBeforeLegal: Binding;
  readonly reports: ReadonlyMap<ReportId, ReportState>;
  readonly sceneDetails: ReadonlyMap<SceneDetailId, SceneDetailState>;
  readonly links: ReadonlySet<CaseId>;
  readonly agents: ReadonlyMap<AgentId, AgentState>;
  readonly persons: ReadonlyMap<PersonId, PersonState>;
  readonly statements: ReadonlyMap<StatementId, StatementState>;
  readonly federalSupervisor: FederalSupervisorState;
  readonly recordsRequests: ReadonlyMap<RecordsRequestId, RecordsRequestState>;
  readonly preservations: ReadonlyMap<PreservationId, PreservationState>;
  readonly footage: ReadonlyMap<FootageId, FootageState>;
  readonly releaseRequests: ReadonlyMap<FootageId, { readonly by: UserId; readonly ground: HoldReleaseGround; readonly event: EventId }>;
  readonly unavailabilities: readonly UnavailabilityState[];
  readonly exhibits: ReadonlyMap<ExhibitId, ExhibitState>;
  readonly courtOrders: ReadonlyMap<CourtOrderId, CourtOrderState>;
  /** The order on which the case is sealed; null exactly where `sealed` is false. */
  readonly sealing: SealingState | null;
  readonly shreddings: ReadonlyMap<ShreddingId, ShreddingState>;
  readonly violations: ReadonlyMap<ViolationId, ViolationState>;
  readonly evidenceLinks: ReadonlyMap<EvidenceLinkId, EvidenceLinkState>;
  readonly immunity: readonly ImmunityState[];
  /** The marks on each event that speaks against the allegation. */
  readonly contrary: ReadonlyMap<EventId, readonly { readonly event: EventId; readonly by: UserId; readonly cityWitness: boolean }[]>;
  readonly contacts: ReadonlyMap<ContactId, ContactState>;
  readonly appointed: readonly { readonly person: UserId; readonly approval: Approval; readonly unit: string }[];
  readonly referrals: ReadonlyMap<ReferralId, ReferralState>;
  readonly closingProposed: { readonly disposition: Disposition; readonly by: UserId; readonly duplicateOf: string | null } | null;
  readonly grants: ReadonlyMap<UserId, Grant>;
  readonly missedDeadlines: ReadonlySet<string>;
}

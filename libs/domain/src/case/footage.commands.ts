import type { CourtOrderId, ExhibitId, FootageId, PreservationId, UserId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.types.js';
import type {
  CourtOrderKind,
  DerivedCopyKind,
  ExhibitKind,
  FileFingerprint,
  FootageKind,
  HoldReleaseGround,
  MismatchExplanation,
  UnavailabilityReason,
} from './values.js';

export interface FootageCommands {
  requestPreservation: {
    readonly officers: readonly UserId[];
    readonly cameras: readonly string[];
    readonly vehicles: readonly string[];
    readonly places: readonly string[];
    readonly from: Instant | null;
    readonly to: Instant | null;
    readonly holder: string | null;
    readonly deletionAt: Instant | null;
  };
  registerFootage: {
    readonly kind: FootageKind;
    readonly sourceSystem: string | null;
    readonly sourceReference: string | null;
    readonly wearer: UserId | null;
    readonly camera: string | null;
    readonly startedAt: Instant | null;
    readonly endedAt: Instant | null;
    readonly durationMs: number | null;
    readonly clockOffsetMs: number | null;
    readonly custodian: UserId | null;
    readonly description: string | null;
    /** Why it is flagged; becomes the hold's ground. */
    readonly flagGround: string;
  };
  placeFootageHold: { readonly footage: FootageId; readonly ground: string };
  confirmFootageHold: {
    readonly footage: FootageId | null;
    readonly preservation: PreservationId | null;
    readonly holdReference: string | null;
    readonly deletionAt: Instant | null;
    readonly checkedHow: string | null;
  };
  verifyFootage: { readonly footage: FootageId; readonly fingerprint: FileFingerprint };
  explainMismatch: { readonly footage: FootageId; readonly explanation: MismatchExplanation; readonly reason: string };
  reportFootageUnavailable: {
    readonly footage: FootageId | null;
    readonly camera: string | null;
    readonly officer: UserId | null;
    readonly reason: UnavailabilityReason;
    readonly explanation: string;
  };
  annotateFootage: { readonly footage: FootageId; readonly fromMs: number; readonly toMs: number | null; readonly note: string };
  registerDerivedCopy: { readonly of: FootageId; readonly kind: DerivedCopyKind; readonly sha256: string; readonly purpose: string };
  registerExhibit: {
    readonly kind: ExhibitKind;
    readonly source: string | null;
    readonly sha256: string | null;
    readonly sealNumber: string | null;
    readonly custodian: UserId | null;
    readonly description: string | null;
  };
  transferCustody: {
    readonly footage: FootageId | null;
    readonly exhibit: ExhibitId | null;
    readonly from: UserId;
    readonly to: UserId;
    readonly reason: string;
  };
  acceptCustody: { readonly footage: FootageId | null; readonly exhibit: ExhibitId | null };
  requestHoldRelease: { readonly footage: FootageId; readonly ground: HoldReleaseGround; readonly reason: string };
  recordCourtOrder: {
    readonly kind: CourtOrderKind;
    readonly court: string | null;
    readonly number: string | null;
    readonly subjects: readonly string[];
    readonly orderedAt: Instant;
  };
  endCourtOrder: { readonly order: CourtOrderId; readonly reason: string };
  decideHoldRelease: {
    readonly footage: FootageId;
    readonly release: boolean;
    readonly reason: string;
    /** The `RELEASE` order, where the ground is `COURT_ORDERED`. */
    readonly order: CourtOrderId | null;
  };
}

import { clear, defineEvent, sealedForCase } from '../kernel/event-schema.js';
import type { CaseId, CourtOrderId, EventId, ExhibitId, FootageId, PreservationId, UserId } from '../kernel/ids.js';
import type { Instant, TimeMark } from '../kernel/time.types.js';
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

export const footageEvents = {
  PreservationRequested: defineEvent({
    title: 'Preservation requested',
    fields: {
      preservation: clear<PreservationId>(),
      officers: clear<readonly UserId[]>(),
      cameras: clear<readonly string[]>(),
      vehicles: clear<readonly string[]>(),
      places: clear<readonly string[]>(),
      from: clear<Instant>(),
      to: clear<Instant>(),
      holder: clear<string | null>(),
      deletionAt: clear<Instant | null>(),
      /** `POLICY`: recorded with a report that names a camera or an officer on scene; else `REQUEST`. */
      ground: clear<'POLICY' | 'REQUEST'>(),
    },
  }),
  FootageRegistered: defineEvent({
    title: 'Footage registered',
    material: true,
    fields: {
      footage: clear<FootageId>(),
      kind: clear<FootageKind>(),
      sourceSystem: clear<string>(),
      sourceReference: clear<string>(),
      /** Who wore the camera, for a body-worn one. */
      wearer: clear<UserId | null>(),
      camera: clear<string | null>(),
      /** By the camera's own clock. */
      startedAt: clear<Instant | null>(),
      endedAt: clear<Instant | null>(),
      timeMarks: clear<readonly TimeMark[]>(),
      durationMs: clear<number | null>(),
      /** What must be added to the camera's clock to reach true time, in milliseconds; null: not measured. */
      clockOffsetMs: clear<number | null>(),
      /** Who answers for the original. */
      custodian: clear<UserId | null>(),
      description: sealedForCase<string | null>(),
    },
  }),
  FootageHoldPlaced: defineEvent({
    title: 'Hold placed on footage',
    fields: { footage: clear<FootageId>(), ground: clear<string>(), policyVersion: clear<number>() },
  }),
  FootageHoldConfirmed: defineEvent({
    title: 'Hold confirmed at the source',
    fields: {
      /** One of the two is set: the item, or the preservation request that the source acted on. */
      footage: clear<FootageId | null>(),
      preservation: clear<PreservationId | null>(),
      holdReference: clear<string>(),
      deletionAt: clear<Instant | null>(),
      checkedHow: clear<string>(),
    },
  }),
  FootageVerified: defineEvent({
    title: 'Footage verified',
    fields: {
      footage: clear<FootageId>(),
      fingerprint: clear<FileFingerprint>(),
      /** True for the first hash of the item, which no later event replaces. */
      first: clear<boolean>(),
      /** Other cases whose first hash of the same recording differs. */
      differsFrom: clear<readonly CaseId[]>(),
    },
  }),
  FootageMismatchFound: defineEvent({
    title: 'Footage differs from its first hash',
    material: true,
    fields: { footage: clear<FootageId>(), fingerprint: clear<FileFingerprint>(), firstSha256: clear<string>() },
  }),
  MismatchExplained: defineEvent({
    title: 'Mismatch explained',
    material: true,
    fields: {
      footage: clear<FootageId>(),
      /** The `FootageMismatchFound` events that it explains: those that were open. */
      mismatches: clear<readonly EventId[]>(),
      explanation: clear<MismatchExplanation>(),
      reason: clear<string>(),
    },
  }),
  FootageReportedUnavailable: defineEvent({
    title: 'Footage reported unavailable',
    material: true,
    fields: {
      /** What is concerned: an item, a camera or an officer's recording; where all are null, the scene as a whole. */
      footage: clear<FootageId | null>(),
      camera: clear<string | null>(),
      /** The officer whose camera it would have been, where one is concerned. */
      officer: clear<UserId | null>(),
      reason: clear<UnavailabilityReason>(),
      explanation: clear<string>(),
    },
  }),
  FootageAnnotated: defineEvent({
    title: 'Footage annotated',
    fields: { footage: clear<FootageId>(), fromMs: clear<number>(), toMs: clear<number | null>(), note: sealedForCase<string>() },
  }),
  DerivedCopyRegistered: defineEvent({
    title: 'Derived copy registered',
    fields: {
      of: clear<FootageId>(),
      kind: clear<DerivedCopyKind>(),
      sha256: clear<string>(),
      purpose: clear<string>(),
    },
  }),
  ExhibitRegistered: defineEvent({
    title: 'Exhibit registered',
    material: true,
    fields: {
      exhibit: clear<ExhibitId>(),
      kind: clear<ExhibitKind>(),
      source: clear<string>(),
      sha256: clear<string | null>(),
      sealNumber: clear<string | null>(),
      custodian: clear<UserId>(),
      description: sealedForCase<string | null>(),
    },
  }),
  CustodyTransferred: defineEvent({
    title: 'Custody handed over',
    fields: {
      footage: clear<FootageId | null>(),
      exhibit: clear<ExhibitId | null>(),
      from: clear<UserId>(),
      to: clear<UserId>(),
      reason: clear<string>(),
    },
  }),
  CustodyAccepted: defineEvent({
    title: 'Custody accepted',
    fields: { footage: clear<FootageId | null>(), exhibit: clear<ExhibitId | null>(), from: clear<UserId>(), by: clear<UserId>() },
  }),
  HoldReleaseRequested: defineEvent({
    title: 'Release of a hold requested',
    fields: { footage: clear<FootageId>(), ground: clear<HoldReleaseGround>(), reason: clear<string>() },
  }),
  CourtOrderRecorded: defineEvent({
    title: 'Court order recorded',
    fields: {
      order: clear<CourtOrderId>(),
      kind: clear<CourtOrderKind>(),
      court: clear<string>(),
      number: clear<string>(),
      /** Footage, exhibits or persons that it names; none: the whole case. */
      subjects: clear<readonly string[]>(),
      orderedAt: clear<Instant>(),
    },
  }),
  CourtOrderEnded: defineEvent({
    title: 'Court order ended',
    fields: { order: clear<CourtOrderId>(), reason: clear<string>() },
  }),
  HoldReleased: defineEvent({
    title: 'Hold released',
    fields: {
      footage: clear<FootageId>(),
      ground: clear<HoldReleaseGround>(),
      order: clear<CourtOrderId | null>(),
      reason: clear<string>(),
      /** Other cases that still hold the same recording: it stays protected by them. */
      stillHeldBy: clear<readonly CaseId[]>(),
      policyVersion: clear<number>(),
    },
  }),
  HoldReleaseRefused: defineEvent({
    title: 'Release of a hold refused',
    fields: { footage: clear<FootageId>(), ground: clear<HoldReleaseGround>(), reason: clear<string>() },
  }),
};

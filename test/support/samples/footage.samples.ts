import type {
  CaseEventData,
  CaseId,
  CourtOrderId,
  EventId,
  ExhibitId,
  FileFingerprint,
  footageEvents,
  FootageId,
  PreservationId,
  UserId,
} from '#libs/domain';

const footage = 'footage-1' as FootageId;
const custodian = 'custodian-1' as UserId;

/** Invented hashes: 64 hexadecimal characters that no file has. */
export const sha256 = { first: '1'.repeat(64), other: '2'.repeat(64), copy: 'c'.repeat(64), exhibit: 'e'.repeat(64) };

export function fingerprint(of: string = sha256.first): FileFingerprint {
  return { sha256: of, sizeBytes: 104_857_600, fileName: 'invented-clip.mp4', format: 'video/mp4', exportId: 'EXP-0001', tool: 'invented-export 2.1' };
}

/** One complete example of each event of the group. Everything in it is invented. */
export const footageSamples: { readonly [T in keyof typeof footageEvents]: CaseEventData<T> } = {
  PreservationRequested: {
    preservation: 'preservation-1' as PreservationId,
    officers: ['officer-2' as UserId],
    cameras: ['camera-2'],
    vehicles: [],
    places: [],
    from: '2026-03-02T13:30:00.000Z',
    to: '2026-03-02T15:00:00.000Z',
    holder: 'Invented: the department’s recording system',
    deletionAt: null,
    ground: 'REQUEST',
  },
  FootageRegistered: {
    footage,
    kind: 'BODY_WORN',
    sourceSystem: 'invented-evidence-system',
    sourceReference: 'REC-0001',
    wearer: 'officer-1' as UserId,
    camera: 'camera-1',
    startedAt: '2026-03-02T13:50:00.000Z',
    endedAt: '2026-03-02T14:20:00.000Z',
    timeMarks: [],
    durationMs: 1_800_000,
    clockOffsetMs: 2_000,
    custodian,
    description: 'Invented: the encounter from the officer’s side.',
  },
  FootageHoldPlaced: { footage, ground: 'Invented: alleged violation by a federal agent.', policyVersion: 1 },
  FootageHoldConfirmed: {
    footage,
    preservation: null,
    holdReference: 'HOLD-0001',
    deletionAt: '2028-03-02T16:00:00.000Z',
    checkedHow: 'Invented: read on the screen of the source system.',
  },
  FootageVerified: { footage, fingerprint: fingerprint(), first: true, differsFrom: [] },
  FootageMismatchFound: { footage, fingerprint: fingerprint(sha256.other), firstSha256: sha256.first },
  MismatchExplained: {
    footage,
    mismatches: ['0190b5a0-0000-8000-9000-000000000004' as EventId],
    explanation: 'OTHER_EXPORT',
    reason: 'Invented: the export log shows a second export with burnt-in times.',
  },
  FootageReportedUnavailable: {
    footage: null,
    camera: 'camera-2',
    officer: 'officer-2' as UserId,
    reason: 'NOT_ACTIVATED',
    explanation: 'Invented: the officer states that the camera was not started.',
  },
  FootageAnnotated: { footage, fromMs: 41_000, toMs: 55_000, note: 'Invented: an agent takes hold of the affected person’s arm.' },
  DerivedCopyRegistered: { of: footage, kind: 'REDACTED', sha256: sha256.copy, purpose: 'Invented: release to the public.' },
  ExhibitRegistered: {
    exhibit: 'exhibit-1' as ExhibitId,
    kind: 'PHOTOGRAPH',
    source: 'Invented: handed over by witness C-1.',
    sha256: sha256.exhibit,
    sealNumber: null,
    custodian,
    description: 'Invented: a vehicle without plates.',
  },
  CustodyTransferred: {
    footage,
    exhibit: null,
    from: custodian,
    to: 'custodian-2' as UserId,
    reason: 'Invented: change of shift.',
  },
  CustodyAccepted: { footage, exhibit: null, from: custodian, by: 'custodian-2' as UserId },
  HoldReleaseRequested: { footage, ground: 'PLACED_IN_ERROR', reason: 'Invented: the recording shows another street.' },
  CourtOrderRecorded: {
    order: 'order-1' as CourtOrderId,
    kind: 'PRESERVE',
    court: 'Invented Circuit Court',
    number: '2026-MR-0001',
    subjects: [footage],
    orderedAt: '2026-03-03T15:00:00.000Z',
  },
  CourtOrderEnded: { order: 'order-1' as CourtOrderId, reason: 'Invented: vacated on 1 April 2026.' },
  HoldReleased: {
    footage,
    ground: 'PLACED_IN_ERROR',
    order: null,
    reason: 'Invented: it shows another street.',
    stillHeldBy: ['0190b5a0-0000-8000-8000-000000000002' as CaseId],
    policyVersion: 1,
  },
  HoldReleaseRefused: { footage, ground: 'PLACED_IN_ERROR', reason: 'Invented: the street is the same.' },
};

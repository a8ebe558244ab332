import type { DerivedCopyKind, EventId, FootageKind, HoldReleaseGround, Instant, Sealed, UnavailabilityReason, UserId } from '#libs/domain';
import { bigint, defineTable, flag, instant, integer, json, milliseconds, orNull, type RowOf, text, texts, uuid } from '../engine/columns.js';
import { change, defineProjection, put, type Fold, type Rows } from '../engine/projection.js';

export type HoldStatus = 'NONE' | 'PLACED' | 'CONFIRMED' | 'RELEASED';

export interface FootageNote {
  readonly event: EventId;
  readonly by: UserId;
  readonly at: Instant;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly note: Sealed<string>;
}

export interface FootageCopy {
  readonly event: EventId;
  readonly kind: DerivedCopyKind;
  readonly sha256: string;
  readonly purpose: string;
  readonly at: Instant;
}

const footage = defineTable({
  columns: {
    case_id: uuid(),
    footage_id: text(),
    event_id: text<EventId>(),
    position: bigint(),
    kind: text<FootageKind>(),
    source_system: text(),
    source_reference: text(),
    wearer: orNull(text<UserId>()),
    camera: orNull(text()),
    started_at: orNull(instant()),
    ended_at: orNull(instant()),
    duration_ms: orNull(milliseconds()),
    clock_offset_ms: orNull(milliseconds()),
    description: orNull(json<Sealed<string>>()),
    registered_by: text<UserId>(),
    registered_at: instant(),
    custodian: orNull(text<UserId>()),
    /** To whom custody was handed who has not accepted it yet. */
    custody_pending_to: orNull(text<UserId>()),
    hold_status: text<HoldStatus>(),
    hold_ground: orNull(text()),
    /** The last flag. */
    held_since: orNull(instant()),
    hold_reference: orNull(text()),
    hold_confirmed_at: orNull(instant()),
    /** As the source system showed it when the hold was confirmed. */
    deletion_at: orNull(instant()),
    release_requested: orNull(text<HoldReleaseGround>()),
    release_requested_by: orNull(text<UserId>()),
    released_at: orNull(instant()),
    first_sha256: orNull(text()),
    first_hashed_at: orNull(instant()),
    last_verified_at: orNull(instant()),
    mismatch_open: flag(),
    mismatches: texts<EventId>(),
    /** Other cases whose first hash of the same recording differs. */
    differs_from: texts(),
    unavailable: orNull(text<UnavailabilityReason>()),
    unavailable_explanation: orNull(text()),
    note_count: integer(),
    notes: json<readonly FootageNote[]>(),
    copies: json<readonly FootageCopy[]>(),
  },
  id: 'footage_id',
  indexes: [
    '(source_system, source_reference)',
    '(registered_at, footage_id)',
    '(hold_status, registered_at, footage_id)',
    '(custodian, registered_at, footage_id) WHERE custodian IS NOT NULL',
    '(kind, registered_at, footage_id)',
    '(wearer, registered_at, footage_id) WHERE wearer IS NOT NULL',
    '(deletion_at, footage_id) WHERE deletion_at IS NOT NULL',
    '(footage_id)',
  ],
});

const tables = { footage };
type FootageRows = Rows<typeof tables>;
type FootageRow = RowOf<typeof footage>;

const edit = (rows: FootageRows, id: string | null, how: Partial<FootageRow> | ((row: FootageRow) => Partial<FootageRow>)): FootageRows =>
  id === null ? rows : change(rows, 'footage', id, how);

const unheld = {
  hold_status: 'NONE',
  hold_ground: null,
  held_since: null,
  hold_reference: null,
  hold_confirmed_at: null,
  deletion_at: null,
  release_requested: null,
  release_requested_by: null,
  released_at: null,
} as const;
const unverified = { first_sha256: null, first_hashed_at: null, last_verified_at: null, mismatch_open: false, mismatches: [], differs_from: [] } as const;
const available = { unavailable: null, unavailable_explanation: null } as const;

const fold: Fold<typeof tables> = {
  FootageRegistered: (rows, data, at) =>
    put(rows, 'footage', data.footage, {
      case_id: at.caseId,
      footage_id: data.footage,
      event_id: at.id,
      position: at.position,
      kind: data.kind,
      source_system: data.sourceSystem,
      source_reference: data.sourceReference,
      wearer: data.wearer,
      camera: data.camera,
      started_at: data.startedAt,
      ended_at: data.endedAt,
      duration_ms: data.durationMs,
      clock_offset_ms: data.clockOffsetMs,
      description: data.description,
      registered_by: at.by.actor,
      registered_at: at.recordedAt,
      custodian: data.custodian,
      custody_pending_to: null,
      ...unheld,
      ...unverified,
      ...available,
      note_count: 0,
      notes: [],
      copies: [],
    }),
  FootageHoldPlaced: (rows, { footage: id, ground }, at) =>
    edit(rows, id, { ...unheld, hold_status: 'PLACED', hold_ground: ground, held_since: at.recordedAt }),
  FootageHoldConfirmed: (rows, { footage: id, holdReference, deletionAt }, at) =>
    edit(rows, id, { ...available, hold_status: 'CONFIRMED', hold_reference: holdReference, hold_confirmed_at: at.recordedAt, deletion_at: deletionAt }),
  HoldReleaseRequested: (rows, { footage: id, ground }, at) => edit(rows, id, { release_requested: ground, release_requested_by: at.by.actor }),
  HoldReleased: (rows, { footage: id }, at) =>
    edit(rows, id, { hold_status: 'RELEASED', released_at: at.recordedAt, release_requested: null, release_requested_by: null }),
  HoldReleaseRefused: (rows, { footage: id }) => edit(rows, id, { release_requested: null, release_requested_by: null }),
  FootageVerified: (rows, { footage: id, fingerprint, first, differsFrom }, at) =>
    edit(rows, id, (row) => ({
      ...available,
      last_verified_at: at.recordedAt,
      differs_from: [...new Set([...row.differs_from, ...differsFrom])],
      // The first hash is never overwritten.
      ...(first && row.first_sha256 === null ? { first_sha256: fingerprint.sha256, first_hashed_at: at.recordedAt } : {}),
    })),
  FootageMismatchFound: (rows, { footage: id }, at) => edit(rows, id, (row) => ({ mismatch_open: true, mismatches: [...row.mismatches, at.id] })),
  MismatchExplained: (rows, { footage: id, mismatches: explained }) =>
    edit(rows, id, (row) => {
      const mismatches = row.mismatches.filter((event) => !explained.includes(event));
      return { mismatches, mismatch_open: mismatches.length > 0 };
    }),
  FootageReportedUnavailable: (rows, { footage: id, reason, explanation }) =>
    edit(rows, id, { unavailable: reason, unavailable_explanation: explanation }),
  FootageAnnotated: (rows, { footage: id, fromMs, toMs, note }, at) =>
    edit(rows, id, (row) => ({
      note_count: row.note_count + 1,
      notes: [...row.notes, { event: at.id, by: at.by.actor, at: at.recordedAt, fromMs, toMs, note }],
    })),
  DerivedCopyRegistered: (rows, { of, kind, sha256, purpose }, at) =>
    edit(rows, of, (row) => ({ copies: [...row.copies, { event: at.id, kind, sha256, purpose, at: at.recordedAt }] })),
  CustodyTransferred: (rows, { footage: id, from, to }) => edit(rows, id, { custodian: from, custody_pending_to: to }),
  CustodyAccepted: (rows, { footage: id, by }) => edit(rows, id, { custodian: by, custody_pending_to: null }),
};

/** Every recording with its hold, custody and hashes. */
export const footageProjection = defineProjection({ name: 'footage', version: 1, tables, fold });

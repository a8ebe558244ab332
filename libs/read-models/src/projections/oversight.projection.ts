import {
  type Approval,
  caseEvents,
  type CaseEventType,
  type ContactDirection,
  type ContactId,
  type ContactParty,
  type ContactRuling,
  type EventId,
  type Instant,
  type Json,
  type UserId,
  type VoidCause,
} from '#libs/domain';
import { bigint, defineTable, instant, integer, json, orNull, text, texts, uuid } from '../engine/columns.js';
import { type At, change, defineProjection, put, type Rows } from '../engine/projection.js';

/**
 * Finding: what an overseer looks for across cases. Corrections, voided reviews and contacts from outside are events of their own; an exception
 * to four eyes is made of several: somebody approved, and something that bears on it came before or after.
 */
export const findingKinds = ['CORRECTION', 'VOIDED_REVIEW', 'OUTSIDE_CONTACT', 'FOUR_EYES'] as const;
export type FindingKind = (typeof findingKinds)[number];

export const fourEyesExceptions = ['APPROVER_APPOINTED', 'APPROVER_RECUSED', 'APPROVER_IN_CONTACT', 'APPROVER_TO_BE_REPLACED', 'APPROVER_WORKED'] as const;
export type FourEyesException = (typeof fourEyesExceptions)[number];
export type ContactStatus = 'UNRULED' | ContactRuling;

export interface GivenApproval {
  readonly by: UserId;
  readonly approval: Approval;
  readonly event: EventId;
  readonly at: Instant;
}

export interface CorrectionDetail {
  readonly corrected: EventId;
  readonly correctedType: CaseEventType;
  readonly correctedAt: Instant;
  /** Who recorded what is corrected. */
  readonly author: UserId;
  readonly field: string;
  /** Null where the field is protected. */
  readonly from: Json;
  readonly to: Json;
  readonly isProtected: boolean;
  readonly isMaterial: boolean;
  readonly reason: string;
}

export interface VoidedReviewDetail {
  readonly boundRevision: number;
  readonly approvals: readonly GivenApproval[];
}

export interface ContactDetail {
  readonly contact: ContactId;
  readonly party: ContactParty;
  readonly office: string;
  readonly person: string | null;
  readonly direction: ContactDirection;
  readonly contactAt: Instant;
  readonly ruling: { readonly event: EventId; readonly by: UserId; readonly at: Instant; readonly reason: string; readonly remedy: string | null; readonly replace: readonly UserId[] } | null;
}

export interface FourEyesDetail {
  readonly type: CaseEventType;
  readonly reason: string | null;
  /** What the person had approved on the case by then, or is appointed to approve. */
  readonly approvals: readonly GivenApproval[];
  readonly appointedTo: Approval | null;
}

export type FindingDetail = CorrectionDetail | VoidedReviewDetail | ContactDetail | FourEyesDetail;

const oversightFinding = defineTable({
  columns: {
    case_id: uuid(),
    finding_id: text(),
    kind: text<FindingKind>(),
    /** Within the kind: the type of event that was corrected, the cause, how the contact stands, the exception. */
    state: text<CaseEventType | VoidCause | ContactStatus | FourEyesException>(),
    event_id: text<EventId>(),
    revision: integer(),
    position: bigint(),
    recorded_at: instant(),
    actor: text<UserId>(),
    unit: orNull(text()),
    /** Whom it concerns: author, approvers, members who were party to it. */
    persons: texts<UserId>(),
    detail: json<FindingDetail>(),
  },
  id: 'finding_id',
  indexes: ['(kind, recorded_at, finding_id)', '(kind, state, recorded_at, finding_id)', '(kind, actor, recorded_at, finding_id)'],
});

/** The approvals given on a case so far. */
const oversightCase = defineTable({
  columns: { case_id: uuid(), given: json<readonly GivenApproval[]>(), standing: integer() },
  id: null,
});

const tables = { oversight_finding: oversightFinding, oversight_case: oversightCase };
type OversightRows = Rows<typeof tables>;

const givenBy = (rows: OversightRows, person: UserId): readonly GivenApproval[] => (rows.oversight_case.get('')?.given ?? []).filter(({ by }) => by === person);

function approve(approval: Approval) {
  return (rows: OversightRows, _data: unknown, { by, id, recordedAt, caseId }: At): OversightRows => {
    const { given, standing } = rows.oversight_case.get('') ?? { given: [], standing: 0 };
    return put(rows, 'oversight_case', '', { case_id: caseId, given: [...given, { by: by.actor, approval, event: id, at: recordedAt }], standing: standing + 1 });
  };
}

/** The review ended without a referral: what was approved in it was approved all the same. */
const endReview = (rows: OversightRows): OversightRows => change(rows, 'oversight_case', '', { standing: 0 });

interface Found {
  readonly id: string;
  readonly kind: FindingKind;
  readonly state: CaseEventType | VoidCause | ContactStatus | FourEyesException;
  readonly persons: readonly UserId[];
  readonly detail: FindingDetail;
}

function find(rows: OversightRows, at: At, { id, ...found }: Found): OversightRows {
  const row = { case_id: at.caseId, finding_id: id, event_id: at.id, revision: at.revision, position: at.position, recorded_at: at.recordedAt, actor: at.by.actor, unit: at.by.unit };
  return put(rows, 'oversight_finding', id, { ...row, ...found });
}

function exception(rows: OversightRows, at: At, state: FourEyesException, person: UserId, more: Partial<FourEyesDetail> = {}): OversightRows {
  const detail: FourEyesDetail = { type: at.type, reason: null, approvals: givenBy(rows, person), appointedTo: null, ...more };
  return find(rows, at, { id: `${at.id}/${state}/${person}`, kind: 'FOUR_EYES', state, persons: [person], detail });
}

/** An exception for each of these who approved on the case. */
function ofApprovers(rows: OversightRows, at: At, state: FourEyesException, persons: readonly UserId[], reason: string | null): OversightRows {
  return persons.filter((person) => givenBy(rows, person).length > 0).reduce((found, person) => exception(found, at, state, person, { reason }), rows);
}

const recused = (rows: OversightRows, { person, ground }: { readonly person: UserId; readonly ground: string }, at: At): OversightRows =>
  ofApprovers(rows, at, 'APPROVER_RECUSED', [person], ground);

function rule(rows: OversightRows, at: At, state: ContactRuling, ruled: { readonly contact: ContactId; readonly reason: string; readonly remedy: string | null; readonly replace: readonly UserId[] }): OversightRows {
  const { contact, reason, remedy, replace } = ruled;
  return change(rows, 'oversight_finding', contact, (row) => {
    const detail = row.detail as ContactDetail; // What stands under a contact's id is the contact.
    // Who was to be replaced stays so, whatever a later ruling adds.
    return { state, detail: { ...detail, ruling: { event: at.id, by: at.by.actor, at: at.recordedAt, reason, remedy, replace: [...new Set([...(detail.ruling?.replace ?? []), ...replace])] } } };
  });
}

/** What overseers look for across cases, each with whom it concerns. */
export const oversightProjection = defineProjection({
  name: 'oversight',
  version: 1,
  tables,
  corrections: 'AS_EVENT',
  stateOn: ['FactCorrected'],
  fold: {
    ReviewApproved: approve('SUPERVISOR'),
    LegalReviewApproved: approve('LEGAL'),
    ReferralApproved: approve('REFERRAL'),
    ReviewSubmitted: endReview,
    ReviewReturned: endReview,
    SubmissionWithdrawn: endReview,
    ReviewVoided: (rows, { cause, submissionBound, approvers }, at) => {
      const known = rows.oversight_case.get('');
      const approvals = known === undefined || known.standing === 0 ? [] : known.given.slice(-known.standing);
      const detail: VoidedReviewDetail = { boundRevision: submissionBound.materialRevision, approvals };
      return endReview(find(rows, at, { id: at.id, kind: 'VOIDED_REVIEW', state: cause, persons: approvers, detail }));
    },
    FactCorrected: (rows, { event, field, from, to, reason, material }, at) => {
      const fact = at.state?.facts.find(({ meta }) => meta.id === event);
      if (fact === undefined) return rows; // The domain refuses a correction of nothing.
      const { recordedAt: correctedAt, by } = fact.meta;
      const fields: Readonly<Record<string, { readonly subject: unknown }>> = caseEvents[fact.type].fields;
      const detail: CorrectionDetail = {
        ...{ corrected: event, correctedType: fact.type, correctedAt, author: by.actor, field, from, to, reason },
        isProtected: fields[field]?.subject !== null,
        isMaterial: material,
      };
      return find(rows, at, { id: at.id, kind: 'CORRECTION', state: fact.type, persons: [by.actor], detail });
    },
    OutsideContactRecorded: (rows, { contact, party, office, person, direction, members, contactAt }, at) => {
      const detail: ContactDetail = { contact, party, office, person, direction, contactAt, ruling: null };
      const found = find(rows, at, { id: contact, kind: 'OUTSIDE_CONTACT', state: 'UNRULED', persons: members, detail });
      return ofApprovers(found, at, 'APPROVER_IN_CONTACT', members, null);
    },
    OutsideContactCleared: (rows, data, at) => rule(rows, at, 'CLEARED', { ...data, remedy: null, replace: [] }),
    OutsideContactFoundImproper: (rows, data, at) => ofApprovers(rule(rows, at, 'IMPROPER', data), at, 'APPROVER_TO_BE_REPLACED', data.replace, data.reason),
    ConflictDeclared: recused,
    ConflictRecorded: recused,
    ApproverAppointed: (rows, { person, approval, unit, reason }, at) =>
      exception(rows, at, 'APPROVER_APPOINTED', person, { appointedTo: approval, reason: `${reason} (of ${unit})` }),
    InvestigatorAssigned: (rows, { investigator }, at) => ofApprovers(rows, at, 'APPROVER_WORKED', [investigator], null),
  },
  // Whoever approved may work on the case once their approval does not stand any more; it is seen all the same.
  always: (rows, _event, at) => (at.material ? ofApprovers(rows, at, 'APPROVER_WORKED', [at.by.actor], null) : rows),
});

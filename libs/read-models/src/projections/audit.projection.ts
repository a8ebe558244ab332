import { caseEvents, type CaseEventType, type EventId, type Role, type UserId } from '#libs/domain';
import { bigint, defineTable, flag, instant, integer, text, texts, uuid, orNull } from '../engine/columns.js';
import { defineProjection, put, type At, type Rows } from '../engine/projection.js';
import { type AuditOutcome, outcomeOf, thingsOf } from './audit-outcome.js';
import { summaryOf } from './audit-summary.js';

/** What sets a step apart from the ordinary course. */
export const auditMarks = ['MATERIAL', 'AFTER_REFERRAL', 'ON_CLOSED_CASE', 'CORRECTION', 'VOIDED_REVIEW', 'MISSED_DEADLINE', 'INDEPENDENCE'] as const;
export type AuditMark = (typeof auditMarks)[number];

/** One row an event. */
const auditTrail = defineTable({
  columns: {
    case_id: uuid(),
    position: bigint(),
    stream: text(),
    revision: integer(),
    event_id: text<EventId>(),
    type: text<CaseEventType>(),
    title: text(),
    actor: text<UserId>(),
    roles: texts<Role>(),
    unit: orNull(text()),
    recorded_at: instant(),
    leaf: text(),
    marks: texts<AuditMark>(),
    /** What it came to; null: it is a step and nothing more. */
    outcome: orNull(text<AuditOutcome>()),
    /** The things of the case that it names, as `kind:id`. */
    things: texts(),
    /** Made from clear fields alone. */
    summary: text(),
  },
  id: 'position',
  appendOnly: true,
  generated: [`words tsvector GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || summary)) STORED`],
  indexes: [
    '(position)',
    '(actor, position)',
    '(type, position)',
    '(unit, position) WHERE unit IS NOT NULL',
    '(recorded_at)',
    '(event_id)',
    '(outcome, position) WHERE outcome IS NOT NULL',
    'USING gin (words)',
    // Most events are material and nothing else: nobody looks for those by their mark.
    `USING gin (marks) WHERE marks <> '{}' AND marks <> '{MATERIAL}'`,
  ],
});

/** What the marks depend on. */
const auditCase = defineTable({
  columns: { case_id: uuid(), closed: flag(), delivered: flag() },
  id: null,
});

const tables = { audit_trail: auditTrail, audit_case: auditCase };
type AuditRows = Rows<typeof tables>;

const kindMarks: { readonly [T in CaseEventType]?: AuditMark } = {
  FactCorrected: 'CORRECTION',
  ReviewVoided: 'VOIDED_REVIEW',
  DeadlineMissed: 'MISSED_DEADLINE',
  ConflictDeclared: 'INDEPENDENCE',
  ConflictRecorded: 'INDEPENDENCE',
  OutsideContactRecorded: 'INDEPENDENCE',
  OutsideContactCleared: 'INDEPENDENCE',
  OutsideContactFoundImproper: 'INDEPENDENCE',
  ApproverAppointed: 'INDEPENDENCE',
};

function marksOf(rows: AuditRows, at: At): readonly AuditMark[] {
  const known = rows.audit_case.get('');
  const marks: AuditMark[] = [];
  if (at.material) marks.push('MATERIAL');
  if (at.material && known?.delivered === true) marks.push('AFTER_REFERRAL');
  if (known?.closed === true && at.type !== 'CaseReopened') marks.push('ON_CLOSED_CASE');
  const ofKind = kindMarks[at.type];
  return ofKind === undefined ? marks : [...marks, ofKind];
}

function caseAfter(rows: AuditRows, at: At): AuditRows {
  const known = rows.audit_case.get('') ?? null;
  const closed = at.type === 'CaseClosed' || (known?.closed === true && at.type !== 'CaseReopened');
  const delivered = at.type === 'ReferralDelivered' || known?.delivered === true;
  if (known !== null && known.closed === closed && known.delivered === delivered) return rows;
  return put(rows, 'audit_case', '', { case_id: at.caseId, closed, delivered });
}

/** Who did what, when and in what capacity; a correction stands beside what it corrects. */
export const auditProjection = defineProjection({
  name: 'audit_trail',
  version: 2,
  tables,
  fold: {},
  corrections: 'AS_EVENT',
  always: (rows, event, at) => {
    const row = {
      case_id: at.caseId,
      position: at.position,
      stream: at.stream,
      revision: at.revision,
      event_id: at.id,
      type: at.type,
      title: caseEvents[at.type].title,
      actor: at.by.actor,
      roles: at.by.roles,
      unit: at.by.unit,
      recorded_at: at.recordedAt,
      leaf: at.leaf,
      marks: marksOf(rows, at),
      outcome: outcomeOf(event),
      things: thingsOf(event),
      summary: summaryOf(event),
    };
    return caseAfter(put(rows, 'audit_trail', String(at.position), row), at);
  },
});

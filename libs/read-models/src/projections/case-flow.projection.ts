import type { Case, CaseEvent, Instant, StageName } from '#libs/domain';
import { defineTable, instant, json, orNull, text, uuid } from '../engine/columns.js';
import { type At, defineProjection, put, type Rows } from '../engine/projection.js';

/** A stay at a stage that has ended, and by what. */
export interface PassedStage {
  readonly stage: StageName;
  readonly to: StageName;
  readonly by: CaseEvent['type'];
  readonly leftAt: Instant;
  readonly ms: number;
}

/** How a case went through the stages: what time in stage and conformance are counted from. */
const caseFlow = defineTable({
  columns: {
    case_id: uuid(),
    stage: text<StageName>(),
    since: instant(),
    /** In order. */
    passed: json<readonly PassedStage[]>(),
    /** The last closing, while the case is closed. */
    closed_at: orNull(instant()),
  },
  id: null,
  indexes: ['(closed_at, case_id) WHERE closed_at IS NOT NULL'],
});

const tables = { case_flow: caseFlow };

const stageOf: { readonly [T in CaseEvent['type']]?: StageName } = {
  ReportFiled: 'REPORTED',
  ReviewSubmitted: 'SUPERVISOR_REVIEW',
  SubmissionWithdrawn: 'UNDER_INVESTIGATION',
  ReviewReturned: 'UNDER_INVESTIGATION',
  ReviewVoided: 'UNDER_INVESTIGATION',
  ReviewApproved: 'LEGAL_REVIEW',
  LegalReviewApproved: 'READY_FOR_REFERRAL',
  ReferralApproved: 'REFERRAL_APPROVED',
  ReferralDelivered: 'REFERRED',
  InvestigationResumed: 'UNDER_INVESTIGATION',
  CaseClosed: 'CLOSED',
  CaseReopened: 'UNDER_INVESTIGATION',
};

/** The stage after the event. The case list folds the same from its own rows; a test holds the two together. */
function stageAfter(stage: StageName | null, event: CaseEvent, state: Case | null): StageName | null {
  if (event.type === 'ReportFiled') return stage ?? 'REPORTED';
  if (event.type === 'CaseTriaged') return event.data.outcome === 'INVESTIGATE' ? 'UNDER_INVESTIGATION' : stage;
  if (event.type === 'ReferralWithdrawn') return state?.stage.name ?? stage;
  if (event.type === 'ProsecutorDecisionRecorded') {
    const { outcome, allDecided } = event.data;
    if (outcome === 'RETURNED') return stage === 'REFERRED' || stage === 'DECIDED' ? 'UNDER_INVESTIGATION' : stage;
    return allDecided && stage === 'REFERRED' ? 'DECIDED' : stage;
  }
  return stageOf[event.type] ?? stage;
}

function flow(rows: Rows<typeof tables>, event: CaseEvent, at: At): Rows<typeof tables> {
  const known = rows.case_flow.get('') ?? null;
  const stage = stageAfter(known?.stage ?? null, event, at.state);
  if (stage === null || stage === known?.stage) return rows;
  const left = known === null ? [] : [{ stage: known.stage, to: stage, by: event.type, leftAt: at.recordedAt, ms: Date.parse(at.recordedAt) - Date.parse(known.since) }];
  return put(rows, 'case_flow', '', {
    case_id: at.caseId,
    stage,
    since: at.recordedAt,
    passed: [...(known?.passed ?? []), ...left],
    closed_at: stage === 'CLOSED' ? at.recordedAt : null,
  });
}

export const caseFlowProjection = defineProjection({
  name: 'case_flow',
  version: 1,
  tables,
  fold: {},
  always: flow,
  // No stage and no time of recording can be corrected.
  corrections: 'AS_EVENT',
  stateOn: ['ReferralWithdrawn'],
});

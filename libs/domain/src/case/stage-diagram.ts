import type { CaseEventType } from './events.js';
import { closable, type StageName, underReview } from './stages.js';

/** A way from one stage to another: by which event. */
export interface StageMove {
  readonly from: StageName;
  readonly to: StageName;
  readonly by: CaseEventType;
}

const move = (from: StageName, to: StageName, by: CaseEventType): StageMove => ({ from, to, by });
const toInvestigation = (from: readonly StageName[], by: CaseEventType): readonly StageMove[] => from.map((stage) => move(stage, 'UNDER_INVESTIGATION', by));

/**
 * The stage diagram of domain.md, move by move. What cases really did is held against it; the deciders don't read it. A referral that is
 * withdrawn after its delivery, with none decided beside it, goes back to investigation (decision 2) and stands in no line of the diagram: it shows
 * as a move outside of it.
 */
export const stageDiagram: readonly StageMove[] = [
  move('REPORTED', 'UNDER_INVESTIGATION', 'CaseTriaged'),
  move('UNDER_INVESTIGATION', 'SUPERVISOR_REVIEW', 'ReviewSubmitted'),
  move('SUPERVISOR_REVIEW', 'LEGAL_REVIEW', 'ReviewApproved'),
  move('LEGAL_REVIEW', 'READY_FOR_REFERRAL', 'LegalReviewApproved'),
  move('READY_FOR_REFERRAL', 'REFERRAL_APPROVED', 'ReferralApproved'),
  move('REFERRAL_APPROVED', 'REFERRED', 'ReferralDelivered'),
  move('REFERRED', 'DECIDED', 'ProsecutorDecisionRecorded'),
  // All that is left is decided, once an undecided one is withdrawn.
  move('REFERRED', 'DECIDED', 'ReferralWithdrawn'),
  ...toInvestigation(['SUPERVISOR_REVIEW', 'LEGAL_REVIEW', 'READY_FOR_REFERRAL'], 'ReviewReturned'),
  ...toInvestigation(underReview, 'SubmissionWithdrawn'),
  ...toInvestigation(underReview, 'ReviewVoided'),
  move('REFERRAL_APPROVED', 'UNDER_INVESTIGATION', 'ReferralWithdrawn'),
  ...toInvestigation(['REFERRED', 'DECIDED'], 'ProsecutorDecisionRecorded'),
  ...toInvestigation(['REFERRED', 'DECIDED'], 'InvestigationResumed'),
  ...closable.map((from) => move(from, 'CLOSED', 'CaseClosed')),
  move('CLOSED', 'UNDER_INVESTIGATION', 'CaseReopened'),
];

/** Texts of a move, as a key. */
export const moveKey = ({ from, to, by }: StageMove): string => `${from}>${to}>${by}`;

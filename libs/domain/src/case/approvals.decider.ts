import type { Actor, Role } from '../kernel/actor.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import { immunityGaps, pairsOf, standingViolations } from './allegation-pairs.js';
import { isBlank } from './checks.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue, CaseEventMeta } from './events.js';
import { backToInvestigation } from './referrals.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import type { ReviewCommands } from './review.commands.js';
import type { reviewEvents } from './review.events.js';
import { barredFromApproving, hasApproved } from './separate-hands.js';
import type { StageName } from './stages.js';
import type { Case, Signature } from './state.js';
import { submissionGaps } from './submission-gaps.js';
import type { Binding } from './values.js';

type ApprovalCommands = Pick<
  ReviewCommands,
  'submitForReview' | 'withdrawSubmission' | 'returnForWork' | 'escalateReview' | 'appointApprover' | 'approveReview' | 'approveLegally'
>;

type ApprovalEvents = Pick<
  typeof reviewEvents,
  | 'ReviewSubmitted'
  | 'SubmissionWithdrawn'
  | 'ReviewReturned'
  | 'ReviewEscalated'
  | 'ApproverAppointed'
  | 'ReviewApproved'
  | 'LegalReviewApproved'
  | 'ReviewVoided'
>;

/** Whose stage of review it is. */
const reviewers = {
  SUPERVISOR_REVIEW: 'SUPERVISOR',
  LEGAL_REVIEW: 'LEGAL',
  READY_FOR_REFERRAL: 'REFERRAL_AUTHORITY',
} as const satisfies Partial<Record<StageName, Role>>;

export const decideApprovals: DecideTable<CaseCatalogue, ApprovalCommands, Case, CaseContext, RefusalCode> = {
  submitForReview: ({ note }, state) => {
    const gaps = submissionGaps(state);
    if (gaps.length > 0) return refuse('GAPS', `The case can't be reviewed yet: ${gaps.map((gap) => gap.message).join(' ')}`, gaps);
    return [{ type: 'ReviewSubmitted', data: { binds: state.material, note } }];
  },

  withdrawSubmission: ({ reason }) => {
    if (isBlank(reason)) return refuse('NO_REASON', 'Say why the submission is withdrawn.');
    return [{ type: 'SubmissionWithdrawn', data: { reason } }];
  },

  returnForWork: ({ reason }, state, { actor }) => {
    const { stage } = state;
    if (stage.name !== 'SUPERVISOR_REVIEW' && stage.name !== 'LEGAL_REVIEW' && stage.name !== 'READY_FOR_REFERRAL') {
      return refuse('STAGE_NOT_ALLOWED', `There is no review to return at ${stage.name}.`);
    }
    const reviewer = reviewers[stage.name];
    if (!actor.roles.includes(reviewer)) return refuse('NOT_OWN_STAGE', `At ${stage.name} it is for ${reviewer} to return the case.`);
    const escalated = refuseEscalated(state, actor);
    if (escalated !== null) return escalated;
    if (isBlank(reason)) return refuse('NO_REASON', 'Say what the case is returned for.');
    return [{ type: 'ReviewReturned', data: { stage: stage.name, reason } }];
  },

  escalateReview: ({ to, reason }, state, { actor }) => {
    if (to === actor.actor) return refuse('ONESELF', 'A review is escalated to somebody else.');
    const barred = barredFromApproving(state, to);
    if (barred !== null) return refuse('TARGET_BARRED', `${to} ${barred}. Escalate to a supervisor who had nothing to do with it.`);
    if (state.stage.name === 'SUPERVISOR_REVIEW' && state.stage.escalatedTo === to) return [];
    return [{ type: 'ReviewEscalated', data: { to, reason } }];
  },

  appointApprover: ({ person, approval, unit, reason }, state, { actor }) => {
    if (person === actor.actor) return refuse('ONESELF', 'Nobody appoints themselves to approve.');
    const barred = barredFromGiving(state, person);
    if (barred !== null) return refuse('TARGET_BARRED', `${person} ${barred}. Appoint somebody who had nothing to do with the case.`);
    if (isBlank(unit) || isBlank(reason)) return refuse('NO_REASON', 'Say from which unit the approver comes, and why the own unit lacks one.');
    if (state.appointed.some((given) => given.person === person && given.approval === approval && given.unit === unit)) return [];
    return [{ type: 'ApproverAppointed', data: { person, approval, unit, reason } }];
  },

  approveReview: ({ note }, state, { actor }) => {
    const refused = refuseBarred(state, actor) ?? refuseEscalated(state, actor);
    if (refused !== null) return refused;
    return [{ type: 'ReviewApproved', data: { binds: state.material, note } }];
  },

  approveLegally: ({ note }, state, { actor }) => {
    const refused = refuseBarred(state, actor);
    if (refused !== null) return refused;
    if (state.hands.assessedImmunity.has(actor.actor)) {
      return refuse('BARRED', 'You wrote an immunity assessment on this case: another lawyer gives the legal approval.');
    }
    const gaps = immunityGaps(state, pairsOf(standingViolations(state)));
    if (gaps.length > 0) return refuse('IMMUNITY_MISSING', gaps.map((gap) => gap.message).join(' '), gaps);
    return [{ type: 'LegalReviewApproved', data: { binds: state.material, note } }];
  },
};

export const evolveApprovals: EvolveTable<ApprovalEvents, Case, Actor> = {
  ReviewSubmitted: (state, { binds }, meta) => ({
    ...state,
    // A new submission takes in the assessments that an earlier legal review made: from here on they are bound by all.
    materialBeforeLegal: state.material,
    stage: { name: 'SUPERVISOR_REVIEW', submission: sign(binds, meta), escalatedTo: null },
  }),
  SubmissionWithdrawn: (state) => backToInvestigation(state),
  ReviewReturned: (state) => backToInvestigation(state),
  ReviewVoided: (state) => backToInvestigation(state),
  ReviewEscalated: (state, { to }) =>
    state.stage.name === 'SUPERVISOR_REVIEW' ? { ...state, stage: { ...state.stage, escalatedTo: to } } : state,
  ApproverAppointed: (state, { person, approval, unit }) => ({ ...state, appointed: [...state.appointed, { person, approval, unit }] }),
  ReviewApproved: (state, { binds }, meta) => {
    if (state.stage.name !== 'SUPERVISOR_REVIEW') return state;
    return { ...state, stage: { name: 'LEGAL_REVIEW', submission: state.stage.submission, supervisor: sign(binds, meta) } };
  },
  LegalReviewApproved: (state, { binds }, meta) => {
    if (state.stage.name !== 'LEGAL_REVIEW') return state;
    return { ...state, stage: { ...state.stage, name: 'READY_FOR_REFERRAL', legal: sign(binds, meta) } };
  },
};

export function sign(binds: Binding, meta: CaseEventMeta): Signature {
  return { by: meta.by.actor, at: meta.recordedAt, event: meta.id, binds };
}

/** Why a person can't give one of the three approvals of the running review. */
function barredFromGiving(state: Case, person: Actor['actor']): string | null {
  return barredFromApproving(state, person) ?? (hasApproved(state, person) ? 'has given another approval of this review' : null);
}

export function refuseBarred(state: Case, { actor }: Actor): CaseRefusal | null {
  const barred = barredFromGiving(state, actor);
  return barred === null ? null : refuse('BARRED', `You can't approve: ${actor} ${barred}. Somebody else must; appoint an approver if the unit has none.`);
}

/** An escalated review is decided by the one to whom it was escalated, until it is escalated further. */
function refuseEscalated({ stage }: Case, { actor }: Actor): CaseRefusal | null {
  if (stage.name !== 'SUPERVISOR_REVIEW' || stage.escalatedTo === null || stage.escalatedTo === actor) return null;
  return refuse('ESCALATED', `This review was escalated to ${stage.escalatedTo}, who decides it.`);
}

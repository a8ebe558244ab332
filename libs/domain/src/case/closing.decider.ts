import type { Actor } from '../kernel/actor.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import { standingViolations } from './allegation-pairs.js';
import { isBlank } from './checks.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import { holdAgain } from './footage.decider.js';
import { undecidedReferrals, voidUndelivered } from './referrals.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import type { ReviewCommands } from './review.commands.js';
import type { reviewEvents } from './review.events.js';
import { barredFromApproving } from './separate-hands.js';
import type { Case } from './state.js';

type ClosingCommands = Pick<ReviewCommands, 'resumeInvestigation' | 'proposeClosing' | 'closeCase' | 'reopenCase'>;
type ClosingEvents = Pick<typeof reviewEvents, 'InvestigationResumed' | 'ClosingProposed' | 'CaseClosed' | 'CaseReopened'>;

export const decideClosing: DecideTable<CaseCatalogue, ClosingCommands, Case, CaseContext, RefusalCode> = {
  resumeInvestigation: ({ reason }) => {
    if (isBlank(reason)) return refuse('NO_REASON', 'Say why the investigation is resumed.');
    return [{ type: 'InvestigationResumed', data: { reason } }];
  },

  proposeClosing: ({ disposition, reason, duplicateOf }, state) => {
    if (disposition === null) return refuse('NO_DISPOSITION', 'Say with which disposition the case is to be closed.');
    if (reason === null || isBlank(reason)) return refuse('NO_REASON', 'Say why the case is to be closed.');
    if (disposition === 'DUPLICATE_OF' && duplicateOf === null) return refuse('NO_DISPOSITION', 'Name the case of which this is a duplicate.');
    if (disposition !== 'DUPLICATE_OF' && duplicateOf !== null) {
      return refuse('NO_DISPOSITION', `Another case is named with DUPLICATE_OF alone, not with ${disposition}.`);
    }
    if (duplicateOf === state.id) return refuse('LINK_TO_ITSELF', 'A case is no duplicate of itself.');
    const proposed = state.closingProposed;
    // Proposed again by somebody else it stays the first one's proposal: else that one could close what they had proposed.
    if (proposed?.disposition === disposition && proposed.duplicateOf === duplicateOf) return [];
    return [{ type: 'ClosingProposed', data: { disposition, reason, duplicateOf } }];
  },

  closeCase: ({ reason }, state, context) => {
    const proposed = state.closingProposed;
    if (proposed === null) return refuse('NOT_PROPOSED', 'Nobody has proposed to close this case.');
    const refused = refuseCloser(state, context.actor) ?? refuseUndecided(state, context);
    if (refused !== null) return refused;
    if (isBlank(reason)) return refuse('NO_REASON', 'Say why the case is closed.');
    return [{ type: 'CaseClosed', data: { disposition: proposed.disposition, reason, duplicateOf: proposed.duplicateOf } }];
  },

  reopenCase: ({ reason }, state, context) => {
    if (isBlank(reason)) return refuse('NO_REASON', 'Say why the case is reopened.');
    return [{ type: 'CaseReopened', data: { reason } }, ...holdAgain(state, context)];
  },
};

export const evolveClosing: EvolveTable<ClosingEvents, Case, Actor> = {
  // Delivered referrals stay open.
  InvestigationResumed: (state) => ({ ...state, stage: { name: 'UNDER_INVESTIGATION' } }),
  ClosingProposed: (state, { disposition, duplicateOf }, meta) => ({
    ...state,
    closingProposed: { disposition, by: meta.by.actor, duplicateOf },
  }),
  CaseClosed: (state, { disposition }, meta) => ({
    ...voidUndelivered(state),
    stage: { name: 'CLOSED', disposition, at: meta.recordedAt },
  }),
  CaseReopened: (state) => ({ ...state, stage: { name: 'UNDER_INVESTIGATION' }, closingProposed: null }),
};

/** Whoever proposed, filed or worked on it closes nothing; nor does a witness, or a party to an outside contact, who could approve nothing. */
function refuseCloser(state: Case, { actor, roles }: Actor): CaseRefusal | null {
  if (state.closingProposed?.by === actor) return refuse('BARRED', 'You proposed to close this case: somebody else closes it.');
  const barred = barredFromApproving(state, actor);
  if (barred !== null) return refuse('BARRED', `You can't close this case: ${actor} ${barred}.`);
  const closer = standingViolations(state).length > 0 ? 'LEGAL' : 'SUPERVISOR';
  if (roles.includes(closer)) return null;
  const why = closer === 'LEGAL' ? 'a violation stands' : 'no violation stands';
  return refuse('ROLE_NOT_ALLOWED', `While ${why} on it, a case is closed by ${closer}.`);
}

function refuseUndecided(state: Case, { policy }: CaseContext): CaseRefusal | null {
  const undecided = undecidedReferrals(state);
  const isWithoutDecision = state.closingProposed?.disposition === 'REFERRED_NO_DECISION';
  if (undecided.length === 0) {
    return isWithoutDecision ? refuse('NO_DISPOSITION', 'No referral is without a decision: propose what was decided.') : null;
  }
  const ids = undecided.map((referral) => referral.id).join(', ');
  if (!isWithoutDecision) return refuse('REFERRAL_UNDECIDED', `The prosecutor has not decided on ${ids}: withdraw it, or wait for the decision.`);
  const followUps = policy.followUpsBeforeClosing.value;
  const isGivenUp = undecided.every((referral) => referral.receipt === 'RECEIPT_REFUSED' || referral.unansweredFollowUps >= followUps);
  if (isGivenUp) return null;
  return refuse('REFERRAL_UNDECIDED', `Without a decision on ${ids} the case closes after a refused receipt, or ${followUps} unanswered follow-ups.`);
}

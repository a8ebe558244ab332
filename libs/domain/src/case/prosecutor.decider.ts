import type { Actor } from '../kernel/actor.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import { isSamePair } from './allegation-pairs.js';
import { isBlank, refuseFuture } from './checks.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import { awaitedPairs, changeReferral, isAllDecidedBy, wasDelivered } from './referrals.js';
import { refuse, type RefusalCode } from './refusals.js';
import type { ReviewCommands } from './review.commands.js';
import type { reviewEvents } from './review.events.js';
import type { Case } from './state.js';

/** What comes back from the addressee, and what is told to one before. */
type ProsecutorCommands = Pick<ReviewCommands, 'recordReferralReceipt' | 'recordFollowUp' | 'recordProsecutorDecision' | 'notifyProsecutor'>;
type ProsecutorEvents = Pick<
  typeof reviewEvents,
  'ReferralReceiptRecorded' | 'FollowUpRecorded' | 'ProsecutorDecisionRecorded' | 'ProsecutorNotified'
>;

export const decideProsecutor: DecideTable<CaseCatalogue, ProsecutorCommands, Case, CaseContext, RefusalCode> = {
  recordReferralReceipt: ({ referral: id, outcome, at, note }, state, context) => {
    const referral = state.referrals.get(id);
    if (referral === undefined) return refuse('REFERRAL_UNKNOWN', `No referral ${id} is on this case.`);
    if (!wasDelivered(referral)) return refuse('NOT_DELIVERED', `Referral ${id} was not delivered.`);
    const future = refuseFuture(context.now, { 'The receipt': at });
    if (future !== null) return future;
    if (referral.receipt === outcome) return [];
    return [{ type: 'ReferralReceiptRecorded', data: { referral: id, outcome, at: at ?? context.now, note } }];
  },

  recordFollowUp: ({ referral: id, to, answer, at }, state, context) => {
    const referral = state.referrals.get(id);
    if (referral === undefined) return refuse('REFERRAL_UNKNOWN', `No referral ${id} is on this case.`);
    if (awaitedPairs(referral).length === 0) return refuse('NOTHING_OPEN', `No decision on referral ${id} is awaited.`);
    if (isBlank(to)) return refuse('NO_ADDRESSEE', 'Say with whom you followed up.');
    const future = refuseFuture(context.now, { 'The follow-up': at });
    if (future !== null) return future;
    const asked = { referral: id, to, answer: isBlank(answer) ? null : answer, at: at ?? context.now };
    const isRecorded = state.facts.find(
      ({ type, data }) =>
        type === 'FollowUpRecorded' && data.referral === id && data.to === to && data.at === asked.at && data.answer === asked.answer,
    );
    return isRecorded !== undefined ? [] : [{ type: 'FollowUpRecorded', data: asked }];
  },

  recordProsecutorDecision: ({ referral: id, pair, outcome, reference, decidedAt }, state, context) => {
    const referral = state.referrals.get(id);
    if (referral === undefined) return refuse('REFERRAL_UNKNOWN', `No referral ${id} is on this case.`);
    if (!wasDelivered(referral)) return refuse('NOT_DELIVERED', `Referral ${id} was not delivered.`);
    if (!referral.pairs.some((referred) => isSamePair(referred, pair))) {
      return refuse('PAIR_NOT_REFERRED', `Referral ${id} does not cover violation ${pair.violation} with agent ${pair.agent}.`);
    }
    const future = refuseFuture(context.now, { 'The decision': decidedAt });
    if (future !== null) return future;
    const last = referral.decisions.filter((decision) => isSamePair(decision.pair, pair)).at(-1);
    const isRepeat = last?.outcome === outcome && last.reference === reference && (decidedAt === null || decidedAt === last.at);
    if (isRepeat) return [];
    const allDecided = outcome !== 'RETURNED' && isAllDecidedBy(state, id, { pair, outcome });
    return [
      { type: 'ProsecutorDecisionRecorded', data: { referral: id, pair, outcome, reference, decidedAt: decidedAt ?? context.now, allDecided } },
    ];
  },

  notifyProsecutor: ({ office, reason, at }, state, context) => {
    if (isBlank(office)) return refuse('NO_ADDRESSEE', "Say which prosecutor's office was told.");
    if (isBlank(reason)) return refuse('NO_REASON', 'Say why the prosecutor was told early.');
    const future = refuseFuture(context.now, { 'The notice': at });
    if (future !== null) return future;
    const told = { office, reason, at: at ?? context.now };
    const isRecorded = state.facts.find(({ type, data }) => type === 'ProsecutorNotified' && data.office === office && data.at === told.at);
    return isRecorded !== undefined ? [] : [{ type: 'ProsecutorNotified', data: told }];
  },
};

export const evolveProsecutor: EvolveTable<ProsecutorEvents, Case, Actor> = {
  ReferralReceiptRecorded: (state, { referral, outcome }) => changeReferral(state, referral, (found) => ({ ...found, receipt: outcome })),
  FollowUpRecorded: (state, { referral, answer }) =>
    changeReferral(state, referral, (found) => ({ ...found, unansweredFollowUps: answer === null ? found.unansweredFollowUps + 1 : 0 })),
  ProsecutorDecisionRecorded: (state, { referral, pair, outcome, reference, decidedAt, allDecided }, meta) => {
    const decision = { pair, outcome, reference, event: meta.id, at: decidedAt };
    const decided = changeReferral(state, referral, (found) => ({ ...found, decisions: [...found.decisions, decision] }));
    const { name } = state.stage;
    // A review that runs again, or a closed case, is not moved by what comes back from an earlier referral.
    if (outcome === 'RETURNED') return name === 'REFERRED' || name === 'DECIDED' ? { ...decided, stage: { name: 'UNDER_INVESTIGATION' } } : decided;
    return allDecided && name === 'REFERRED' ? { ...decided, stage: { name: 'DECIDED' } } : decided;
  },
  // Early notice carries no packet and moves no stage; it stands in the facts.
  ProsecutorNotified: (state) => state,
};

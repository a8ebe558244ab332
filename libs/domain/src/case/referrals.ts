import { withEntry } from '../kernel/collections.js';
import type { AgentId, ReferralId, ViolationId } from '../kernel/ids.js';
import { isSamePair } from './allegation-pairs.js';
import type { Case, ReferralDecision, ReferralState } from './state.js';
import type { ProsecutorOutcome, ViolationAgentPair } from './values.js';

/** Whether a decision of the prosecutor ends the wait for one. */
export const isFinalOutcome: Readonly<Record<ProsecutorOutcome, boolean>> = {
  CHARGES_APPROVED: true,
  CHARGES_REJECTED: true,
  CONTINUED_INVESTIGATION: false,
  RETURNED: false,
};

/** The pairs that a referral of these violations and agents covers: an agent is referred for what is alleged of them alone. */
export function coveredPairs(
  state: Case,
  { violations, agents }: { readonly violations: readonly ViolationId[]; readonly agents: readonly AgentId[] },
): readonly ViolationAgentPair[] {
  return violations.flatMap((violation) =>
    (state.violations.get(violation)?.agents ?? []).filter((agent) => agents.includes(agent)).map((agent) => ({ violation, agent })),
  );
}

/** Whether the addressee holds a packet of it: also one that was withdrawn later. */
export function wasDelivered(referral: ReferralState): boolean {
  return referral.packetSha256 !== null;
}

/** Pairs on which the prosecutor has not finally decided, and which they have not given back by their last decision (then the city has them again). */
export function awaitedPairs(referral: ReferralState): readonly ViolationAgentPair[] {
  return referral.status === 'DELIVERED' ? pairsAwaitedAfter(referral, referral.decisions) : [];
}

type Outcome = Pick<ReferralDecision, 'pair' | 'outcome'>;

function pairsAwaitedAfter(referral: ReferralState, decisions: readonly Outcome[]): readonly ViolationAgentPair[] {
  return referral.pairs.filter((pair) => {
    const ofPair = decisions.filter((decision) => isSamePair(decision.pair, pair));
    return !ofPair.some((decision) => isFinalOutcome[decision.outcome]) && ofPair.at(-1)?.outcome !== 'RETURNED';
  });
}

/** Delivered referrals on which something is still awaited. */
export function undecidedReferrals(state: Case): readonly ReferralState[] {
  return [...state.referrals.values()].filter((referral) => awaitedPairs(referral).length > 0);
}

export function isAllDecided(state: Case): boolean {
  return undecidedReferrals(state).length === 0;
}

/** The same, were this decision on the referral recorded. */
export function isAllDecidedBy(state: Case, id: ReferralId, decision: Outcome): boolean {
  return undecidedReferrals(state).every(
    (referral) => referral.id === id && pairsAwaitedAfter(referral, [...referral.decisions, decision]).length === 0,
  );
}

/** Back to the investigator from any stage of review. An approved referral that was not delivered falls with the approvals. */
export function backToInvestigation(state: Case): Case {
  return { ...voidUndelivered(state), stage: { name: 'UNDER_INVESTIGATION' } };
}

export function voidUndelivered(state: Case): Case {
  if (state.stage.name !== 'REFERRAL_APPROVED') return state;
  return changeReferral(state, state.stage.referral, (referral) => ({ ...referral, status: 'VOIDED' }));
}

export function changeReferral(state: Case, id: ReferralId, change: (referral: ReferralState) => ReferralState): Case {
  const referral = state.referrals.get(id);
  return referral === undefined ? state : { ...state, referrals: withEntry(state.referrals, id, change(referral)) };
}

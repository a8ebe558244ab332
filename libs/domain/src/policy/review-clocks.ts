import { awaitedPairs } from '../case/referrals.js';
import type { StageName } from '../case/stages.js';
import type { ReferralState } from '../case/state.js';
import type { ClockView, WantedClock } from './clocks.js';
import type { ClockName } from './policy.js';
import { dueAfter } from './spans.js';

type ReviewClock = Extract<ClockName, 'SUPERVISOR_REVIEW' | 'LEGAL_REVIEW' | 'REFERRAL_REVIEW'>;

/** Each stage of review has its clock; it starts with the stage and ends with it. Escalating changes neither. */
const clockOfStage = {
  SUPERVISOR_REVIEW: { clock: 'SUPERVISOR_REVIEW', fromWhat: 'when it was submitted for review' },
  LEGAL_REVIEW: { clock: 'LEGAL_REVIEW', fromWhat: 'when the supervisor approved' },
  READY_FOR_REFERRAL: { clock: 'REFERRAL_REVIEW', fromWhat: 'when legal review approved' },
  REPORTED: null,
  UNDER_INVESTIGATION: null,
  REFERRAL_APPROVED: null,
  REFERRED: null,
  DECIDED: null,
  CLOSED: null,
} as const satisfies Record<StageName, { readonly clock: ReviewClock; readonly fromWhat: string } | null>;

/** The clocks of review, delivery, receipt and the prosecutor's decision. */
export function reviewClocks(view: ClockView): readonly WantedClock[] {
  return [...stageClock(view), ...delivery(view), ...afterDelivery(view)];
}

function stageClock({ state, policy }: ClockView): readonly WantedClock[] {
  const review = clockOfStage[state.stage.name];
  if (review === null) return [];
  return [{ ...review, subjectKind: 'CASE', subject: null, from: null, anew: false, due: dueAfter(policy.clocks[review.clock], policy) }];
}

function delivery({ state, policy }: ClockView): readonly WantedClock[] {
  if (state.stage.name !== 'REFERRAL_APPROVED') return [];
  const fromWhat = 'when the referral was approved';
  const due = dueAfter(policy.clocks.DELIVERY, policy);
  return [{ clock: 'DELIVERY', subjectKind: 'REFERRAL', subject: state.stage.referral, from: null, fromWhat, anew: false, due }];
}

function afterDelivery({ state, policy, event }: ClockView): readonly WantedClock[] {
  // A case closes with an open referral only where nothing more is awaited of the prosecutor.
  if (state.stage.name === 'CLOSED') return [];
  return [...state.referrals.values()].flatMap((referral): readonly WantedClock[] => {
    if (referral.status !== 'DELIVERED') return [];
    const ofReferral = { subjectKind: 'REFERRAL', subject: referral.id, from: null } as const;
    const receipt: WantedClock = {
      ...ofReferral,
      clock: 'RECEIPT',
      fromWhat: 'when the referral was delivered',
      anew: false,
      due: dueAfter(policy.clocks.RECEIPT, policy),
    };
    const followUp: WantedClock = {
      ...ofReferral,
      clock: 'PROSECUTOR_FOLLOW_UP',
      fromWhat: 'when it was delivered, last followed up or last due',
      anew: isFollowedUp(event, referral),
      due: dueAfter(policy.clocks.PROSECUTOR_FOLLOW_UP, policy),
    };
    return [...(referral.receipt === null ? [receipt] : []), ...(awaitedPairs(referral).length > 0 ? [followUp] : [])];
  });
}

/** Repeating: each follow-up, and each one missed, begins the next count. */
function isFollowedUp(event: ClockView['event'], { id }: ReferralState): boolean {
  if (event.type === 'FollowUpRecorded') return event.data.referral === id;
  return event.type === 'DeadlineMissed' && event.data.clock === 'PROSECUTOR_FOLLOW_UP' && event.data.subject === id;
}

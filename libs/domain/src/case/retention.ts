import type { Gap } from '../kernel/decider.js';
import type { Instant } from '../kernel/time.types.js';
import { addSpan } from '../policy/calendar.js';
import { latestEndOfLimitation } from '../policy/limitation.js';
import type { CaseContext } from './context.js';
import { awaitedPairs } from './referrals.js';
import type { Case, CourtOrderState, FootageState } from './state.js';

/** Everything for which a recording must still be kept, though its hold is said to have run its time. Empty: nothing. */
export function whyHeld(item: FootageState, state: Case, { now, policy }: CaseContext): readonly Gap[] {
  const gaps: Gap[] = [];
  if (state.stage.name !== 'CLOSED') gaps.push({ code: 'CASE_NOT_CLOSED', message: 'The case is not closed.', about: state.id });
  if (item.hold !== null) {
    const keptUntil = addSpan(item.hold.flaggedAt, policy.flaggedRetention.value, policy);
    if (now < keptUntil) gaps.push({ code: 'FLAG_RUNS', message: `It was flagged, and is kept until ${keptUntil} at the least.`, about: item.id });
  }
  gaps.push(...runningLimitations(state, now, policy), ...referralGaps(state));
  for (const order of state.courtOrders.values()) {
    if (!orderPreserves(order, item, state)) continue;
    gaps.push({ code: 'PRESERVE_ORDER', message: `The order ${order.number} of ${order.court} preserves it.`, about: order.id });
  }
  return gaps;
}

function runningLimitations(state: Case, now: Instant, policy: CaseContext['policy']): readonly Gap[] {
  const latest = latestOccurrence(state);
  return [...state.violations.values()].flatMap((violation) => {
    if (violation.withdrawn) return [];
    const end = latestEndOfLimitation(violation, latest, policy);
    if (end !== null && end <= now) return [];
    const until = end === null ? 'may have no end' : `may run until ${end}`;
    return [{ code: 'LIMITATION_RUNS', message: `The limitation of ${violation.citation} ${until}.`, about: violation.id }];
  });
}

export function referralGaps(state: Case): readonly Gap[] {
  return [...state.referrals.values()].flatMap((referral): Gap[] => {
    if (referral.status !== 'APPROVED' && referral.status !== 'DELIVERED') return [];
    if (referral.status === 'APPROVED' || awaitedPairs(referral).length > 0) {
      return [{ code: 'REFERRAL_OPEN', message: `The referral to ${referral.addressee} is open.`, about: referral.id }];
    }
    const charged = referral.decisions.some((decision) => decision.outcome === 'CHARGES_APPROVED');
    // 50 ILCS 706/10-20(a)(7): used in a proceeding, it is kept until final disposition and a court's order.
    return charged ? [{ code: 'PROCEEDING', message: 'Charges were approved: a court orders the release.', about: referral.id }] : [];
  });
}

/** The last time at which the incident can have been: where a report does not say, it was before that report. */
function latestOccurrence(state: Case): Instant {
  const times = [...state.reports.values()].map((report) => report.occurredAt.latest ?? report.occurredAt.earliest ?? report.reportedAt);
  return times.reduce((last, time) => (time > last ? time : last), times[0] ?? state.openedAt);
}

/**
 * Whether a standing order to preserve covers the recording: it names no subject (the whole case), or names it. Words that are no
 * id of this case may well mean it, so they count; only orders about other items of the case alone don't.
 */
export function orderPreserves(order: CourtOrderState, item: FootageState, state: Case): boolean {
  if (order.ended || order.kind !== 'PRESERVE') return false;
  const others: ReadonlySet<string> = new Set([...state.footage.keys(), ...state.exhibits.keys()].filter((id) => id !== item.id));
  return order.subjects.length === 0 || order.subjects.some((subject) => !others.has(subject));
}

/** Whether an order to release covers the recording, by its id or its reference at the source; without subjects it covers all. */
export function orderReleases(order: CourtOrderState, item: FootageState): boolean {
  if (order.ended || order.kind !== 'RELEASE') return false;
  return order.subjects.length === 0 || order.subjects.some((subject) => subject === item.id || subject === item.sourceReference);
}

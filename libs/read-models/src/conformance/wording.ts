import type { CaseEventType, StageName } from '#libs/domain';
import type { Quantiles } from '../counters/histogram.js';
import type { MoveCount } from './conformance.js';

export const stageWords = {
  REPORTED: 'Reported',
  UNDER_INVESTIGATION: 'Under investigation',
  SUPERVISOR_REVIEW: 'Supervisor review',
  LEGAL_REVIEW: 'Legal review',
  READY_FOR_REFERRAL: 'Ready for referral',
  REFERRAL_APPROVED: 'Referral approved',
  REFERRED: 'Referred',
  DECIDED: 'Decided',
  CLOSED: 'Closed',
} as const satisfies Record<StageName, string>;

const moveWords: Readonly<Partial<Record<CaseEventType, string>>> = {
  CaseTriaged: 'triaged',
  ReviewSubmitted: 'submitted',
  ReviewApproved: 'approved',
  LegalReviewApproved: 'approved',
  ReferralApproved: 'referral approved',
  ReferralDelivered: 'delivered',
  ReviewReturned: 'returned',
  SubmissionWithdrawn: 'submission withdrawn',
  ReviewVoided: 'review voided',
  ReferralWithdrawn: 'referral withdrawn',
  InvestigationResumed: 'resumed',
  CaseClosed: 'closed',
  CaseReopened: 'reopened',
};

/** What happened, in a word or two. */
export function wordOf({ by, to }: Pick<MoveCount, 'by' | 'to'>): string {
  if (by === 'ProsecutorDecisionRecorded') return to === 'DECIDED' ? 'all decided' : 'prosecutor returned';
  return moveWords[by] ?? by;
}

/** `12,345`, the same on every machine. */
export const grouped = (n: number): string => String(n).replaceAll(/\B(?=(\d{3})+$)/g, ',');

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** `45 min`, `7.5 h`, `12 d`: as exact as the kept durations are. */
export function duration(ms: number): string {
  if (ms < hourMs) return `${Math.max(1, Math.round(ms / minuteMs))} min`;
  const [n, unit] = ms < 2 * dayMs ? [ms / hourMs, 'h'] : [ms / dayMs, 'd'];
  return `${n < 10 ? Math.round(n * 10) / 10 : grouped(Math.round(n))} ${unit}`;
}

/** The median and the ninetieth percentile, `12 d, p90 34 d`; nothing where there is none. */
export const times = (quantiles: Quantiles | null): string =>
  quantiles === null || quantiles.medianMs === null || quantiles.p90Ms === null ? '' : `${duration(quantiles.medianMs)}, p90 ${duration(quantiles.p90Ms)}`;

/** `1,234`, `never`, or what is said of a number that is not shown. */
export function often({ count, allowed }: Pick<MoveCount, 'count' | 'allowed'>): string {
  if (count === null) return 'too few to show';
  return count === 0 && allowed ? 'never' : `${grouped(count)} ×`;
}

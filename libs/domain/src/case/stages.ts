/** The stages of a case and what may be done in each (domain.md, 'The stages of a case'). */
export const stages = [
  'REPORTED',
  'UNDER_INVESTIGATION',
  'SUPERVISOR_REVIEW',
  'LEGAL_REVIEW',
  'READY_FOR_REFERRAL',
  'REFERRAL_APPROVED',
  'REFERRED',
  'DECIDED',
  'CLOSED',
] as const;
export type StageName = (typeof stages)[number];

export const anyStage: readonly StageName[] = stages;
export const notClosed: readonly StageName[] = stages.filter((stage) => stage !== 'CLOSED');
export const alleging: readonly StageName[] = ['REPORTED', 'UNDER_INVESTIGATION'];
/** Between submission and delivery: here a material action voids the review. */
export const underReview: readonly StageName[] = ['SUPERVISOR_REVIEW', 'LEGAL_REVIEW', 'READY_FOR_REFERRAL', 'REFERRAL_APPROVED'];
/** A case whose referral is out is resumed before it is closed. */
export const closable: readonly StageName[] = notClosed.filter((stage) => stage !== 'REFERRED');

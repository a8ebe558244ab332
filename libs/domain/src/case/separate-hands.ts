import type { UserId } from '../kernel/ids.js';
import type { Approval } from './values.js';
import type { Case, Signature } from './state.js';

/**
 * Why a person may approve nothing on a case (domain.md, 'Separate hands'), or null. Rules compare persons, not roles.
 */
export function barredFromApproving(state: Case, person: UserId): string | null {
  const { hands } = state;
  if (hands.filed.has(person)) return 'filed a report on this case';
  if (hands.workedOn.has(person)) return 'worked on this case';
  if (hands.witnessed.has(person)) return 'is a witness of this case';
  if (hands.recused.has(person)) return 'is recused from this case';
  if (hands.contacted.has(person)) return 'was party to an outside contact about this case';
  return null;
}

/** Why a person can't be the investigator of a case: recused, party to an outside contact, or an approver of the running review. */
export function barredFromInvestigating(state: Case, person: UserId): string | null {
  if (state.hands.recused.has(person)) return 'is recused from this case';
  if (state.hands.contacted.has(person)) return 'was party to an outside contact about this case';
  if (standingApprovals(state).some((given) => given.by === person)) return 'has approved this case';
  return null;
}

/** The approvals of the running review, in the order in which they were given. */
export function standingApprovals(state: Case): readonly (Signature & { readonly approval: Approval })[] {
  const { stage } = state;
  switch (stage.name) {
    case 'LEGAL_REVIEW':
      return [{ ...stage.supervisor, approval: 'SUPERVISOR' }];
    case 'READY_FOR_REFERRAL':
      return [
        { ...stage.supervisor, approval: 'SUPERVISOR' },
        { ...stage.legal, approval: 'LEGAL' },
      ];
    case 'REFERRAL_APPROVED':
      return [
        { ...stage.supervisor, approval: 'SUPERVISOR' },
        { ...stage.legal, approval: 'LEGAL' },
        { ...stage.authority, approval: 'REFERRAL' },
      ];
    case 'REPORTED':
    case 'UNDER_INVESTIGATION':
    case 'SUPERVISOR_REVIEW':
    case 'REFERRED':
    case 'DECIDED':
    case 'CLOSED':
      return [];
  }
}

/** Whether a person already gave one of the three approvals of the running review: nobody gives two. */
export function hasApproved(state: Case, person: UserId): boolean {
  return standingApprovals(state).some((given) => given.by === person);
}

/** What was submitted, while a review runs. */
export function submissionOf(state: Case): Signature | null {
  return 'submission' in state.stage ? state.stage.submission : null;
}

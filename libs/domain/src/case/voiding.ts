import type { NewCaseEvent } from './events.js';
import { isBoundByLegalAlone, isMaterial } from './material.js';
import { standingApprovals, submissionOf } from './separate-hands.js';
import type { Case } from './state.js';
import type { VoidCause } from './values.js';

/**
 * The `ReviewVoided` that belongs to these events, between submission and delivery: something material was recorded, an approver turned
 * out to have a conflict, or an outside contact was improper. It goes into the same append.
 */
export function voidedReview(state: Case, events: readonly NewCaseEvent[]): NewCaseEvent | null {
  const submission = submissionOf(state);
  if (submission === null) return null;
  const cause = causeOf(state, events);
  if (cause === null) return null;
  const approvers = standingApprovals(state).map((given) => given.by);
  return { type: 'ReviewVoided', data: { cause, submissionBound: submission.binds, approvers } };
}

function causeOf(state: Case, events: readonly NewCaseEvent[]): VoidCause | null {
  for (const event of events) {
    if (event.type === 'ConflictDeclared' || event.type === 'ConflictRecorded') {
      const { person } = event.data;
      if (standingApprovals(state).some((given) => given.by === person)) return 'CONFLICT';
    }
    if (event.type === 'OutsideContactFoundImproper') return 'IMPROPER_CONTACT';
    if (isMaterial(event) && !isBoundByLegalAlone(state, event)) return 'MATERIAL_ACTION';
  }
  return null;
}

import { withMembers } from '../kernel/collections.js';
import { caseEvents, type CaseEvent, type NewCaseEvent } from './events.js';
import type { Case } from './state.js';

/** Whether approvals bind the event (domain.md, 'What an approval binds'). */
export function isMaterial(event: NewCaseEvent | CaseEvent): boolean {
  const rule = caseEvents[event.type].material;
  if (rule !== 'BY_DATA') return rule;
  return 'material' in event.data && event.data.material;
}

/** An immunity assessment made in legal review voids nothing: the legal approval alone binds it. */
export function isBoundByLegalAlone(state: Case, event: NewCaseEvent | CaseEvent): boolean {
  return event.type === 'ImmunityAssessed' && state.stage.name === 'LEGAL_REVIEW';
}

export function recordMaterial(state: Case, event: CaseEvent): Case {
  if (!isMaterial(event)) return state;
  const material = { materialRevision: event.meta.revision, leaf: event.meta.leaf };
  // An assessment changes no stage, so the stage after it is the stage in which it was made.
  return isBoundByLegalAlone(state, event) ? { ...state, material } : { ...state, material, materialBeforeLegal: material };
}

/** To record a material event is to work on the case; the service itself has no hands. */
export function recordHands(state: Case, event: CaseEvent): Case {
  if (!isMaterial(event) || event.meta.by.roles.includes('SYSTEM')) return state;
  return { ...state, hands: { ...state.hands, workedOn: withMembers(state.hands.workedOn, event.meta.by.actor) } };
}

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

/** What a material event leaves behind: what approvals bind from now on, and whose hands have worked on the case. The service itself has no hands. */
export function marksOf(state: Case, event: CaseEvent): Pick<Case, 'hands' | 'material' | 'materialBeforeLegal'> {
  const { hands, material, materialBeforeLegal } = state;
  if (!isMaterial(event)) return { hands, material, materialBeforeLegal };
  const { actor, roles } = event.meta.by;
  const binding = { materialRevision: event.meta.revision, leaf: event.meta.leaf };
  const workedOn = roles.includes('SYSTEM') ? hands.workedOn : withMembers(hands.workedOn, actor);
  return {
    hands: workedOn === hands.workedOn ? hands : { ...hands, workedOn },
    material: binding,
    // An assessment changes no stage, so the stage after it is the stage in which it was made.
    materialBeforeLegal: isBoundByLegalAlone(state, event) ? materialBeforeLegal : binding,
  };
}

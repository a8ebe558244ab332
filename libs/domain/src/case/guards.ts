import type { Actor, Role } from '../kernel/actor.js';
import { type ActionRow, caseActions } from './actions.js';
import type { CaseCommandType } from './commands.js';
import { type CaseRefusal, refuse } from './refusals.js';
import type { Case } from './state.js';

/** The role column of the action table: the roles of the actor that allow the action. */
export function allowingRoles(type: CaseCommandType, actor: Actor): readonly Role[] {
  const row: ActionRow = caseActions[type];
  return actor.roles.filter((role) => row.allow.includes(role));
}

export function refuseByRole(type: CaseCommandType, actor: Actor): CaseRefusal | null {
  if (allowingRoles(type, actor).length > 0) return null;
  return refuse('ROLE_NOT_ALLOWED', `'${type}' is not for ${actor.roles.join(', ') || 'a person without a role'}.`);
}

/** What holds for every action on a case that is there: recusal, stage, assignment. */
export function refuseOnCase(type: CaseCommandType, state: Case, actor: Actor): CaseRefusal | null {
  const row: ActionRow = caseActions[type];
  if (state.hands.recused.has(actor.actor) && type !== 'declareConflict') {
    return refuse('RECUSED', 'A conflict of interest of yours is on record: access and duties on this case have ended.');
  }
  if (!row.stages.includes(state.stage.name)) {
    return refuse('STAGE_NOT_ALLOWED', `'${type}' is not possible at ${state.stage.name}, but at ${row.stages.join(', ')}.`);
  }
  const allowing = allowingRoles(type, actor);
  // An investigator works an assigned case; preserving evidence waits for no assignment.
  const asInvestigatorAlone = allowing.length === 1 && allowing[0] === 'INVESTIGATOR';
  if (asInvestigatorAlone && row.kind !== 'PRESERVE' && state.investigator !== actor.actor) {
    return refuse('NOT_ASSIGNED', 'You are not the investigator of this case.');
  }
  return null;
}

import { type Actor, caseActions, type CaseCommandType, type Instant, type Role } from '#libs/domain';
import type { AccessFacts } from './facts.js';
import { caseGrounds, dutiesUnderSeal, type Ground, neverSees, seesSealed } from './policy.js';

/** Who asks, as far as the policy goes. */
export type Asker = Pick<Actor, 'actor' | 'roles' | 'unit'>;

/** Whether the asker may see this case at all. */
export function maySee(asker: Asker, facts: AccessFacts, now: Instant): boolean {
  return asker.roles.some((role) => seesAs(role, asker, facts, now));
}

/** Whether the asker may do this to the case, in one of the roles that the action table allows; stage and assignment are the domain's. */
export function mayAct(asker: Asker, action: CaseCommandType, facts: AccessFacts, now: Instant): boolean {
  const allowed: readonly Role[] = caseActions[action].allow;
  return asker.roles.some((role) => allowed.includes(role) && (seesAs(role, asker, facts, now) || hasDuty(role, asker, action, facts, now)));
}

/** Whether the asker, in this role, may know of the recordings' references and due dates of a sealed case. */
export function hasDutiesUnderSeal(asker: Asker, facts: AccessFacts, now: Instant): boolean {
  return facts.sealed && asker.roles.includes(dutiesUnderSeal.role) && !facts.stands(asker.actor, 'RECUSED', now);
}

function hasDuty(role: Role, asker: Asker, action: CaseCommandType, facts: AccessFacts, now: Instant): boolean {
  return role === dutiesUnderSeal.role && dutiesUnderSeal.actions.includes(action) && hasDutiesUnderSeal(asker, facts, now);
}

/** Whether one role of the asker's lets them see the case. Denials first: nothing below them counts where one holds. */
export function seesAs(role: Role, asker: Asker, facts: AccessFacts, now: Instant): boolean {
  if (facts.stands(asker.actor, 'RECUSED', now)) return false;
  if (facts.sealed) return seesSealed.includes(role) || (!neverSees.includes(role) && facts.stands(asker.actor, 'NAMED_BY_COURT', now));
  return caseGrounds[role].some((ground: Ground) => holds(ground, asker, facts, now));
}

function holds(ground: Ground, asker: Asker, facts: AccessFacts, now: Instant): boolean {
  switch (ground.by) {
    case 'EVERY_CASE':
      return true;
    case 'OWN_UNIT':
      return facts.unit === asker.unit;
    case 'RELATION':
      return facts.stands(asker.actor, ground.relation, now);
    case 'STAGE':
      return ground.stages.includes(facts.stage);
    case 'REFERRED':
      return facts.referred;
  }
}

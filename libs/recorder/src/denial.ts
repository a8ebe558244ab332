import { factsOf, mayAct, maySee } from '#libs/access';
import { type CaseCommand, type Instant, refuse, refuseByRole, type UserId } from '#libs/domain';
import type { LoadedCase } from './loaded-case.js';
import type { RecordOutcome, RecordRequest } from './outcome.js';

/** Commands that as a rule find no case: the append at no stream proves that there is none, and saves the read. */
export const opensCase = (command: CaseCommand): boolean => command.type === 'fileReport' && command.data.target !== 'EXISTING';

/** Who recorded the command whose first event is at this revision. */
export function recorderOf({ state }: LoadedCase, revision: number): UserId | undefined {
  return state.exists ? state.facts.at(revision)?.meta.by.actor : undefined;
}

/**
 * Why the actor can't so much as try: a case that is not there, or that they may not see, is refused in the same words and after the same
 * reads. Null where the domain is to decide. The folded case is at hand, so that this asks the database nothing.
 */
export function refuseDenied({ command, actor, expectedRevision }: RecordRequest, { state }: LoadedCase, now: Instant): RecordOutcome | null {
  const opens = opensCase(command);
  if (!state.exists && opens) return null;
  const facts = state.exists ? factsOf(state) : null;
  if (facts !== null && mayAct(actor, command.type, facts, now)) return null;
  const byRole = refuseByRole(command.type, actor);
  // Its id follows from what the client sent; that it is taken says no more than that.
  if (opens) return byRole ?? refuse('CASE_EXISTS', 'There is a case under this id already.');
  if (facts !== null && maySee(actor, facts, now)) return byRole ?? refuse('ROLE_NOT_ALLOWED', `'${command.type}' is not yours to do on this case.`);
  if (expectedRevision !== null && expectedRevision >= 0) return { kind: 'CONFLICT', expected: expectedRevision, actual: null };
  return byRole ?? refuse('CASE_UNKNOWN', 'There is no such case.');
}

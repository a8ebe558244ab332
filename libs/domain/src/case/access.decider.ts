import { withEntry, withMembers, withoutEntry } from '../kernel/collections.js';
import type { Actor, Role } from '../kernel/actor.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import { isBlank, refuseFuture } from './checks.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import { refuse, type RefusalCode } from './refusals.js';
import type { ReviewCommands } from './review.commands.js';
import type { reviewEvents } from './review.events.js';
import type { Case } from './state.js';

type AccessCommands = Pick<ReviewCommands, 'grantAccess' | 'revokeAccess' | 'recordMissedDeadline'>;
type AccessEvents = Pick<typeof reviewEvents, 'AccessGranted' | 'AccessRevoked' | 'DeadlineMissed'>;

/** Who never sees a case, whatever somebody grants. */
const neverGranted: readonly Role[] = ['EXECUTIVE', 'ADMIN'];

export const decideAccess: DecideTable<CaseCatalogue, AccessCommands, Case, CaseContext, RefusalCode> = {
  grantAccess: ({ person, purpose, expiresAt }, state, context) => {
    if (person === context.actor.actor) return refuse('ONESELF', 'Nobody grants access to themselves.');
    if (state.sealed) return refuse('SEALED', 'The case is sealed: access follows the court order alone.');
    if (state.hands.recused.has(person)) return refuse('GRANTEE_BARRED', `${person} is recused from this case.`);
    const barring = context.elsewhere.rolesOfNamed?.find((role) => neverGranted.includes(role));
    if (barring !== undefined) return refuse('GRANTEE_BARRED', `${person} is ${barring}, who never sees a case.`);
    if (isBlank(purpose)) return refuse('NO_REASON', 'Say for what purpose access is granted.');
    if (Date.parse(expiresAt) <= Date.parse(context.now)) return refuse('TIME_IMPOSSIBLE', `Access would have expired already, at ${expiresAt}.`);
    const grant = state.grants.get(person);
    if (grant?.purpose === purpose && grant.expiresAt === expiresAt) return [];
    return [{ type: 'AccessGranted', data: { person, purpose, expiresAt } }];
  },

  revokeAccess: ({ person, reason }, state) => (state.grants.has(person) ? [{ type: 'AccessRevoked', data: { person, reason } }] : []),

  recordMissedDeadline: ({ clock, startedBy, subject, dueAt, policyVersion }, state, context) => {
    if (state.facts.find((fact) => fact.meta.id === startedBy) === undefined) {
      return refuse('EVENT_UNKNOWN', `No event ${startedBy} is on this case.`);
    }
    const future = refuseFuture(context.now, { 'The deadline': dueAt });
    if (future !== null) return future;
    if (state.missedDeadlines.has(keyOf({ clock, startedBy, subject }))) return [];
    return [{ type: 'DeadlineMissed', data: { clock, startedBy, subject, dueAt, policyVersion } }];
  },
};

export const evolveAccess: EvolveTable<AccessEvents, Case, Actor> = {
  AccessGranted: (state, grant) => ({ ...state, grants: withEntry(state.grants, grant.person, grant) }),
  AccessRevoked: (state, { person }) => ({ ...state, grants: withoutEntry(state.grants, person) }),
  DeadlineMissed: (state, missed) => ({ ...state, missedDeadlines: withMembers(state.missedDeadlines, keyOf(missed)) }),
};

/** A deadline is missed once: by its clock, the event that started it, and what it is about. */
function keyOf({ clock, startedBy, subject }: Pick<ReviewCommands['recordMissedDeadline'], 'clock' | 'startedBy' | 'subject'>): string {
  return JSON.stringify([clock, startedBy, subject]);
}

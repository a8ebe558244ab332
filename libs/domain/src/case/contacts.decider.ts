import { changeEntry, withEntry, withMembers } from '../kernel/collections.js';
import type { Actor } from '../kernel/actor.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import type { ContactId, UserId } from '../kernel/ids.js';
import { isBlank, refuseFuture } from './checks.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue, StoredCaseEventData } from './events.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import type { ReviewCommands } from './review.commands.js';
import type { reviewEvents } from './review.events.js';
import { hasApproved } from './separate-hands.js';
import type { Case, ContactState } from './state.js';

type ContactCommands = Pick<ReviewCommands, 'recordOutsideContact' | 'ruleOnContact'>;
type ContactEvents = Pick<typeof reviewEvents, 'OutsideContactRecorded' | 'OutsideContactCleared' | 'OutsideContactFoundImproper'>;

export const decideContacts: DecideTable<CaseCatalogue, ContactCommands, Case, CaseContext, RefusalCode> = {
  recordOutsideContact: (command, state, context) => {
    const { party, office, person, direction, substance } = command;
    if (isBlank(office)) return refuse('CONTACT_INCOMPLETE', 'Say from which office, party or agency the contact was.');
    if (isBlank(substance)) return refuse('CONTACT_INCOMPLETE', 'Say what was communicated.');
    const future = refuseFuture(context.now, { 'The contact': command.contactAt });
    if (future !== null) return future;
    const said = { party, office, person, direction, members: [...new Set(command.members)], contactAt: command.contactAt ?? context.now };
    if (isRecorded(state, said, context.actor.actor)) return [];
    return [{ type: 'OutsideContactRecorded', data: { contact: context.newId<ContactId>('contact'), ...said, substance } }];
  },

  ruleOnContact: (command, state, { actor }) => {
    const { contact, ruling, reason, remedy } = command;
    const found = state.contacts.get(contact);
    if (found === undefined) return refuse('CONTACT_UNKNOWN', `No outside contact ${contact} is on this case.`);
    if (found.members.includes(actor.actor)) return refuse('BARRED', 'You were party to this contact: another lawyer rules on it.');
    if (isBlank(reason)) return refuse('NO_REASON', 'Give the reason of the ruling.');
    if (ruling === 'CLEARED') {
      if (found.ruling?.kind === 'CLEARED') return [];
      // Whoever was to be replaced stays to be replaced: a ruling that voided approvals is not taken back by another.
      if (found.ruling !== null) return refuse('ALREADY_DECIDED', 'This contact was found improper; its remedy stands.');
      return [{ type: 'OutsideContactCleared', data: { contact, reason } }];
    }
    if (remedy === null || isBlank(remedy)) return refuse('NO_REMEDY', 'Say what has to be done, and name whoever has to be replaced.');
    const replace = [...new Set(command.replace)];
    if (found.ruling?.kind === 'IMPROPER' && isSubset(replace, found.ruling.replace)) return [];
    return [{ type: 'OutsideContactFoundImproper', data: { contact, reason, remedy, replace } }];
  },
};

export const evolveContacts: EvolveTable<ContactEvents, Case, Actor> = {
  OutsideContactRecorded: (state, { contact, party, members }, meta) => ({
    ...state,
    contacts: withEntry(state.contacts, contact, { id: contact, party, members, recordedBy: meta.by.actor, ruling: null }),
    hands: { ...state.hands, contacted: withMembers(state.hands.contacted, ...members) },
  }),
  OutsideContactCleared: (state, { contact }) => ({
    ...state,
    contacts: changeEntry(state.contacts, contact, (found) => ({ ...found, ruling: { kind: 'CLEARED' } })),
  }),
  OutsideContactFoundImproper: (state, { contact, replace }) => ({
    ...state,
    contacts: changeEntry(state.contacts, contact, (found) => ({ ...found, ruling: { kind: 'IMPROPER', replace: withAdded(found, replace) } })),
    // Who has to be replaced can't come back as an approver or an investigator.
    hands: { ...state.hands, contacted: withMembers(state.hands.contacted, ...replace) },
  }),
};

/** Whether somebody who had to be replaced still works on the case or still approves it. */
export function isRemedyOpen(state: Case): boolean {
  return [...state.contacts.values()].some(
    ({ ruling }) => ruling?.kind === 'IMPROPER' && ruling.replace.some((person) => state.investigator === person || hasApproved(state, person)),
  );
}

export function refuseOpenContact(state: Case): CaseRefusal | null {
  const unruled = [...state.contacts.values()].find((contact) => contact.ruling === null);
  if (unruled !== undefined) return refuse('CONTACT_OPEN', `Nobody has ruled on the outside contact ${unruled.id} yet.`);
  if (isRemedyOpen(state)) return refuse('CONTACT_OPEN', 'An outside contact was improper, and whoever had to be replaced has not been.');
  return null;
}

function withAdded({ ruling }: ContactState, replace: readonly UserId[]): readonly UserId[] {
  return ruling?.kind === 'IMPROPER' ? [...new Set([...ruling.replace, ...replace])] : replace;
}

function isSubset(some: readonly UserId[], all: readonly UserId[]): boolean {
  return some.every((one) => all.includes(one));
}

type Said = Pick<StoredCaseEventData<'OutsideContactRecorded'>, 'party' | 'office' | 'person' | 'direction' | 'members' | 'contactAt'>;

/** The same contact, at the same time, told by the same person; at another time it is another contact. */
function isRecorded(state: Case, said: Said, by: UserId): boolean {
  const isSame = (other: Said): boolean =>
    other.party === said.party &&
    other.office === said.office &&
    other.person === said.person &&
    other.direction === said.direction &&
    other.contactAt === said.contactAt &&
    isSubset(said.members, other.members);
  return state.facts.find((fact) => fact.type === 'OutsideContactRecorded' && fact.meta.by.actor === by && isSame(fact.data)) !== undefined;
}

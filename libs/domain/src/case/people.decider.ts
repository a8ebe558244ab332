import { changeEntry, withEntry, withMembers } from '../kernel/collections.js';
import type { DecideTable, EvolveTable, Gap } from '../kernel/decider.js';
import type { Actor } from '../kernel/actor.js';
import type { PersonId, RecordsRequestId, StatementId } from '../kernel/ids.js';
import { decideAgents, evolveAgents } from './agents.decider.js';
import { isBlank, refuseFuture, refuseUnknownFootage, textOrNull } from './checks.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import { decideFederalSupervisor, evolveFederalSupervisor } from './federal-supervisor.decider.js';
import type { PeopleCommands } from './people.commands.js';
import type { peopleEvents } from './people.events.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import type { Case } from './state.js';
import type { PersonIdentity, StatementGiver } from './values.js';

type TakeStatement = PeopleCommands['takeStatement'];

/** The people group: agents and the federal supervisor stand in files of their own; persons, statements and federal records stand here. */
export const decidePeople: DecideTable<CaseCatalogue, PeopleCommands, Case, CaseContext, RefusalCode> = {
  ...decideAgents,
  ...decideFederalSupervisor,
  recordPerson: ({ roles, identity, minor, contactDeclined, name, contact }, state, context) => {
    const designation = designationFor(identity, state.persons.size);
    if (roles.length === 0 && designation === null) {
      return refuse('PERSON_UNDETERMINED', 'Say in which role the person is recorded: affected person, witness or complainant.');
    }
    if (identity === 'ANONYMOUS' && !isBlank(name)) {
      return refuse('PERSON_UNDETERMINED', 'An anonymous person has no name on record: CONFIDENTIAL keeps the name sealed.');
    }
    const person = context.newId<PersonId>('person');
    return [
      {
        type: 'PersonRecorded',
        data: { person, designation, roles, identity, minor, contactDeclined, name: textOrNull(name), contact: textOrNull(contact) },
      },
    ];
  },
  takeStatement: (command, state, context) => {
    const { giver, voluntariness, reader, recording } = command;
    const unknown = refuseUnknownGiver(state, giver);
    if (unknown !== null) return unknown;
    if (voluntariness === null) return refuse('VOLUNTARINESS_NOT_SAID', 'Say whether the statement was voluntary or compelled.');
    const compelled = voluntariness === 'COMPELLED';
    if (compelled && (reader === null || isBlank(reader)))
      return refuse('NO_READER', 'A compelled statement names the one LEGAL reader who may see it.');
    if (compelled && reader !== null && state.hands.recused.has(reader)) {
      return refuse('TARGET_BARRED', `'${reader}' can't read the statement: the person is recused from this case.`);
    }
    const takenAt = command.takenAt ?? context.now;
    const refusal =
      refuseIncomplete(state, command) ??
      (recording === null ? null : refuseUnknownFootage(state, recording)) ??
      refuseFuture(context.now, { 'The statement': takenAt });
    if (refusal !== null) return refusal;
    return [
      {
        type: 'StatementTaken',
        data: {
          statement: context.newId<StatementId>('statement'),
          giver,
          person: giver.kind === 'PERSON' ? giver.person : null,
          voluntariness,
          warnings: textOrNull(command.warnings),
          language: command.language,
          interpreter: textOrNull(command.interpreter),
          kind: command.kind,
          recording,
          present: command.present,
          guardian: textOrNull(command.guardian),
          takenAt,
          text: command.text,
          material: !compelled,
          reader: compelled ? reader : null,
        },
      },
    ];
  },
  notifyComplainant: ({ person, channel, toldAt, substance }, state, { now }) => {
    const complainant = state.persons.get(person);
    if (complainant === undefined) return refuse('PERSON_UNKNOWN', `No person '${person}' is recorded on this case.`);
    if (!complainant.roles.includes('COMPLAINANT')) return refuse('PERSON_UNKNOWN', 'The person is on record, but not as a complainant.');
    if (complainant.identity === 'ANONYMOUS') return refuse('CONTACT_IMPOSSIBLE', 'The complainant is anonymous: there is nobody to tell.');
    if (complainant.contactDeclined) return refuse('CONTACT_IMPOSSIBLE', 'The complainant declined to be contacted.');
    const gaps = gapsOf({
      CHANNEL: [channel, 'Say how the complainant was told.'],
      SUBSTANCE: [substance, 'Say what the complainant was told.'],
    });
    if (gaps.length > 0) return incomplete(gaps);
    const at = toldAt ?? now;
    return refuseFuture(now, { 'The notice': at }) ?? [{ type: 'ComplainantNotified', data: { person, channel, toldAt: at, substance } }];
  },
  requestFederalRecords: ({ addressee, text, citation, namesNobody }, _state, context) => {
    const gaps = gapsOf({
      ADDRESSEE: [addressee, 'Say to which counsel the request goes.'],
      TEXT: [text, 'A request is written and specific.'],
      CITATION: [citation, 'Cite the rule under which it is made.'],
    });
    if (gaps.length > 0) return incomplete(gaps);
    // Names are sealed and no rule can compare them: the requester answers for it, and their word is recorded.
    if (!namesNobody) {
      return refuse(
        'NAMES_PROTECTED_PERSON',
        'A request names no complainant, witness or affected person: confirm that the text names none.',
      );
    }
    return [
      {
        type: 'FederalRecordsRequested',
        data: { request: context.newId<RecordsRequestId>('records-request'), addressee, text, citation, namesNobody },
      },
    ];
  },
  recordFederalAnswer: ({ request, answer, answeredAt, note }, state, { now }) => {
    if (!state.recordsRequests.has(request)) return refuse('REQUEST_UNKNOWN', `There is no request '${request}' to answer on this case.`);
    const at = answeredAt ?? now;
    return (
      refuseFuture(now, { 'The answer': at }) ?? [
        { type: 'FederalRecordsAnswered', data: { request, answer, answeredAt: at, note: textOrNull(note) } },
      ]
    );
  },
};

/** `C-n` for the nth person of the case, where the name is not to be used; the number is the person's place, so none can clash. */
function designationFor(identity: PersonIdentity, personsBefore: number): string | null {
  return identity === 'NAMED' ? null : `C-${personsBefore + 1}`;
}

function refuseUnknownGiver(state: Case, giver: StatementGiver): CaseRefusal | null {
  switch (giver.kind) {
    case 'PERSON':
      return state.persons.has(giver.person)
        ? null
        : refuse('GIVER_UNKNOWN', `No person '${giver.person}' is recorded on this case: record them first.`);
    case 'AGENT':
      return state.agents.has(giver.agent)
        ? null
        : refuse('GIVER_UNKNOWN', `No agent '${giver.agent}' is recorded on this case: record them first.`);
    case 'CITY_MEMBER':
      return isBlank(giver.user) ? refuse('GIVER_UNKNOWN', 'Name the member of the city who gave the statement.') : null;
  }
}

function refuseIncomplete(state: Case, command: TakeStatement): CaseRefusal | null {
  const { giver, guardian, language, text } = command;
  const gaps = [
    ...gapsOf({
      LANGUAGE: [language, 'Say in which language the statement was given.'],
      TEXT: [text, 'Give the statement, verbatim or in summary.'],
    }),
    ...(giver.kind === 'PERSON' && state.persons.get(giver.person)?.minor === 'YES'
      ? gapsOf({ GUARDIAN: [guardian, 'The giver is a minor: say which guardian was there, or that none was.'] })
      : []),
  ];
  return gaps.length > 0 ? incomplete(gaps) : null;
}

function gapsOf(texts: Readonly<Record<string, readonly [text: string | null, message: string]>>): readonly Gap[] {
  return Object.entries(texts).flatMap(([code, [text, message]]) => (isBlank(text) ? [{ code, message, about: null }] : []));
}

function incomplete(gaps: readonly Gap[]): CaseRefusal {
  return refuse('DETAIL_INCOMPLETE', gaps.map((gap) => gap.message).join(' '), gaps);
}

export const evolvePeople: EvolveTable<typeof peopleEvents, Case, Actor> = {
  ...evolveAgents,
  ...evolveFederalSupervisor,
  PersonRecorded: (state, data, meta) => {
    const { person, roles, identity, minor, contactDeclined, name, contact } = data;
    // A person recorded by name who later asks for confidence gets the designation of their place.
    const designation = data.designation ?? designationFor(identity, state.persons.size);
    const recorded = { id: person, event: meta.id, designation, roles, identity, minor, contactDeclined, name, contact };
    return { ...state, persons: withEntry(state.persons, person, recorded) };
  },
  StatementTaken: (state, { statement, voluntariness, giver, reader }, meta) => ({
    ...state,
    statements: withEntry(state.statements, statement, { id: statement, event: meta.id, voluntariness, by: meta.by.actor, reader }),
    hands: giver.kind === 'CITY_MEMBER' ? { ...state.hands, witnessed: withMembers(state.hands.witnessed, giver.user) } : state.hands,
  }),
  // Told once or often, nothing is decided by it; the clocks read the event.
  ComplainantNotified: (state) => state,
  FederalRecordsRequested: (state, { request }, meta) => ({
    ...state,
    recordsRequests: withEntry(state.recordsRequests, request, { id: request, event: meta.id, answered: false }),
  }),
  FederalRecordsAnswered: (state, { request }) => ({
    ...state,
    recordsRequests: changeEntry(state.recordsRequests, request, (asked) => ({ ...asked, answered: true })),
  }),
};

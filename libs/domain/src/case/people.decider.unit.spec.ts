import { describe, expect, it } from '@jest/globals';
import type { AgentId, CaseCommands, FootageId, PersonId, RecordsRequestId, StatementId, UserId } from '#libs/domain';
import { at, given, newIdOf, people } from '../../../../test/support/case-kit.js';
import { happened, recorded } from '../../../../test/support/happened.js';
import { peopleSamples } from '../../../../test/support/samples/people.samples.js';

const assigned = given(happened('ReportFiled', people.officer), happened('InvestigatorAssigned', people.supervisor));
const withPerson = assigned.and(happened('PersonRecorded', people.officer));
const person = newIdOf('command-1', 'person') as PersonId;
const known = 'person-1' as PersonId;

describe('recordPerson', () => {
  const command: CaseCommands['recordPerson'] = { ...peopleSamples.PersonRecorded };

  it('gives a confidential or anonymous person a designation by their place on the case, and a named one none', () => {
    assigned.when(people.officer, 'recordPerson', command).then(recorded('PersonRecorded', { person }));
    withPerson
      .when(people.intake, 'recordPerson', { ...command, identity: 'ANONYMOUS', name: null })
      .then(recorded('PersonRecorded', { person, identity: 'ANONYMOUS', name: null, designation: 'C-2' }));
    withPerson
      .when(people.intake, 'recordPerson', { ...command, identity: 'NAMED' })
      .then(recorded('PersonRecorded', { person, identity: 'NAMED', designation: null }));
  });

  it('needs a role where there is no designation, and keeps no name of an anonymous person', () => {
    assigned.when(people.officer, 'recordPerson', { ...command, identity: 'NAMED', roles: [] }).thenRefused('PERSON_UNDETERMINED');
    assigned.when(people.officer, 'recordPerson', { ...command, identity: 'ANONYMOUS' }).thenRefused('PERSON_UNDETERMINED');
    assigned.when(people.officer, 'recordPerson', { ...command, roles: [] }).then(recorded('PersonRecorded', { person, roles: [] }));
  });
});

describe('takeStatement', () => {
  const command: CaseCommands['takeStatement'] = { ...peopleSamples.StatementTaken, recording: null };
  const statement = newIdOf('command-1', 'statement') as StatementId;
  const city = { kind: 'CITY_MEMBER', user: 'officer-2' as UserId } as const;

  it('records each statement of a person', () => {
    const expected = recorded('StatementTaken', { statement, recording: null });
    withPerson.when(people.officer, 'takeStatement', command).then(expected);
    withPerson.and({ event: expected, by: people.officer }).when(people.officer, 'takeStatement', command).then(expected);
  });

  it('refuses a giver who is not on the case', () => {
    assigned.when(people.officer, 'takeStatement', command).thenRefused('GIVER_UNKNOWN');
    assigned
      .when(people.officer, 'takeStatement', { ...command, giver: { kind: 'AGENT', agent: 'agent-1' as AgentId } })
      .thenRefused('GIVER_UNKNOWN');
    assigned
      .when(people.officer, 'takeStatement', { ...command, giver: { kind: 'CITY_MEMBER', user: ' ' as UserId } })
      .thenRefused('GIVER_UNKNOWN');
  });

  it("seals an agent's or a city member's statement under the case's key", () => {
    const withAgent = assigned.and(happened('AgentRecorded', people.officer));
    const giver = { kind: 'AGENT', agent: 'agent-1' as AgentId } as const;
    withAgent
      .when(people.officer, 'takeStatement', { ...command, giver })
      .then(recorded('StatementTaken', { statement, giver, person: null, recording: null }));
  });

  it('refuses a statement of which nobody says whether it was voluntary or compelled', () => {
    withPerson.when(people.officer, 'takeStatement', { ...command, voluntariness: null }).thenRefused('VOLUNTARINESS_NOT_SAID');
  });

  it('walls a compelled statement off: no approval binds it, and one named reader may see it', () => {
    const compelled = { ...command, giver: city, voluntariness: 'COMPELLED', reader: 'legal-2' as UserId } as const;
    assigned
      .when(people.investigator, 'takeStatement', compelled)
      .then(
        recorded('StatementTaken', {
          ...compelled,
          statement,
          person: null,
          material: false,
          reader: 'legal-2' as UserId,
          takenAt: peopleSamples.StatementTaken.takenAt,
        }),
      );
    assigned.when(people.investigator, 'takeStatement', { ...compelled, reader: null }).thenRefused('NO_READER');
    const conflicted = assigned.and(happened('ConflictRecorded', people.supervisor, { person: 'legal-2' as UserId }));
    conflicted.when(people.investigator, 'takeStatement', compelled).thenRefused('TARGET_BARRED');
  });

  it('keeps no reader for a voluntary statement', () => {
    const { outcome } = withPerson.when(people.officer, 'takeStatement', { ...command, reader: 'legal-2' as UserId });
    expect(outcome).toMatchObject([{ data: { reader: null, material: true } }]);
  });

  it('makes a witness of a member of the city who gives one', () => {
    const state = given(
      happened('ReportFiled', people.officer, { officersPresent: [] }),
      happened('StatementTaken', people.intake, { giver: city, person: null }),
    ).state();
    expect(state.exists && state.hands.witnessed.has(city.user)).toBe(true);
    expect(state.exists && state.statements.get('statement-1' as StatementId)).toMatchObject({
      by: 'intake-1',
      voluntariness: 'VOLUNTARY',
    });
  });

  it('wants a word on the guardian of a minor', () => {
    const minor = assigned.and(happened('PersonRecorded', people.officer, { minor: 'YES' }));
    minor.when(people.officer, 'takeStatement', command).thenRefused('DETAIL_INCOMPLETE', 'GUARDIAN');
    const { outcome } = minor.when(people.officer, 'takeStatement', { ...command, guardian: 'None could be reached.' });
    expect(outcome).toMatchObject([{ data: { guardian: 'None could be reached.' } }]);
  });

  it('refuses a statement without language or text, with a recording from elsewhere, or in the future', () => {
    withPerson
      .when(people.officer, 'takeStatement', { ...command, language: '', text: ' ' })
      .thenRefused('DETAIL_INCOMPLETE', 'LANGUAGE', 'TEXT');
    withPerson.when(people.officer, 'takeStatement', { ...command, recording: 'footage-9' as FootageId }).thenRefused('FOOTAGE_UNKNOWN');
    withPerson.when(people.officer, 'takeStatement', { ...command, takenAt: '2027-01-01T00:00:00.000Z' }).thenRefused('TIME_IN_FUTURE');
    const { outcome } = withPerson.when(people.officer, 'takeStatement', { ...command, takenAt: null }, { now: at(90) });
    expect(outcome).toMatchObject([{ data: { takenAt: at(90) } }]);
  });
});

describe('notifyComplainant', () => {
  const command: CaseCommands['notifyComplainant'] = { ...peopleSamples.ComplainantNotified };

  it('records each time that the complainant was told', () => {
    withPerson.when(people.intake, 'notifyComplainant', command).then(recorded('ComplainantNotified'));
    withPerson
      .and(happened('ComplainantNotified', people.intake))
      .when(people.intake, 'notifyComplainant', command)
      .then(recorded('ComplainantNotified'));
  });

  it('refuses where nobody can be told: anonymous, contact declined, no complainant, not on the case', () => {
    const told = (change: Parameters<typeof happened<'PersonRecorded'>>[2]) =>
      assigned.and(happened('PersonRecorded', people.officer, change)).when(people.intake, 'notifyComplainant', command);
    told({ identity: 'ANONYMOUS', name: null }).thenRefused('CONTACT_IMPOSSIBLE');
    told({ contactDeclined: true }).thenRefused('CONTACT_IMPOSSIBLE');
    told({ roles: ['WITNESS'] }).thenRefused('PERSON_UNKNOWN');
    assigned.when(people.intake, 'notifyComplainant', command).thenRefused('PERSON_UNKNOWN');
  });

  it('says how, and what', () => {
    withPerson
      .when(people.intake, 'notifyComplainant', { person: known, channel: '', toldAt: null, substance: '' })
      .thenRefused('DETAIL_INCOMPLETE', 'CHANNEL', 'SUBSTANCE');
  });

  it('keeps when they were told apart from when that was recorded, and refuses a time to come', () => {
    withPerson.when(people.intake, 'notifyComplainant', { ...command, toldAt: '2027-01-01T00:00:00.000Z' }).thenRefused('TIME_IN_FUTURE');
    const { outcome } = withPerson.when(people.intake, 'notifyComplainant', { ...command, toldAt: null }, { now: at(90) });
    expect(outcome).toMatchObject([{ data: { toldAt: at(90) } }]);
  });
});

describe('requestFederalRecords, recordFederalAnswer', () => {
  const ask: CaseCommands['requestFederalRecords'] = { ...peopleSamples.FederalRecordsRequested };
  const answer: CaseCommands['recordFederalAnswer'] = { ...peopleSamples.FederalRecordsAnswered };
  const asked = assigned.and(happened('FederalRecordsRequested', people.legal));
  const request = newIdOf('command-1', 'records-request') as RecordsRequestId;

  it('records a written and specific request to counsel', () => {
    assigned.when(people.legal, 'requestFederalRecords', ask).then(recorded('FederalRecordsRequested', { request }));
    assigned
      .when(people.legal, 'requestFederalRecords', { ...ask, addressee: '', text: '', citation: '' })
      .thenRefused('DETAIL_INCOMPLETE', 'ADDRESSEE', 'TEXT', 'CITATION');
  });

  it('refuses a request whose author does not answer for it that it names no protected person', () => {
    assigned.when(people.legal, 'requestFederalRecords', { ...ask, namesNobody: false }).thenRefused('NAMES_PROTECTED_PERSON');
  });

  it('records every answer to a request', () => {
    asked.when(people.legal, 'recordFederalAnswer', answer).then(recorded('FederalRecordsAnswered'));
    const answered = asked.and(happened('FederalRecordsAnswered', people.legal));
    answered
      .when(people.legal, 'recordFederalAnswer', { ...answer, answer: 'PRODUCED' })
      .then(recorded('FederalRecordsAnswered', { answer: 'PRODUCED' }));
    const state = answered.state();
    expect(state.exists && state.recordsRequests.get(answer.request)?.answered).toBe(true);
  });

  it('refuses an answer to no request, and one in the future', () => {
    assigned.when(people.legal, 'recordFederalAnswer', answer).thenRefused('REQUEST_UNKNOWN');
    asked.when(people.legal, 'recordFederalAnswer', { ...answer, answeredAt: '2027-01-01T00:00:00.000Z' }).thenRefused('TIME_IN_FUTURE');
    const { outcome } = asked.when(people.legal, 'recordFederalAnswer', { ...answer, answeredAt: null }, { now: at(500) });
    expect(outcome).toMatchObject([{ data: { answeredAt: at(500) } }]);
  });
});

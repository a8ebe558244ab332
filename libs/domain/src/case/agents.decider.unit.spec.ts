import { describe, expect, it } from '@jest/globals';
import type { AgentId, CaseCommands, EventId, FootageId } from '#libs/domain';
import { eventIdAt, given, newIdOf, people } from '../../../../test/support/case-kit.js';
import { happened, recorded } from '../../../../test/support/happened.js';
import { peopleSamples } from '../../../../test/support/samples/people.samples.js';

const assigned = given(happened('ReportFiled', people.officer), happened('InvestigatorAssigned', people.supervisor));
const withAgent = assigned.and(happened('AgentRecorded', people.officer, { timecode: null }));
const agent = newIdOf('command-1', 'agent') as AgentId;
const known = 'agent-1' as AgentId;
const footage = { footage: 'footage-9' as FootageId, fromMs: 0, toMs: null };

describe('recordAgent', () => {
  const seen: CaseCommands['recordAgent'] = { ...peopleSamples.AgentRecorded, timecode: null };
  const unseen: CaseCommands['recordAgent'] = {
    agencyClaimed: null,
    agencyConfirmed: null,
    badgeSeen: ' ',
    faceCovered: 'UNKNOWN',
    clothing: null,
    markings: '',
    role: null,
    timecode: null,
  };

  it('gives each agent the next designation, which stays', () => {
    assigned.when(people.officer, 'recordAgent', seen).then(recorded('AgentRecorded', { agent, timecode: null }));
    withAgent.when(people.officer, 'recordAgent', seen).then(recorded('AgentRecorded', { agent, designation: 'UA-2', timecode: null }));
    const state = withAgent
      .and(happened('AgentIdentityLinked', people.investigator), happened('AgentIdentityUnlinked', people.supervisor))
      .state();
    expect(state.exists && state.agents.get(known)).toMatchObject({ designation: 'UA-1', identity: null });
  });

  it('takes a covered face as a description, and refuses an agent of whom nothing is described', () => {
    assigned.when(people.officer, 'recordAgent', unseen).thenRefused('AGENT_NOT_DESCRIBED');
    const { outcome } = assigned.when(people.officer, 'recordAgent', { ...unseen, faceCovered: 'YES' });
    expect(outcome).toMatchObject([{ type: 'AgentRecorded', data: { faceCovered: 'YES', badgeSeen: null, markings: null } }]);
  });

  it('refuses footage that is not on the case', () => {
    assigned.when(people.officer, 'recordAgent', { ...seen, timecode: footage }).thenRefused('FOOTAGE_UNKNOWN');
  });
});

describe('linkAgentIdentity, unlinkAgentIdentity', () => {
  const link: CaseCommands['linkAgentIdentity'] = { ...peopleSamples.AgentIdentityLinked };
  const unlink: CaseCommands['unlinkAgentIdentity'] = { ...peopleSamples.AgentIdentityUnlinked };
  const linked = withAgent.and(happened('AgentIdentityLinked', people.investigator));

  it('links an identity with its basis; the last link stands', () => {
    withAgent.when(people.investigator, 'linkAgentIdentity', link).then(recorded('AgentIdentityLinked'));
    linked
      .when(people.investigator, 'linkAgentIdentity', { ...link, badge: 'INV-78' })
      .then(recorded('AgentIdentityLinked', { badge: 'INV-78' }));
    const state = linked.and(happened('AgentIdentityLinked', people.investigator, { badge: 'INV-78' })).state();
    expect(state.exists && state.agents.get(known)?.identity?.badge).toBe('INV-78');
  });

  it('refuses a face match as the only basis, and no basis at all', () => {
    withAgent.when(people.investigator, 'linkAgentIdentity', { ...link, bases: ['FACE_MATCH'] }).thenRefused('NO_BASIS');
    withAgent.when(people.investigator, 'linkAgentIdentity', { ...link, bases: [] }).thenRefused('NO_BASIS');
    withAgent.when(people.investigator, 'linkAgentIdentity', { ...link, basis: ' ' }).thenRefused('NO_BASIS');
  });

  it('refuses an unknown agent and a link without a name', () => {
    assigned.when(people.investigator, 'linkAgentIdentity', link).thenRefused('AGENT_UNKNOWN');
    withAgent.when(people.investigator, 'linkAgentIdentity', { ...link, name: '' }).thenRefused('DETAIL_INCOMPLETE', 'NAME');
  });

  it('takes a link back once, with a reason', () => {
    linked.when(people.supervisor, 'unlinkAgentIdentity', unlink).thenOnceOnly(recorded('AgentIdentityUnlinked'));
    linked.and(happened('AgentIdentityUnlinked', people.supervisor)).when(people.supervisor, 'unlinkAgentIdentity', unlink).thenNothing();
    linked.when(people.supervisor, 'unlinkAgentIdentity', { ...unlink, reason: '' }).thenRefused('NO_REASON');
    withAgent.when(people.supervisor, 'unlinkAgentIdentity', unlink).thenRefused('NO_IDENTITY_LINKED');
    assigned.when(people.supervisor, 'unlinkAgentIdentity', unlink).thenRefused('AGENT_UNKNOWN');
  });
});

describe('attemptFederalSupervisorIdentification', () => {
  const attempt: CaseCommands['attemptFederalSupervisorIdentification'] = {
    ...peopleSamples.FederalSupervisorIdentificationAttempted,
    timecode: null,
  };

  it('takes declining as a complete outcome, and records every attempt', () => {
    const expected = recorded('FederalSupervisorIdentificationAttempted', { timecode: null });
    withAgent.when(people.officer, 'attemptFederalSupervisorIdentification', attempt).then(expected);
    const tried = withAgent.and({ event: expected, by: people.officer });
    tried.when(people.officer, 'attemptFederalSupervisorIdentification', attempt).then(expected);
    const state = tried.state();
    expect(state.exists && state.federalSupervisor.attempts).toMatchObject([
      { outcome: 'DECLINED', by: 'officer-1', at: attempt.attemptedAt },
    ]);
  });

  it('needs a method, but for an incident where no officer was on scene', () => {
    withAgent.when(people.officer, 'attemptFederalSupervisorIdentification', { ...attempt, method: ' ' }).thenRefused('NO_METHOD');
    const none = { ...attempt, outcome: 'NO_OFFICER_ON_SCENE' as const, method: null, wordsUsed: null, agent: null, attemptedAt: null };
    const { outcome } = withAgent.when(people.intake, 'attemptFederalSupervisorIdentification', none, { now: '2026-03-05T00:00:00.000Z' });
    expect(outcome).toMatchObject([{ data: { outcome: 'NO_OFFICER_ON_SCENE', attemptedAt: '2026-03-05T00:00:00.000Z' } }]);
  });

  it('leaves every other outcome to officers and investigators', () => {
    withAgent.when(people.intake, 'attemptFederalSupervisorIdentification', attempt).thenRefused('ROLE_NOT_ALLOWED');
  });

  it('refuses an unknown agent, unknown footage, and an attempt in the future', () => {
    assigned.when(people.officer, 'attemptFederalSupervisorIdentification', attempt).thenRefused('AGENT_UNKNOWN');
    withAgent
      .when(people.officer, 'attemptFederalSupervisorIdentification', { ...attempt, timecode: footage })
      .thenRefused('FOOTAGE_UNKNOWN');
    withAgent
      .when(people.officer, 'attemptFederalSupervisorIdentification', { ...attempt, attemptedAt: '2027-01-01T00:00:00.000Z' })
      .thenRefused('TIME_IN_FUTURE');
  });
});

describe('identifyFederalSupervisor, confirmFederalSupervisor', () => {
  const identify: CaseCommands['identifyFederalSupervisor'] = { ...peopleSamples.FederalSupervisorIdentified };
  const identified = withAgent.and(happened('FederalSupervisorIdentified', people.officer));
  const identification = eventIdAt(3);
  const confirm: CaseCommands['confirmFederalSupervisor'] = { identification, basis: peopleSamples.FederalSupervisorConfirmed.basis };

  it('records who the federal supervisor is said to be', () => {
    withAgent.when(people.officer, 'identifyFederalSupervisor', identify).then(recorded('FederalSupervisorIdentified'));
  });

  it('refuses an identification without name, agency or method, and with footage or an agent that is not on the case', () => {
    withAgent
      .when(people.officer, 'identifyFederalSupervisor', { ...identify, name: '', agency: ' ' })
      .thenRefused('DETAIL_INCOMPLETE', 'NAME', 'AGENCY');
    withAgent.when(people.officer, 'identifyFederalSupervisor', { ...identify, method: '' }).thenRefused('NO_METHOD');
    withAgent.when(people.officer, 'identifyFederalSupervisor', { ...identify, timecode: footage }).thenRefused('FOOTAGE_UNKNOWN');
    withAgent.when(people.officer, 'identifyFederalSupervisor', { ...identify, agent: 'agent-9' as AgentId }).thenRefused('AGENT_UNKNOWN');
  });

  it('is confirmed by another person, once each', () => {
    identified
      .when(people.supervisor, 'confirmFederalSupervisor', confirm)
      .thenOnceOnly(recorded('FederalSupervisorConfirmed', { identification }));
    const confirmed = identified.and(happened('FederalSupervisorConfirmed', people.supervisor, { identification }));
    confirmed
      .when(people.investigator, 'confirmFederalSupervisor', confirm)
      .then(recorded('FederalSupervisorConfirmed', { identification }));
  });

  it('is not confirmed by the person who identified them, without a basis, or where nobody is identified', () => {
    const own = withAgent.and(happened('FederalSupervisorIdentified', people.investigator));
    own.when(people.investigator, 'confirmFederalSupervisor', confirm).thenRefused('CONFIRMER_IDENTIFIED');
    identified.when(people.supervisor, 'confirmFederalSupervisor', { ...confirm, basis: '' }).thenRefused('NO_BASIS');
    withAgent.when(people.supervisor, 'confirmFederalSupervisor', confirm).thenRefused('NOBODY_IDENTIFIED');
    identified
      .when(people.supervisor, 'confirmFederalSupervisor', { ...confirm, identification: 'x' as EventId })
      .thenRefused('NOBODY_IDENTIFIED');
  });
});

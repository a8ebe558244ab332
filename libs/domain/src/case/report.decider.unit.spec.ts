import { describe, expect, it } from '@jest/globals';
import type { Actor, CaseCommands, CaseId, NewCaseEvent, UserId } from '#libs/domain';
import { caseId, given, type Given, people, person } from '../../../../test/support/case-kit.js';
import { happened, recorded } from '../../../../test/support/happened.js';
import { reportSamples } from '../../../../test/support/samples/report.samples.js';

const filed = happened('ReportFiled', people.officer);
const investigated = [filed, happened('CaseTriaged', people.intake)];
const other = reportSamples.CasesLinked.other;
const binds = { materialRevision: 0, leaf: 'leaf' };
const by = (actor: Actor, event: NewCaseEvent): Given => ({ event, by: actor });
const submitted = by(people.investigator, { type: 'ReviewSubmitted', data: { binds, note: null } });
const supervisorApproved = by(people.supervisor, { type: 'ReviewApproved', data: { binds, note: null } });
const contact = by(people.supervisor, {
  type: 'OutsideContactRecorded',
  data: {
    contact: 'contact-1' as never,
    party: 'PARTY',
    office: 'Invented Law Office',
    person: null,
    direction: 'TO_THE_CITY',
    members: ['investigator-2' as UserId],
    contactAt: '2026-03-02T16:00:00.000Z',
    substance: 'Invented.',
  },
});

function caseOf(...history: readonly Given[]) {
  const state = given(...history).state();
  if (!state.exists) throw new Error('no case');
  return state;
}

describe('triageCase', () => {
  const investigate: CaseCommands['triageCase'] = { outcome: 'INVESTIGATE', disposition: null, duplicateOf: null, reason: null };
  const close: CaseCommands['triageCase'] = {
    outcome: 'PROPOSE_CLOSING',
    disposition: 'UNFOUNDED',
    duplicateOf: null,
    reason: 'Invented.',
  };

  it('moves a case under investigation', () => {
    given(filed).when(people.intake, 'triageCase', investigate).thenOnceOnly(recorded('CaseTriaged'));
    expect(caseOf(...investigated)).toMatchObject({ triaged: true, stage: { name: 'UNDER_INVESTIGATION' } });
  });

  it('proposes a closing with a disposition, and leaves the stage as it is', () => {
    const proposal = recorded('CaseTriaged', { ...close });
    given(filed).when(people.supervisor, 'triageCase', close).thenOnceOnly(proposal);
    expect(caseOf(filed, by(people.intake, proposal))).toMatchObject({
      stage: { name: 'REPORTED' },
      closingProposed: { disposition: 'UNFOUNDED', by: 'intake-1', duplicateOf: null },
    });
  });

  it('refuses a proposal without disposition, reason, or the case that a duplicate repeats', () => {
    const story = given(filed);
    story.when(people.intake, 'triageCase', { ...close, disposition: null }).thenRefused('NO_DISPOSITION');
    story.when(people.intake, 'triageCase', { ...close, reason: ' ' }).thenRefused('NO_REASON');
    story.when(people.intake, 'triageCase', { ...close, disposition: 'DUPLICATE_OF' }).thenRefused('NO_DISPOSITION');
    story
      .when(people.intake, 'triageCase', { ...close, disposition: 'DUPLICATE_OF', duplicateOf: '2026-000009' })
      .then(recorded('CaseTriaged', { ...close, disposition: 'DUPLICATE_OF', duplicateOf: '2026-000009' }));
  });

  it('refuses a second triage, but investigates a case whose proposed closing nobody followed', () => {
    const proposed = [filed, happened('CaseTriaged', people.intake, { ...close })];
    given(...proposed)
      .when(people.intake, 'triageCase', close)
      .thenRefused('ALREADY_TRIAGED');
    given(...proposed)
      .when(people.supervisor, 'triageCase', investigate)
      .then(recorded('CaseTriaged'));
    expect(caseOf(...proposed, happened('CaseTriaged', people.supervisor)).closingProposed).toBeNull();
  });
});

describe('assignInvestigator, unassignInvestigator', () => {
  const investigator = 'investigator-1' as UserId;
  const assigned = happened('InvestigatorAssigned', people.supervisor);

  it('assigns once, names who had the case before, and leaves the stage', () => {
    given(filed).when(people.supervisor, 'assignInvestigator', { investigator }).thenOnceOnly(recorded('InvestigatorAssigned'));
    const next = 'investigator-2' as UserId;
    given(filed, assigned)
      .when(people.supervisor, 'assignInvestigator', { investigator: next })
      .thenOnceOnly(recorded('InvestigatorAssigned', { investigator: next, previous: investigator }));
    expect(caseOf(filed, assigned)).toMatchObject({ investigator, stage: { name: 'REPORTED' } });
  });

  it('makes the assigned a person who worked on the case, even when taken off it', () => {
    const state = caseOf(filed, assigned, happened('InvestigatorUnassigned', people.supervisor));
    expect(state.investigator).toBeNull();
    expect(state.hands.workedOn.has(investigator)).toBe(true);
  });

  it('refuses who is recused, was party to an outside contact, or has approved', () => {
    const recused = happened('ConflictRecorded', people.supervisor);
    const assign = { investigator: 'investigator-2' as UserId };
    given(filed, recused).when(people.supervisor, 'assignInvestigator', assign).thenRefused('ASSIGNEE_BARRED');
    given(filed, contact).when(people.otherSupervisor, 'assignInvestigator', assign).thenRefused('ASSIGNEE_BARRED');
    given(...investigated, submitted, supervisorApproved)
      .when(people.otherSupervisor, 'assignInvestigator', { investigator: 'supervisor-1' as UserId })
      .thenRefused('ASSIGNEE_BARRED');
  });

  it('takes the investigator off, and records nothing for someone who has not the case', () => {
    const reason = 'Transferred to another unit.';
    given(filed, assigned)
      .when(people.supervisor, 'unassignInvestigator', { investigator, reason })
      .thenOnceOnly(recorded('InvestigatorUnassigned'));
    given(filed, assigned)
      .when(people.supervisor, 'unassignInvestigator', { investigator: 'investigator-2' as UserId, reason })
      .thenNothing();
    expect(
      caseOf(filed, assigned, happened('InvestigatorUnassigned', people.supervisor, { investigator: 'investigator-2' as UserId }))
        .investigator,
    ).toBe(investigator);
  });
});

describe('declareConflict, recordConflict', () => {
  const ground = 'Related to a witness.';

  it("declares one's own conflict, once", () => {
    given(filed).when(people.otherOfficer, 'declareConflict', { ground }).thenOnceOnly(recorded('ConflictDeclared'));
  });

  it("records another person's conflict, once, and not one's own", () => {
    const { person: concerned, ground: why } = reportSamples.ConflictRecorded;
    given(filed).when(people.legal, 'recordConflict', { person: concerned, ground: why }).thenOnceOnly(recorded('ConflictRecorded'));
    given(filed).when(people.legal, 'recordConflict', { person: people.legal.actor, ground }).thenRefused('ONESELF');
  });

  it('refuses a conflict without its ground', () => {
    given(filed).when(people.otherOfficer, 'declareConflict', { ground: ' ' }).thenRefused('NO_GROUND');
    given(filed).when(people.legal, 'recordConflict', { person: people.officer.actor, ground: '' }).thenRefused('NO_GROUND');
  });

  it('ends duties and access at once', () => {
    const recusal = happened('ConflictRecorded', people.supervisor, { person: 'investigator-1' as UserId });
    const grant = by(people.supervisor, {
      type: 'AccessGranted',
      data: { person: 'investigator-1' as UserId, purpose: 'Invented.', expiresAt: '2027-01-01T00:00:00.000Z' },
    });
    const state = caseOf(filed, happened('InvestigatorAssigned', people.supervisor), grant, recusal);
    expect(state.investigator).toBeNull();
    expect(state.grants.size).toBe(0);
    given(filed, recusal)
      .when(people.investigator, 'recordPerson', {
        roles: ['WITNESS'],
        identity: 'NAMED',
        minor: 'NO',
        contactDeclined: false,
        name: null,
        contact: null,
      })
      .thenRefused('RECUSED');
  });

  it('ends an escalation to the recused, and their appointment as an approver', () => {
    const escalated = by(people.supervisor, { type: 'ReviewEscalated', data: { to: 'supervisor-2' as UserId, reason: null } });
    const appointed = by(people.legal, {
      type: 'ApproverAppointed',
      data: { person: 'supervisor-2' as UserId, approval: 'SUPERVISOR', unit: 'unit-9', reason: 'Invented.' },
    });
    const review = [...investigated, submitted, escalated, appointed];
    const state = caseOf(...review, happened('ConflictDeclared', people.otherSupervisor, { person: 'supervisor-2' as UserId }));
    expect(state.stage).toMatchObject({ name: 'SUPERVISOR_REVIEW', escalatedTo: null });
    expect(state.appointed).toEqual([]);
    const elsewhere = caseOf(...review, happened('ConflictDeclared', people.otherOfficer));
    expect(elsewhere.stage).toMatchObject({ escalatedTo: 'supervisor-2' });
    expect(elsewhere.appointed).toHaveLength(1);
  });

  it('voids the review when an approver has the conflict, in the same append', () => {
    const { outcome } = given(...investigated, submitted, supervisorApproved).when(people.supervisor, 'declareConflict', { ground });
    expect(outcome).toMatchObject([
      { type: 'ConflictDeclared' },
      { type: 'ReviewVoided', data: { cause: 'CONFLICT', approvers: ['supervisor-1'] } },
    ]);
  });
});

describe('linkCases, unlinkCases', () => {
  const { reason } = reportSamples.CasesLinked;
  const back = reportSamples.CasesUnlinked.reason;
  const linked = happened('CasesLinked', people.supervisor);

  it('links once and takes back once', () => {
    given(filed).when(people.supervisor, 'linkCases', { other, reason }).thenOnceOnly(recorded('CasesLinked'));
    given(filed, linked).when(people.supervisor, 'unlinkCases', { other, reason: back }).thenOnceOnly(recorded('CasesUnlinked'));
    expect(caseOf(filed, linked, happened('CasesUnlinked', people.supervisor)).links.size).toBe(0);
  });

  it('records nothing when it takes back a link that is not there', () => {
    given(filed)
      .when(people.supervisor, 'unlinkCases', { other: 'case-9' as CaseId, reason: back })
      .thenNothing();
  });

  it('refuses a link to the case itself, and any without a reason', () => {
    given(filed).when(people.supervisor, 'linkCases', { other: caseId, reason }).thenRefused('LINK_TO_ITSELF');
    given(filed).when(people.supervisor, 'linkCases', { other, reason: '' }).thenRefused('NO_REASON');
    given(filed, linked).when(people.supervisor, 'unlinkCases', { other, reason: '' }).thenRefused('NO_REASON');
  });

  it('is for the investigator of the case, not for another', () => {
    given(filed).when(person('investigator-9', 'INVESTIGATOR'), 'linkCases', { other, reason }).thenRefused('NOT_ASSIGNED');
  });
});

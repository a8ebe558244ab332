import { describe, expect, it } from '@jest/globals';
import { type AgentId, type CaseCommands, type EventId, isRefusal, type RefusalCode, type ViolationId } from '#libs/domain';
import { eventIdAt, given, newIdOf, people } from '../../../../test/support/case-kit.js';
import {
  event,
  ids,
  immunityAssessed,
  investigated,
  readyToSubmit,
  statementTaken,
  submitted,
  supervisorApproved,
  violationAlleged,
} from '../../../../test/support/case-story.js';
import { allegationsSamples as samples } from '../../../../test/support/samples/allegations.samples.js';
import { isCitation } from './citations.js';

const { violation: _violation, ...allege } = samples.ViolationAlleged;
const { link: _link, ...link } = samples.EvidenceLinked;
const assess = samples.ImmunityAssessed;
const linked = event('EvidenceLinked', samples.EvidenceLinked, people.investigator);
const withdrawn = event('ViolationWithdrawn', samples.ViolationWithdrawn, people.investigator);
const violation = newIdOf('command-1', 'violation');

describe('allegeViolation', () => {
  it('records the law, its elements and the agents, once', () => {
    given(...investigated)
      .when(people.investigator, 'allegeViolation', allege)
      .thenOnceOnly({ type: 'ViolationAlleged', data: { ...samples.ViolationAlleged, violation: violation as ViolationId } });
  });

  it('lets an officer allege on a reported case', () => {
    const officers = given(...investigated).when(people.officer, 'allegeViolation', allege).outcome;
    expect(isRefusal(officers)).toBe(false);
  });

  it('names an agent once who is given twice', () => {
    given(...investigated)
      .when(people.investigator, 'allegeViolation', { ...allege, agents: [ids.agent, ids.agent] })
      .then({ type: 'ViolationAlleged', data: { ...samples.ViolationAlleged, violation: violation as ViolationId } });
  });

  it('alleges again what was withdrawn', () => {
    given(...readyToSubmit, withdrawn)
      .when(people.investigator, 'allegeViolation', allege)
      .then({ type: 'ViolationAlleged', data: { ...samples.ViolationAlleged, violation: violation as ViolationId } });
  });

  const refused: readonly (readonly [string, Partial<CaseCommands['allegeViolation']>, RefusalCode])[] = [
    ['a malformed state citation', { citation: '720 ILCS 5' }, 'CITATION_MALFORMED'],
    ['a state citation given as a local one', { jurisdiction: 'LOCAL' }, 'CITATION_MALFORMED'],
    ['a citation without the version of its text', { textVersion: ' ' }, 'NO_TEXT_VERSION'],
    ['no elements', { elements: [] }, 'NO_ELEMENTS'],
    ['a blank element', { elements: ['knowingly', ' '] }, 'NO_ELEMENTS'],
    ['no agent', { agents: [] }, 'AGENT_UNKNOWN'],
    ['an agent who is not on the case', { agents: [ids.agent, 'agent-9' as AgentId] }, 'AGENT_UNKNOWN'],
  ];
  it.each(refused)('refuses %s', (_what, change, code) => {
    given(...investigated).when(people.investigator, 'allegeViolation', { ...allege, ...change }).thenRefused(code);
  });

  it('is refused in review, where nothing is alleged', () => {
    given(...submitted).when(people.investigator, 'allegeViolation', allege).thenRefused('STAGE_NOT_ALLOWED');
  });
});

describe('citations', () => {
  it.each([
    '720 ILCS 5/12-3',
    '50 ILCS 706/10-20(a)(7)',
    '720 ILCS 5/12-3.05(a)(1)',
    '720 ILCS 5/33A-2',
    '725 ILCS 167/20',
    '5 ILCS 140/3',
    '625 ILCS 5/11-501.01',
  ])('accepts the state citation %s', (citation) => {
    expect(isCitation('STATE', citation)).toBe(true);
  });
  it.each(['MCC 2-173-005', 'MCC 8-4-010(a)', 'CCC 58-1'])('accepts the local citation %s', (citation) => {
    expect(isCitation('LOCAL', citation)).toBe(true);
  });
  it.each(['720 ILCS 5', '720 ilcs 5/12-3', '720 ILCS 5/12-3 ', ' 720 ILCS 5/12-3', '720ILCS5/12-3', '720 ILCS 5/12-3(', '0 ILCS 5/12', '', 'MCC 2-173-005'])(
    'refuses the state citation %j',
    (citation) => {
      expect(isCitation('STATE', citation)).toBe(false);
    },
  );
  it.each(['2-173-005', 'mcc 2-173-005', 'MCC', 'MCC 2', 'MCC 2-173-005-1', '720 ILCS 5/12-3'])('refuses the local citation %j', (citation) => {
    expect(isCitation('LOCAL', citation)).toBe(false);
  });
  it('refuses a citation that is longer than any', () => {
    expect(isCitation('STATE', `720 ILCS 5/12-3${'(a)'.repeat(40)}`)).toBe(false);
  });
});

describe('linkEvidence', () => {
  it('links evidence to an element once', () => {
    given(...readyToSubmit)
      .when(people.investigator, 'linkEvidence', link)
      .thenOnceOnly({ type: 'EvidenceLinked', data: { ...samples.EvidenceLinked, link: newIdOf('command-1', 'evidence-link') as never } });
  });

  it('links the same evidence against the same element as another link', () => {
    const outcome = given(...readyToSubmit, linked).when(people.investigator, 'linkEvidence', { ...link, bearing: 'CONTRADICTS' }).outcome;
    expect(outcome).toMatchObject([{ type: 'EvidenceLinked', data: { bearing: 'CONTRADICTS' } }]);
  });

  it.each([
    { kind: 'STATEMENT', id: ids.voluntary },
    { kind: 'REPORT', id: ids.report },
  ] as const)('links a $kind of the case', (evidence) => {
    const outcome = given(...readyToSubmit, statementTaken(ids.voluntary, false)).when(people.investigator, 'linkEvidence', { ...link, evidence }).outcome;
    expect(outcome).toMatchObject([{ type: 'EvidenceLinked', data: { evidence } }]);
  });

  const refused: readonly (readonly [string, Partial<CaseCommands['linkEvidence']>, RefusalCode])[] = [
    ['to a violation that is not on the case', { violation: 'violation-9' as ViolationId }, 'VIOLATION_UNKNOWN'],
    ['to an element beyond the last', { element: 3 }, 'ELEMENT_UNKNOWN'],
    ['to an element before the first', { element: -1 }, 'ELEMENT_UNKNOWN'],
    ['to half an element', { element: 0.5 }, 'ELEMENT_UNKNOWN'],
    ['footage that is not on the case', { evidence: { kind: 'FOOTAGE', id: 'footage-9' as never } }, 'EVIDENCE_UNKNOWN'],
    ['an exhibit that is not on the case', { evidence: { kind: 'EXHIBIT', id: 'footage-1' as never } }, 'EVIDENCE_UNKNOWN'],
    ['a scene detail that is not on the case', { evidence: { kind: 'SCENE_DETAIL', id: 'detail-9' as never } }, 'EVIDENCE_UNKNOWN'],
    ['a compelled statement', { evidence: { kind: 'STATEMENT', id: ids.compelled } }, 'EVIDENCE_WALLED_OFF'],
  ];
  it.each(refused)('refuses to link %s', (_what, change, code) => {
    given(...readyToSubmit, statementTaken(ids.compelled, true))
      .when(people.investigator, 'linkEvidence', { ...link, ...change })
      .thenRefused(code);
  });

  it('refuses to link to a withdrawn violation', () => {
    given(...readyToSubmit, withdrawn).when(people.investigator, 'linkEvidence', link).thenRefused('VIOLATION_UNKNOWN');
  });
});

describe('withdrawEvidenceLink', () => {
  const data = samples.EvidenceLinkWithdrawn;
  it('withdraws a link once', () => {
    given(...readyToSubmit, linked).when(people.investigator, 'withdrawEvidenceLink', data).thenOnceOnly({ type: 'EvidenceLinkWithdrawn', data });
  });
  it('records nothing for a link that is withdrawn already', () => {
    given(...readyToSubmit, linked, event('EvidenceLinkWithdrawn', data, people.investigator))
      .when(people.investigator, 'withdrawEvidenceLink', { ...data, reason: 'another' })
      .thenNothing();
  });
  it('lets the same link be made again afterwards', () => {
    const outcome = given(...readyToSubmit, linked, event('EvidenceLinkWithdrawn', data, people.investigator)).when(people.investigator, 'linkEvidence', link);
    expect(outcome.outcome).toHaveLength(1);
  });
  it('refuses an unknown link', () => {
    given(...readyToSubmit).when(people.investigator, 'withdrawEvidenceLink', data).thenRefused('LINK_UNKNOWN');
  });
  it('refuses without a reason', () => {
    given(...readyToSubmit, linked).when(people.investigator, 'withdrawEvidenceLink', { ...data, reason: ' ' }).thenRefused('NO_REASON');
  });
});

describe('withdrawViolation', () => {
  const data = samples.ViolationWithdrawn;
  it('withdraws a violation once', () => {
    given(...readyToSubmit).when(people.supervisor, 'withdrawViolation', data).thenOnceOnly({ type: 'ViolationWithdrawn', data });
  });
  it('records nothing for a violation that is withdrawn already', () => {
    given(...readyToSubmit, withdrawn).when(people.supervisor, 'withdrawViolation', { ...data, reason: 'another' }).thenNothing();
  });
  it('refuses an unknown violation', () => {
    given(...investigated).when(people.investigator, 'withdrawViolation', data).thenRefused('VIOLATION_UNKNOWN');
  });
  it('refuses without a reason', () => {
    given(...readyToSubmit).when(people.investigator, 'withdrawViolation', { ...data, reason: '' }).thenRefused('NO_REASON');
  });
});

describe('assessImmunity', () => {
  it('records both limbs, and a later assessment beside the earlier one', () => {
    const story = given(...investigated, violationAlleged);
    story.when(people.investigator, 'assessImmunity', assess).then({ type: 'ImmunityAssessed', data: assess });
    const twice = story.and(immunityAssessed);
    twice.when(people.legal, 'assessImmunity', assess).then({ type: 'ImmunityAssessed', data: assess });
    const state = twice.and(event('ImmunityAssessed', assess, people.legal)).state();
    expect(state.exists && state.immunity.map((assessed) => assessed.by)).toEqual(['investigator-1', 'legal-1']);
    expect(state.exists && [...state.hands.assessedImmunity]).toEqual(['investigator-1', 'legal-1']);
  });

  it('voids nothing in legal review', () => {
    given(...supervisorApproved).when(people.otherLegal, 'assessImmunity', assess).then({ type: 'ImmunityAssessed', data: assess });
  });

  it('lists everything that the limbs lack', () => {
    const bare = { ...assess.authorized, authority: ' ', factsAgainst: '' };
    given(...readyToSubmit)
      .when(people.investigator, 'assessImmunity', { ...assess, authorized: bare, necessaryAndProper: null })
      .thenRefused('LIMB_INCOMPLETE', 'AUTHORITY_MISSING', 'FACTS_AGAINST_MISSING', 'LIMB_MISSING');
  });
  it('accepts a limb without facts for', () => {
    const limb = { ...assess.authorized, factsFor: '' };
    expect(given(...readyToSubmit).when(people.investigator, 'assessImmunity', { ...assess, authorized: limb }).outcome).toHaveLength(1);
  });
  it('refuses a violation that is not on the case, or withdrawn', () => {
    const other = { ...assess, violation: 'violation-9' as ViolationId };
    given(...readyToSubmit).when(people.investigator, 'assessImmunity', other).thenRefused('VIOLATION_UNKNOWN');
    given(...readyToSubmit, withdrawn).when(people.investigator, 'assessImmunity', assess).thenRefused('VIOLATION_UNKNOWN');
  });
  it('refuses an agent of whom the violation is not alleged', () => {
    given(...readyToSubmit).when(people.investigator, 'assessImmunity', { ...assess, agent: ids.otherAgent }).thenRefused('AGENT_UNKNOWN');
  });
  it('refuses an assessment by who has approved the running review', () => {
    const supervisorAndLegal = { ...people.otherSupervisor, roles: ['SUPERVISOR', 'LEGAL'] as const };
    given(...supervisorApproved).when(supervisorAndLegal, 'assessImmunity', assess).thenRefused('BARRED');
  });
});

describe('markContrary', () => {
  const mark = { ...samples.ContraryFactMarked, event: eventIdAt(0) };
  const marked = event('ContraryFactMarked', mark, people.custodian);

  it('marks an event once, at any stage', () => {
    given(...submitted).when(people.custodian, 'markContrary', mark).thenOnceOnly({ type: 'ContraryFactMarked', data: mark });
  });
  it("records another person's mark of the same event, and that it concerns a city witness", () => {
    given(...readyToSubmit, marked).when(people.officer, 'markContrary', mark).then({ type: 'ContraryFactMarked', data: mark });
    const notOfWitness = { ...mark, cityWitness: false };
    given(...readyToSubmit, marked).when(people.custodian, 'markContrary', notOfWitness).then({ type: 'ContraryFactMarked', data: notOfWitness });
  });
  it('refuses an unknown event', () => {
    given(...readyToSubmit).when(people.custodian, 'markContrary', { ...mark, event: 'event-9' as EventId }).thenRefused('EVENT_UNKNOWN');
  });
  it('refuses a mark that says nothing', () => {
    given(...readyToSubmit).when(people.custodian, 'markContrary', { ...mark, why: ' ' }).thenRefused('NO_REASON');
  });
});

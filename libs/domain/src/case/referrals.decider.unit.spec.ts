import { describe, expect, it } from '@jest/globals';
import { type AgentId, type CaseCommands, type ReferralId, type RefusalCode, type ViolationId } from '#libs/domain';
import { at, given, type Given, newIdOf, people } from '../../../../test/support/case-kit.js';
import {
  charged,
  decided,
  deliveredAfter,
  event,
  ids,
  investigated,
  legallyApproved,
  legallyApprovedAfter,
  materialAfter,
  readyToSubmit,
  referralApproved,
  referralApprovedAfter,
  referred,
  statementTaken,
  submitted,
  submittedAfter,
  supervisorApprovedAfter,
} from '../../../../test/support/case-story.js';
import { allegationsSamples } from '../../../../test/support/samples/allegations.samples.js';
import { reviewSamples as samples } from '../../../../test/support/samples/review.samples.js';

const stageOf = (history: readonly Given[]): string => {
  const state = given(...history).state();
  return state.exists ? state.stage.name : 'ABSENT';
};
const pair = { violation: ids.violation, agent: ids.agent };
const contact = event('OutsideContactRecorded', samples.OutsideContactRecorded, people.intake);
const cleared = event('OutsideContactCleared', samples.OutsideContactCleared, people.otherLegal);
const { addressee, attestation } = samples.ReferralApproved;
const approve: CaseCommands['approveReferral'] = { addressee, attestation, violations: [ids.violation], agents: [ids.agent] };
const deliver = { referral: ids.referral, packetSha256: samples.ReferralDelivered.packetSha256, channel: 'By hand', deliveredAt: null };
const unknown = 'referral-9' as ReferralId;

/** The story of a case with two agents, both alleged of the same violation and both assessed. */
const twoAgents = [
  ...investigated,
  event('ViolationAlleged', { ...allegationsSamples.ViolationAlleged, agents: [ids.agent, ids.otherAgent] }, people.investigator),
  event('ImmunityAssessed', allegationsSamples.ImmunityAssessed, people.investigator),
  event('ImmunityAssessed', { ...allegationsSamples.ImmunityAssessed, agent: ids.otherAgent }, people.investigator),
];
const twoAgentsReferred = deliveredAfter(
  referralApprovedAfter(legallyApprovedAfter(supervisorApprovedAfter(submittedAfter(twoAgents))), { agents: [ids.agent, ids.otherAgent] }),
);

describe('approveReferral', () => {
  const referral = newIdOf('command-1', 'referral') as ReferralId;
  it('binds everything, immunity included, and covers the pairs of its violations and agents', () => {
    given(...legallyApproved)
      .when(people.authority, 'approveReferral', approve)
      .thenOnceOnly({ type: 'ReferralApproved', data: { ...approve, referral, binds: materialAfter(legallyApproved) } });
    const state = given(...referralApproved).state();
    expect(state.exists && state.referrals.get(ids.referral)).toMatchObject({ status: 'APPROVED', pairs: [pair] });
  });

  const refused: readonly (readonly [string, Partial<CaseCommands['approveReferral']>, RefusalCode])[] = [
    ['no violation', { violations: [] }, 'VIOLATION_UNKNOWN'],
    ['an unknown violation', { violations: ['violation-9' as ViolationId] }, 'VIOLATION_UNKNOWN'],
    ['no agent', { agents: [] }, 'AGENT_UNKNOWN'],
    ['an unknown agent', { agents: ['agent-9' as AgentId] }, 'AGENT_UNKNOWN'],
    ['an agent of whom nothing is alleged', { agents: [ids.agent, ids.otherAgent] }, 'AGENT_UNKNOWN'],
    ['a violation that is alleged of none of the agents', { agents: [ids.otherAgent] }, 'VIOLATION_UNKNOWN'],
    ['no addressee', { addressee: ' ' }, 'NO_ADDRESSEE'],
    ['no attestation of who began it', { attestation: '' }, 'NO_ATTESTATION'],
  ];
  it.each(refused)('refuses %s', (_what, change, code) => {
    given(...legallyApproved).when(people.authority, 'approveReferral', { ...approve, ...change }).thenRefused(code);
  });
  it('refuses a withdrawn violation', () => {
    const other = event('ViolationAlleged', { ...allegationsSamples.ViolationAlleged, violation: 'violation-2' as ViolationId }, people.investigator);
    const withdrawn = event('ViolationWithdrawn', { violation: 'violation-2' as ViolationId, reason: 'Invented.' }, people.investigator);
    const story = legallyApprovedAfter(supervisorApprovedAfter(submittedAfter([...readyToSubmit, other, withdrawn])));
    given(...story)
      .when(people.authority, 'approveReferral', { ...approve, violations: [ids.violation, 'violation-2' as ViolationId] })
      .thenRefused('VIOLATION_UNKNOWN');
  });
  it('refuses a pair whose immunity nobody assessed', () => {
    const unassessed = twoAgents.filter((g) => g !== twoAgents.at(-1));
    const story = legallyApprovedAfter(supervisorApprovedAfter(submittedAfter(unassessed)));
    given(...story).when(people.authority, 'approveReferral', { ...approve, agents: [ids.agent, ids.otherAgent] }).thenRefused('IMMUNITY_MISSING', 'IMMUNITY_MISSING');
  });
  it('refuses while a contact is unruled, or its remedy open', () => {
    given(...legallyApproved, contact).when(people.authority, 'approveReferral', approve).thenRefused('CONTACT_OPEN');
    const improper = event('OutsideContactFoundImproper', { ...samples.OutsideContactFoundImproper, replace: [people.investigator.actor] }, people.otherLegal);
    const story = legallyApprovedAfter(supervisorApprovedAfter(submittedAfter([...readyToSubmit, contact, improper])));
    given(...story).when(people.authority, 'approveReferral', approve).thenRefused('CONTACT_OPEN');
    const replaced = event('InvestigatorAssigned', { investigator: people.otherInvestigator.actor, previous: people.investigator.actor }, people.supervisor);
    expect(given(...story, replaced).when(people.authority, 'approveReferral', approve).outcome).toHaveLength(1);
    expect(given(...legallyApproved, contact, cleared).when(people.authority, 'approveReferral', approve).outcome).toHaveLength(1);
  });
  it('refuses who gave another of the approvals, or was party to a contact', () => {
    given(...legallyApproved).when({ ...people.legal, roles: ['REFERRAL_AUTHORITY'] }, 'approveReferral', approve).thenRefused('BARRED');
    const own = event('OutsideContactRecorded', { ...samples.OutsideContactRecorded, members: [people.authority.actor] }, people.intake);
    given(...legallyApproved, own, cleared).when(people.authority, 'approveReferral', approve).thenRefused('BARRED');
  });
});

describe('deliverReferral', () => {
  const binds = materialAfter(referralApproved);
  it('delivers what all approvals bind, once', () => {
    given(...referralApproved)
      .when(people.liaison, 'deliverReferral', deliver)
      .thenOnceOnly({ type: 'ReferralDelivered', data: { ...deliver, binds, deliveredAt: at(10_000) } });
    expect(stageOf(referred)).toBe('REFERRED');
  });
  it('records nothing for the same packet at any later stage, and refuses another', () => {
    const resumed = [...decided, event('InvestigationResumed', samples.InvestigationResumed, people.supervisor)];
    for (const history of [referred, decided, resumed]) {
      given(...history).when(people.liaison, 'deliverReferral', deliver).thenNothing();
      given(...history).when(people.liaison, 'deliverReferral', { ...deliver, packetSha256: 'd'.repeat(64) }).thenRefused('NOT_APPROVED');
    }
  });
  it('refuses an unknown referral, and one whose approval is void', () => {
    given(...referralApproved).when(people.liaison, 'deliverReferral', { ...deliver, referral: unknown }).thenRefused('REFERRAL_UNKNOWN');
    const voided = event('SubmissionWithdrawn', samples.SubmissionWithdrawn, people.investigator);
    given(...referralApproved, voided).when(people.liaison, 'deliverReferral', deliver).thenRefused('NOT_APPROVED');
  });
  it('refuses while a contact is unruled', () => {
    given(...referralApproved, contact).when(people.liaison, 'deliverReferral', deliver).thenRefused('CONTACT_OPEN');
    expect(given(...referralApproved, contact, cleared).when(people.liaison, 'deliverReferral', deliver).outcome).toHaveLength(1);
  });
  it.each([
    ['the referral authority', referralApprovedAfter(legallyApproved, { binds: { materialRevision: 1, leaf: 'other' } })],
    [
      'legal review',
      referralApprovedAfter([
        ...legallyApproved.slice(0, -1),
        event('LegalReviewApproved', { binds: { materialRevision: 1, leaf: 'other' }, note: null }, people.legal),
      ]),
    ],
    [
      'the supervisor',
      referralApprovedAfter(
        legallyApprovedAfter([...submitted, event('ReviewApproved', { binds: { materialRevision: 1, leaf: 'other' }, note: null }, people.otherSupervisor)]),
      ),
    ],
    [
      'the submission',
      referralApprovedAfter(
        legallyApprovedAfter(
          supervisorApprovedAfter([
            ...readyToSubmit,
            event('ReviewSubmitted', { binds: { materialRevision: 1, leaf: 'other' }, note: null }, people.investigator),
          ]),
        ),
      ),
    ],
  ])('refuses when %s binds something else', (_who, history) => {
    given(...history).when(people.liaison, 'deliverReferral', deliver).thenRefused('BINDING_DIFFERS');
  });
  it('refuses when an approver has since become a witness by a walled-off statement', () => {
    const compelled = statementTaken(ids.compelled, true, people.legal.actor, people.otherOfficer);
    given(...referralApproved, compelled).when(people.liaison, 'deliverReferral', deliver).thenRefused('NOT_APPROVED');
  });
  it.each([
    [{ packetSha256: ' ' }, 'NO_HASH'],
    [{ channel: '' }, 'NO_METHOD'],
    [{ deliveredAt: at(10_001) }, 'TIME_IN_FUTURE'],
    [{ deliveredAt: at(0) }, 'TIME_IMPOSSIBLE'],
  ] as const)('refuses %j', (change, code) => {
    given(...referralApproved).when(people.liaison, 'deliverReferral', { ...deliver, ...change }).thenRefused(code);
  });
});

describe('recordReferralReceipt, recordFollowUp, notifyProsecutor', () => {
  const receipt = samples.ReferralReceiptRecorded;
  const followUp = { ...samples.FollowUpRecorded, at: null };
  it('record a receipt once, and a refusal of it after', () => {
    given(...referred).when(people.liaison, 'recordReferralReceipt', { ...receipt, at: at(90) }).thenOnceOnly({ type: 'ReferralReceiptRecorded', data: { ...receipt, at: at(90) } });
    const refusal = { ...receipt, outcome: 'RECEIPT_REFUSED', at: at(95) } as const;
    given(...referred, event('ReferralReceiptRecorded', receipt, people.liaison))
      .when(people.liaison, 'recordReferralReceipt', refusal)
      .then({ type: 'ReferralReceiptRecorded', data: refusal });
  });
  it('refuse a receipt of what is unknown, undelivered, or to come', () => {
    given(...referred).when(people.liaison, 'recordReferralReceipt', { ...receipt, referral: unknown }).thenRefused('REFERRAL_UNKNOWN');
    given(...referralApproved).when(people.liaison, 'recordReferralReceipt', receipt).thenRefused('NOT_DELIVERED');
    given(...referred).when(people.liaison, 'recordReferralReceipt', { ...receipt, at: at(10_001) }).thenRefused('TIME_IN_FUTURE');
  });
  it('record each follow-up, and the same one once', () => {
    given(...referred).when(people.liaison, 'recordFollowUp', followUp).thenOnceOnly({ type: 'FollowUpRecorded', data: { ...followUp, at: at(10_000) } });
    const asked = event('FollowUpRecorded', { ...followUp, at: at(9_000) }, people.liaison);
    expect(given(...referred, asked).when(people.liaison, 'recordFollowUp', followUp).outcome).toHaveLength(1);
    const state = given(...referred, asked, asked, event('FollowUpRecorded', { ...followUp, answer: 'Soon.', at: at(9_500) }, people.liaison), asked).state();
    expect(state.exists && state.referrals.get(ids.referral)?.unansweredFollowUps).toBe(1);
  });
  it('refuse a follow-up on nothing open, with nobody, or to come', () => {
    given(...decided).when(people.liaison, 'recordFollowUp', followUp).thenRefused('NOTHING_OPEN');
    given(...referralApproved).when(people.liaison, 'recordFollowUp', followUp).thenRefused('NOTHING_OPEN');
    given(...referred).when(people.liaison, 'recordFollowUp', { ...followUp, referral: unknown }).thenRefused('REFERRAL_UNKNOWN');
    given(...referred).when(people.liaison, 'recordFollowUp', { ...followUp, to: '' }).thenRefused('NO_ADDRESSEE');
    given(...referred).when(people.liaison, 'recordFollowUp', { ...followUp, at: at(10_001) }).thenRefused('TIME_IN_FUTURE');
  });
  it('record an early notice, which moves nothing', () => {
    const notice = { ...samples.ProsecutorNotified, at: null };
    given(...investigated).when(people.liaison, 'notifyProsecutor', notice).thenOnceOnly({ type: 'ProsecutorNotified', data: { ...notice, at: at(10_000) } });
    expect(stageOf([...investigated, event('ProsecutorNotified', samples.ProsecutorNotified, people.liaison)])).toBe('UNDER_INVESTIGATION');
    given(...investigated).when(people.liaison, 'notifyProsecutor', { ...notice, reason: '' }).thenRefused('NO_REASON');
    given(...investigated).when(people.liaison, 'notifyProsecutor', { ...notice, office: '' }).thenRefused('NO_ADDRESSEE');
    given(...investigated).when(people.liaison, 'notifyProsecutor', { ...notice, at: at(10_001) }).thenRefused('TIME_IN_FUTURE');
  });
});

describe('recordProsecutorDecision', () => {
  const decide = { ...samples.ProsecutorDecisionRecorded, decidedAt: null };
  const { allDecided: _allDecided, ...command } = decide;
  const data = { ...command, decidedAt: at(10_000) };
  it('decides the case when every pair of every open referral is finally decided', () => {
    given(...referred).when(people.liaison, 'recordProsecutorDecision', command).thenOnceOnly({ type: 'ProsecutorDecisionRecorded', data: { ...data, allDecided: true } });
    expect(stageOf(decided)).toBe('DECIDED');
  });
  it('waits for the other pairs', () => {
    given(...twoAgentsReferred).when(people.liaison, 'recordProsecutorDecision', command).then({ type: 'ProsecutorDecisionRecorded', data: { ...data, allDecided: false } });
    const first = event('ProsecutorDecisionRecorded', { ...samples.ProsecutorDecisionRecorded, allDecided: false }, people.liaison);
    expect(stageOf([...twoAgentsReferred, first])).toBe('REFERRED');
    const other = { ...command, pair: { ...pair, agent: ids.otherAgent } };
    given(...twoAgentsReferred, first)
      .when(people.liaison, 'recordProsecutorDecision', other)
      .then({ type: 'ProsecutorDecisionRecorded', data: { ...data, pair: other.pair, allDecided: true } });
  });
  it('waits on when the investigation is to be continued', () => {
    const outcome = given(...referred).when(people.liaison, 'recordProsecutorDecision', { ...command, outcome: 'CONTINUED_INVESTIGATION' }).outcome;
    expect(outcome).toMatchObject([{ data: { allDecided: false } }]);
  });
  it('gives the case back to its investigator when the prosecutor returns it', () => {
    const returned = { ...data, outcome: 'RETURNED', allDecided: false } as const;
    given(...referred).when(people.liaison, 'recordProsecutorDecision', { ...command, outcome: 'RETURNED' }).then({ type: 'ProsecutorDecisionRecorded', data: returned });
    expect(stageOf([...referred, event('ProsecutorDecisionRecorded', returned, people.liaison)])).toBe('UNDER_INVESTIGATION');
  });
  it('keeps a later decision beside the earlier', () => {
    const later = { ...command, outcome: 'CHARGES_REJECTED' } as const;
    given(...decided).when(people.liaison, 'recordProsecutorDecision', later).thenOnceOnly({ type: 'ProsecutorDecisionRecorded', data: { ...data, outcome: 'CHARGES_REJECTED', allDecided: true } });
    const state = given(...decided, event('ProsecutorDecisionRecorded', { ...samples.ProsecutorDecisionRecorded, outcome: 'CHARGES_REJECTED' }, people.liaison)).state();
    expect(state.exists && state.referrals.get(ids.referral)?.decisions.map((one) => one.outcome)).toEqual(['CHARGES_APPROVED', 'CHARGES_REJECTED']);
  });
  it('refuses what is unknown, undelivered, not referred or to come', () => {
    given(...referred).when(people.liaison, 'recordProsecutorDecision', { ...command, referral: unknown }).thenRefused('REFERRAL_UNKNOWN');
    given(...referralApproved).when(people.liaison, 'recordProsecutorDecision', command).thenRefused('NOT_DELIVERED');
    given(...referred).when(people.liaison, 'recordProsecutorDecision', { ...command, pair: { ...pair, agent: ids.otherAgent } }).thenRefused('PAIR_NOT_REFERRED');
    given(...referred).when(people.liaison, 'recordProsecutorDecision', { ...command, decidedAt: at(10_001) }).thenRefused('TIME_IN_FUTURE');
  });
});

describe('withdrawReferral', () => {
  const withdraw = { ...samples.ReferralWithdrawn, addresseeToldAt: at(5_000) };
  const withdrawn = event('ReferralWithdrawn', withdraw, people.authority);
  it('withdraws an approved or a delivered referral once, and gives the case back', () => {
    const untold = { ...withdraw, addresseeToldAt: null };
    given(...referralApproved).when(people.authority, 'withdrawReferral', untold).thenOnceOnly({ type: 'ReferralWithdrawn', data: untold });
    given(...referred).when(people.authority, 'withdrawReferral', withdraw).thenOnceOnly({ type: 'ReferralWithdrawn', data: withdraw });
    for (const history of [referralApproved, referred]) expect(stageOf([...history, withdrawn])).toBe('UNDER_INVESTIGATION');
  });
  it('refuses when decided, without a reason, unknown, void, or before the addressee was told', () => {
    given(...decided).when(people.authority, 'withdrawReferral', withdraw).thenRefused('ALREADY_DECIDED');
    given(...referred).when(people.authority, 'withdrawReferral', { ...withdraw, reason: ' ' }).thenRefused('NO_REASON');
    given(...referred).when(people.authority, 'withdrawReferral', { ...withdraw, referral: unknown }).thenRefused('REFERRAL_UNKNOWN');
    given(...referred).when(people.authority, 'withdrawReferral', { ...withdraw, addresseeToldAt: null }).thenRefused('ADDRESSEE_NOT_TOLD');
    given(...referred).when(people.authority, 'withdrawReferral', { ...withdraw, addresseeToldAt: at(10_001) }).thenRefused('TIME_IN_FUTURE');
    const voided = event('SubmissionWithdrawn', samples.SubmissionWithdrawn, people.investigator);
    given(...referralApproved, voided).when(people.authority, 'withdrawReferral', withdraw).thenRefused('NOT_APPROVED');
  });
  it('still takes the receipt and the decision of what was delivered before', () => {
    expect(given(...referred, withdrawn).when(people.liaison, 'recordReferralReceipt', { ...samples.ReferralReceiptRecorded, at: null }).outcome).toHaveLength(1);
    expect(charged.event.type).toBe('ProsecutorDecisionRecorded');
  });
});

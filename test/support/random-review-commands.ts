import { type AgentId, approvals, contactParties, dispositions, offenseClasses, prosecutorOutcomes, receiptOutcomes, type ViolationId } from '#libs/domain';
import { agentOf, type Builders, eventOf, evidenceOf, hashes, idOf, limbOf, maybe, orderOf, reasonOr, referralOf, userOf, violationOf } from './random-picks.js';

/** Random commands from the allegation on: evidence, approvals, referral, sealing. */

export const allegationBuilders = {
  allegeViolation: (chance, state) => ({
    jurisdiction: chance.is(0.9) ? 'STATE' : 'LOCAL',
    citation: chance.one(['720 ILCS 5/12-3', '720 ILCS 5/10-3']),
    textVersion: 'Invented.',
    elements: ['first', 'second'],
    agents: [agentOf(chance, state)],
    offenseClass: chance.one(offenseClasses),
    description: null,
  }),
  linkEvidence: (chance, state) => ({
    violation: violationOf(chance, state),
    element: chance.below(3),
    evidence: evidenceOf(chance, state),
    bearing: chance.is(0.5) ? 'SUPPORTS' : 'CONTRADICTS',
    note: null,
  }),
  withdrawEvidenceLink: (chance, state) => ({ link: idOf(chance, state?.evidenceLinks.keys(), 'link-9'), reason: reasonOr(chance) }),
  withdrawViolation: (chance, state) => ({ violation: violationOf(chance, state), reason: reasonOr(chance) }),
  assessImmunity: (chance, state) => {
    const violation = violationOf(chance, state);
    return {
      violation,
      agent: idOf(chance, state?.violations.get(violation)?.agents, 'agent-9'),
      authorized: maybe(chance, limbOf(chance)) ?? limbOf(chance),
      necessaryAndProper: chance.is(0.95) ? limbOf(chance) : null,
      reportedBelief: null,
      beliefReasonable: null,
      removalNote: null,
    };
  },
  markContrary: (chance, state) => ({ event: eventOf(chance, state), why: reasonOr(chance), cityWitness: chance.is(0.3) }),
} satisfies Partial<Builders>;

export const reviewBuilders = {
  submitForReview: () => ({ note: null }),
  withdrawSubmission: (chance) => ({ reason: reasonOr(chance) }),
  returnForWork: (chance) => ({ reason: reasonOr(chance) }),
  escalateReview: (chance) => ({ to: userOf(chance), reason: null }),
  appointApprover: (chance) => ({ person: userOf(chance), approval: chance.one(approvals), unit: 'unit-2', reason: reasonOr(chance) }),
  approveReview: () => ({ note: null }),
  approveLegally: () => ({ note: null }),
  recordOutsideContact: (chance) => ({
    party: chance.one(contactParties),
    office: 'An invented office',
    person: null,
    direction: 'TO_THE_CITY',
    members: chance.is(0.5) ? [userOf(chance)] : [],
    contactAt: null,
    substance: reasonOr(chance),
  }),
  ruleOnContact: (chance, state) => {
    const unruled = [...(state?.contacts.values() ?? [])].filter((contact) => contact.ruling === null || chance.is(0.1));
    return {
      contact: idOf(chance, unruled.map((contact) => contact.id), 'contact-9'),
      ruling: chance.is(0.8) ? 'CLEARED' : 'IMPROPER',
      reason: reasonOr(chance),
      remedy: 'Invented.',
      replace: chance.is(0.5) ? [userOf(chance)] : [],
    };
  },
  approveReferral: (chance, state) => {
    const standing = [...(state?.violations.values() ?? [])].filter((violation) => !violation.withdrawn);
    const violations = standing.length > 0 && chance.is(0.9) ? standing : [...(state?.violations.values() ?? [])];
    return {
      addressee: 'A prosecutor (invented)',
      violations: violations.map((violation) => violation.id),
      agents: [...new Set(violations.flatMap((violation) => violation.agents))],
      attestation: reasonOr(chance),
    };
  },
  deliverReferral: (chance, state) => ({ referral: referralOf(chance, state), packetSha256: chance.one(hashes), channel: 'By hand', deliveredAt: null }),
  recordReferralReceipt: (chance, state) => ({ referral: referralOf(chance, state), outcome: chance.one(receiptOutcomes), at: null, note: null }),
  recordFollowUp: (chance, state) => ({ referral: referralOf(chance, state), to: 'Invented.', answer: chance.is(0.2) ? 'Invented.' : null, at: null }),
  recordProsecutorDecision: (chance, state) => {
    const referral = referralOf(chance, state);
    const pairs = state?.referrals.get(referral)?.pairs ?? [];
    const stray = { violation: 'violation-9' as ViolationId, agent: 'agent-9' as AgentId };
    return {
      referral,
      pair: pairs.length === 0 ? stray : chance.one(pairs),
      outcome: chance.one(prosecutorOutcomes),
      reference: null,
      decidedAt: null,
    };
  },
  withdrawReferral: (chance, state, now) => ({ referral: referralOf(chance, state), reason: reasonOr(chance), addresseeToldAt: maybe(chance, now) }),
  notifyProsecutor: (chance) => ({ office: 'A prosecutor (invented)', reason: reasonOr(chance), at: null }),
  resumeInvestigation: (chance) => ({ reason: reasonOr(chance) }),
  proposeClosing: (chance) => ({
    disposition: chance.is(0.3) ? 'REFERRED_NO_DECISION' : chance.one(dispositions.filter((one) => one !== 'DUPLICATE_OF')),
    reason: reasonOr(chance),
    duplicateOf: null,
  }),
  closeCase: (chance) => ({ reason: reasonOr(chance) }),
  reopenCase: (chance) => ({ reason: reasonOr(chance) }),
  grantAccess: (chance) => ({ person: userOf(chance), purpose: reasonOr(chance), expiresAt: '2999-01-01T00:00:00.000Z' }),
  revokeAccess: (chance, state) => ({ person: idOf(chance, state?.grants.keys(), 'records-1'), reason: null }),
  recordMissedDeadline: (chance, state, now) => ({
    clock: chance.one(['TRIAGE', 'DELIVERY']),
    startedBy: eventOf(chance, state),
    subject: null,
    dueAt: now,
    policyVersion: 1,
  }),
} satisfies Partial<Builders>;

export const sealingBuilders = {
  sealCase: (chance, state) => ({ order: orderOf(chance, state) }),
  unsealCase: (chance, state) => ({ order: state?.sealing?.order ?? orderOf(chance, state), reason: reasonOr(chance) }),
  requestShredding: (chance, state) => ({
    order: orderOf(chance, state),
    persons: [...(state?.persons.keys() ?? [])].filter(() => chance.is(0.6)),
    caseTexts: chance.is(0.4),
    reason: reasonOr(chance),
  }),
  confirmShredding: (chance, state) => ({ shredding: idOf(chance, state?.shreddings.keys(), 'shredding-9') }),
} satisfies Partial<Builders>;

import { clear, defineEvent, sealedForCase } from '../kernel/event-schema.js';
import type { AgentId, ContactId, EventId, ReferralId, UserId, ViolationId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.types.js';
import type {
  Approval,
  Binding,
  ContactDirection,
  ContactParty,
  Disposition,
  ProsecutorOutcome,
  ReceiptOutcome,
  ViolationAgentPair,
  VoidCause,
} from './values.js';

export const reviewEvents = {
  ReviewSubmitted: defineEvent({ title: 'Submitted for review', fields: { binds: clear<Binding>(), note: clear<string | null>() } }),
  SubmissionWithdrawn: defineEvent({ title: 'Submission withdrawn', fields: { reason: clear<string>() } }),
  ReviewReturned: defineEvent({
    title: 'Returned for work',
    fields: { stage: clear<'SUPERVISOR_REVIEW' | 'LEGAL_REVIEW' | 'READY_FOR_REFERRAL'>(), reason: clear<string>() },
  }),
  ReviewEscalated: defineEvent({
    title: 'Review escalated',
    fields: { to: clear<UserId>(), reason: clear<string | null>() },
  }),
  ApproverAppointed: defineEvent({
    title: 'Approver appointed',
    fields: { person: clear<UserId>(), approval: clear<Approval>(), unit: clear<string>(), reason: clear<string>() },
  }),
  ReviewApproved: defineEvent({ title: 'Approved by the supervisor', fields: { binds: clear<Binding>(), note: clear<string | null>() } }),
  LegalReviewApproved: defineEvent({ title: 'Approved by legal review', fields: { binds: clear<Binding>(), note: clear<string | null>() } }),
  OutsideContactRecorded: defineEvent({
    title: 'Outside contact recorded',
    fields: {
      contact: clear<ContactId>(),
      party: clear<ContactParty>(),
      office: clear<string>(),
      person: clear<string | null>(),
      direction: clear<ContactDirection>(),
      /** Members of the service who were party to it. */
      members: clear<readonly UserId[]>(),
      contactAt: clear<Instant>(),
      substance: sealedForCase<string>(),
    },
  }),
  OutsideContactCleared: defineEvent({
    title: 'Outside contact cleared',
    fields: { contact: clear<ContactId>(), reason: clear<string>() },
  }),
  OutsideContactFoundImproper: defineEvent({
    title: 'Outside contact found improper',
    fields: {
      contact: clear<ContactId>(),
      reason: clear<string>(),
      remedy: clear<string>(),
      /** Who must be replaced on the case before the referral can be approved. */
      replace: clear<readonly UserId[]>(),
    },
  }),
  ReferralApproved: defineEvent({
    title: 'Referral approved',
    fields: {
      referral: clear<ReferralId>(),
      addressee: clear<string>(),
      violations: clear<readonly ViolationId[]>(),
      agents: clear<readonly AgentId[]>(),
      binds: clear<Binding>(),
      /** Who or what began the inquiry, attested by the approver. */
      attestation: clear<string>(),
    },
  }),
  ReferralDelivered: defineEvent({
    title: 'Referral delivered',
    fields: {
      referral: clear<ReferralId>(),
      packetSha256: clear<string>(),
      channel: clear<string>(),
      binds: clear<Binding>(),
      deliveredAt: clear<Instant>(),
    },
  }),
  ReferralReceiptRecorded: defineEvent({
    title: "Prosecutor's receipt recorded",
    fields: { referral: clear<ReferralId>(), outcome: clear<ReceiptOutcome>(), at: clear<Instant>(), note: clear<string | null>() },
  }),
  FollowUpRecorded: defineEvent({
    title: 'Follow-up recorded',
    fields: { referral: clear<ReferralId>(), to: clear<string>(), answer: clear<string | null>(), at: clear<Instant>() },
  }),
  ProsecutorDecisionRecorded: defineEvent({
    title: "Prosecutor's decision recorded",
    fields: {
      referral: clear<ReferralId>(),
      pair: clear<ViolationAgentPair>(),
      outcome: clear<ProsecutorOutcome>(),
      reference: clear<string | null>(),
      decidedAt: clear<Instant>(),
      /** Whether with this decision every pair of every open referral is finally decided. */
      allDecided: clear<boolean>(),
    },
  }),
  ReferralWithdrawn: defineEvent({
    title: 'Referral withdrawn',
    fields: { referral: clear<ReferralId>(), reason: clear<string>(), addresseeToldAt: clear<Instant | null>() },
  }),
  ProsecutorNotified: defineEvent({
    title: 'Prosecutor given early notice',
    fields: { office: clear<string>(), reason: clear<string>(), at: clear<Instant>() },
  }),
  InvestigationResumed: defineEvent({ title: 'Investigation resumed', fields: { reason: clear<string>() } }),
  ClosingProposed: defineEvent({
    title: 'Closing proposed',
    fields: { disposition: clear<Disposition>(), reason: clear<string>(), duplicateOf: clear<string | null>() },
  }),
  CaseClosed: defineEvent({
    title: 'Case closed',
    fields: { disposition: clear<Disposition>(), reason: clear<string>(), duplicateOf: clear<string | null>() },
  }),
  CaseReopened: defineEvent({ title: 'Case reopened', fields: { reason: clear<string>() } }),
  AccessGranted: defineEvent({
    title: 'Access granted',
    fields: { person: clear<UserId>(), purpose: clear<string>(), expiresAt: clear<Instant>() },
  }),
  AccessRevoked: defineEvent({ title: 'Access revoked', fields: { person: clear<UserId>(), reason: clear<string | null>() } }),
  ReviewVoided: defineEvent({
    title: 'Review voided',
    fields: {
      cause: clear<VoidCause>(),
      /** What was bound, and by whom, when it was voided. */
      submissionBound: clear<Binding>(),
      approvers: clear<readonly UserId[]>(),
    },
  }),
  DeadlineMissed: defineEvent({
    title: 'Deadline missed',
    fields: {
      clock: clear<string>(),
      /** The event that started it. */
      startedBy: clear<EventId>(),
      subject: clear<string | null>(),
      dueAt: clear<Instant>(),
      policyVersion: clear<number>(),
    },
  }),
};

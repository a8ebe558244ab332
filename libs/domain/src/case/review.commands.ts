import type { AgentId, CaseId, ContactId, EventId, ReferralId, UserId, ViolationId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.types.js';
import type {
  Approval,
  ContactDirection,
  ContactParty,
  ContactRuling,
  Disposition,
  ProsecutorOutcome,
  ReceiptOutcome,
  ViolationAgentPair,
} from './values.js';

export interface ReviewCommands {
  submitForReview: { readonly note: string | null };
  withdrawSubmission: { readonly reason: string };
  returnForWork: { readonly reason: string };
  escalateReview: { readonly to: UserId; readonly reason: string | null };
  appointApprover: { readonly person: UserId; readonly approval: Approval; readonly unit: string; readonly reason: string };
  approveReview: { readonly note: string | null };
  approveLegally: { readonly note: string | null };
  recordOutsideContact: {
    readonly party: ContactParty;
    readonly office: string;
    readonly person: string | null;
    readonly direction: ContactDirection;
    readonly members: readonly UserId[];
    readonly contactAt: Instant | null;
    readonly substance: string;
  };
  ruleOnContact: {
    readonly contact: ContactId;
    readonly ruling: ContactRuling;
    readonly reason: string;
    readonly remedy: string | null;
    readonly replace: readonly UserId[];
  };
  approveReferral: {
    readonly addressee: string;
    readonly violations: readonly ViolationId[];
    readonly agents: readonly AgentId[];
    readonly attestation: string;
  };
  deliverReferral: {
    readonly referral: ReferralId;
    readonly packetSha256: string;
    readonly channel: string;
    readonly deliveredAt: Instant | null;
  };
  recordReferralReceipt: {
    readonly referral: ReferralId;
    readonly outcome: ReceiptOutcome;
    readonly at: Instant | null;
    readonly note: string | null;
  };
  recordFollowUp: { readonly referral: ReferralId; readonly to: string; readonly answer: string | null; readonly at: Instant | null };
  recordProsecutorDecision: {
    readonly referral: ReferralId;
    readonly pair: ViolationAgentPair;
    readonly outcome: ProsecutorOutcome;
    readonly reference: string | null;
    readonly decidedAt: Instant | null;
  };
  withdrawReferral: { readonly referral: ReferralId; readonly reason: string; readonly addresseeToldAt: Instant | null };
  notifyProsecutor: { readonly office: string; readonly reason: string; readonly at: Instant | null };
  resumeInvestigation: { readonly reason: string };
  proposeClosing: { readonly disposition: Disposition | null; readonly reason: string | null; readonly duplicateOf: CaseId | null };
  closeCase: { readonly reason: string };
  reopenCase: { readonly reason: string };
  grantAccess: { readonly person: UserId; readonly purpose: string; readonly expiresAt: Instant };
  revokeAccess: { readonly person: UserId; readonly reason: string | null };
  /** Given by the clock feed alone; recorded once for a clock and its start. */
  recordMissedDeadline: {
    readonly clock: string;
    readonly startedBy: EventId;
    readonly subject: string | null;
    readonly dueAt: Instant;
    readonly policyVersion: number;
  };
}

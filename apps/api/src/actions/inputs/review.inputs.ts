import { InputType } from '@nestjs/graphql';
import type {
  AgentId,
  Approval,
  CaseCommands,
  CaseId,
  ContactDirection,
  ContactId,
  ContactParty,
  ContactRuling,
  Disposition,
  Instant,
  ProsecutorOutcome,
  ReceiptOutcome,
  ReferralId,
  UserId,
  ViolationId,
} from '#libs/domain';
import {
  ApprovalEnum,
  ContactDirectionEnum,
  ContactPartyEnum,
  ContactRulingEnum,
  DispositionEnum,
  ProsecutorOutcomeEnum,
  ReceiptOutcomeEnum,
} from '../../graphql/enums.js';
import { CaseActionInput } from './command.inputs.js';
import {
  Choice,
  Line,
  MaybeChoice,
  MaybeLine,
  MaybeParagraph,
  MaybeTime,
  MaybeUuid,
  Nested,
  Paragraph,
  Sha256,
  Time,
  User,
  Users,
  Uuid,
  Uuids,
} from './fields.js';

@InputType({ description: 'A submission for review. It binds the last material event.' })
export class SubmitForReviewInput extends CaseActionInput {
  @MaybeParagraph('A note to the reviewers.')
  note!: string | null;
}

@InputType({ description: 'A submission that is taken back.' })
export class WithdrawSubmissionInput extends CaseActionInput {
  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: 'A case that is returned to its investigator.' })
export class ReturnForWorkInput extends CaseActionInput {
  @Paragraph('What is to be done.')
  reason!: string;
}

@InputType({ description: 'A review that another supervisor takes. The clock runs on.' })
export class EscalateReviewInput extends CaseActionInput {
  @User('Who takes it.')
  to!: UserId;

  @MaybeParagraph('Why.')
  reason!: string | null;
}

@InputType({ description: 'An outsider who gives an approval where a unit lacks a person.' })
export class AppointApproverInput extends CaseActionInput {
  @User('The person.')
  person!: UserId;

  @Choice(ApprovalEnum, 'Which approval they give.')
  approval!: Approval;

  @Line('Their unit.')
  unit!: string;

  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: "The supervisor's approval. It binds the last material event." })
export class ApproveReviewInput extends CaseActionInput {
  @MaybeParagraph('A note.')
  note!: string | null;
}

@InputType({ description: 'The legal approval. It binds the last material event.' })
export class ApproveLegallyInput extends CaseActionInput {
  @MaybeParagraph('A note.')
  note!: string | null;
}

@InputType({ description: 'A communication about this case with someone outside the inquiry. A general order is none.' })
export class RecordOutsideContactInput extends CaseActionInput {
  @Choice(ContactPartyEnum, 'Who they are.')
  party!: ContactParty;

  @Line('Their office.')
  office!: string;

  @MaybeLine('The person.')
  person!: string | null;

  @Choice(ContactDirectionEnum, 'Who turned to whom.')
  direction!: ContactDirection;

  @Users('The members of the city who were party to it.')
  members!: readonly UserId[];

  @MaybeTime('When. Absent: now.')
  contactAt!: Instant | null;

  @Paragraph('What was said or written.')
  substance!: string;
}

@InputType({ description: 'A ruling on an outside contact.' })
export class RuleOnContactInput extends CaseActionInput {
  @Uuid('The contact.')
  contact!: ContactId;

  @Choice(ContactRulingEnum, 'The ruling.')
  ruling!: ContactRuling;

  @Paragraph('Why.')
  reason!: string;

  @MaybeParagraph('If it was improper: the remedy.')
  remedy!: string | null;

  @Users('If it was improper: whose approvals another person has to give again.')
  replace!: readonly UserId[];
}

@InputType({ description: 'The approval of a referral. It binds the last material event.' })
export class ApproveReferralInput extends CaseActionInput {
  @Line('To whom the case is referred.')
  addressee!: string;

  @Uuids('The violations that it covers.')
  violations!: readonly ViolationId[];

  @Uuids('The agents that it covers.')
  agents!: readonly AgentId[];

  @Paragraph('The attestation of who began the inquiry, and on what.')
  attestation!: string;
}

@InputType({ description: 'The delivery of a referral.' })
export class DeliverReferralInput extends CaseActionInput {
  @Uuid('The referral.')
  referral!: ReferralId;

  @Sha256('The SHA-256 of the packet: 64 hexadecimal digits in lower case.')
  packetSha256!: string;

  @Line('By which way.')
  channel!: string;

  @MaybeTime('When. Absent: now.')
  deliveredAt!: Instant | null;
}

@InputType({ description: "The addressee's receipt of a referral, or their refusal." })
export class RecordReferralReceiptInput extends CaseActionInput {
  @Uuid('The referral.')
  referral!: ReferralId;

  @Choice(ReceiptOutcomeEnum, 'Did they take it?')
  outcome!: ReceiptOutcome;

  @MaybeTime('When. Absent: now.')
  at!: Instant | null;

  @MaybeParagraph('What they said.')
  note!: string | null;
}

@InputType({ description: 'A follow-up with the addressee of a referral.' })
export class RecordFollowUpInput extends CaseActionInput {
  @Uuid('The referral.')
  referral!: ReferralId;

  @Line('Whom you turned to.')
  to!: string;

  @MaybeParagraph('Their answer. Absent: none.')
  answer!: string | null;

  @MaybeTime('When. Absent: now.')
  at!: Instant | null;
}

@InputType({ description: 'A violation and an agent.' })
export class ViolationAgentPairInput {
  @Uuid('The violation.')
  violation!: ViolationId;

  @Uuid('The agent.')
  agent!: AgentId;
}

@InputType({ description: "The prosecutor's decision on one violation and agent." })
export class RecordProsecutorDecisionInput extends CaseActionInput {
  @Uuid('The referral.')
  referral!: ReferralId;

  @Nested(() => ViolationAgentPairInput, 'What it is about.')
  pair!: ViolationAgentPairInput;

  @Choice(ProsecutorOutcomeEnum, 'The decision.')
  outcome!: ProsecutorOutcome;

  @MaybeLine("The prosecutor's reference.")
  reference!: string | null;

  @MaybeTime('When. Absent: now.')
  decidedAt!: Instant | null;
}

@InputType({ description: 'A referral that is withdrawn. Its addressee is told before.' })
export class WithdrawReferralInput extends CaseActionInput {
  @Uuid('The referral.')
  referral!: ReferralId;

  @Paragraph('Why.')
  reason!: string;

  @MaybeTime('When the addressee was told. Refused without it once delivered.')
  addresseeToldAt!: Instant | null;
}

@InputType({ description: 'An early notice to a prosecutor: no packet, no change of stage.' })
export class NotifyProsecutorInput extends CaseActionInput {
  @Line('The office.')
  office!: string;

  @Paragraph('Why.')
  reason!: string;

  @MaybeTime('When. Absent: now.')
  at!: Instant | null;
}

@InputType({ description: 'An investigation that is taken up again. Delivered referrals stay open.' })
export class ResumeInvestigationInput extends CaseActionInput {
  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: 'A proposal to close the case.' })
export class ProposeClosingInput extends CaseActionInput {
  @MaybeChoice(DispositionEnum, 'As what. Refused without it.')
  disposition!: Disposition | null;

  @MaybeParagraph('Why. Refused without it.')
  reason!: string | null;

  @MaybeUuid('With the disposition `DUPLICATE_OF`: the other case.')
  duplicateOf!: CaseId | null;
}

@InputType({ description: 'The closing of a case, as it was proposed.' })
export class CloseCaseInput extends CaseActionInput {
  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: 'The reopening of a closed case. Its items are held again.' })
export class ReopenCaseInput extends CaseActionInput {
  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: 'Access to the case for one person, for a purpose and a time.' })
export class GrantAccessInput extends CaseActionInput {
  @User('The person.')
  person!: UserId;

  @Line('What they need it for.')
  accessPurpose!: string;

  @Time('When it ends.')
  expiresAt!: Instant;

  toData(): CaseCommands['grantAccess'] {
    const { person, accessPurpose, expiresAt } = this;
    return { person, purpose: accessPurpose, expiresAt };
  }
}

@InputType({ description: 'Granted access that is taken back.' })
export class RevokeAccessInput extends CaseActionInput {
  @User('The person.')
  person!: UserId;

  @MaybeParagraph('Why.')
  reason!: string | null;
}

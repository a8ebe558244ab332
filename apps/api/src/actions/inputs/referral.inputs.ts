import { InputType } from '@nestjs/graphql';
import type { AgentId, Instant, ProsecutorOutcome, ReceiptOutcome, ReferralId, ViolationId } from '#libs/domain';
import { ProsecutorOutcomeEnum, ReceiptOutcomeEnum } from '../../graphql/enums.js';
import { CaseActionInput } from './command.inputs.js';
import { Choice, Line, MaybeLine, MaybeParagraph, MaybeTime, Nested, Paragraph, Sha256, Uuid, Uuids } from './fields.js';

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

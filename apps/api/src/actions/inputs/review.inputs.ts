import { InputType } from '@nestjs/graphql';
import type {
  Approval,
  CaseCommands,
  CaseId,
  ContactDirection,
  ContactId,
  ContactParty,
  ContactRuling,
  Disposition,
  Instant,
  UserId,
} from '#libs/domain';
import { ApprovalEnum, ContactDirectionEnum, ContactPartyEnum, ContactRulingEnum, DispositionEnum } from '../../graphql/enums.js';
import { CaseActionInput } from './command.inputs.js';
import {
  Choice,
  Line,
  MaybeChoice,
  MaybeLine,
  MaybeParagraph,
  MaybeTime,
  MaybeUuid,
  Paragraph,
  Time,
  User,
  Users,
  Uuid,
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

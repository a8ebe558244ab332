import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { Approval, CaseEventType, ContactDirection, ContactParty, VoidCause } from '#libs/domain';
import type { ContactDetail, ContactStatus, CorrectionDetail, FindingNode, FourEyesDetail, FourEyesException, GivenApproval, VoidedReviewDetail } from '#libs/read-models';
import { ApprovalEnum, ContactDirectionEnum, ContactPartyEnum } from '../../graphql/enums.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, JsonScalar, UuidScalar } from '../../graphql/scalars.js';
import { EventTypeEnum } from '../lists/audit.list.js';

export const FourEyesExceptionEnum = graphqlEnum<FourEyesException>('FourEyesException', 'Where the rule that nobody approves their own work was stretched, or what was approved came to stand in doubt.', {
  APPROVER_APPOINTED: 'An outsider was appointed to approve, since the unit lacked a person.',
  APPROVER_RECUSED: 'A conflict of interest of somebody who had approved came on record.',
  APPROVER_IN_CONTACT: 'Somebody who had approved was party to a contact from outside.',
  APPROVER_TO_BE_REPLACED: 'A contact was found improper, and somebody who had approved is to be replaced.',
  APPROVER_WORKED: 'Somebody who had approved was assigned to the case later, or recorded something material on it.',
});
export const VoidCauseEnum = graphqlEnum<VoidCause>('VoidCause', 'Why a review that was under way was voided.', {
  MATERIAL_ACTION: 'Something material was recorded after the submission.',
  CONFLICT: 'An approver had a conflict of interest.',
  IMPROPER_CONTACT: 'A contact from outside was found improper.',
});
export const ContactStatusEnum = graphqlEnum<ContactStatus>('ContactStatus', 'How a contact from outside stands.', {
  UNRULED: 'Nobody has ruled on it: no referral can be approved.',
  CLEARED: 'It was cleared.',
  IMPROPER: 'It was found improper.',
});

@ObjectType({ description: 'One approval that was given.' })
class ApprovalGiven {
  @Field(() => String, { description: 'By this user.' }) by!: string;
  @Field(() => ApprovalEnum, { description: 'Which of the three.' }) approval!: Approval;
  @Field(() => UuidScalar, { description: 'The event.' }) event!: string;
  @Field(() => DateTimeScalar, { description: 'When.' }) at!: string;
}

@ObjectType({ isAbstract: true })
abstract class Finding {
  @Field(() => UuidScalar, { description: 'The case.' }) caseId!: string;
  @Field(() => UuidScalar, { description: 'The event that it rests on.' }) eventId!: string;
  @Field(() => Int, { description: "Its number in the case's stream." }) revision!: number;
  @Field(() => DateTimeScalar, { description: 'When it was recorded.' }) recordedAt!: string;
  @Field(() => String, { description: 'Who recorded it.' }) actor!: string;
  @Field(() => String, { nullable: true, description: 'For which unit.' }) unit!: string | null;
}

@ObjectType({ description: 'A correction of an earlier event; the original stays.' })
export class Correction extends Finding {
  @Field(() => UuidScalar, { description: 'The event that is corrected.' }) corrected!: string;
  @Field(() => EventTypeEnum, { description: 'What that records.' }) correctedType!: CaseEventType;
  @Field(() => DateTimeScalar, { description: 'When that was recorded.' }) correctedAt!: string;
  @Field(() => String, { description: 'Who had recorded it.' }) author!: string;
  @Field(() => String, { description: 'The field.' }) field!: string;
  @Field(() => JsonScalar, { nullable: true, description: 'As it stood; null for protected text.' }) from!: unknown;
  @Field(() => JsonScalar, { nullable: true, description: 'As it is corrected to; null for protected text.' }) to!: unknown;
  @Field(() => Boolean, { description: 'Whether the field is protected text, which is not shown here.' }) isProtected!: boolean;
  @Field(() => Boolean, { description: 'Whether approvals bind it.' }) isMaterial!: boolean;
  @Field(() => String, { description: 'Why, in the words of who corrected it.' }) reason!: string;
}

@ObjectType({ description: 'A review that was voided while it was under way: its approvals count no more.' })
export class VoidedReview extends Finding {
  @Field(() => VoidCauseEnum, { description: 'Why.' }) cause!: VoidCause;
  @Field(() => Int, { description: 'The revision that the submission bound.' }) boundRevision!: number;
  @Field(() => [ApprovalGiven], { description: 'The approvals that were voided.' }) approvals!: readonly GivenApproval[];
}

@ObjectType({ description: 'A communication about a case from an elected official, their staff, a party or a federal agency.' })
export class IndependenceContact extends Finding {
  @Field(() => UuidScalar, { description: 'Id of the contact.' }) contact!: string;
  @Field(() => ContactStatusEnum, { description: 'How it stands.' }) status!: ContactStatus;
  @Field(() => ContactPartyEnum, { description: 'From whom.' }) party!: ContactParty;
  @Field(() => String, { description: 'Which office, party or agency.' }) office!: string;
  @Field(() => String, { nullable: true, description: 'Who there, where it was said.' }) person!: string | null;
  @Field(() => ContactDirectionEnum, { description: 'Who turned to whom.' }) direction!: ContactDirection;
  @Field(() => [String], { description: 'Members of the city who were party to it.' }) members!: readonly string[];
  @Field(() => DateTimeScalar, { description: 'When it was.' }) contactAt!: string;
  @Field(() => String, { nullable: true, description: 'Who ruled on it.' }) ruledBy!: string | null;
  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was ruled on.' }) ruledAt!: string | null;
  @Field(() => String, { nullable: true, description: 'Why it was ruled so.' }) ruling!: string | null;
  @Field(() => String, { nullable: true, description: 'What has to be done.' }) remedy!: string | null;
  @Field(() => [String], { description: 'Who has to be replaced.' }) replace!: readonly string[];
}

@ObjectType({ description: 'An exception to four eyes. Attempts that were refused are in `accessLog(codes: ["BARRED", "ONESELF"])`.' })
export class FourEyesFinding extends Finding {
  @Field(() => FourEyesExceptionEnum, { description: 'Which.' }) exception!: FourEyesException;
  @Field(() => EventTypeEnum, { description: 'What was recorded.' }) type!: CaseEventType;
  @Field(() => String, { description: 'Whom it concerns.' }) person!: string;
  @Field(() => [ApprovalGiven], { description: 'What they had approved on the case by then.' }) approvals!: readonly GivenApproval[];
  @Field(() => ApprovalEnum, { nullable: true, description: 'What they were appointed to approve.' }) appointedTo!: Approval | null;
  @Field(() => String, { nullable: true, description: 'The reason that was given.' }) reason!: string | null;
}

const findingOf = (row: FindingNode) => ({
  caseId: row.case_id,
  eventId: row.event_id,
  revision: row.revision,
  recordedAt: row.recorded_at,
  actor: row.actor,
  unit: row.unit,
});

// Codecs: rows of one kind have that kind's detail and states.
export const correctionOf = (row: FindingNode): Correction => ({ ...findingOf(row), ...(row.detail as CorrectionDetail) });
export const voidedReviewOf = (row: FindingNode): VoidedReview => ({ ...findingOf(row), ...(row.detail as VoidedReviewDetail), cause: row.state as VoidCause });
export const fourEyesOf = (row: FindingNode): FourEyesFinding => ({ ...findingOf(row), ...(row.detail as FourEyesDetail), exception: row.state as FourEyesException, person: row.persons[0] ?? '' });

export function contactOf(row: FindingNode): IndependenceContact {
  const { ruling, ...detail } = row.detail as ContactDetail;
  return {
    ...findingOf(row),
    ...detail,
    status: row.state as ContactStatus,
    members: row.persons,
    ruledBy: ruling?.by ?? null,
    ruledAt: ruling?.at ?? null,
    ruling: ruling?.reason ?? null,
    remedy: ruling?.remedy ?? null,
    replace: ruling?.replace ?? [],
  };
}

import { InputType } from '@nestjs/graphql';
import type {
  AgentId,
  Confidence,
  EventId,
  FederalAnswer,
  FootageId,
  IdentificationOutcome,
  IdentityBasis,
  Instant,
  PersonId,
  PersonIdentity,
  PersonRole,
  RecordsRequestId,
  StatementKind,
  UserId,
  Voluntariness,
  YesNoUnknown,
} from '#libs/domain';
import {
  ConfidenceEnum,
  FederalAnswerEnum,
  IdentificationOutcomeEnum,
  IdentityBasisEnum,
  PersonIdentityEnum,
  PersonRoleEnum,
  StatementKindEnum,
  VoluntarinessEnum,
  YesNoUnknownEnum,
} from '../../graphql/enums.js';
import { CaseActionInput } from './command.inputs.js';
import {
  Choice,
  Choices,
  Flag,
  Line,
  Lines,
  MaybeChoice,
  MaybeLine,
  MaybeNested,
  MaybeParagraph,
  MaybeTime,
  MaybeUser,
  MaybeUuid,
  Narrative,
  Nested,
  Paragraph,
  Uuid,
} from './fields.js';
import { StatementGiverInput, TimecodeInput } from './shared.inputs.js';

@InputType({ description: 'A person who is, or says they are, a federal agent: what was seen of them. Masked and unknown ones get a designation.' })
export class RecordAgentInput extends CaseActionInput {
  @MaybeLine('The agency that they said they were of.')
  agencyClaimed!: string | null;

  @MaybeLine('The agency, where it is confirmed.')
  agencyConfirmed!: string | null;

  @MaybeLine('The badge number that was seen.')
  badgeSeen!: string | null;

  @Choice(YesNoUnknownEnum, 'Was the face covered?')
  faceCovered!: YesNoUnknown;

  @MaybeParagraph('The clothing.')
  clothing!: string | null;

  @MaybeParagraph('Markings on clothing or gear.')
  markings!: string | null;

  @MaybeLine('What they did there: `driver`, `team leader`.')
  role!: string | null;

  @MaybeNested(() => TimecodeInput, 'Where a recording shows them.')
  timecode!: TimecodeInput | null;
}

@InputType({ description: "An identity for an agent's designation." })
export class LinkAgentIdentityInput extends CaseActionInput {
  @Uuid('The agent.')
  agent!: AgentId;

  @Line('The name.')
  name!: string;

  @MaybeLine('The agency.')
  agency!: string | null;

  @MaybeLine('The badge number.')
  badge!: string | null;

  @Choices(IdentityBasisEnum, 'What the identity is based on. A face match alone is no basis.')
  bases!: readonly IdentityBasis[];

  @Paragraph('How that shows who it is.')
  basis!: string;

  @Choice(ConfidenceEnum, 'How sure you are.')
  confidence!: Confidence;
}

@InputType({ description: 'An identity link that is taken back.' })
export class UnlinkAgentIdentityInput extends CaseActionInput {
  @Uuid('The agent.')
  agent!: AgentId;

  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: 'An attempt to identify the federal supervisor on scene, whatever its outcome.' })
export class AttemptFederalSupervisorIdentificationInput extends CaseActionInput {
  @Choice(IdentificationOutcomeEnum, 'How it ended.')
  outcome!: IdentificationOutcome;

  @MaybeParagraph('How it was attempted. Needed unless no officer was on scene.')
  method!: string | null;

  @MaybeParagraph('The words in which it was declined.')
  wordsUsed!: string | null;

  @MaybeUuid('The agent who was asked, where they are recorded.')
  agent!: AgentId | null;

  @MaybeTime('When. Absent: now.')
  attemptedAt!: Instant | null;

  @MaybeNested(() => TimecodeInput, 'Where a recording shows it.')
  timecode!: TimecodeInput | null;
}

@InputType({ description: 'Who the federal supervisor on scene is said to be.' })
export class IdentifyFederalSupervisorInput extends CaseActionInput {
  @Line('The name.')
  name!: string;

  @Line('The agency.')
  agency!: string;

  @MaybeLine('The badge number.')
  badge!: string | null;

  @MaybeUuid('The agent, where they are recorded.')
  agent!: AgentId | null;

  @Paragraph('How they were identified.')
  method!: string;

  @Choice(ConfidenceEnum, 'How sure you are.')
  confidence!: Confidence;

  @MaybeNested(() => TimecodeInput, 'Where a recording shows it.')
  timecode!: TimecodeInput | null;
}

@InputType({ description: "A second person's confirmation of who the federal supervisor is." })
export class ConfirmFederalSupervisorInput extends CaseActionInput {
  @Uuid('The event that recorded the identification.')
  identification!: EventId;

  @Paragraph('What confirms it.')
  basis!: string;
}

@InputType({ description: 'An affected person, witness or complainant, or several of these. Immigration status is not asked, on purpose.' })
export class RecordPersonInput extends CaseActionInput {
  @Choices(PersonRoleEnum, 'What they have to do with the incident.')
  roles!: readonly PersonRole[];

  @Choice(PersonIdentityEnum, 'How their identity is treated.')
  identity!: PersonIdentity;

  @Choice(YesNoUnknownEnum, 'Are they a minor?')
  minor!: YesNoUnknown;

  @Flag('Do they wish not to be contacted?')
  contactDeclined!: boolean;

  @MaybeLine('The name. Protected.')
  name!: string | null;

  @MaybeLine('How to reach them. Protected.')
  contact!: string | null;
}

@InputType({ description: 'A statement, and how it was given.' })
export class TakeStatementInput extends CaseActionInput {
  @Nested(() => StatementGiverInput, 'Who gives it.', { exactlyOneOf: ['person', 'agent', 'cityMember'] })
  giver!: StatementGiverInput;

  @MaybeChoice(VoluntarinessEnum, 'Whether it was given freely. It has to be said: without it the statement is refused.')
  voluntariness!: Voluntariness | null;

  @MaybeParagraph('The warnings that were given before.')
  warnings!: string | null;

  @Line('The language.')
  language!: string;

  @MaybeLine('The interpreter.')
  interpreter!: string | null;

  @Choice(StatementKindEnum, 'How it is set down.')
  kind!: StatementKind;

  @MaybeUuid('Its recording.')
  recording!: FootageId | null;

  @Lines('Who was present.')
  present!: readonly string[];

  @MaybeLine('The guardian of a minor.')
  guardian!: string | null;

  @MaybeTime('When it was taken. Absent: now.')
  takenAt!: Instant | null;

  @Narrative('The statement. Protected.')
  text!: string;

  @MaybeUser('The legal reader of a compelled statement: nobody else who works on the case sees it.')
  reader!: UserId | null;
}

@InputType({ description: 'That the complainant was told.' })
export class NotifyComplainantInput extends CaseActionInput {
  @Uuid('The complainant.')
  person!: PersonId;

  @Line('By which way: letter, telephone.')
  channel!: string;

  @MaybeTime('When they were told. Absent: now.')
  toldAt!: Instant | null;

  @Paragraph('What they were told.')
  substance!: string;
}

@InputType({ description: 'A request to a federal agency for records or testimony: written, specific, to counsel (6 CFR 5.41-5.49).' })
export class RequestFederalRecordsInput extends CaseActionInput {
  @Line('Whom it is sent to.')
  addressee!: string;

  @Narrative('Its text. It names no complainant, witness or affected person.')
  text!: string;

  @Line('The rule on which it is based.')
  citation!: string;

  @Flag('Your word that the text names no complainant, witness or affected person; without it there is no request.')
  namesNobody!: boolean;
}

@InputType({ description: "A federal agency's answer to a request." })
export class RecordFederalAnswerInput extends CaseActionInput {
  @Uuid('The request.')
  request!: RecordsRequestId;

  @Choice(FederalAnswerEnum, 'How it answered.')
  answer!: FederalAnswer;

  @MaybeTime('When. Absent: now.')
  answeredAt!: Instant | null;

  @MaybeParagraph('What it said.')
  note!: string | null;
}

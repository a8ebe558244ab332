import { InputType } from '@nestjs/graphql';
import type {
  AgentId,
  CaseCommands,
  CaseId,
  Disposition,
  EventId,
  Instant,
  Json,
  PersonId,
  ReportId,
  ReportOrigin,
  SceneDetailKind,
  TriageOutcome,
  UserId,
  WarrantKind,
  YesNoUnknown,
} from '#libs/domain';
import { DispositionEnum, FiledReportOriginEnum, SceneDetailKindEnum, TriageOutcomeEnum, WarrantKindEnum, YesNoUnknownEnum } from '../../graphql/enums.js';
import { dataOf } from './command-data.js';
import { CaseActionInput, CommandInput } from './command.inputs.js';
import {
  Choice,
  Flag,
  Line,
  MaybeChoice,
  MaybeJson,
  MaybeLine,
  MaybeNarrative,
  MaybeNested,
  MaybeParagraph,
  MaybeTime,
  MaybeUuid,
  Narrative,
  Nested,
  NestedList,
  Paragraph,
  User,
  Uuid,
  Uuids,
} from './fields.js';
import { CategoryInput, IncidentNumbersInput, OfficerPresentInput, PlaceInput, TimecodeInput, WhenInput } from './shared.inputs.js';

@InputType({ description: "One person's account of an incident. Needs a narrative or a category." })
export class FileReportInput extends CommandInput {
  @MaybeUuid('The case that this account belongs to. Absent: a case is opened.')
  override caseId!: CaseId | null;

  @Choice(FiledReportOriginEnum, 'Where the report comes from.')
  origin!: Exclude<ReportOrigin, 'IMPORTED'>;

  @Nested(() => IncidentNumbersInput, 'Numbers under which the incident is known.')
  incident!: IncidentNumbersInput;

  @Nested(() => WhenInput, 'When it happened.')
  occurredAt!: WhenInput;

  @MaybeTime('When the city was told. Absent: now.')
  reportedAt!: Instant | null;

  @Nested(() => PlaceInput, 'Where it happened.')
  place!: PlaceInput;

  @MaybeLine('The address. Protected.')
  address!: string | null;

  @MaybeNested(() => CategoryInput, 'What it is about, where no narrative says it.')
  category!: CategoryInput | null;

  @MaybeNarrative("The account, in the reporter's words. Protected.")
  narrative!: string | null;

  @MaybeTime('For officers: when they were on scene.')
  onSceneAt!: Instant | null;

  @MaybeLine("For officers: the reporter's unit.")
  unit!: string | null;

  @MaybeLine("For officers: the reporter's camera.")
  camera!: string | null;

  @NestedList(() => OfficerPresentInput, 'City officers on scene and the cameras that they wore.')
  officersPresent!: readonly OfficerPresentInput[];

  @Choice(YesNoUnknownEnum, 'Was anyone injured?')
  injuries!: YesNoUnknown;

  @Flag('Did the reporter view footage before filing?')
  footageViewed!: boolean;

  toData(): CaseCommands['fileReport'] {
    return { ...dataOf<FileReportInput>(this), target: this.caseId === null ? 'NEW' : 'EXISTING', source: null };
  }
}

@InputType({ description: 'An addition to a report by its author.' })
export class SupplementReportInput extends CaseActionInput {
  @Uuid('The report.')
  report!: ReportId;

  @Narrative('What is added. Protected.')
  narrative!: string;

  @MaybeChoice(YesNoUnknownEnum, 'Was anyone injured, where that is known now?')
  injuries!: YesNoUnknown | null;

  @Flag('Did the author view footage since the report was filed?')
  footageViewed!: boolean;
}

@InputType({ description: 'A correction of one field of an earlier event; the original stays.' })
export class CorrectFactInput extends CaseActionInput {
  @Uuid('The event.')
  event!: EventId;

  @Line('The name of its field.')
  field!: string;

  @MaybeJson('The right value of a field that is not protected; null where nothing is right.')
  to!: Json;

  @MaybeNarrative('The right value of a protected field.')
  protectedTo!: string | null;

  @Paragraph('Why it is corrected.')
  reason!: string;
}

@InputType({ description: 'The decision on what becomes of a reported case.' })
export class TriageCaseInput extends CaseActionInput {
  @Choice(TriageOutcomeEnum, 'What becomes of it.')
  outcome!: TriageOutcome;

  @MaybeChoice(DispositionEnum, 'With a proposal to close: as what.')
  disposition!: Disposition | null;

  @MaybeLine('With the disposition `DUPLICATE_OF`: the number of the other case.')
  duplicateOf!: string | null;

  @MaybeParagraph('Why.')
  reason!: string | null;
}

@InputType({ description: 'Who investigates the case.' })
export class AssignInvestigatorInput extends CaseActionInput {
  @User('The investigator.')
  investigator!: UserId;
}

@InputType({ description: 'Who no longer investigates the case.' })
export class UnassignInvestigatorInput extends CaseActionInput {
  @User('The investigator.')
  investigator!: UserId;

  @MaybeParagraph('Why.')
  reason!: string | null;
}

@InputType({ description: "One's own conflict of interest." })
export class DeclareConflictInput extends CaseActionInput {
  @Paragraph('Its ground.')
  ground!: string;
}

@InputType({ description: "Another person's conflict of interest." })
export class RecordConflictInput extends CaseActionInput {
  @User('The person.')
  person!: UserId;

  @Paragraph('Its ground.')
  ground!: string;
}

@InputType({ description: 'A link from this case to another.' })
export class LinkCasesInput extends CaseActionInput {
  @Uuid('The other case.')
  other!: CaseId;

  @Paragraph('What links them.')
  reason!: string;
}

@InputType({ description: 'A link to another case that is taken back.' })
export class UnlinkCasesInput extends CaseActionInput {
  @Uuid('The other case.')
  other!: CaseId;

  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: 'A vehicle: its plate, or what it looked like.' })
export class VehicleInput {
  @MaybeLine('Its plate.')
  plate!: string | null;

  @MaybeLine('What it looked like.')
  description!: string | null;
}

@InputType({ description: 'A detail of the scene. Which members are needed follows from its kind.' })
export class RecordSceneDetailInput extends CaseActionInput {
  @Choice(SceneDetailKindEnum, 'What it is about.')
  kind!: SceneDetailKind;

  @MaybeParagraph('What was seen or heard. Protected.')
  description!: string | null;

  @Uuids('The agents concerned.')
  agents!: readonly AgentId[];

  @MaybeNested(() => VehicleInput, 'The vehicle.')
  vehicle!: VehicleInput | null;

  @MaybeChoice(WarrantKindEnum, 'Who signed the warrant that was shown.')
  warrant!: WarrantKind | null;

  @MaybeParagraph("The authority stated, in the agent's words.")
  wordsUsed!: string | null;

  @MaybeNested(() => OfficerPresentInput, 'The city officer who was there.')
  officer!: OfficerPresentInput | null;

  @MaybeLine('The camera that was there.')
  camera!: string | null;

  @MaybeLine('Who holds its recordings.')
  cameraHolder!: string | null;

  @MaybeNested(() => PlaceInput, 'The place.')
  place!: PlaceInput | null;

  @MaybeNested(() => TimecodeInput, 'Where a recording shows it.')
  timecode!: TimecodeInput | null;
}

@InputType({ description: 'Medical aid that was summoned, given or refused.' })
export class RecordMedicalAidInput extends CaseActionInput {
  @MaybeUuid('The injured person, where they are recorded.')
  person!: PersonId | null;

  @MaybeUuid('The injured agent, where they are recorded.')
  agent!: AgentId | null;

  @MaybeTime('When it was summoned.')
  summonedAt!: Instant | null;

  @MaybeTime('When it arrived.')
  arrivedAt!: Instant | null;

  @MaybeLine('Who gave it.')
  by!: string | null;

  @Choice(YesNoUnknownEnum, 'Did the injured refuse it?')
  refusedByInjured!: YesNoUnknown;

  @MaybeParagraph('What else is to be said. Protected.')
  note!: string | null;
}

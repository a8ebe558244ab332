import { InputType } from '@nestjs/graphql';
import type { FootageId, FootageKind, Instant, MismatchExplanation, PreservationId, UnavailabilityReason, UserId } from '#libs/domain';
import { FootageKindEnum, MismatchExplanationEnum, UnavailabilityReasonEnum } from '../../graphql/enums.js';
import { CaseActionInput } from './command.inputs.js';
import {
  Choice,
  Lines,
  MaybeBigCount,
  MaybeLine,
  MaybeParagraph,
  MaybeSignedMs,
  MaybeTime,
  MaybeUser,
  MaybeUuid,
  Milliseconds,
  Nested,
  Paragraph,
  Sha256,
  Users,
  Uuid,
} from './fields.js';

@InputType({ description: 'A request to preserve recordings: whose, of what time, and who holds them.' })
export class RequestPreservationInput extends CaseActionInput {
  @Users('Officers whose recordings are meant.')
  officers!: readonly UserId[];

  @Lines('Cameras whose recordings are meant.')
  cameras!: readonly string[];

  @Lines('Vehicles whose recordings are meant.')
  vehicles!: readonly string[];

  @Lines('Places whose recordings are meant.')
  places!: readonly string[];

  @MaybeTime('From when.')
  from!: Instant | null;

  @MaybeTime('Until when.')
  to!: Instant | null;

  @MaybeLine('Who holds the recordings.')
  holder!: string | null;

  @MaybeTime('When they will be deleted, where that is known.')
  deletionAt!: Instant | null;
}

@InputType({ description: 'A recording. Registering it places a hold on it.' })
export class RegisterFootageInput extends CaseActionInput {
  @Choice(FootageKindEnum, 'What kind it is.')
  kind!: FootageKind;

  @MaybeLine('The system that has it.')
  sourceSystem!: string | null;

  @MaybeLine('Its reference in that system.')
  sourceReference!: string | null;

  @MaybeUser('Who wore the camera.')
  wearer!: UserId | null;

  @MaybeLine('The camera.')
  camera!: string | null;

  @MaybeTime("Its beginning, by the camera's clock.")
  startedAt!: Instant | null;

  @MaybeTime("Its end, by the camera's clock.")
  endedAt!: Instant | null;

  @MaybeBigCount('Its length in milliseconds.')
  durationMs!: number | null;

  @MaybeSignedMs("Milliseconds by which the camera's clock was measured to be ahead of true time; negative: behind.")
  clockOffsetMs!: number | null;

  @MaybeUser('Who has custody of it.')
  custodian!: UserId | null;

  @MaybeParagraph('What it shows.')
  description!: string | null;

  @Paragraph('Why it is flagged; the ground of the hold.')
  flagGround!: string;
}

@InputType({ description: 'A hold on a registered recording.' })
export class PlaceFootageHoldInput extends CaseActionInput {
  @Uuid('The recording.')
  footage!: FootageId;

  @Paragraph('Its ground.')
  ground!: string;
}

@InputType({ description: 'What the source system shows of a hold. Only a confirmed hold silences the deletion warning.' })
export class ConfirmFootageHoldInput extends CaseActionInput {
  @MaybeUuid('The recording that is held.')
  footage!: FootageId | null;

  @MaybeUuid('Or the preservation request that was followed.')
  preservation!: PreservationId | null;

  @MaybeLine('The reference of the hold in the source system.')
  holdReference!: string | null;

  @MaybeTime('The deletion date that the source system shows.')
  deletionAt!: Instant | null;

  @MaybeParagraph('How it was checked.')
  checkedHow!: string | null;
}

@InputType({ description: 'The fingerprint of one exported file.' })
export class FileFingerprintInput {
  @Sha256('Its SHA-256: 64 hexadecimal digits in lower case.')
  sha256!: string;

  @MaybeBigCount('Its size in bytes.')
  sizeBytes!: number | null;

  @MaybeLine('Its name.')
  fileName!: string | null;

  @MaybeLine('Its format.')
  format!: string | null;

  @MaybeLine('The id of the export.')
  exportId!: string | null;

  @MaybeLine('The tool that made the fingerprint.')
  tool!: string | null;
}

@InputType({ description: 'A fingerprint of a recording. The first one stays; a later one that differs is a mismatch.' })
export class VerifyFootageInput extends CaseActionInput {
  @Uuid('The recording.')
  footage!: FootageId;

  @Nested(() => FileFingerprintInput, 'The fingerprint.')
  fingerprint!: FileFingerprintInput;
}

@InputType({ description: "Why a recording's fingerprint differs from the first." })
export class ExplainMismatchInput extends CaseActionInput {
  @Uuid('The recording.')
  footage!: FootageId;

  @Choice(MismatchExplanationEnum, 'What happened.')
  explanation!: MismatchExplanation;

  @Paragraph('How that is known.')
  reason!: string;
}

@InputType({ description: 'That a recording does not exist or cannot be had. About an item, a camera, an officer, or with none of these the scene.' })
export class ReportFootageUnavailableInput extends CaseActionInput {
  @MaybeUuid('The registered recording.')
  footage!: FootageId | null;

  @MaybeLine('The camera.')
  camera!: string | null;

  @MaybeUser('The officer.')
  officer!: UserId | null;

  @Choice(UnavailabilityReasonEnum, 'Why.')
  reason!: UnavailabilityReason;

  @Paragraph('How that is known.')
  explanation!: string;
}

@InputType({ description: 'What a recording shows at a timecode. Whoever annotates has filed their own report before.' })
export class AnnotateFootageInput extends CaseActionInput {
  @Uuid('The recording.')
  footage!: FootageId;

  @Milliseconds('Milliseconds from its start.')
  fromMs!: number;

  @MaybeBigCount('Milliseconds from its start to the end of the passage. Absent: that moment alone.')
  toMs!: number | null;

  @Paragraph('What it shows. Protected.')
  note!: string;
}

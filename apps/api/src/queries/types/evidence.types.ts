import { Field, Int, ObjectType } from '@nestjs/graphql';
import type {
  CourtOrderKind,
  CourtOrderState,
  Custody,
  DerivedCopyKind,
  ExhibitState,
  FileFingerprint,
  FootageKind,
  FootageState,
  HoldState,
  MismatchExplanation,
  PreservationState,
  UnavailabilityReason,
  UnavailabilityState,
} from '#libs/domain';
import { CourtOrderKindEnum, DerivedCopyKindEnum, FootageKindEnum, MismatchExplanationEnum, UnavailabilityReasonEnum } from '../../graphql/enums.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, SafeIntScalar, UuidScalar } from '../../graphql/scalars.js';

export const HoldStatusEnum = graphqlEnum<HoldState['status']>('HoldStatus', 'Where the hold on a recording stands.', {
  PLACED: 'Flagged here; its source has not confirmed it yet.',
  CONFIRMED: 'Shown as held by the source system.',
  RELEASED: "Released by decision: this case's claim has ended.",
});

@ObjectType({ description: 'The hold on a recording. Closing, triage or a missed clock never releases it.' })
export class Hold {
  @Field(() => HoldStatusEnum, { description: 'Where it stands.' })
  readonly status!: HoldState['status'];

  @Field(() => DateTimeScalar, { description: 'When it was last flagged: the time that a flagged recording is kept counts from here.' })
  readonly flaggedAt!: string;

  @Field(() => String, { description: 'Why it was placed.' })
  readonly ground!: string;

  @Field(() => String, { nullable: true, description: 'The reference that the source system shows.' })
  readonly reference!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the source would delete the recording, as it shows.' })
  readonly deletionAt!: string | null;
}

@ObjectType('FileFingerprint', { description: 'A fingerprint of one exported file.' })
export class FileFingerprintType implements FileFingerprint {
  @Field(() => String, { description: 'SHA-256, lower-case hexadecimal.' })
  readonly sha256!: string;

  @Field(() => SafeIntScalar, { nullable: true, description: 'Size in bytes.' })
  readonly sizeBytes!: number | null;

  @Field(() => String, { nullable: true, description: 'File name.' })
  readonly fileName!: string | null;

  @Field(() => String, { nullable: true, description: 'File format.' })
  readonly format!: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the export.' })
  readonly exportId!: string | null;

  @Field(() => String, { nullable: true, description: 'The tool that made the hash.' })
  readonly tool!: string | null;
}

@ObjectType({ description: 'The first hash of a recording. No later event replaces it.' })
export class FirstHash {
  @Field(() => UuidScalar, { description: 'The event that recorded it.' })
  readonly event!: string;

  @Field(() => FileFingerprintType, { description: 'The fingerprint.' })
  readonly fingerprint!: FileFingerprintType;

  @Field(() => String, { description: 'User id of who verified.' })
  readonly by!: string;

  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly at!: string;
}

@ObjectType({ description: 'A hash that differed from the first.' })
export class Mismatch {
  @Field(() => UuidScalar, { description: 'The event that recorded it.' })
  readonly event!: string;

  @Field(() => MismatchExplanationEnum, { nullable: true, description: 'How it was explained; null while it is open.' })
  readonly explanation!: MismatchExplanation | null;
}

@ObjectType('Custody', { description: 'Who answers for the original. Until a hand-over is accepted, the one who hands over does.' })
export class CustodyType implements Custody {
  @Field(() => String, { nullable: true, description: 'User id of the custodian.' })
  readonly custodian!: Custody['custodian'];

  @Field(() => String, { nullable: true, description: 'User id of who has yet to accept.' })
  readonly pendingTo!: Custody['pendingTo'];
}

@ObjectType({ description: 'A redacted, cut, enhanced or transcribed copy.' })
export class DerivedCopy {
  @Field(() => DerivedCopyKindEnum, { description: 'What kind of copy.' })
  readonly kind!: DerivedCopyKind;

  @Field(() => String, { description: 'SHA-256 of the copy, lower-case hexadecimal.' })
  readonly sha256!: string;

  @Field(() => UuidScalar, { description: 'The event that recorded it.' })
  readonly event!: string;
}

@ObjectType({ description: 'A recording that belongs to the case: a reference to it, its hashes, holds and custody, never the recording itself.' })
export class CaseFootage {
  @Field(() => UuidScalar, { description: 'Id of the item.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'The event that registered it.' })
  readonly event!: string;

  @Field(() => FootageKindEnum, { description: 'What kind of recording.' })
  readonly kind!: FootageKind;

  @Field(() => String, { description: 'The system that keeps it.' })
  readonly sourceSystem!: string;

  @Field(() => String, { description: 'Its reference in that system.' })
  readonly sourceReference!: string;

  @Field(() => String, { nullable: true, description: 'User id of who wore the camera.' })
  readonly wearer!: string | null;

  @Field(() => String, { nullable: true, description: 'The camera.' })
  readonly camera!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "Start, by the camera's clock." })
  readonly startedAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "End, by the camera's clock." })
  readonly endedAt!: string | null;

  @Field(() => SafeIntScalar, { nullable: true, description: 'Length in milliseconds.' })
  readonly durationMs!: number | null;

  @Field(() => Hold, { nullable: true, description: 'The hold of this case.' })
  readonly hold!: Hold | null;

  @Field(() => FirstHash, { nullable: true, description: 'The first hash.' })
  readonly firstHash!: FirstHash | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last verified.' })
  readonly lastVerifiedAt!: string | null;

  @Field(() => [Mismatch], { description: 'Hashes that differed, in order.' })
  readonly mismatches!: readonly Mismatch[];

  @Field(() => UnavailabilityReasonEnum, { nullable: true, description: 'Why it cannot be had, where that was reported.' })
  readonly unavailable!: UnavailabilityReason | null;

  @Field(() => CustodyType, { description: 'Who answers for it.' })
  readonly custody!: CustodyType;

  @Field(() => [DerivedCopy], { description: 'Copies made from it.' })
  readonly copies!: readonly DerivedCopy[];
}

export const caseFootageOf = (state: FootageState): CaseFootage => ({ ...state, unavailable: state.unavailable?.reason ?? null });

@ObjectType({ description: 'A request to whoever holds recordings to preserve them.' })
export class Preservation {
  @Field(() => UuidScalar, { description: 'Id of the request.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'The event that recorded it.' })
  readonly event!: string;

  @Field(() => [String], { description: 'User ids of officers whose recordings are meant.' })
  readonly officers!: readonly string[];

  @Field(() => [String], { description: 'Cameras that are meant.' })
  readonly cameras!: readonly string[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the recordings would be deleted, where known.' })
  readonly deletionAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When their source confirmed that it keeps them.' })
  readonly confirmedAt!: string | null;
}

export const preservationOf = (state: PreservationState): Preservation => state;

@ObjectType({ description: 'That a recording does not exist or cannot be had, and why.' })
export class Unavailability {
  @Field(() => UuidScalar, { description: 'The event that reported it.' })
  readonly event!: string;

  @Field(() => UuidScalar, { nullable: true, description: 'The item concerned.' })
  readonly footage!: string | null;

  @Field(() => String, { nullable: true, description: 'The camera concerned.' })
  readonly camera!: string | null;

  @Field(() => String, { nullable: true, description: 'User id of the officer concerned.' })
  readonly officer!: string | null;

  @Field(() => UnavailabilityReasonEnum, { description: 'Why.' })
  readonly reason!: UnavailabilityReason;
}

export const unavailabilityOf = (state: UnavailabilityState): Unavailability => state;

@ObjectType({ description: 'An exhibit: an object or file other than footage.' })
export class Exhibit {
  @Field(() => UuidScalar, { description: 'Id of the exhibit.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'The event that registered it.' })
  readonly event!: string;

  @Field(() => String, { description: 'Where it comes from.' })
  readonly source!: string;

  @Field(() => String, { nullable: true, description: 'SHA-256, where it is a file.' })
  readonly sha256!: string | null;

  @Field(() => String, { nullable: true, description: 'Number of its seal, where it has one.' })
  readonly sealNumber!: string | null;

  @Field(() => CustodyType, { description: 'Who answers for it.' })
  readonly custody!: CustodyType;
}

export const exhibitOf = (state: ExhibitState): Exhibit => state;

@ObjectType({ description: 'A court order.' })
export class CourtOrder {
  @Field(() => UuidScalar, { description: 'Id of the order here.' })
  readonly id!: string;

  @Field(() => CourtOrderKindEnum, { description: 'What it orders.' })
  readonly kind!: CourtOrderKind;

  @Field(() => String, { description: 'The court.' })
  readonly court!: string;

  @Field(() => String, { description: 'Its number there.' })
  readonly number!: string;

  @Field(() => [String], { description: 'Ids of what it names; none: the whole case.' })
  readonly subjects!: readonly string[];

  @Field(() => Boolean, { description: 'Whether it has ended.' })
  readonly ended!: boolean;
}

export const courtOrderOf = (state: CourtOrderState): CourtOrder => state;

@ObjectType({ description: 'How much evidence a case has.' })
export class EvidenceCounts {
  @Field(() => Int, { description: 'Recordings.' })
  readonly footage!: number;

  @Field(() => Int, { description: 'Recordings whose hold is not confirmed by their source.' })
  readonly unconfirmedHolds!: number;

  @Field(() => Int, { description: 'Exhibits.' })
  readonly exhibits!: number;
}

import { InputType } from '@nestjs/graphql';
import type {
  CaseCommands,
  CourtOrderId,
  CourtOrderKind,
  DerivedCopyKind,
  ExhibitId,
  ExhibitKind,
  FootageId,
  HoldReleaseGround,
  Instant,
  UserId,
} from '#libs/domain';
import { CourtOrderKindEnum, DerivedCopyKindEnum, ExhibitKindEnum, HoldReleaseGroundEnum } from '../../graphql/enums.js';
import { CaseActionInput } from './command.inputs.js';
import {
  Answer,
  Choice,
  Line,
  Lines,
  MaybeLine,
  MaybeParagraph,
  MaybeSha256,
  MaybeUser,
  MaybeUuid,
  Paragraph,
  Sha256,
  Time,
  User,
  Uuid,
} from './fields.js';

@InputType({ description: 'A copy that differs from its original.' })
export class RegisterDerivedCopyInput extends CaseActionInput {
  @Uuid('The original.')
  of!: FootageId;

  @Choice(DerivedCopyKindEnum, 'How it differs.')
  kind!: DerivedCopyKind;

  @Sha256('The SHA-256 of the copy: 64 hexadecimal digits in lower case.')
  sha256!: string;

  @Line('What the copy is for.')
  copyPurpose!: string;

  toData(): CaseCommands['registerDerivedCopy'] {
    const { of, kind, sha256, copyPurpose } = this;
    return { of, kind, sha256, purpose: copyPurpose };
  }
}

@InputType({ description: 'An exhibit.' })
export class RegisterExhibitInput extends CaseActionInput {
  @Choice(ExhibitKindEnum, 'What it is.')
  kind!: ExhibitKind;

  @MaybeLine('Where it comes from.')
  source!: string | null;

  @MaybeSha256('The SHA-256 of a file: 64 hexadecimal digits in lower case.')
  sha256!: string | null;

  @MaybeLine('The number of its seal.')
  sealNumber!: string | null;

  @MaybeUser('Who has custody of it.')
  custodian!: UserId | null;

  @MaybeParagraph('What it is. Protected.')
  description!: string | null;
}

@InputType({ description: 'Custody of a recording or an exhibit that is handed over. Until it is accepted, the giver answers for it.' })
export class TransferCustodyInput extends CaseActionInput {
  @MaybeUuid('The recording.')
  footage!: FootageId | null;

  @MaybeUuid('Or the exhibit.')
  exhibit!: ExhibitId | null;

  @User('Who has it.')
  from!: UserId;

  @User('Who is to have it.')
  to!: UserId;

  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: 'Custody that the receiver accepts.' })
export class AcceptCustodyInput extends CaseActionInput {
  @MaybeUuid('The recording.')
  footage!: FootageId | null;

  @MaybeUuid('Or the exhibit.')
  exhibit!: ExhibitId | null;
}

@InputType({ description: 'A request to release a hold. Another person decides.' })
export class RequestHoldReleaseInput extends CaseActionInput {
  @Uuid('The recording.')
  footage!: FootageId;

  @Choice(HoldReleaseGroundEnum, 'On which ground.')
  ground!: HoldReleaseGround;

  @Paragraph('Why.')
  reason!: string;
}

@InputType({ description: "A court's order." })
export class RecordCourtOrderInput extends CaseActionInput {
  @Choice(CourtOrderKindEnum, 'What it orders.')
  kind!: CourtOrderKind;

  @MaybeLine('The court.')
  court!: string | null;

  @MaybeLine('The number of the order.')
  number!: string | null;

  @Lines('What it is about: ids of recordings, exhibits and persons; of an order to seal, the users who may go on seeing the case. None: the whole case.')
  subjects!: readonly string[];

  @Time('When it was given.')
  orderedAt!: Instant;
}

@InputType({ description: 'That a court order no longer stands.' })
export class EndCourtOrderInput extends CaseActionInput {
  @Uuid('The order.')
  order!: CourtOrderId;

  @Paragraph('Why it ended.')
  reason!: string;
}

@InputType({ description: 'The decision on a request to release a hold.' })
export class DecideHoldReleaseInput extends CaseActionInput {
  @Uuid('The recording.')
  footage!: FootageId;

  @Answer('Is the hold released?')
  release!: boolean;

  @Paragraph('Why.')
  reason!: string;

  @MaybeUuid('The court order, where the ground is one.')
  order!: CourtOrderId | null;
}

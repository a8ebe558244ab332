import { Field, Int, ObjectType } from '@nestjs/graphql';
import type { Binding, IncidentNumbers, OfficerPresent, OccurredAt, Place, Precision, Signature } from '#libs/domain';
import { PrecisionEnum } from '../../graphql/enums.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';

@ObjectType('OccurredAt', { description: 'When something happened: a span, since people rarely know a moment. Both ends null: not known.' })
export class OccurredAtType implements OccurredAt {
  @Field(() => DateTimeScalar, { nullable: true, description: 'The earliest instant at which it can have happened.' })
  readonly earliest!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'The latest instant at which it can have happened.' })
  readonly latest!: string | null;

  @Field(() => PrecisionEnum, { description: 'How well the time is known.' })
  readonly precision!: Precision;

  @Field(() => String, { description: 'Who or what says so.' })
  readonly source!: string;

  @Field(() => String, { description: 'The IANA zone in which the local time was given.' })
  readonly zone!: string;
}

@ObjectType('IncidentNumbers', { description: 'Numbers under which other systems know the incident.' })
export class IncidentNumbersType implements IncidentNumbers {
  @Field(() => String, { nullable: true, description: 'The dispatch number.' })
  readonly dispatch!: string | null;

  @Field(() => String, { nullable: true, description: 'The records number.' })
  readonly records!: string | null;

  @Field(() => [String], { description: 'Numbers of further systems.' })
  readonly other!: readonly string[];
}

@ObjectType('Place', { description: 'Where, in words that name no person. The address is protected and stands apart.' })
export class PlaceType implements Place {
  @Field(() => String, { nullable: true, description: 'The police beat.' })
  readonly beat!: string | null;

  @Field(() => String, { nullable: true, description: 'The police district.' })
  readonly district!: string | null;

  @Field(() => String, { nullable: true, description: 'What kind of place it is.' })
  readonly description!: string | null;
}

@ObjectType('OfficerPresent', { description: 'A city officer on scene.' })
export class OfficerPresentType implements OfficerPresent {
  @Field(() => String, { description: "The officer's user id." })
  readonly officer!: OfficerPresent['officer'];

  @Field(() => String, { nullable: true, description: 'The camera they wore, where known.' })
  readonly camera!: string | null;
}

@ObjectType('Binding', { description: 'What a submission or an approval binds: the last material event, and by its hash all that came before it.' })
export class BindingType implements Binding {
  @Field(() => Int, { description: 'The revision of that event in the stream of the case.' })
  readonly materialRevision!: number;

  @Field(() => String, { description: 'Its leaf hash, base64url.' })
  readonly leaf!: string;
}

@ObjectType('Signature', { description: 'A submission or an approval: by whom, when, and what it binds.' })
export class SignatureType implements Signature {
  @Field(() => String, { description: 'User id of who gave it.' })
  readonly by!: Signature['by'];

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  readonly at!: string;

  @Field(() => UuidScalar, { description: 'The event that records it.' })
  readonly event!: Signature['event'];

  @Field(() => BindingType, { description: 'What it binds.' })
  readonly binds!: Binding;
}

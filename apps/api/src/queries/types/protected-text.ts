import { Field, ObjectType } from '@nestjs/graphql';
import type { Sealed } from '#libs/domain';
import type { PlacedSealed } from '#libs/envelope';

@ObjectType({ description: 'Text about a person, kept encrypted. It is opened for who may read it, when it is asked for; once expunged, nobody can.' })
export class ProtectedText {
  constructor(readonly sealed: PlacedSealed<string>) {}

  @Field(() => String, { nullable: true, description: 'The text; null once it is expunged.' })
  declare readonly text: string | null;

  @Field(() => Boolean, { description: 'Whether its key was destroyed on a court order. That it was there stays provable.' })
  declare readonly expunged: boolean;
}

export function protectedText(value: Sealed<string> | null): ProtectedText | null {
  // The codec puts the place of sealing onto every sealed value that it reads.
  return value === null ? null : new ProtectedText(value as PlacedSealed<string>);
}

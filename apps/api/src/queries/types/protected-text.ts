import { ObjectType } from '@nestjs/graphql';
import type { Sealed } from '#libs/domain';
import type { PlacedSealed } from '#libs/envelope';
import { graphqlEnum } from '../../graphql/graphql-enum.js';

export type Withheld = 'PURPOSE_MISSING' | 'WITHHELD';
export const WithheldEnum = graphqlEnum<Withheld>('Withheld', 'Why protected text is not shown.', {
  PURPOSE_MISSING: 'You may read it once you say what for.',
  WITHHELD: 'It is not for you to read.',
});

@ObjectType({ description: 'Text about a person, kept encrypted. It is opened for who may read it, when it is asked for; once expunged, nobody can.' })
export class ProtectedText {
  constructor(readonly sealed: PlacedSealed<string>) {}
}

export function protectedText(value: Sealed<string> | null): ProtectedText | null {
  // The codec puts the place of sealing onto every sealed value that it reads.
  return value === null ? null : new ProtectedText(value as PlacedSealed<string>);
}

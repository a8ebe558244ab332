import { ArgsType, Field, Int } from '@nestjs/graphql';
import type { PageInput } from '#libs/read-models';
import { PositionScalar } from '../../graphql/scalars.js';

/** Relay's arguments of a connection, and how fresh its answer must be. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: 'So many from the beginning, 200 at most. Default 50.' })
  readonly first?: number | null;

  @Field(() => String, { nullable: true, description: 'After this cursor.' })
  readonly after?: string | null;

  @Field(() => Int, { nullable: true, description: 'So many from the end, 200 at most.' })
  readonly last?: number | null;

  @Field(() => String, { nullable: true, description: 'Before this cursor.' })
  readonly before?: string | null;

  @Field(() => PositionScalar, {
    nullable: true,
    description: 'Answer only once everything through this position is shown; waits two seconds at most, then PROJECTION_BEHIND.',
  })
  readonly atLeast?: string | null;
}

export function pageOf({ first, after, last, before }: PageArgs): PageInput {
  return { first: first ?? null, after: after ?? null, last: last ?? null, before: before ?? null };
}

import { Inject } from '@nestjs/common';
import { Field, Int, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import type { ExpungementNode } from '#libs/read-models';
import { CurrentViewer } from '../auth/current-viewer.js';
import { DateTimeScalar, UuidScalar } from '../graphql/scalars.js';
import { Lists } from './lists/lists.service.js';
import { CaseNode } from './types/case.types.js';

@ObjectType({ description: 'The receipt of an expungement: what was destroyed, under which order.' })
export class Expungement {
  @Field(() => UuidScalar, { description: 'The event that decided it.' })
  readonly event!: string;

  @Field(() => UuidScalar, { nullable: true, description: 'Whose protected texts; null: those of the case itself.' })
  readonly person!: string | null;

  @Field(() => UuidScalar, { description: 'The court order.' })
  readonly order!: string;

  @Field(() => String, { description: 'User id of who asked for it.' })
  readonly requestedBy!: string;

  @Field(() => String, { description: 'User id of the second person, who confirmed it.' })
  readonly confirmedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was confirmed.' })
  readonly confirmedAt!: string;

  @Field(() => [UuidScalar], { description: 'Ids of the data keys that were destroyed.' })
  readonly keys!: readonly string[];

  @Field(() => Int, { description: 'Protected values in events that nobody can open any more.' })
  readonly protectedValues!: number;

  @Field(() => Int, { description: 'Texts that left the full-text index.' })
  readonly indexedTexts!: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it had left the disk of the database; null: not yet.' })
  readonly purgedAt!: string | null;

  @Field(() => [String], { description: 'What of the disk is left to the operator, since the service may not do it there.' })
  readonly leftToOperator!: readonly string[];
}

const expungementOf = (row: ExpungementNode): Expungement => ({
  event: row.event_id,
  person: row.person,
  order: row.order_id,
  requestedBy: row.requested_by,
  confirmedBy: row.confirmed_by,
  confirmedAt: row.recorded_at,
  keys: row.keys,
  protectedValues: row.protected_values,
  indexedTexts: row.search_rows,
  purgedAt: row.purged_at,
  leftToOperator: row.left_to_operator ?? [],
});

@Resolver(() => CaseNode)
export class ExpungementsResolver {
  constructor(@Inject(Lists) private readonly lists: Lists) {}

  @ResolveField(() => [Expungement], { description: 'What of it was expunged; a receipt appears as soon as it is carried out.' })
  async expungements(@Parent() node: CaseNode, @CurrentViewer() viewer: Viewer): Promise<Expungement[]> {
    return (await this.lists.queriesFor(viewer).expungements(node.caseId)).map(expungementOf);
  }
}

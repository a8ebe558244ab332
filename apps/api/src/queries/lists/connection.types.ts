import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';
import type { Connection } from '#libs/read-models';
import { PositionScalar } from '../../graphql/scalars.js';

@ObjectType({ description: 'Where a page stands in its list (Relay).' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more behind it.' })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there is more before it.' })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of its first edge.' })
  readonly startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Cursor of its last edge.' })
  readonly endCursor!: string | null;
}

export interface GraphqlConnection<Node> extends Connection<Node> {
  readonly projectedThrough: string | null;
}

/** `<Name>Connection` and its edge, for a list of these nodes. */
export function connectionType<Node extends object>(name: string, node: Type<Node>): Type<GraphqlConnection<Node>> {
  @ObjectType(`${name}Edge`, { description: `One place in a list: ${name}.` })
  class EdgeType {
    @Field(() => node, { description: 'What stands there.' })
    readonly node!: Node;

    @Field(() => String, { description: 'Cursor of this place, for `after` and `before`.' })
    readonly cursor!: string;
  }

  @ObjectType(`${name}Connection`, { description: `A page of a list: ${name}.` })
  class ConnectionType {
    @Field(() => [EdgeType], { description: 'The page.' })
    readonly edges!: readonly EdgeType[];

    @Field(() => PageInfo, { description: 'Where it stands.' })
    readonly pageInfo!: PageInfo;

    @Field(() => PositionScalar, { nullable: true, description: 'Everything through this position is shown; null while nothing was projected.' })
    readonly projectedThrough!: string | null;
  }
  return ConnectionType;
}

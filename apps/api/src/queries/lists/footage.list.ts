import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, ID, ObjectType, Query, Resolver } from '@nestjs/graphql';
import type { CaseId, FootageKind, UnavailabilityReason, UserId } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { eventsAsOf } from '#libs/history';
import { BadInput, type FootageNode, footageRowsOf, pageOfFootage, readModelFeeds } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import type { Reader } from '../../auth/case-gate.js';
import { CurrentReader } from '../../auth/current-reader.js';
import { FootageKindEnum, UnavailabilityReasonEnum } from '../../graphql/enums.js';
import { globalId } from '../../graphql/global-id.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, SafeIntScalar, UuidScalar } from '../../graphql/scalars.js';
import { AsOfInput, asOfOf } from '../history/as-of.input.js';
import { CaseHistories } from '../history/case-histories.js';
import { Node } from '../types/node.type.js';
import { connectionType, type GraphqlConnection } from './connection.types.js';
import { Lists } from './lists.service.js';
import { PageArgs, pageOf } from './page.args.js';

type ListedHold = FootageNode['hold_status'];

export const ListedHoldEnum = graphqlEnum<ListedHold>('ListedHold', 'The hold on a recording, as lists show it.', {
  NONE: 'Not held.',
  PLACED: 'Flagged here; its source has not confirmed it yet.',
  CONFIRMED: 'Shown as held by its source.',
  RELEASED: 'Released by decision.',
});

@ObjectType({ implements: () => Node, description: 'A recording, as lists show it. The case has its full history.' })
export class Footage implements Node {
  @Field(() => ID, { description: 'Global id, for `node`.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'Id of the item.' })
  readonly footageId!: string;

  @Field(() => UuidScalar, { description: 'Id of its case.' })
  readonly caseId!: string;

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

  @Field(() => SafeIntScalar, { nullable: true, description: 'Length in milliseconds.' })
  readonly durationMs!: number | null;

  @Field(() => DateTimeScalar, { description: 'When it was registered here.' })
  readonly registeredAt!: string;

  @Field(() => ListedHoldEnum, { description: 'Where its hold stands.' })
  readonly hold!: ListedHold;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last flagged.' })
  readonly heldSince!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its source would delete it, as that showed.' })
  readonly deletionAt!: string | null;

  @Field(() => String, { nullable: true, description: 'User id of its custodian.' })
  readonly custodian!: string | null;

  @Field(() => String, { nullable: true, description: 'Its first SHA-256, which nothing replaces.' })
  readonly firstSha256!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last verified.' })
  readonly lastVerifiedAt!: string | null;

  @Field(() => Boolean, { description: 'Whether a hash differs from the first and nobody has explained it.' })
  readonly mismatchOpen!: boolean;

  @Field(() => UnavailabilityReasonEnum, { nullable: true, description: 'Why it cannot be had, where that was reported.' })
  readonly unavailable!: UnavailabilityReason | null;
}

export const footageOfRow = (row: FootageNode): Footage => ({
  id: globalId('Footage', row.footage_id),
  footageId: row.footage_id,
  caseId: row.case_id,
  kind: row.kind,
  sourceSystem: row.source_system,
  sourceReference: row.source_reference,
  wearer: row.wearer,
  camera: row.camera,
  startedAt: row.started_at,
  durationMs: row.duration_ms,
  registeredAt: row.registered_at,
  hold: row.hold_status,
  heldSince: row.held_since,
  deletionAt: row.deletion_at,
  custodian: row.custodian,
  firstSha256: row.first_sha256,
  lastVerifiedAt: row.last_verified_at,
  mismatchOpen: row.mismatch_open,
  unavailable: row.unavailable,
});

@ArgsType()
class FootageArgs extends PageArgs {
  @Field(() => UuidScalar, { nullable: true, description: 'Of this case.' })
  readonly caseId?: string | null;

  @Field(() => [FootageKindEnum], { nullable: true, description: 'Of one of these kinds.' })
  readonly kinds?: readonly FootageKind[] | null;

  @Field(() => [ListedHoldEnum], { nullable: true, description: 'With one of these hold states.' })
  readonly holds?: readonly ListedHold[] | null;

  @Field(() => [String], { nullable: true, description: 'In the custody of one of these users.' })
  readonly custodians?: readonly UserId[] | null;

  @Field(() => [String], { nullable: true, description: 'Worn by one of these users.' })
  readonly wearers?: readonly UserId[] | null;

  @Field(() => Boolean, { nullable: true, description: 'With an unexplained mismatch, or without.' })
  readonly mismatchOpen?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Reported unavailable, or not.' })
  readonly unavailable?: boolean | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Deleted at its source by this time, as that showed.' })
  readonly deletionBefore?: string | null;

  @Field(() => AsOfInput, { nullable: true, description: 'As they were at that time; for one case, which `caseId` names.' })
  readonly asOf?: AsOfInput | null;
}

const FootageConnection = connectionType('Footage', Footage);

@Resolver(() => Footage)
export class FootageResolver {
  constructor(
    @Inject(Lists) private readonly lists: Lists,
    @Inject(CaseHistories) private readonly histories: CaseHistories,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Query(() => FootageConnection, { description: 'Recordings, newest registration first.' })
  async footage(@Args() args: FootageArgs, @CurrentReader() reader: Reader): Promise<GraphqlConnection<Footage>> {
    if (args.asOf !== null && args.asOf !== undefined) return this.past(args, args.asOf, reader);
    const { holds, first: _f, after: _a, last: _l, before: _b, atLeast: _p, asOf: _t, ...filter } = args;
    const ask = { ...filter, holdStatuses: holds ?? null, page: pageOf(args) };
    return this.lists.list({ viewer: reader.viewer, feed: readModelFeeds.cases, page: args }, (queries) => queries.footage(ask), footageOfRow);
  }

  /** @throws BadInput, GraphQLError NOT_FOUND */
  private async past({ caseId, holds, ...args }: FootageArgs, asOf: AsOfInput, reader: Reader): Promise<GraphqlConnection<Footage>> {
    if (caseId === null || caseId === undefined) throw new BadInput('asOf', 'goes with caseId');
    // A codec: the scalar took a UUID; whether a case has it is answered by the gate.
    const events = eventsAsOf(await this.histories.get(reader, caseId as CaseId), asOfOf(asOf, this.store));
    const { edges, pageInfo } = pageOfFootage(footageRowsOf(events), { ...args, holdStatuses: holds ?? null, page: pageOf(args) });
    return { edges: edges.map(({ node, cursor }) => ({ node: footageOfRow(node), cursor })), pageInfo, projectedThrough: null };
  }
}

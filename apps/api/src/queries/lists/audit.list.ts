import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, ID, Int, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import { caseEvents, type CaseEventType, type CaseId, type Role, roles, type UserId } from '#libs/domain';
import { type EventStore, printPosition } from '#libs/event-store';
import { type AsOf, eventsAsOf } from '#libs/history';
import { type AuditInput, type AuditNode, type AuditOutcome, auditOutcomes, BadInput, readModelFeeds } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import type { Reader } from '../../auth/case-gate.js';
import { CurrentReader } from '../../auth/current-reader.js';
import { CurrentViewer } from '../../auth/current-viewer.js';
import { globalId } from '../../graphql/global-id.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, PositionScalar, UuidScalar } from '../../graphql/scalars.js';
import { AsOfInput, asOfOf } from '../history/as-of.input.js';
import { CaseHistories } from '../history/case-histories.js';
import { CaseNode } from '../types/case.types.js';
import { Node } from '../types/node.type.js';
import { connectionType, type GraphqlConnection } from './connection.types.js';
import { Lists } from './lists.service.js';
import { PageArgs, pageOf } from './page.args.js';

type AuditMark = AuditNode['marks'][number];

export const AuditMarkEnum = graphqlEnum<AuditMark>('AuditMark', 'What sets a step apart from the ordinary course.', {
  MATERIAL: 'Approvals bind it.',
  AFTER_REFERRAL: 'Material, and recorded after a referral was delivered: the duty to disclose takes over.',
  ON_CLOSED_CASE: 'Recorded while the case was closed.',
  CORRECTION: 'Corrects an earlier step; the original stays.',
  VOIDED_REVIEW: 'Voids a review that was under way.',
  MISSED_DEADLINE: 'Says that a clock ran out.',
  INDEPENDENCE: 'Concerns conflicts, contacts from outside, or who may approve.',
});

export const AuditOutcomeEnum = graphqlEnum<AuditOutcome>(
  'AuditOutcome',
  'What a step came to, in the words of the lists that it was chosen from.',
  Object.fromEntries(auditOutcomes.map((outcome) => [outcome, `${outcome.toLowerCase().replaceAll('_', ' ')}.`])) as Record<AuditOutcome, string>,
);

/** Event types are the domain's; their titles describe them. */
const eventTypeWords = Object.fromEntries(Object.entries(caseEvents).map(([type, { title }]) => [type, `${title}.`]));
export const EventTypeEnum = graphqlEnum<CaseEventType>('EventType', 'What an event records.', eventTypeWords as Record<CaseEventType, string>);

export const RoleEnum = graphqlEnum<Role>(
  'Role',
  'In which capacity somebody acts.',
  Object.fromEntries(roles.map((role) => [role, `${role.toLowerCase().replaceAll('_', ' ')}.`])) as Record<Role, string>,
);

@ObjectType({ implements: () => Node, description: 'One step of a case: one event, in plain words.' })
export class AuditEntry implements Node {
  @Field(() => ID, { description: 'Global id of the event, for `node`.' })
  readonly id!: string;

  @Field(() => UuidScalar, { description: 'Id of the event.' })
  readonly eventId!: string;

  @Field(() => UuidScalar, { description: 'Id of its case.' })
  readonly caseId!: string;

  @Field(() => Int, { description: 'Its number in the stream of the case, from 0.' })
  readonly revision!: number;

  @Field(() => PositionScalar, { description: 'Its place in the order of all events.' })
  readonly position!: string;

  @Field(() => EventTypeEnum, { description: 'What it records.' })
  readonly type!: CaseEventType;

  @Field(() => String, { description: 'The same, for a person.' })
  readonly title!: string;

  @Field(() => String, { description: 'What it says, made from unprotected fields alone.' })
  readonly summary!: string;

  @Field(() => String, { description: 'User id of who acted.' })
  readonly actor!: string;

  @Field(() => [RoleEnum], { description: 'In which roles they acted.' })
  readonly roles!: readonly Role[];

  @Field(() => String, { nullable: true, description: 'For which unit.' })
  readonly unit!: string | null;

  @Field(() => DateTimeScalar, { description: "When this service recorded it, by the service's own clock." })
  readonly recordedAt!: string;

  @Field(() => [AuditMarkEnum], { description: 'What sets it apart.' })
  readonly marks!: readonly AuditMark[];

  @Field(() => AuditOutcomeEnum, { nullable: true, description: 'What it came to; null: it is a step, and nothing more.' })
  readonly outcome!: AuditOutcome | null;

  @Field(() => [String], { description: 'Recordings, exhibits, agents, violations, referrals and the like that it names, each as `kind:id`.' })
  readonly things!: readonly string[];

  @Field(() => String, { description: 'Its leaf hash (base64url): what the ledger and approvals bind.' })
  readonly leafHash!: string;
}

export const auditEntryOf =
  (logId: string) =>
  (row: AuditNode): AuditEntry => ({
    id: globalId('AuditEntry', row.event_id),
    eventId: row.event_id,
    caseId: row.case_id,
    revision: row.revision,
    position: printPosition({ logId, n: BigInt(row.position) }),
    type: row.type,
    title: row.title,
    summary: row.summary,
    actor: row.actor,
    roles: row.roles,
    unit: row.unit,
    recordedAt: row.recorded_at,
    marks: row.marks,
    outcome: row.outcome,
    things: row.things,
    leafHash: row.leaf,
  });

@ArgsType()
class CaseAuditArgs extends PageArgs {
  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of one of these types.' })
  readonly types?: readonly CaseEventType[] | null;

  @Field(() => [String], { nullable: true, description: 'By one of these users.' })
  readonly actors?: readonly UserId[] | null;

  @Field(() => [String], { nullable: true, description: 'For one of these units.' })
  readonly units?: readonly string[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Recorded at this time or later.' })
  readonly from?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Recorded at this time or earlier.' })
  readonly to?: string | null;

  @Field(() => [AuditMarkEnum], { nullable: true, description: 'With one of these marks.' })
  readonly marks?: readonly AuditMark[] | null;

  @Field(() => [AuditOutcomeEnum], { nullable: true, description: 'That came to one of these.' })
  readonly outcomes?: readonly AuditOutcome[] | null;

  @Field(() => String, { nullable: true, description: 'Words in title and summary.' })
  readonly text?: string | null;
}

@ArgsType()
class AuditArgs extends CaseAuditArgs {
  @Field(() => AsOfInput, { nullable: true, description: 'As it was at that time; a revision, and what had happened by then, are of one case, which `caseId` names.' })
  readonly asOf?: AsOfInput | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Of this case.' })
  readonly caseId?: string | null;
}

/** Up to where a trail of another time goes. */
type Bounds = Pick<AuditInput, 'through' | 'events' | 'to'>;

const earlier = (a: string | null | undefined, b: string | null | undefined): string | null => [a, b].filter((one) => one !== null && one !== undefined).sort()[0] ?? null;

const AuditConnection = connectionType('AuditEntry', AuditEntry);

@Resolver(() => CaseNode)
export class AuditResolver {
  constructor(
    @Inject(Lists) private readonly lists: Lists,
    @Inject(CaseHistories) private readonly histories: CaseHistories,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Query(() => AuditConnection, { description: 'Steps of one case or across cases, in the order in which they were recorded.' })
  async auditTrail(@Args() args: AuditArgs, @CurrentReader() reader: Reader): Promise<GraphqlConnection<AuditEntry>> {
    const { asOf, caseId } = args;
    const bounds = asOf === null || asOf === undefined ? {} : await this.boundsOf(asOfOf(asOf, this.store), caseId ?? null, reader);
    return this.ask(args, caseId ?? null, reader.viewer, bounds);
  }

  @ResolveField('auditTrail', () => AuditConnection, { description: 'The steps of this case, in order.' })
  ofCase(@Parent() node: CaseNode, @Args() args: CaseAuditArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<AuditEntry>> {
    return this.ask(args, node.caseId, viewer, node.past === null ? {} : { through: node.past.through, events: node.past.events });
  }

  /** Steps are only ever added, so that those of another time are found in the list as it is. @throws BadInput, GraphQLError NOT_FOUND */
  private async boundsOf(asOf: AsOf, caseId: string | null, reader: Reader): Promise<Bounds> {
    const { recorded, happenedBy } = asOf;
    if (caseId === null) {
      if (happenedBy !== null || recorded?.kind === 'REVISION') throw new BadInput('asOf', 'goes with caseId, where it gives a revision or happenedBy');
      return recorded === null ? {} : recorded.kind === 'TIME' ? { to: recorded.at } : { through: recorded.n };
    }
    // A codec: the scalar took a UUID; whether a case has it is answered by the gate.
    const then = eventsAsOf(await this.histories.get(reader, caseId as CaseId), asOf);
    if (happenedBy !== null) return { events: then.map(({ event }) => event.meta.id) };
    return { through: then.at(-1)?.position ?? -1n };
  }

  private ask(args: CaseAuditArgs, caseId: string | null, viewer: Viewer, bounds: Bounds): Promise<GraphqlConnection<AuditEntry>> {
    const { types, actors, units, from, to, marks, outcomes, text } = args;
    const { through, events, to: bound } = bounds;
    const ask = { caseId, types, actors, units, from, to: earlier(to, bound), through, events, marks, outcomes, text, direction: 'ASC', page: pageOf(args) } as const;
    return this.lists.list({ viewer, feed: readModelFeeds.cases, page: args }, (queries) => queries.auditTrail(ask), auditEntryOf(this.store.logId));
  }
}

import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, Int, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import { type ClockName, clockNames, type ClockReason, type ClockSubjectKind } from '#libs/domain';
import { type ClockNode, pageOfClocks, readModelFeeds } from '#libs/read-models';
import { policiesOf, POLICY, type PolicySource } from '#libs/service';
import { CurrentViewer } from '../../auth/current-viewer.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';
import { CaseNode } from '../types/case.types.js';
import { connectionType, type GraphqlConnection } from './connection.types.js';
import { Lists } from './lists.service.js';
import { PageArgs, pageOf } from './page.args.js';

export const ClockNameEnum = graphqlEnum<ClockName>(
  'ClockName',
  'The clocks of a case.',
  Object.fromEntries(clockNames.map((name) => [name, `${name.toLowerCase().replaceAll('_', ' ')}.`])) as Record<ClockName, string>,
);

export const ClockSubjectKindEnum = graphqlEnum<ClockSubjectKind>('ClockSubjectKind', 'What a clock is about.', {
  CASE: 'The case as a whole.',
  FOOTAGE: 'A recording.',
  PRESERVATION: 'A preservation request.',
  CAMERA: 'A camera.',
  OFFICER: "An officer's recording.",
  PERSON: 'A person.',
  REFERRAL: 'A referral.',
  RECORDS_REQUEST: 'A request for federal records.',
  PAIR: 'A violation and an agent.',
});

@ObjectType('ClockReason', { description: "One step of the answer to 'why this deadline?'." })
class ClockReasonType implements ClockReason {
  @Field(() => String, { description: '`START`: from when it counts; `RULE`: how long; `SOONER`: what brought it forward; `MOVED`: why it began anew.' })
  readonly step!: ClockReason['step'];

  @Field(() => String, { description: 'The step, for a person.' })
  readonly text!: string;

  @Field(() => String, { nullable: true, description: 'The rule on which it rests.' })
  readonly citation!: string | null;

  @Field(() => String, { nullable: true, description: 'Where the rule was read.' })
  readonly source!: string | null;

  @Field(() => String, { nullable: true, description: 'When local counsel confirmed it; null: not yet.' })
  readonly verifiedOn!: string | null;
}

@ObjectType({ description: 'A deadline of a case.' })
export class Clock {
  @Field(() => UuidScalar, { description: 'Id of the case.' })
  readonly caseId!: string;

  @Field(() => ClockNameEnum, { description: 'Which clock.' })
  readonly clock!: ClockName;

  @Field(() => ClockSubjectKindEnum, { description: 'What it is about.' })
  readonly subjectKind!: ClockSubjectKind;

  @Field(() => String, { nullable: true, description: 'Id or name of what it is about.' })
  readonly subject!: string | null;

  @Field(() => UuidScalar, { description: 'The event that started it.' })
  readonly startedBy!: string;

  @Field(() => DateTimeScalar, { description: 'From when it counts.' })
  readonly startedAt!: string;

  @Field(() => DateTimeScalar, { description: 'When it runs out.' })
  readonly dueAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was stopped; null while it runs.' })
  readonly stoppedAt!: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'The event that stopped it.' })
  readonly stoppedBy!: string | null;

  @Field(() => Int, { description: 'Version of the policy under which it started.' })
  readonly policyVersion!: number;

  @Field(() => [ClockReasonType], { description: 'Why this deadline, step by step.' })
  readonly reasons!: readonly ClockReason[];
}

const clockOf = (row: ClockNode): Clock => ({
  caseId: row.case_id,
  clock: row.clock,
  subjectKind: row.subject_kind,
  subject: row.subject,
  startedBy: row.started_by,
  startedAt: row.started_at,
  dueAt: row.due_at,
  stoppedAt: row.stopped_at,
  stoppedBy: row.stopped_by,
  policyVersion: row.policy_version,
  reasons: row.reasons,
});

@ArgsType()
class CaseClocksArgs extends PageArgs {
  @Field(() => [ClockNameEnum], { nullable: true, description: 'Only these clocks.' })
  readonly clocks?: readonly ClockName[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: only those that run.' })
  readonly running?: boolean | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'That run out before this time.' })
  readonly dueBefore?: string | null;
}

const ClockConnection = connectionType('Clock', Clock);

@Resolver(() => CaseNode)
export class ClocksResolver {
  constructor(
    @Inject(Lists) private readonly lists: Lists,
    @Inject(POLICY) private readonly policy: PolicySource,
  ) {}

  @Query(() => ClockConnection, { description: 'Deadlines across cases, the earliest first.' })
  clocks(@Args() args: CaseClocksArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<Clock>> {
    return this.ask(args, null, viewer);
  }

  @ResolveField('clocks', () => ClockConnection, { description: 'The deadlines of this case, the earliest first.' })
  async ofCase(@Parent() node: CaseNode, @Args() args: CaseClocksArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<Clock>> {
    if (node.past !== null) {
      const { clocks, running, dueBefore } = args;
      const { edges, pageInfo } = pageOfClocks(node.past.placed, policiesOf(this.policy), { clocks, running, dueBefore, page: pageOf(args) });
      return { edges: edges.map(({ node: row, cursor }) => ({ node: clockOf(row), cursor })), pageInfo, projectedThrough: null };
    }
    return this.ask(args, node.caseId, viewer);
  }

  private ask(args: CaseClocksArgs, caseId: string | null, viewer: Viewer): Promise<GraphqlConnection<Clock>> {
    const { clocks, running, dueBefore } = args;
    const ask = { caseId, clocks, running, dueBefore, page: pageOf(args) };
    return this.lists.list({ viewer, feed: readModelFeeds.clocks, page: args }, (queries) => queries.clocks(ask), clockOf);
  }
}

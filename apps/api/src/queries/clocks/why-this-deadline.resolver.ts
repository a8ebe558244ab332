import { Inject } from '@nestjs/common';
import { Args, Field, Int, ObjectType, Query, Resolver } from '@nestjs/graphql';
import { type CaseId, type ClockName, type ClockSubjectKind, type DeadlineStep, explainDeadline } from '#libs/domain';
import { pageOfClocks, pageLimits } from '#libs/read-models';
import { policiesOf, POLICY, type PolicySource } from '#libs/service';
import type { Reader } from '../../auth/case-gate.js';
import { CurrentReader } from '../../auth/current-reader.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';
import { CaseHistories } from '../history/case-histories.js';
import { ClockNameEnum, ClockSubjectKindEnum } from '../lists/clocks.list.js';

const DeadlineStepEnum = graphqlEnum<DeadlineStep['step']>('DeadlineStepKind', 'What a step of a due date says.', {
  START: 'From when it counts.',
  POLICY: 'Which version of the policy applies.',
  RULE: 'How long, and by what rule.',
  DAY: 'One calendar day, counted or passed over.',
  ZONE: 'What the change of the clocks does to it.',
  SOONER: 'What brought it forward.',
  MOVED: 'Why it began anew.',
  DUE: 'When it runs out.',
  STOPPED: 'When it was stopped.',
});
const PassedOverEnum = graphqlEnum<NonNullable<DeadlineStep['passedOver']>>('PassedOver', 'Why a day is no business day.', {
  WEEKEND: 'A Saturday or Sunday.',
  HOLIDAY: 'A holiday of the policy.',
});

@ObjectType('DeadlineStep', { description: 'One step of a due date, in the order in which it is reckoned.' })
class DeadlineStepType {
  @Field(() => DeadlineStepEnum, { description: 'What it says.' }) step!: DeadlineStep['step'];
  @Field(() => String, { description: 'The step, for a person.' }) text!: string;
  @Field(() => String, { nullable: true, description: 'The rule on which it rests.' }) citation!: string | null;
  @Field(() => String, { nullable: true, description: 'Where the rule was read.' }) source!: string | null;
  @Field(() => String, { nullable: true, description: 'When local counsel confirmed it; null: not yet.' }) verifiedOn!: string | null;
  @Field(() => String, { nullable: true, description: 'Of a day: its local date.' }) date!: string | null;
  @Field(() => PassedOverEnum, { nullable: true, description: 'Of a day: why it is passed over; null: it counts.' }) passedOver!: DeadlineStep['passedOver'];
  @Field(() => Int, { nullable: true, description: 'Of a day that counts: the how many-th.' }) count!: number | null;
}

@ObjectType({ description: 'Why a deadline is when it is.' })
class DeadlineExplanation {
  @Field(() => ClockNameEnum, { description: 'Which clock.' }) clock!: ClockName;
  @Field(() => ClockSubjectKindEnum, { description: 'What it is about.' }) subjectKind!: ClockSubjectKind;
  @Field(() => String, { nullable: true, description: 'Id or name of what it is about.' }) subject!: string | null;
  @Field(() => UuidScalar, { description: 'The event that started it.' }) startedBy!: string;
  @Field(() => DateTimeScalar, { description: 'When it runs out.' }) dueAt!: string;
  @Field(() => Int, { description: 'Version of the policy under which it started.' }) policyVersion!: number;
  @Field(() => String, { description: 'Time zone in which days are counted.' }) zone!: string;
  @Field(() => [DeadlineStepType], { description: 'Step by step.' }) steps!: readonly DeadlineStep[];
}

@Resolver()
export class WhyThisDeadlineResolver {
  constructor(
    @Inject(CaseHistories) private readonly histories: CaseHistories,
    @Inject(POLICY) private readonly policies: PolicySource,
  ) {}

  @Query(() => [DeadlineExplanation], { description: 'Why the deadlines of this clock on this case are when they are, step by step, from its own stream; the earliest first.' })
  async whyThisDeadline(
    @CurrentReader() reader: Reader,
    @Args('caseId', { type: () => UuidScalar, description: 'The case.' }) caseId: string,
    @Args('clock', { type: () => ClockNameEnum, description: 'The clock.' }) clock: ClockName,
    @Args('subject', { type: () => String, nullable: true, description: 'Only that about this thing, by its id or name.' }) subject: string | null | undefined,
  ): Promise<readonly DeadlineExplanation[]> {
    const { policies } = this;
    const placed = await this.histories.get(reader, caseId as CaseId); // The scalar takes one spelling of a UUID alone.
    const ask = { clocks: [clock], page: { first: pageLimits.rowsMax } };
    const { edges } = pageOfClocks(placed, policiesOf(policies), ask);
    return edges
      .map(({ node }) => node)
      .filter((row) => (subject ?? null) === null || row.subject === subject)
      .map((row) => {
        const policy = policies.ofVersion(row.policy_version) ?? policies.baseline;
        const { subject_kind: subjectKind, started_by: startedBy, started_at: startedAt, due_at: dueAt, warn_at: warnAt, stopped_at: stoppedAt, stopped_by: stoppedBy, policy_version: policyVersion } = row;
        const one = { clock, subjectKind, subject: row.subject, startedBy, startedAt, dueAt, warnAt, stoppedAt, stoppedBy, policyVersion, reasons: row.reasons };
        return { clock, subjectKind, subject: row.subject, startedBy, dueAt, policyVersion, zone: policy.zone, steps: explainDeadline(one, policy) };
      });
  }
}

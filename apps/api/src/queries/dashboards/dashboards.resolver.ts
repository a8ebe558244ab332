import { Inject } from '@nestjs/common';
import { Args, Field, ObjectType, Parent, Query, ResolveField, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import { type AsOf, type Dashboards, readModelFeeds } from '#libs/read-models';
import { CurrentViewer } from '../../auth/current-viewer.js';
import { PositionScalar } from '../../graphql/scalars.js';
import { Lists } from '../lists/lists.service.js';
import { CaseCountArgs, ClockCountArgs, CountArgs, CustodianArgs, DistrictArgs, ReferralCountArgs, SeriesArgs, ViolationCountArgs, WorkloadArgs } from './dashboards.args.js';
import {
  type ClockCount,
  ClocksDue,
  type CustodianCount,
  FootageAtRisk,
  HoldCompliance,
  ReferralCount,
  type RiskCount,
  SeriesCount,
  StageCount,
  StageTimes,
  SupervisorCount,
  ViolationCount,
  Workload,
  type WorkloadCount,
} from './dashboards.types.js';

@ObjectType('Dashboards', {
  description: 'Sums over cases, from kept counters. Who may not see every case gets no number below k, and all others as multiples of k, which is five unless the service is configured otherwise; sealed cases count for nobody who may not know of them.',
})
export class DashboardsNode {
  /** Carried from the query to its fields; no field of the schema. */
  constructor(readonly of: Dashboards) {}

  @Field(() => PositionScalar, { nullable: true, description: 'Everything through this position is counted; null while nothing was projected.' })
  readonly projectedThrough!: string | null;
}

/** Each dashboard is one field, asked through `queriesFor(viewer)` like every other row. */
@Resolver(() => DashboardsNode)
export class DashboardsResolver {
  constructor(@Inject(Lists) private readonly lists: Lists) {}

  @Query(() => DashboardsNode, { description: 'How the work stands, in numbers. `drillDown` shows the cases behind one.' })
  dashboards(@CurrentViewer() viewer: Viewer): DashboardsNode {
    return new DashboardsNode(this.lists.queriesFor(viewer).dashboards);
  }

  @ResolveField('projectedThrough', () => PositionScalar)
  projectedThrough(): Promise<string | null> {
    return this.lists.projectedThrough(readModelFeeds.cases);
  }

  @ResolveField('pipeline', () => [StageCount], { description: 'Cases by stage and district, opened in these months.' })
  pipeline(@Parent() { of }: DashboardsNode, @Args() args: CaseCountArgs): Promise<readonly StageCount[]> {
    return of.pipeline(args);
  }

  @ResolveField('federalSupervisors', () => [SupervisorCount], { description: 'Cases opened in these months, by whether the federal supervisor was identified, declined, or was not identified.' })
  federalSupervisors(@Parent() { of }: DashboardsNode, @Args() args: CaseCountArgs): Promise<readonly SupervisorCount[]> {
    return of.federalSupervisors(args);
  }

  @ResolveField('violations', () => [ViolationCount], { description: 'Violations alleged in these months, by citation and agency, the most frequent first.' })
  violations(@Parent() { of }: DashboardsNode, @Args() args: ViolationCountArgs): Promise<readonly ViolationCount[]> {
    return of.violations(args);
  }

  @ResolveField('timeInStage', () => [StageTimes], { description: 'How long cases stayed at each stage that they left in these months.' })
  timeInStage(@Parent() { of }: DashboardsNode, @Args() args: CountArgs): Promise<readonly StageTimes[]> {
    return of.timeInStage(args);
  }

  @ResolveField('referralOutcomes', () => [ReferralCount], { description: 'What became of the referrals approved in these months.' })
  referralOutcomes(@Parent() { of }: DashboardsNode, @Args() args: ReferralCountArgs): Promise<readonly ReferralCount[]> {
    return of.referralOutcomes(args);
  }

  @ResolveField('series', () => [SeriesCount], { description: 'What happened by day, week or month; periods in which nothing did are there, too.' })
  series(@Parent() { of }: DashboardsNode, @Args() args: SeriesArgs): Promise<readonly SeriesCount[]> {
    return of.series(args);
  }

  @ResolveField('footageAtRisk', () => FootageAtRisk, { description: 'Recordings without a confirmed hold, by the days to their deletion.' })
  footageAtRisk(@Parent() { of }: DashboardsNode, @Args() args: DistrictArgs): Promise<AsOf<RiskCount>> {
    return of.footageAtRisk(args);
  }

  @ResolveField('clocksDue', () => ClocksDue, { description: 'Overdue and running clocks.' })
  clocksDue(@Parent() { of }: DashboardsNode, @Args() args: ClockCountArgs): Promise<AsOf<ClockCount>> {
    return of.clocksDue(args);
  }

  @ResolveField('holdCompliance', () => HoldCompliance, { description: 'Holds by custodian: those due in these months, what waits now, and how long those confirmed in these months took.' })
  holdCompliance(@Parent() { of }: DashboardsNode, @Args() args: CustodianArgs): Promise<AsOf<CustodianCount>> {
    return of.holdCompliance(args);
  }

  @ResolveField('workload', () => Workload, { description: 'Open cases by investigator, opened in these months, with the clocks of all their cases.' })
  workload(@Parent() { of }: DashboardsNode, @Args() args: WorkloadArgs): Promise<AsOf<WorkloadCount>> {
    return of.workload(args);
  }
}

import { Inject } from '@nestjs/common';
import { Args, ArgsType, Field, InputType, Query, Resolver } from '@nestjs/graphql';
import type { Aggregate, Viewer } from '#libs/access';
import type { CaseEventType, ClockName, ReportOrigin, StageName, UserId } from '#libs/domain';
import { type Activity, type DrillDown, type DueStatus, type FederalSupervisorStatus, type Granularity, readModelFeeds, type ReferralMeasure, type RiskBand } from '#libs/read-models';
import { CurrentViewer } from '../../auth/current-viewer.js';
import { ReportOriginEnum } from '../../graphql/enums.js';
import { CaseSortEnum, DirectionEnum } from '../lists/cases.args.js';
import { CaseConnection } from '../lists/cases.resolver.js';
import { EventTypeEnum } from '../lists/audit.list.js';
import { ClockNameEnum } from '../lists/clocks.list.js';
import type { GraphqlConnection } from '../lists/connection.types.js';
import { Lists } from '../lists/lists.service.js';
import { PageArgs, pageOf } from '../lists/page.args.js';
import { CaseNode, caseNodeOfRow, FederalSupervisorStatusEnum, StageEnum } from '../types/case.types.js';
import { ActivityEnum, AggregateEnum, DueStatusEnum, GranularityEnum, ReferralMeasureEnum, RiskBandEnum } from './dashboards.enums.js';

@InputType({ description: 'A cell of a dashboard, by what it was counted by. What its table does not count by is not looked at.' })
class DrillDownInput implements DrillDown {
  @Field(() => AggregateEnum, { description: 'Of which table.' })
  readonly of!: Aggregate;

  @Field(() => [String], { nullable: 'itemsAndList', description: 'In these districts; null among them: where no report names one.' })
  readonly districts?: readonly (string | null)[] | null;

  @Field(() => String, { nullable: true, description: 'The months of the count: from this one on (2026-03).' })
  readonly fromMonth?: string | null;

  @Field(() => String, { nullable: true, description: 'Through this month.' })
  readonly toMonth?: string | null;

  @Field(() => [ReportOriginEnum], { nullable: true, description: 'First reported from one of these.' })
  readonly origins?: readonly ReportOrigin[] | null;

  @Field(() => [StageEnum], { nullable: true, description: 'At one of these stages; of TIME_IN_STAGE and CONFORMANCE: that left one of them.' })
  readonly stages?: readonly StageName[] | null;

  @Field(() => [StageEnum], { nullable: true, description: 'Of CONFORMANCE: that went to one of these stages.' })
  readonly toStages?: readonly StageName[] | null;

  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of CONFORMANCE: by one of these events.' })
  readonly movedBy?: readonly CaseEventType[] | null;

  @Field(() => [FederalSupervisorStatusEnum], { nullable: true, description: 'How far the identification has come.' })
  readonly federalSupervisor?: readonly FederalSupervisorStatus[] | null;

  @Field(() => [String], { nullable: 'itemsAndList', description: 'User ids of investigators or custodians; null among them: nobody.' })
  readonly people?: readonly (UserId | null)[] | null;

  @Field(() => [String], { nullable: true, description: 'With a violation of one of these.' })
  readonly citations?: readonly string[] | null;

  @Field(() => [String], { nullable: 'itemsAndList', description: 'By an agent of one of these; null among them: where nobody says.' })
  readonly agencies?: readonly (string | null)[] | null;

  @Field(() => RiskBandEnum, { nullable: true, description: 'With a recording that is deleted so soon.' })
  readonly band?: RiskBand | null;

  @Field(() => [ClockNameEnum], { nullable: true, description: 'With one of these clocks.' })
  readonly clocks?: readonly ClockName[] | null;

  @Field(() => DueStatusEnum, { nullable: true, description: 'With such a clock that stands so. Default: RUNNING.' })
  readonly due?: DueStatus | null;

  @Field(() => ReferralMeasureEnum, { nullable: true, description: 'What of referrals was counted.' })
  readonly measure?: ReferralMeasure | null;

  @Field(() => [String], { nullable: true, description: 'Its status, receipt or outcome.' })
  readonly values?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Referred to one of these.' })
  readonly addressees?: readonly string[] | null;

  @Field(() => ActivityEnum, { nullable: true, description: 'What a series counted.' })
  readonly activity?: Activity | null;

  @Field(() => GranularityEnum, { nullable: true, description: 'By which periods.' })
  readonly granularity?: Granularity | null;

  @Field(() => String, { nullable: true, description: 'A local date within the period (2026-03-01).' })
  readonly date?: string | null;
}

@ArgsType()
class DrillDownArgs extends PageArgs {
  @Field(() => DrillDownInput, { description: 'Which cell.' })
  readonly cell!: DrillDownInput;

  @Field(() => CaseSortEnum, { defaultValue: 'OPENED', description: 'By what.' })
  readonly sort: 'OPENED' | 'NUMBER' | 'LAST_EVENT' | 'NEXT_DUE' = 'OPENED';

  @Field(() => DirectionEnum, { defaultValue: 'DESC', description: 'Which way.' })
  readonly direction: 'ASC' | 'DESC' = 'DESC';
}

@Resolver(() => CaseNode)
export class DrillDownResolver {
  constructor(@Inject(Lists) private readonly lists: Lists) {}

  @Query(() => CaseConnection, { description: 'The cases behind a cell of a dashboard, as many of them as you may see.' })
  drillDown(@Args() args: DrillDownArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<CaseNode>> {
    const { cell, sort, direction } = args;
    const feed = cell.of === 'CLOCKS' || cell.of === 'FOOTAGE_AT_RISK' ? readModelFeeds.clocks : readModelFeeds.cases;
    return this.lists.list({ viewer, feed, page: args }, (queries) => queries.drillDown(cell, { sort, direction, page: pageOf(args) }), caseNodeOfRow);
  }
}

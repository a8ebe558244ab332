import { ArgsType, Field } from '@nestjs/graphql';
import type { ClockName, ReportOrigin, UserId } from '#libs/domain';
import type { Activity, CaseCountFilter, ClockCountFilter, CountFilter, CustodianFilter, DistrictFilter, Granularity, ReferralCountFilter, SeriesInput, ViolationCountFilter, WorkloadFilter } from '#libs/read-models';
import { ReportOriginEnum } from '../../graphql/enums.js';
import { ClockNameEnum } from '../lists/clocks.list.js';
import { ActivityEnum, GranularityEnum } from './dashboards.enums.js';

@ArgsType()
export class DistrictArgs implements DistrictFilter {
  @Field(() => [String], { nullable: 'itemsAndList', description: 'Of these districts together; null among them: of cases whose reports name none. Default: all.' })
  readonly districts?: readonly (string | null)[] | null;
}

@ArgsType()
export class CountArgs extends DistrictArgs implements CountFilter {
  @Field(() => String, { nullable: true, description: "From this month on (2026-03), in the city's own time." })
  readonly fromMonth?: string | null;

  @Field(() => String, { nullable: true, description: 'Through this month.' })
  readonly toMonth?: string | null;
}

@ArgsType()
export class CaseCountArgs extends CountArgs implements CaseCountFilter {
  @Field(() => [ReportOriginEnum], { nullable: true, description: 'First reported from one of these.' })
  readonly origins?: readonly ReportOrigin[] | null;
}

@ArgsType()
export class ViolationCountArgs extends CountArgs implements ViolationCountFilter {
  @Field(() => [String], { nullable: true, description: 'Only of these.' })
  readonly citations?: readonly string[] | null;

  @Field(() => [String], { nullable: 'itemsAndList', description: 'Only of agents of these; null among them: where nobody says.' })
  readonly agencies?: readonly (string | null)[] | null;
}

@ArgsType()
export class ReferralCountArgs extends CountArgs implements ReferralCountFilter {
  @Field(() => [String], { nullable: true, description: 'Only to these.' })
  readonly addressees?: readonly string[] | null;
}

@ArgsType()
export class CustodianArgs extends CountArgs implements CustodianFilter {
  @Field(() => [String], { nullable: 'itemsAndList', description: 'Only of these users; null among them: of recordings that nobody has taken into custody.' })
  readonly custodians?: readonly (UserId | null)[] | null;
}

@ArgsType()
export class WorkloadArgs extends CountArgs implements WorkloadFilter {
  @Field(() => [String], { nullable: 'itemsAndList', description: 'Only of these users; null among them: cases that are assigned to nobody.' })
  readonly investigators?: readonly (UserId | null)[] | null;
}

@ArgsType()
export class ClockCountArgs extends DistrictArgs implements ClockCountFilter {
  @Field(() => [ClockNameEnum], { nullable: true, description: 'Only these clocks.' })
  readonly clocks?: readonly ClockName[] | null;

  @Field(() => Boolean, { defaultValue: false, description: 'A cell for each district.' })
  readonly byDistrict: boolean = false;
}

@ArgsType()
export class SeriesArgs extends DistrictArgs implements SeriesInput {
  @Field(() => ActivityEnum, { description: 'What is counted.' })
  readonly activity!: Activity;

  @Field(() => GranularityEnum, { description: 'By which periods.' })
  readonly granularity!: Granularity;

  @Field(() => String, { description: 'From the period of this local date (2026-03-01).' })
  readonly from!: string;

  @Field(() => String, { description: 'Through that of this one; 400 periods at most.' })
  readonly to!: string;
}

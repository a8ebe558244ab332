import type { Type } from '@nestjs/common';
import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import type { ClockName, StageName, UserId } from '#libs/domain';
import type { AsOf, FederalSupervisorStatus, Quantiles, ReferralMeasure, RiskBand, SupervisorOutcome } from '#libs/read-models';
import { DateTimeScalar } from '../../graphql/scalars.js';
import { ClockNameEnum } from '../lists/clocks.list.js';
import { FederalSupervisorStatusEnum, StageEnum } from '../types/case.types.js';
import { ReferralMeasureEnum, RiskBandEnum, SupervisorOutcomeEnum } from './dashboards.enums.js';

const counted = { nullable: true, description: 'How many; null: too few to be shown to you.' } as const;

@ObjectType({ isAbstract: true })
abstract class DistrictCell {
  @Field(() => String, { nullable: true, description: 'The district; null: of cases whose reports name none, or the sum of all.' })
  readonly district!: string | null;

  @Field(() => Boolean, { description: 'Whether it is the sum over all districts asked for.' })
  readonly all!: boolean;
}

@ObjectType({ description: 'Cases at a stage.' })
export class StageCount extends DistrictCell {
  @Field(() => StageEnum, { description: 'At which stage.' })
  readonly stage!: StageName;

  @Field(() => Int, counted)
  readonly count!: number | null;
}

@ObjectType({ description: 'Cases by how far the identification of the federal supervisor has come.' })
export class SupervisorCount extends DistrictCell {
  @Field(() => SupervisorOutcomeEnum, { description: 'What came of it.' })
  readonly outcome!: SupervisorOutcome;

  @Field(() => FederalSupervisorStatusEnum, { description: 'How far it has come.' })
  readonly status!: FederalSupervisorStatus;

  @Field(() => Int, counted)
  readonly count!: number | null;
}

@ObjectType({ description: 'Alleged violations that stand. One with agents of several agencies counts once for each.' })
export class ViolationCount {
  @Field(() => String, { description: 'The law allegedly violated.' })
  readonly citation!: string;

  @Field(() => String, { nullable: true, description: 'Agency of the agents: confirmed, else claimed; null: nobody says, or the sum of all.' })
  readonly agency!: string | null;

  @Field(() => Boolean, { description: 'Whether it is the sum over all agencies, each violation once.' })
  readonly all!: boolean;

  @Field(() => Int, counted)
  readonly count!: number | null;
}

@ObjectType({ description: 'Durations. Each quantile is right within a sixteenth of a doubling (4.4 percent).' })
export class Durations implements Quantiles {
  @Field(() => Int, { description: 'Of how many.' })
  readonly count!: number;

  @Field(() => Float, { nullable: true, description: 'The median, in milliseconds.' })
  readonly medianMs!: number | null;

  @Field(() => Float, { nullable: true, description: 'The ninetieth percentile, in milliseconds.' })
  readonly p90Ms!: number | null;
}

@ObjectType({ description: 'How long cases stayed at a stage that they have left.' })
export class StageTimes {
  @Field(() => StageEnum, { description: 'At which stage.' })
  readonly stage!: StageName;

  @Field(() => Durations, { nullable: true, description: 'How long; null: of too few to be shown to you.' })
  readonly quantiles!: Durations | null;
}

@ObjectType({ description: 'Referrals by what became of them.' })
export class ReferralCount {
  @Field(() => ReferralMeasureEnum, { description: 'What is counted.' })
  readonly measure!: ReferralMeasure;

  @Field(() => String, { description: 'Status, receipt or outcome.' })
  readonly value!: string;

  @Field(() => String, { description: 'To whom.' })
  readonly addressee!: string;

  @Field(() => Int, counted)
  readonly count!: number | null;
}

@ObjectType({ description: 'A period of a series.' })
export class SeriesCount {
  @Field(() => String, { description: 'Its first day (2026-03-01).' })
  readonly from!: string;

  @Field(() => Int, counted)
  readonly count!: number | null;
}

@ObjectType({ description: 'Recordings that no confirmed hold protects.' })
export class RiskCount extends DistrictCell {
  @Field(() => RiskBandEnum, { description: 'How soon they are deleted.' })
  readonly band!: RiskBand;

  @Field(() => Int, counted)
  readonly count!: number | null;
}

@ObjectType({ description: 'Running clocks of one name. Limitations count by whole days.' })
export class ClockCount extends DistrictCell {
  @Field(() => ClockNameEnum, { description: 'Which clock.' })
  readonly clock!: ClockName;

  @Field(() => Int, { ...counted, description: 'Ran out already.' })
  readonly overdue!: number | null;

  @Field(() => Int, { ...counted, description: 'Run out within a day.' })
  readonly dueInOneDay!: number | null;

  @Field(() => Int, { ...counted, description: 'Run out within seven days, but not within one.' })
  readonly dueInSevenDays!: number | null;

  @Field(() => Int, { ...counted, description: 'Run out later.' })
  readonly later!: number | null;
}

@ObjectType({ description: "A custodian's holds." })
export class CustodianCount {
  @Field(() => String, { nullable: true, description: 'User id; null: of recordings that nobody has taken into custody.' })
  readonly custodian!: UserId | null;

  @Field(() => Int, { ...counted, description: 'Confirmed in time, or no longer needed before they were due.' })
  readonly inTime!: number | null;

  @Field(() => Int, { ...counted, description: 'Confirmed late.' })
  readonly late!: number | null;

  @Field(() => Int, { ...counted, description: 'Not confirmed yet.' })
  readonly waiting!: number | null;

  @Field(() => Int, { ...counted, description: 'Of these, overdue.' })
  readonly overdue!: number | null;

  @Field(() => Durations, { nullable: true, description: 'From the flag to its confirmation.' })
  readonly response!: Durations | null;
}

@ObjectType({ description: 'Open cases of an investigator at a stage.' })
export class WorkloadStage {
  @Field(() => StageEnum, { description: 'At which stage.' })
  readonly stage!: StageName;

  @Field(() => Int, counted)
  readonly count!: number | null;
}

@ObjectType({ description: "An investigator's open cases." })
export class WorkloadCount {
  @Field(() => String, { nullable: true, description: 'User id; null: cases that are assigned to nobody.' })
  readonly investigator!: UserId | null;

  @Field(() => Int, { ...counted, description: 'Cases that are not closed.' })
  readonly open!: number | null;

  @Field(() => [WorkloadStage], { description: 'The same by stage.' })
  readonly stages!: readonly WorkloadStage[];

  @Field(() => Int, { ...counted, description: 'Overdue clocks of these cases, in all districts.' })
  readonly overdue!: number | null;

  @Field(() => Int, { ...counted, description: 'Clocks that run out within seven days.' })
  readonly dueInSevenDays!: number | null;
}

/** `<Name>` with the hour that due dates are compared with. */
function asOfType<Cell extends object>(name: string, cell: Type<Cell>): Type<AsOf<Cell>> {
  @ObjectType(name, { description: `As of the last full hour: ${cell.name}.` })
  class AsOfType implements AsOf<Cell> {
    @Field(() => DateTimeScalar, { description: 'With which due dates are compared.' })
    readonly asOf!: string;

    @Field(() => [cell], { description: 'The counts.' })
    readonly cells!: readonly Cell[];
  }
  return AsOfType;
}
export const FootageAtRisk = asOfType('FootageAtRisk', RiskCount);
export const ClocksDue = asOfType('ClocksDue', ClockCount);
export const HoldCompliance = asOfType('HoldCompliance', CustodianCount);
export const Workload = asOfType('Workload', WorkloadCount);

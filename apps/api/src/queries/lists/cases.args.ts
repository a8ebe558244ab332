import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import type { Disposition, ReportOrigin, StageName, UserId } from '#libs/domain';
import type { CaseFilter, CaseSort, Direction } from '#libs/read-models';
import { DispositionEnum, ReportOriginEnum } from '../../graphql/enums.js';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';
import { FederalSupervisorStatusEnum, type FederalSupervisorStatus, StageEnum } from '../types/case.types.js';
import { PageArgs } from './page.args.js';

export const CaseSortEnum = graphqlEnum<CaseSort>('CaseSort', 'By what a list of cases is sorted.', {
  OPENED: 'When it was opened.',
  NUMBER: 'Its number.',
  LAST_EVENT: 'When something last happened on it.',
  NEXT_DUE: 'Its next due clock; cases without one come last.',
});

export const DirectionEnum = graphqlEnum<Direction>('Direction', 'Which way a list is sorted.', { ASC: 'Rising.', DESC: 'Falling.' });

@InputType({ description: 'Which cases. What is left out does not narrow; several values of one field are alternatives.' })
export class CaseFilterInput implements CaseFilter {
  @Field(() => [StageEnum], { nullable: true, description: 'At one of these stages.' })
  readonly stages?: readonly StageName[] | null;

  @Field(() => [String], { nullable: true, description: 'In one of these districts.' })
  readonly districts?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'In one of these beats.' })
  readonly beats?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Of one of these units.' })
  readonly units?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: 'Assigned to one of these users.' })
  readonly investigators?: readonly UserId[] | null;

  @Field(() => Boolean, { nullable: true, description: 'True: assigned to nobody.' })
  readonly unassigned?: boolean | null;

  @Field(() => [ReportOriginEnum], { nullable: true, description: 'First reported from one of these.' })
  readonly origins?: readonly ReportOrigin[] | null;

  @Field(() => [String], { nullable: true, description: "The source's category, by its words." })
  readonly categories?: readonly string[] | null;

  @Field(() => [String], { nullable: true, description: "The source's category, by its code." })
  readonly categoryCodes?: readonly string[] | null;

  @Field(() => [FederalSupervisorStatusEnum], { nullable: true, description: 'How far the identification of the federal supervisor has come.' })
  readonly federalSupervisor?: readonly FederalSupervisorStatus[] | null;

  @Field(() => [DispositionEnum], { nullable: true, description: 'Closed as one of these.' })
  readonly dispositions?: readonly Disposition[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Opened at this time or later.' })
  readonly openedFrom?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Opened at this time or earlier.' })
  readonly openedTo?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'May have happened at this time or later; unknown times never match.' })
  readonly occurredFrom?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'May have happened at this time or earlier.' })
  readonly occurredTo?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Sealed by a court, or not.' })
  readonly sealed?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'With a hold that its source has not confirmed, or without.' })
  readonly unconfirmedHold?: boolean | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'With a clock that runs out before this time (limitations aside).' })
  readonly overdueAt?: string | null;

  @Field(() => UuidScalar, { nullable: true, description: 'Linked with this case, in either direction.' })
  readonly linkedTo?: string | null;

  @Field(() => String, { nullable: true, description: 'Words in narratives and other searchable text. All must be there; "quotes" for a phrase, - to leave out.' })
  readonly search?: string | null;
}

@ArgsType()
export class CasesArgs extends PageArgs {
  @Field(() => CaseFilterInput, { nullable: true, description: 'Which cases.' })
  readonly filter?: CaseFilterInput | null;

  @Field(() => CaseSortEnum, { defaultValue: 'OPENED', description: 'By what.' })
  readonly sort: CaseSort = 'OPENED';

  @Field(() => DirectionEnum, { defaultValue: 'DESC', description: 'Which way.' })
  readonly direction: Direction = 'DESC';
}

@ArgsType()
export class NodeArgs {
  @Field(() => ID, { description: 'A global id.' })
  readonly id!: string;
}

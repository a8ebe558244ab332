import { Inject } from '@nestjs/common';
import { Args, Field, ObjectType, Query, Resolver } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import type { ClockName } from '#libs/domain';
import { type DutyNode, readModelFeeds } from '#libs/read-models';
import { CurrentViewer } from '../../auth/current-viewer.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';
import { ClockNameEnum } from './clocks.list.js';
import { connectionType, type GraphqlConnection } from './connection.types.js';
import { Lists } from './lists.service.js';
import { PageArgs, pageOf } from './page.args.js';

@ObjectType({ description: 'What is due on a recording of a sealed case: enough to act on, and nothing else of the case.' })
export class SealedDuty {
  @Field(() => UuidScalar, { description: 'The case, as actions name it.' })
  readonly caseId!: string;

  @Field(() => UuidScalar, { description: 'The recording.' })
  readonly footageId!: string;

  @Field(() => String, { description: 'The system that keeps it.' })
  readonly sourceSystem!: string;

  @Field(() => String, { description: 'Its reference in that system.' })
  readonly sourceReference!: string;

  @Field(() => ClockNameEnum, { description: 'What is due.' })
  readonly clock!: ClockName;

  @Field(() => DateTimeScalar, { description: 'When.' })
  readonly dueAt!: string;
}

const dutyOf = (row: DutyNode): SealedDuty => ({
  caseId: row.case_id,
  footageId: row.footage_id,
  sourceSystem: row.source_system,
  sourceReference: row.source_reference,
  clock: row.clock,
  dueAt: row.due_at,
});

const SealedDutyConnection = connectionType('SealedDuty', SealedDuty);

@Resolver()
export class DutiesResolver {
  constructor(@Inject(Lists) private readonly lists: Lists) {}

  @Query(() => SealedDutyConnection, { description: 'For custodians: sealing stops no hold. What is due on the recordings of sealed cases, the earliest first.' })
  sealedDuties(@Args() args: PageArgs, @CurrentViewer() viewer: Viewer): Promise<GraphqlConnection<SealedDuty>> {
    return this.lists.list({ viewer, feed: readModelFeeds.clocks, page: args }, (queries) => queries.sealedDuties(pageOf(args)), dutyOf);
  }
}

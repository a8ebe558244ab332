import { Args, Field, Int, ObjectType, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { CaseEventType, StageName } from '#libs/domain';
import { type Conformance, type CountFilter, drawConformance, type MoveCount, type PathCount, type StayCount } from '#libs/read-models';
import { EventTypeEnum } from '../lists/audit.list.js';
import { StageEnum } from '../types/case.types.js';
import { CountArgs } from './dashboards.args.js';
import { DashboardsNode } from './dashboards.resolver.js';
import { Durations } from './dashboards.types.js';

const counted = { nullable: true, description: 'How many; null: too few to be shown to you, or none.' } as const;
const howLong = (what: string) => ({ nullable: true, description: `${what}; null: of none, or of too few to be shown to you.` });

@ObjectType({ description: 'A move from one stage to another.' })
class StageMoveCount implements MoveCount {
  @Field(() => StageEnum, { description: 'From which stage.' })
  readonly from!: StageName;

  @Field(() => StageEnum, { description: 'To which stage.' })
  readonly to!: StageName;

  @Field(() => EventTypeEnum, { description: 'By which event.' })
  readonly by!: CaseEventType;

  @Field(() => Boolean, { description: 'Whether it stands in the stage diagram. If so, and counted 0 times: allowed, and never used. If not: used, though not in the diagram.' })
  readonly allowed!: boolean;

  @Field(() => Int, counted)
  readonly count!: number | null;

  @Field(() => Durations, howLong('How long cases had stayed before it'))
  readonly quantiles!: Durations | null;
}

@ObjectType({ description: 'Stays at a stage that have ended.' })
class StageStayCount implements StayCount {
  @Field(() => StageEnum, { description: 'At which stage.' })
  readonly stage!: StageName;

  @Field(() => Int, counted)
  readonly count!: number | null;

  @Field(() => Durations, howLong('How long they were'))
  readonly quantiles!: Durations | null;
}

@ObjectType({ description: 'A whole way of cases that are decided or closed.' })
class StagePathCount implements PathCount {
  @Field(() => [StageEnum], { description: 'Its stages, in order.' })
  readonly stages!: readonly StageName[];

  @Field(() => Boolean, { description: 'Whether it goes on beyond these stages: ways are kept through 24.' })
  readonly isCut!: boolean;

  @Field(() => Int, counted)
  readonly count!: number | null;

  @Field(() => Durations, howLong('From the first report to its end'))
  readonly quantiles!: Durations | null;
}

@ObjectType('ConformanceReport', { description: 'How cases really flowed, held against the stage diagram.' })
class ConformanceNode implements Conformance {
  @Field(() => [StageMoveCount], { description: 'Every move of the diagram in its order, used or not; then those that were made outside of it.' })
  readonly moves!: readonly StageMoveCount[];

  @Field(() => [StageStayCount], { description: 'How long cases stayed at each stage that they left.' })
  readonly stays!: readonly StageStayCount[];

  @Field(() => [StagePathCount], { description: 'The most frequent whole ways, twenty at most.' })
  readonly paths!: readonly StagePathCount[];

  @Field(() => Int, { ...counted, description: 'All moves together.' })
  readonly made!: number | null;

  @Field(() => Int, { ...counted, description: 'Those that stand in no line of the diagram.' })
  readonly outside!: number | null;

  /** What it was asked for; no field of the schema. */
  readonly about!: string;
}

@Resolver(() => DashboardsNode)
export class ConformanceResolver {
  @ResolveField('conformance', () => ConformanceNode, {
    description: 'How cases moved from stage to stage, held against the stage diagram: stages left in these months, ways ended in them. `drillDown` of CONFORMANCE shows the cases.',
  })
  async conformance(@Parent() { of }: DashboardsNode, @Args() args: CountArgs): Promise<ConformanceNode> {
    return { ...(await of.conformance(args)), about: aboutOf(args) };
  }
}

@Resolver(() => ConformanceNode)
export class ConformancePictureResolver {
  @ResolveField('picture', () => String, { description: 'The report as a picture (SVG). The same report gives the same bytes.' })
  picture(@Parent() report: ConformanceNode): string {
    return drawConformance(report, report.about);
  }
}

function aboutOf({ districts, fromMonth, toMonth }: CountFilter): string {
  const where = districts === null || districts === undefined ? 'all districts' : `districts ${districts.map((name) => name ?? 'unnamed').join(', ')}`;
  const from = fromMonth ? ` from ${fromMonth}` : '';
  const to = toMonth ? ` through ${toMonth}` : '';
  return `${where}, ${from + to === '' ? 'since ever' : (from + to).trim()}`;
}

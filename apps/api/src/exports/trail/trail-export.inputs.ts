import { Field, InputType } from '@nestjs/graphql';
import type { CaseEventType, UserId } from '#libs/domain';
import type { AuditNode, AuditOutcome } from '#libs/read-models';
import { graphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, UuidScalar } from '../../graphql/scalars.js';
import { AuditMarkEnum, AuditOutcomeEnum, EventTypeEnum } from '../../queries/lists/audit.list.js';
import type { TrailFormatName } from './trail-format.js';

export const TrailFormatEnum = graphqlEnum<TrailFormatName>('TrailFormat', 'How the trail is written.', {
  CSV: 'A table for a spreadsheet; no cell of it is run as a formula.',
  NDJSON: 'One JSON object a line, for programs.',
  OCEL_JSON: 'OCEL 2.0, for process mining.',
});

@InputType({ description: 'Which steps; without any of these, every step that you see.' })
export class AuditFilter {
  @Field(() => UuidScalar, { nullable: true, description: 'Of this case.' })
  caseId?: string | null;

  @Field(() => [EventTypeEnum], { nullable: true, description: 'Of one of these types.' })
  types?: CaseEventType[] | null;

  @Field(() => [String], { nullable: true, description: 'By one of these users.' })
  actors?: UserId[] | null;

  @Field(() => [String], { nullable: true, description: 'For one of these units.' })
  units?: string[] | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Recorded at this time or later.' })
  from?: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Recorded at this time or earlier.' })
  to?: string | null;

  @Field(() => [AuditMarkEnum], { nullable: true, description: 'With one of these marks.' })
  marks?: AuditNode['marks'][number][] | null;

  @Field(() => [AuditOutcomeEnum], { nullable: true, description: 'That came to one of these.' })
  outcomes?: AuditOutcome[] | null;

  @Field(() => String, { nullable: true, description: 'Words in title and summary.' })
  text?: string | null;
}

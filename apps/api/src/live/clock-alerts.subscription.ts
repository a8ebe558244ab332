import { Inject } from '@nestjs/common';
import { Args, Field, Int, ObjectType, Resolver, Subscription } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import type { CaseEvent, CaseEventType } from '#libs/domain';
import { printPosition, type StoredEvent } from '#libs/event-store';
import { CurrentViewer } from '../auth/current-viewer.js';
import { DateTimeScalar, PositionScalar, UuidScalar } from '../graphql/scalars.js';
import { LiveEvents } from './live-events.js';

@ObjectType({ description: 'That a deadline was missed, as it was recorded.' })
export class ClockAlert {
  @Field(() => UuidScalar, { description: 'Id of the case.' })
  readonly caseId!: string;

  @Field(() => UuidScalar, { description: 'The event that records it.' })
  readonly eventId!: string;

  @Field(() => String, { description: 'The clock that ran out.' })
  readonly clock!: string;

  @Field(() => String, { nullable: true, description: 'Id or name of what the clock is about; null for the case as a whole.' })
  readonly subject!: string | null;

  @Field(() => UuidScalar, { description: 'The event that started the clock.' })
  readonly startedBy!: string;

  @Field(() => DateTimeScalar, { description: 'When it was due.' })
  readonly dueAt!: string;

  @Field(() => Int, { description: 'Version of the policy under which the clock started.' })
  readonly policyVersion!: number;

  @Field(() => DateTimeScalar, { description: 'When it was recorded that it was missed.' })
  readonly recordedAt!: string;

  @Field(() => PositionScalar, { description: 'Its place among all events: give it as `after` to resume.' })
  readonly position!: string;
}

type Missed = Extract<CaseEvent, { readonly type: 'DeadlineMissed' }>;
const alerting: ReadonlySet<CaseEventType> = new Set<CaseEventType>(['DeadlineMissed']);

function alertOf(stored: StoredEvent, { data, meta }: Missed): ClockAlert {
  const { clock, subject, startedBy, dueAt, policyVersion } = data;
  const caseId = stored.stream.slice(stored.stream.indexOf('-') + 1);
  return { caseId, eventId: stored.id, clock, subject, startedBy, dueAt, policyVersion, recordedAt: meta.recordedAt, position: printPosition(stored.position) };
}

@Resolver()
export class ClockAlertsSubscription {
  constructor(@Inject(LiveEvents) private readonly live: LiveEvents) {}

  @Subscription(() => ClockAlert, { description: 'Deadlines missed on the cases that you may see, as they are recorded; with `after`, also what was missed meanwhile.' })
  clockAlerts(
    @Args('caseId', { type: () => UuidScalar, nullable: true, description: 'Only of this case.' }) caseId: string | null,
    @Args('after', { type: () => PositionScalar, nullable: true, description: 'Resume after this position.' }) after: string | null,
    @CurrentViewer() viewer: Viewer,
  ): AsyncGenerator<{ readonly clockAlerts: ClockAlert }> {
    return this.live.follow(viewer, { caseId, after, types: alerting }, messageOf);
  }
}

// Only missed deadlines are followed.
const messageOf = (stored: StoredEvent, event: CaseEvent): { readonly clockAlerts: ClockAlert } => ({ clockAlerts: alertOf(stored, event as Missed) });

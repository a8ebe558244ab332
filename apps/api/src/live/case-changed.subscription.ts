import { Inject } from '@nestjs/common';
import { Args, Field, Int, ObjectType, Resolver, Subscription } from '@nestjs/graphql';
import type { Viewer } from '#libs/access';
import type { CaseEvent, CaseEventType } from '#libs/domain';
import { printPosition, type StoredEvent } from '#libs/event-store';
import { CurrentViewer } from '../auth/current-viewer.js';
import { DateTimeScalar, PositionScalar, UuidScalar } from '../graphql/scalars.js';
import { EventTypeEnum } from '../queries/lists/audit.list.js';
import { LiveEvents } from './live-events.js';

@ObjectType({ description: 'That something was recorded on a case. Ask for the case to see what.' })
export class CaseChange {
  @Field(() => UuidScalar, { description: 'Id of the case.' })
  readonly caseId!: string;

  @Field(() => UuidScalar, { description: 'Id of the event.' })
  readonly eventId!: string;

  @Field(() => EventTypeEnum, { description: 'What it records.' })
  readonly type!: CaseEventType;

  @Field(() => Int, { description: 'Its number in the stream of the case.' })
  readonly revision!: number;

  @Field(() => PositionScalar, { description: 'Its place among all events: give it as `after` to resume.' })
  readonly position!: string;

  @Field(() => String, { description: 'User id of who acted.' })
  readonly actor!: string;

  @Field(() => DateTimeScalar, { description: 'When it was recorded.' })
  readonly recordedAt!: string;
}

function changeOf(stored: StoredEvent, { type, meta }: CaseEvent): CaseChange {
  return {
    caseId: stored.stream.slice(stored.stream.indexOf('-') + 1),
    eventId: stored.id,
    type,
    revision: Number(stored.revision),
    position: printPosition(stored.position),
    actor: meta.by.actor,
    recordedAt: meta.recordedAt,
  };
}

@Resolver()
export class CaseChangedSubscription {
  constructor(@Inject(LiveEvents) private readonly live: LiveEvents) {}

  @Subscription(() => CaseChange, { description: 'What is recorded on a case, or on any that you may see, as it happens; with `after`, also what was missed.' })
  caseChanged(
    @Args('caseId', { type: () => UuidScalar, nullable: true, description: 'Only this case.' }) caseId: string | null,
    @Args('after', { type: () => PositionScalar, nullable: true, description: 'Resume after this position.' }) after: string | null,
    @CurrentViewer() viewer: Viewer,
  ): AsyncGenerator<{ readonly caseChanged: CaseChange }> {
    return this.live.follow(viewer, { caseId, after, types: null }, messageOf);
  }
}

const messageOf = (stored: StoredEvent, event: CaseEvent): { readonly caseChanged: CaseChange } => ({ caseChanged: changeOf(stored, event) });

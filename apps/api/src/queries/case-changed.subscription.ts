import { Inject } from '@nestjs/common';
import { Args, Field, Int, ObjectType, Resolver, Subscription } from '@nestjs/graphql';
import { mayKnowOf, type Viewer } from '#libs/access';
import type { CaseEvent, CaseEventType, CaseId } from '#libs/domain';
import { decodeCaseEvent } from '#libs/codec';
import { type EventStore, parsePosition, printPosition, type StoredEvent } from '#libs/event-store';
import { LiveHub } from '#libs/live';
import { BadInput } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import { CaseGate, readerOf } from '../auth/case-gate.js';
import { CurrentViewer } from '../auth/current-viewer.js';
import { DateTimeScalar, PositionScalar, UuidScalar } from '../graphql/scalars.js';
import { EventTypeEnum } from './lists/audit.list.js';

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
  constructor(
    @Inject(LiveHub) private readonly hub: LiveHub,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CaseGate) private readonly gate: CaseGate,
  ) {}

  @Subscription(() => CaseChange, { description: 'What is recorded on a case, or on any, as it happens; with `after`, also what was missed.' })
  caseChanged(
    @Args('caseId', { type: () => UuidScalar, nullable: true, description: 'Only this case.' }) caseId: string | null,
    @Args('after', { type: () => PositionScalar, nullable: true, description: 'Resume after this position.' }) after: string | null,
    @CurrentViewer() viewer: Viewer,
  ): AsyncGenerator<{ readonly caseChanged: CaseChange }> {
    const parsed = after === null || after === undefined ? null : parsePosition(after, this.store.logId);
    if (parsed !== null && parsed.kind !== 'POSITION') throw new BadInput('after', 'is not a position of this log');
    const stopped = new AbortController();
    const events = this.hub.subscribe({
      ...(caseId === null || caseId === undefined ? {} : { stream: `case-${caseId}` }),
      ...(parsed === null ? {} : { after: parsed.position }),
      signal: stopped.signal,
    });
    return abortable(this.changes(events, viewer), stopped);
  }

  /** Judged at each event, on the case as it is by then: who loses access hears no more, from that event on. */
  private async *changes(events: AsyncIterable<StoredEvent>, viewer: Viewer): AsyncGenerator<{ readonly caseChanged: CaseChange }> {
    for await (const stored of events) {
      const event = decodeCaseEvent(stored);
      const change = changeOf(stored, event);
      // A codec: streams of this category are named after their cases.
      const seen = await this.gate.find(readerOf(viewer), change.caseId as CaseId);
      if (seen !== null && mayKnowOf(viewer.actor, event)) yield { caseChanged: change };
    }
  }
}

/** Ends the source at once when its reader leaves: a generator that waits can't be told by `return` alone. */
function abortable<T>(source: AsyncGenerator<T>, stopped: AbortController): AsyncGenerator<T> {
  const end = source.return.bind(source);
  source.return = (value) => {
    stopped.abort();
    return end(value);
  };
  return source;
}

import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/access';
import type { CaseEvent, CaseEventType } from '#libs/domain';
import { type EventStore, parsePosition, type Position, type StoredEvent } from '#libs/event-store';
import { LiveHub } from '#libs/live';
import { BadInput } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import { abortable } from './abortable.js';
import { LiveCases } from './live-cases.js';

export interface Following {
  /** Only this case. */
  readonly caseId: string | null | undefined;
  /** What came after this position is delivered first: who was away misses nothing. */
  readonly after: string | null | undefined;
  readonly types: ReadonlySet<CaseEventType> | null;
}

/** Turns an event into a message; asked once for each event, however many follow. */
export type MessageOf<Message extends object> = (stored: StoredEvent, event: CaseEvent) => Message;

/** Events of cases as they are recorded, each judged for the viewer when it comes. */
@Injectable()
export class LiveEvents {
  /** One message object for all who are sent it: what is made of it for one serves the others. */
  private readonly messages = new WeakMap<StoredEvent, Map<unknown, object>>();

  constructor(
    @Inject(LiveHub) private readonly hub: LiveHub,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(LiveCases) private readonly cases: LiveCases,
  ) {}

  /** @throws BadInput, and while it runs SubscriberTooSlow, TooManySubscribers, EventStoreUnavailable */
  follow<Message extends object>(viewer: Viewer, { caseId, after, types }: Following, messageOf: MessageOf<Message>): AsyncGenerator<Message> {
    const from = positionOf(after, this.store.logId);
    const stopped = new AbortController();
    const events = this.hub.subscribe({
      ...(caseId === null || caseId === undefined ? {} : { stream: `case-${caseId}` }),
      ...(from === null ? {} : { after: from }),
      signal: stopped.signal,
    });
    return abortable(this.judged(viewer, events, types, messageOf), stopped);
  }

  private async *judged<Message extends object>(viewer: Viewer, events: AsyncIterable<StoredEvent>, types: Following['types'], messageOf: MessageOf<Message>): AsyncGenerator<Message> {
    for await (const stored of events) {
      const event = this.cases.decode(stored);
      if (types !== null && !types.has(event.type)) continue;
      // Who loses access hears no more, from that event on.
      if (await this.cases.mayHear(viewer, stored)) yield this.message(stored, event, messageOf);
    }
  }

  private message<Message extends object>(stored: StoredEvent, event: CaseEvent, messageOf: MessageOf<Message>): Message {
    const made = this.messages.get(stored) ?? new Map<unknown, object>();
    this.messages.set(stored, made);
    // Kept under the very function that made it.
    const message = (made.get(messageOf) as Message | undefined) ?? messageOf(stored, event);
    made.set(messageOf, message);
    return message;
  }
}

/** @throws BadInput */
export function positionOf(text: string | null | undefined, logId: string, field = 'after'): Position | null {
  if (text === null || text === undefined) return null;
  const parsed = parsePosition(text, logId);
  if (parsed.kind !== 'POSITION') throw new BadInput(field, 'is not a position of this log');
  return parsed.position;
}

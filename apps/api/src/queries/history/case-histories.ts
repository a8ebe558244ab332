import { Inject, Injectable } from '@nestjs/common';
import { mayKnowOf } from '#libs/access';
import { decodeCaseEvent } from '#libs/codec';
import { type CaseId, caseStream, foldCase } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { type AsOf, eventsAsOf, type StateChange, type Wall } from '#libs/history';
import { BadInput, type PlacedEvent } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import { CaseGate, type Reader } from '../../auth/case-gate.js';
import { Lists } from '../lists/lists.service.js';
import { type CaseNode, caseNodeOf } from '../types/case.types.js';

/** The past of a case, for who may see the case as it is now: a time that is asked for changes what is shown, never who may see it. */
@Injectable()
export class CaseHistories {
  private readonly read = new WeakMap<Reader, Map<CaseId, Promise<readonly PlacedEvent[]>>>();

  constructor(
    @Inject(CaseGate) private readonly gate: CaseGate,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(Lists) private readonly lists: Lists,
  ) {}

  /** Every event of the case, read once in a request; null where there is no case that the reader may see. */
  async find(reader: Reader, caseId: CaseId): Promise<readonly PlacedEvent[] | null> {
    if ((await this.gate.find(reader, caseId)) === null) return null;
    const known = this.read.get(reader) ?? new Map<CaseId, Promise<readonly PlacedEvent[]>>();
    this.read.set(reader, known);
    const events = known.get(caseId) ?? this.readAll(caseId);
    known.set(caseId, events);
    return events;
  }

  /** @throws GraphQLError NOT_FOUND */
  async get(reader: Reader, caseId: CaseId): Promise<readonly PlacedEvent[]> {
    await this.gate.get(reader, caseId);
    return (await this.find(reader, caseId)) ?? [];
  }

  /** The case as it stood then; null where there is none that the reader may see. @throws BadInput where it was not there yet */
  async findAsOf(reader: Reader, caseId: CaseId, asOf: AsOf): Promise<CaseNode | null> {
    const events = await this.find(reader, caseId);
    return events === null ? null : caseAsOf(eventsAsOf(events, asOf), asOf);
  }

  /** Links to cases that the reader may not see are left out. */
  async visible(reader: Reader, changes: readonly StateChange[]): Promise<readonly StateChange[]> {
    const linked = changes.flatMap(({ thing, id }) => (thing === 'LINKED_CASE' && id !== null ? [id] : []));
    if (linked.length === 0) return changes;
    const seen = await this.lists.queriesFor(reader.viewer).visibleCases(linked);
    return changes.filter(({ thing, id }) => thing !== 'LINKED_CASE' || (id !== null && seen.has(id)));
  }

  private async readAll(caseId: CaseId): Promise<readonly PlacedEvent[]> {
    const events: PlacedEvent[] = [];
    for await (const stored of this.store.readStream(caseStream(caseId))) events.push({ event: decodeCaseEvent(stored), position: stored.position.n });
    return events;
  }
}

/** @throws BadInput where there was no case then */
export function caseAsOf(events: readonly PlacedEvent[], asOf: AsOf): CaseNode {
  const node = findCaseAsOf(events, asOf);
  if (node === null) throw new BadInput('asOf', 'is before the case was opened');
  return node;
}

export function findCaseAsOf(events: readonly PlacedEvent[], { happenedBy }: AsOf): CaseNode | null {
  const state = foldCase(events.map(({ event }) => event));
  const last = events.at(-1);
  if (!state.exists || last === undefined) return null;
  const ids = happenedBy === null ? null : events.map(({ event }) => event.meta.id);
  return caseNodeOf(state, { through: last.position, events: ids, placed: events });
}

/** Which statements the reader may know of, by the events that recorded them. */
export function wallFor({ viewer }: Reader, events: readonly PlacedEvent[]): Wall {
  const walled = new Set(events.filter(({ event }) => !mayKnowOf(viewer.actor, event)).map(({ event }) => event.meta.id));
  return (statement) => !walled.has(statement.event);
}

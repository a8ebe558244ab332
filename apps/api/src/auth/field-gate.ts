import { Inject, Injectable } from '@nestjs/common';
import { factsOf, mayOpen, type Openness, protectedFieldOf } from '#libs/access';
import type { Case, CaseEvent, CaseId } from '#libs/domain';
import type { PlacedSealed } from '#libs/envelope';
import { CaseGate, type Reader } from './case-gate.js';

const eventsById = new WeakMap<Case, ReadonlyMap<string, CaseEvent>>();

/** What a sealed value belongs to is judged by where it was sealed: the event, and the case as its stream has it now. */
@Injectable()
export class FieldGate {
  constructor(@Inject(CaseGate) private readonly gate: CaseGate) {}

  async judge(reader: Reader, sealed: PlacedSealed, purpose: string | null): Promise<Openness> {
    const [stream = '', eventId = '', name = ''] = sealed['@at'].split('/');
    // A codec: values are sealed in streams that are named after their cases.
    const state = await this.gate.find(reader, stream.slice(stream.indexOf('-') + 1) as CaseId);
    const event = state === null ? undefined : eventsOf(state).get(eventId);
    if (state === null || event === undefined) return 'WITHHELD';
    const corrected = event.type === 'FactCorrected' ? (eventsOf(state).get(event.data.event) ?? null) : null;
    const field = protectedFieldOf(event, name, corrected);
    if (field === null) return 'WITHHELD';
    const { actor } = reader.viewer;
    return mayOpen(actor, field, factsOf(state), new Date().toISOString(), purpose ?? actor.purpose);
  }
}

/** Found by id once for all the texts of a case that a request shows. */
function eventsOf(state: Case): ReadonlyMap<string, CaseEvent> {
  const known = eventsById.get(state) ?? new Map([...state.facts].map((event) => [event.meta.id, event]));
  eventsById.set(state, known);
  return known;
}

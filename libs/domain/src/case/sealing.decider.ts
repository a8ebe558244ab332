import type { Actor } from '../kernel/actor.js';
import { changeEntry, withEntry } from '../kernel/collections.js';
import type { DecideTable, EvolveTable, Gap } from '../kernel/decider.js';
import type { CourtOrderId, PersonId, ShreddingId, UserId } from '../kernel/ids.js';
import type { CaseContext } from './context.js';
import { isBlank } from './checks.js';
import type { CaseCatalogue, NewCaseEvent } from './events.js';
import { sameMembers } from './footage-rules.js';
import { isHeld } from './preservation.decider.js';
import { sealedOf } from './protected-values.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import { referralGaps } from './retention.js';
import type { SealingCommands } from './sealing.commands.js';
import type { sealingEvents } from './sealing.events.js';
import type { Case, CourtOrderState, ShreddingState } from './state.js';
import type { CourtOrderKind } from './values.js';

export const decideSealing: DecideTable<CaseCatalogue, SealingCommands, Case, CaseContext, RefusalCode> = {
  sealCase({ order }, state) {
    const named = standingOrder(state, order, 'SEAL');
    if ('code' in named) return named;
    if (state.sealing?.order === order) return [];
    // A codec: whom a SEAL order names are users.
    return [{ type: 'CaseSealed', data: { order, named: named.subjects as readonly UserId[] } }];
  },

  unsealCase({ order, reason }, state) {
    if (state.sealing === null) return [];
    if (state.sealing.order !== order) return refuse('ORDER_UNKNOWN', 'The case is sealed on another order.');
    if (state.courtOrders.get(order)?.ended !== true) return refuse('ORDER_STANDS', 'The court order stands: record first how it ended.');
    if (isBlank(reason)) return refuse('NO_REASON', 'Say on what the unsealing rests.');
    return [{ type: 'CaseUnsealed', data: { order, reason } }];
  },

  requestShredding({ order, persons, caseTexts, reason }, state, context) {
    const named = standingOrder(state, order, 'EXPUNGE');
    if ('code' in named) return named;
    if (isBlank(reason)) return refuse('NO_REASON', 'Say on what the request rests.');
    if (persons.length === 0 && !caseTexts) return refuse('PERSON_UNKNOWN', 'Name whose protected texts are to be expunged.');
    const refusal = refuseSubjects(state, named, persons, caseTexts) ?? refuseWhileNeeded(state);
    if (refusal !== null) return refusal;
    const known = [...state.shreddings.values()].some(
      (other) => !other.confirmed && other.order === order && other.caseTexts === caseTexts && sameMembers(other.persons, persons),
    );
    if (known) return [];
    const shredding = context.newId<ShreddingId>('shredding');
    return [{ type: 'ShreddingRequested', data: { shredding, order, persons: [...new Set(persons)], caseTexts, reason } }];
  },

  confirmShredding({ shredding }, state, { actor }) {
    const request = state.shreddings.get(shredding);
    if (request === undefined) return refuse('SHREDDING_UNKNOWN', 'Nobody has asked for this shredding.');
    if (request.confirmed) return [];
    if (request.requestedBy === actor.actor) return refuse('ONESELF', 'You asked for it: a second person confirms.');
    const named = standingOrder(state, request.order, 'EXPUNGE');
    if ('code' in named) return named;
    const refusal = refuseSubjects(state, named, request.persons, request.caseTexts) ?? refuseWhileNeeded(state);
    if (refusal !== null) return refusal;
    const subjects: readonly (PersonId | null)[] = [...request.persons, ...(request.caseTexts ? [null] : [])];
    return subjects.map((person): NewCaseEvent => {
      const { keys, values } = sealedOf(state, person);
      return { type: 'SubjectExpunged', data: { shredding, order: request.order, requestedBy: request.requestedBy, person, keys, values } };
    });
  },
};

function standingOrder(state: Case, id: CourtOrderId, kind: CourtOrderKind): CourtOrderState | CaseRefusal {
  const order = state.courtOrders.get(id);
  if (order === undefined) return refuse('ORDER_UNKNOWN', 'There is no such court order on the case.');
  if (order.ended) return refuse('ORDER_ENDED', 'This court order has ended.');
  return order.kind === kind ? order : refuse('ORDER_OF_OTHER_KIND', `An order of kind ${kind} is needed; this one is ${order.kind}.`);
}

/** An order without subjects covers the whole case; else only whom it names, and the case's own texts where it names the case. */
function refuseSubjects(state: Case, order: CourtOrderState, persons: readonly PersonId[], caseTexts: boolean): CaseRefusal | null {
  const unknown = persons.find((person) => !state.persons.has(person));
  if (unknown !== undefined) return refuse('PERSON_UNKNOWN', 'There is no such person on the case.');
  if (order.subjects.length === 0) return null;
  const unnamed = [...persons, ...(caseTexts ? [state.id] : [])].filter((subject) => !order.subjects.includes(subject));
  if (unnamed.length === 0) return null;
  return refuse('SUBJECT_NOT_NAMED', 'The order does not name them all.', unnamed.map((about) => ({ code: 'SUBJECT_NOT_NAMED', message: 'Not named by the order.', about })));
}

/** What is held, or still before a prosecutor or a court, is not expunged: everything that stands against it, at once. */
function refuseWhileNeeded(state: Case): CaseRefusal | null {
  const gaps: Gap[] = [];
  for (const { id, hold } of state.footage.values()) if (isHeld(hold)) gaps.push({ code: 'HELD', message: 'A recording of the case is on hold.', about: id });
  for (const order of state.courtOrders.values()) {
    if (order.kind === 'PRESERVE' && !order.ended) gaps.push({ code: 'PRESERVE_ORDER', message: `The order ${order.number} of ${order.court} preserves it.`, about: order.id });
  }
  gaps.push(...referralGaps(state));
  return gaps.length === 0 ? null : refuse('STILL_NEEDED', 'The case is still needed.', gaps);
}

export const evolveSealing: EvolveTable<typeof sealingEvents, Case, Actor> = {
  CaseSealed: (state, { order, named }) => ({ ...state, sealed: true, sealing: { order, named: new Set(named) } }),
  CaseUnsealed: (state) => ({ ...state, sealed: false, sealing: null }),
  ShreddingRequested(state, { shredding: id, order, persons, caseTexts }, meta) {
    const request: ShreddingState = { id, event: meta.id, order, persons, caseTexts, requestedBy: meta.by.actor, confirmed: false };
    return { ...state, shreddings: withEntry(state.shreddings, id, request) };
  },
  SubjectExpunged(state, { shredding }) {
    return { ...state, shreddings: changeEntry(state.shreddings, shredding, (request) => ({ ...request, confirmed: true })) };
  },
};

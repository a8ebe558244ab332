import type { Actor } from '../kernel/actor.js';
import { changeEntry, withEntry, withMembers, withoutEntry } from '../kernel/collections.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import type { CourtOrderId } from '../kernel/ids.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue, NewCaseEvent } from './events.js';
import type { FootageCommands } from './footage.commands.js';
import type { footageEvents } from './footage.events.js';
import { wearersOf } from './footage-hands.js';
import { isMissing, sameMembers } from './footage-rules.js';
import { isHeld } from './preservation.decider.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import { orderReleases, whyHeld } from './retention.js';
import type { Case, CourtOrderState, FootageState, HoldState } from './state.js';
import type { HoldReleaseGround } from './values.js';

type Commands = Pick<FootageCommands, 'requestHoldRelease' | 'recordCourtOrder' | 'endCourtOrder' | 'decideHoldRelease'>;
type Events = Pick<
  typeof footageEvents,
  'HoldReleaseRequested' | 'CourtOrderRecorded' | 'CourtOrderEnded' | 'HoldReleased' | 'HoldReleaseRefused'
>;

export const decideRelease: DecideTable<CaseCatalogue, Commands, Case, CaseContext, RefusalCode> = {
  requestHoldRelease({ footage, ground, reason }, state) {
    const item = state.footage.get(footage);
    if (item === undefined) return refuse('ITEM_UNKNOWN', 'This recording is not on the case.');
    if (!isHeld(item.hold)) return refuse('NOT_HELD', 'There is no hold on this recording.');
    if (isMissing(reason)) return refuse('NO_REASON', 'Say why the hold should be released.');
    if (state.releaseRequests.get(footage)?.ground === ground) return [];
    return [{ type: 'HoldReleaseRequested', data: { footage, ground, reason } }];
  },

  recordCourtOrder({ kind, court, number, subjects, orderedAt }, state, context) {
    if (isMissing(court) || isMissing(number)) return refuse('ORDER_INCOMPLETE', "Give the court and the order's number.");
    if (orderedAt > context.now) return refuse('TIME_IN_FUTURE', 'The order would have been given in the future.');
    const known = [...state.courtOrders.values()].some(
      (order) => !order.ended && order.kind === kind && order.court === court && order.number === number && sameMembers(order.subjects, subjects),
    );
    if (known) return [];
    const order = context.newId<CourtOrderId>('order');
    return [{ type: 'CourtOrderRecorded', data: { order, kind, court, number, subjects, orderedAt } }];
  },

  endCourtOrder({ order, reason }, state) {
    const known = state.courtOrders.get(order);
    if (known === undefined) return refuse('ORDER_UNKNOWN', 'There is no such court order on the case.');
    if (known.ended) return refuse('ORDER_ENDED', 'This court order has already ended.');
    if (isMissing(reason)) return refuse('NO_REASON', 'Say how the order ended.');
    return [{ type: 'CourtOrderEnded', data: { order, reason } }];
  },

  decideHoldRelease({ footage, release, reason, order }, state, context) {
    const item = state.footage.get(footage);
    if (item === undefined) return refuse('ITEM_UNKNOWN', 'This recording is not on the case.');
    if (!isHeld(item.hold)) return refuse('NOT_HELD', 'There is no hold on this recording.');
    const request = state.releaseRequests.get(footage);
    if (request === undefined) return refuse('NO_RELEASE_REQUEST', 'Nobody has asked for the release of this hold.');
    const barred = whyBarred(state, item, item.hold, context.actor);
    if (barred !== null) return refuse('BARRED', `You ${barred}: another person decides on this hold.`);
    if (isMissing(reason)) return refuse('NO_REASON', 'Say on what the decision rests.');
    const { ground } = request;
    if (!release) return [{ type: 'HoldReleaseRefused', data: { footage, ground, reason } }];
    const refusal = refuseRelease[ground](item, state, context, order);
    if (refusal !== null) return refusal;
    const stillHeldBy = context.elsewhere.claims.filter((claim) => claim.held && claim.case !== context.caseId).map((claim) => claim.case);
    return [
      {
        type: 'HoldReleased',
        data: {
          footage,
          ground,
          order: ground === 'COURT_ORDERED' ? order : null,
          reason,
          stillHeldBy,
          policyVersion: context.policy.version,
        },
      },
    ];
  },
};

type RefuseRelease = (item: FootageState, state: Case, context: CaseContext, order: CourtOrderId | null) => CaseRefusal | null;

/** What must hold for a release, by the ground on which it was asked for. A court's order to preserve stands against each. */
const refuseRelease = {
  RETENTION_ENDED(item, state, context) {
    const gaps = whyHeld(item, state, context);
    return gaps.length === 0 ? null : refuse('RETENTION_RUNS', 'The recording must still be kept.', gaps);
  },
  PLACED_IN_ERROR(item, state, context) {
    if (!context.actor.roles.includes('LEGAL')) return refuse('ROLE_NOT_ALLOWED', 'That a hold was placed in error is for LEGAL to decide.');
    return refuseAgainstOrder(item, state, context);
  },
  COURT_ORDERED(item, state, context, order) {
    if (order === null) return refuse('NO_COURT_ORDER', 'Record the court order first, and name it.');
    const named = state.courtOrders.get(order);
    if (named === undefined) return refuse('ORDER_UNKNOWN', 'There is no such court order on the case.');
    if (named.ended) return refuse('ORDER_ENDED', 'This court order has ended.');
    if (!orderReleases(named, item)) return refuse('NO_COURT_ORDER', 'This order does not release this recording.');
    return refuseAgainstOrder(item, state, context);
  },
} satisfies Record<HoldReleaseGround, RefuseRelease>;

function refuseAgainstOrder(item: FootageState, state: Case, context: CaseContext): CaseRefusal | null {
  const orders = whyHeld(item, state, context).filter((gap) => gap.code === 'PRESERVE_ORDER');
  return orders.length === 0 ? null : refuse('RETENTION_RUNS', 'A court has ordered that it be preserved, and that order has not ended.', orders);
}

function whyBarred(state: Case, item: FootageState, hold: HoldState, { actor }: Actor): string | null {
  if (hold.releaseRequestedBy.has(actor)) return 'asked for the release';
  if (hold.placedBy.has(actor)) return 'placed the hold';
  if (state.hands.filed.has(actor)) return 'filed a report on this case';
  if (wearersOf(state, item).has(actor)) return 'wore the camera';
  return null;
}

export const evolveRelease: EvolveTable<Events, Case, Actor> = {
  HoldReleaseRequested(state, { footage, ground }, meta) {
    const by = meta.by.actor;
    const asked = changeEntry(state.footage, footage, (item) => ({
      ...item,
      hold: item.hold === null ? null : { ...item.hold, releaseRequestedBy: withMembers(item.hold.releaseRequestedBy, by) },
    }));
    return { ...state, footage: asked, releaseRequests: withEntry(state.releaseRequests, footage, { by, ground, event: meta.id }) };
  },
  CourtOrderRecorded(state, { order: id, kind, court, number, subjects }) {
    const order: CourtOrderState = { id, kind, court, number, subjects, ended: false };
    return { ...state, courtOrders: withEntry(state.courtOrders, id, order) };
  },
  CourtOrderEnded(state, { order }) {
    return { ...state, courtOrders: changeEntry(state.courtOrders, order, (known) => ({ ...known, ended: true })) };
  },
  HoldReleased(state, { footage, ground }, meta) {
    const release = { by: meta.by.actor, ground, event: meta.id };
    const released = changeEntry(state.footage, footage, (item) => ({
      ...item,
      hold: item.hold === null ? null : { ...item.hold, status: 'RELEASED' as const, release },
    }));
    return { ...state, footage: released, releaseRequests: withoutEntry(state.releaseRequests, footage) };
  },
  HoldReleaseRefused(state, { footage }) {
    return { ...state, releaseRequests: withoutEntry(state.releaseRequests, footage) };
  },
};

/** The holds that reopening a case places again: on every item of which it was released. */
export function holdAgain(state: Case, { policy }: CaseContext): readonly NewCaseEvent[] {
  const released = [...state.footage.values()].filter((item) => !isHeld(item.hold));
  return released.map((item) => ({
    type: 'FootageHoldPlaced',
    data: { footage: item.id, ground: 'The case was reopened.', policyVersion: policy.version },
  }));
}

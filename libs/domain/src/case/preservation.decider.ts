import type { Actor } from '../kernel/actor.js';
import { changeEntry, withEntry, withMembers } from '../kernel/collections.js';
import { type DecideTable, type EvolveTable, isRefusal } from '../kernel/decider.js';
import type { FootageId, PreservationId, UserId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.types.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import type { FootageCommands } from './footage.commands.js';
import type { footageEvents } from './footage.events.js';
import { wearersOf } from './footage-hands.js';
import { isMissing, sameMembers } from './footage-rules.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import type { Case, HoldState } from './state.js';

type Commands = Pick<
  FootageCommands,
  'requestPreservation' | 'registerFootage' | 'placeFootageHold' | 'confirmFootageHold' | 'reportFootageUnavailable'
>;
type Events = Pick<
  typeof footageEvents,
  'PreservationRequested' | 'FootageRegistered' | 'FootageHoldPlaced' | 'FootageHoldConfirmed' | 'FootageReportedUnavailable'
>;

export const decidePreservation: DecideTable<CaseCatalogue, Commands, Case, CaseContext, RefusalCode> = {
  requestPreservation(command, state, context) {
    const { from, to, holder, deletionAt } = command;
    const [officers, cameras, vehicles, places] = [command.officers, command.cameras, command.vehicles, command.places].map(said);
    if (from === null || to === null || from > to) {
      return refuse('NO_TIME_WINDOW', 'Say from when and until when the recordings run, the end not before the start.');
    }
    if (from > context.now) return refuse('TIME_IN_FUTURE', 'The window begins in the future: there is nothing yet to preserve.');
    const named = [...(officers ?? []), ...(cameras ?? []), ...(vehicles ?? []), ...(places ?? [])];
    if (named.length === 0 && isMissing(holder)) {
      return refuse('NOTHING_TO_PRESERVE', 'Say whose recordings: an officer, a camera, a vehicle, a place or who holds them.');
    }
    const asked = [...state.preservations.values()].some(
      (other) =>
        other.from === from &&
        other.to === to &&
        other.holder === holder &&
        other.deletionAt === deletionAt &&
        sameMembers(other.officers, command.officers) &&
        sameMembers(other.cameras, command.cameras) &&
        sameMembers(other.vehicles, command.vehicles) &&
        sameMembers(other.places, command.places),
    );
    if (asked) return [];
    const preservation = context.newId<PreservationId>('preservation');
    return [
      {
        type: 'PreservationRequested',
        data: {
          preservation,
          officers: command.officers,
          cameras: command.cameras,
          vehicles: command.vehicles,
          places: command.places,
          from,
          to,
          holder,
          deletionAt,
          ground: 'REQUEST',
        },
      },
    ];
  },

  registerFootage(command, state, context) {
    const { sourceSystem, sourceReference, startedAt, endedAt, custodian } = command;
    if (isMissing(sourceSystem) || isMissing(sourceReference)) {
      return refuse('NO_SOURCE', 'Name the source system and its reference of the recording. Where they are not known yet, use requestPreservation.');
    }
    if (isMissing(command.flagGround)) return refuse('NO_GROUND', 'Say why the recording is flagged.');
    const [system, reference] = [sourceSystem.trim(), sourceReference.trim()];
    const known = [...state.footage.values()].some((item) => item.sourceSystem === system && item.sourceReference === reference);
    if (known) return [];
    if ([startedAt, endedAt].some((time) => time !== null && trueTime(time, command.clockOffsetMs) > context.now)) {
      return refuse('TIME_IN_FUTURE', "The recording would lie in the future: measure how far the camera's clock is off, and give that offset.");
    }
    if (custodian !== null && wearersOf(state, command).has(custodian)) {
      return refuse('TARGET_BARRED', 'Who wore the camera is never the custodian of its recording: name another custodian.');
    }
    if (custodian !== null && state.hands.recused.has(custodian)) {
      return refuse('TARGET_BARRED', 'The named custodian is recused from this case: name another one.');
    }
    const footage = context.newId<FootageId>('footage');
    const { kind, wearer, camera, durationMs, clockOffsetMs, description, flagGround } = command;
    const timeMarks = startedAt !== null && endedAt !== null && endedAt < startedAt ? (['ENDED_BEFORE_STARTED'] as const) : [];
    return [
      {
        type: 'FootageRegistered',
        data: {
          footage,
          kind,
          sourceSystem: system,
          sourceReference: reference,
          wearer,
          camera,
          startedAt,
          endedAt,
          timeMarks,
          durationMs,
          clockOffsetMs,
          custodian,
          description,
        },
      },
      { type: 'FootageHoldPlaced', data: { footage, ground: flagGround, policyVersion: context.policy.version } },
    ];
  },

  placeFootageHold({ footage, ground }, state, { policy }) {
    const item = state.footage.get(footage);
    if (item === undefined) return refuse('ITEM_UNKNOWN', 'This recording is not on the case: register it first.');
    if (isMissing(ground)) return refuse('NO_GROUND', 'Say why the recording is flagged.');
    if (isHeld(item.hold)) return [];
    return [{ type: 'FootageHoldPlaced', data: { footage, ground, policyVersion: policy.version } }];
  },

  confirmFootageHold(command, state, { actor, now }) {
    const { footage, preservation, holdReference, deletionAt, checkedHow } = command;
    const held = findHeld(command, state, actor.actor);
    if (isRefusal(held)) return held;
    if (isMissing(holdReference) || isMissing(checkedHow)) {
      return refuse('NO_PROOF', "Give the hold's reference as the source system shows it, and say how it was checked.");
    }
    if (deletionAt !== null && deletionAt <= now) {
      return refuse('NO_PROOF', 'The source shows a deletion date that has passed: that is no hold. Report the recording unavailable if it is gone.');
    }
    if (held.confirmed && held.reference === holdReference && held.deletionAt === deletionAt && held.checkedHow === checkedHow) return [];
    return [{ type: 'FootageHoldConfirmed', data: { footage, preservation, holdReference, deletionAt, checkedHow } }];
  },

  reportFootageUnavailable({ footage, camera, officer, reason, explanation }, state) {
    const item = footage === null ? undefined : state.footage.get(footage);
    if (footage !== null && item === undefined) return refuse('ITEM_UNKNOWN', 'This recording is not on the case.');
    if (isMissing(explanation)) return refuse('NO_EXPLANATION', 'Explain why the recording does not exist or cannot be had.');
    if (item?.hold?.status === 'CONFIRMED') {
      return refuse('HOLD_CONFIRMED', 'The source has confirmed that it holds this recording. If it is gone, ask for the release of the hold first.');
    }
    const known = state.unavailabilities.some(
      (other) =>
        other.footage === footage &&
        other.camera === camera &&
        other.officer === officer &&
        other.reason === reason &&
        other.explanation === explanation,
    );
    if (known) return [];
    return [{ type: 'FootageReportedUnavailable', data: { footage, camera, officer, reason, explanation } }];
  },
};

/** What the source is said to hold, as it was confirmed last. */
type Held = Pick<HoldState, 'reference' | 'deletionAt' | 'checkedHow'> & { readonly confirmed: boolean };

/** The hold on an item, or the request that the source acted on; the wearer of a camera confirms neither. */
function findHeld({ footage, preservation }: FootageCommands['confirmFootageHold'], state: Case, custodian: UserId): Held | CaseRefusal {
  if (footage !== null && preservation === null) return heldItem(footage, state, custodian);
  if (preservation !== null && footage === null) return heldByRequest(preservation, state, custodian);
  return refuse('ITEM_UNKNOWN', 'Name either the recording or the preservation request that the source acted on.');
}

function heldItem(footage: FootageId, state: Case, custodian: UserId): Held | CaseRefusal {
  const item = state.footage.get(footage);
  if (item === undefined) return refuse('ITEM_UNKNOWN', 'This recording is not on the case.');
  if (item.hold === null || !isHeld(item.hold)) return refuse('NOT_HELD', 'There is no hold on this recording: place one first.');
  if (wearersOf(state, item).has(custodian)) return refuse('BARRED', 'You wore the camera: another custodian confirms this hold.');
  return { ...item.hold, confirmed: item.hold.status === 'CONFIRMED' };
}

function heldByRequest(preservation: PreservationId, state: Case, custodian: UserId): Held | CaseRefusal {
  const request = state.preservations.get(preservation);
  if (request === undefined) return refuse('REQUEST_UNKNOWN', 'There is no such preservation request on the case.');
  if (request.officers.includes(custodian)) {
    return refuse('BARRED', 'The request is about recordings of yours: another custodian confirms it.');
  }
  return { ...request, confirmed: request.confirmedAt !== null };
}

export const evolvePreservation: EvolveTable<Events, Case, Actor> = {
  PreservationRequested(state, data, meta) {
    const { preservation: id, officers, cameras, vehicles, places, from, to, holder, deletionAt } = data;
    const request = { id, event: meta.id, by: meta.by.actor, officers, cameras, vehicles, places, from, to, holder, deletionAt };
    const unconfirmed = { reference: null, checkedHow: null, confirmedAt: null };
    return { ...state, preservations: withEntry(state.preservations, id, { ...request, ...unconfirmed }) };
  },

  FootageRegistered(state, data, meta) {
    const { footage: id, kind, sourceSystem, sourceReference, wearer, camera, startedAt, endedAt, durationMs, clockOffsetMs } = data;
    const item = {
      ...{ id, event: meta.id, kind, sourceSystem, sourceReference, wearer, camera, startedAt, endedAt, durationMs, clockOffsetMs },
      registeredBy: meta.by.actor,
      hold: null,
      firstHash: null,
      lastVerifiedAt: null,
      mismatches: [],
      unavailable: null,
      custody: { custodian: data.custodian, pendingTo: null },
      copies: [],
    };
    return { ...state, footage: withEntry(state.footage, id, item) };
  },

  FootageHoldPlaced(state, { footage, ground }, meta) {
    const footageHeld = changeEntry(state.footage, footage, (item) => ({
      ...item,
      hold: {
        status: 'PLACED' as const,
        placedBy: withMembers(item.hold?.placedBy ?? new Set<UserId>(), meta.by.actor),
        releaseRequestedBy: item.hold?.releaseRequestedBy ?? new Set(),
        flaggedAt: meta.recordedAt,
        ground,
        reference: null,
        checkedHow: null,
        deletionAt: null,
        release: null,
      },
    }));
    return { ...state, footage: footageHeld };
  },

  FootageHoldConfirmed(state, { footage, preservation, holdReference, deletionAt, checkedHow }, meta) {
    if (preservation !== null) {
      const preservations = changeEntry(state.preservations, preservation, (request) => ({
        ...request,
        reference: holdReference,
        checkedHow,
        deletionAt,
        confirmedAt: meta.recordedAt,
      }));
      return { ...state, preservations };
    }
    if (footage === null) return state;
    // Whoever sees the recording held at its source has found it: an earlier 'unavailable' no longer stands.
    const held = changeEntry(state.footage, footage, (item) => ({
      ...item,
      unavailable: null,
      hold: item.hold === null ? null : { ...item.hold, status: 'CONFIRMED' as const, reference: holdReference, checkedHow, deletionAt },
    }));
    return { ...state, footage: held, unavailabilities: state.unavailabilities.filter((other) => other.footage !== footage) };
  },

  FootageReportedUnavailable(state, { footage, camera, officer, reason, explanation }, meta) {
    const unavailabilities = [...state.unavailabilities, { event: meta.id, camera, officer, footage, reason, explanation }];
    if (footage === null) return { ...state, unavailabilities };
    const marked = changeEntry(state.footage, footage, (item) => ({ ...item, unavailable: { reason, event: meta.id } }));
    return { ...state, footage: marked, unavailabilities };
  },
};

export function isHeld(hold: HoldState | null): hold is HoldState {
  return hold !== null && hold.status !== 'RELEASED';
}

/** A time by the camera's clock, set right by the measured offset; the clock's own time where none was measured. */
export function trueTime(cameraTime: Instant, clockOffsetMs: number | null): Instant {
  return new Date(Date.parse(cameraTime) + (clockOffsetMs ?? 0)).toISOString();
}

const said = (names: readonly string[]): readonly string[] => names.filter((name) => !isMissing(name));

import { wearersOf } from '../case/footage-hands.js';
import { isHeld } from '../case/preservation.decider.js';
import type { Case, FootageState, PreservationState } from '../case/state.js';
import type { UserId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.types.js';
import { addSpan } from './calendar.js';
import { reportedFrom } from './case-clocks.js';
import type { ClockView, Due, WantedClock } from './clocks.js';
import { deletionOf, deletionOfCamera, deletionOfRequest, type Deletion } from './deletion.js';
import type { Policy, Rule, Span } from './policy.js';
import { because, dueAfter, spanText } from './spans.js';

/** The clocks of recordings. They run on a closed case too: closing releases nothing. */
export function footageClocks(view: ClockView): readonly WantedClock[] {
  const items = [...view.state.footage.values()].flatMap((item) => [...holdClocks(item, view), ...hashClocks(item, view)]);
  const requests = [...view.state.preservations.values()].flatMap((request) => requestClocks(request, view));
  return [...preservedClocks(view), ...items, ...requests];
}

/** A camera, or an officer of whom no camera is known, whose recordings the case must see to. */
interface Recorder {
  readonly camera: string | null;
  readonly officer: UserId | null;
  readonly from: Instant | null;
}

function preservedClocks({ state, policy }: ClockView): readonly WantedClock[] {
  const known = recordersOf(state);
  const waiting = known.filter((recorder) => !isPreserved(recorder, state));
  const wanted = waiting.map((recorder) => {
    const { camera, officer, from } = recorder;
    const subject = camera === null ? ({ subjectKind: 'OFFICER', subject: officer } as const) : ({ subjectKind: 'CAMERA', subject: camera } as const);
    return preservedClock({ ...subject, from }, deletionOfCamera(officer !== null, state, policy), policy);
  });
  const isAnythingDone = state.footage.size > 0 || state.preservations.size > 0 || state.unavailabilities.length > 0;
  if (known.length > 0 || isAnythingDone || state.stage.name === 'CLOSED') return wanted;
  // No camera is known: that none was looked for is what the clock is about.
  return [preservedClock({ subjectKind: 'CASE', subject: null, from: reportedFrom(state) }, deletionOfCamera(false, state, policy), policy)];
}

function preservedClock(about: Pick<WantedClock, 'subjectKind' | 'subject' | 'from'>, deletion: Deletion, policy: Policy): WantedClock {
  const due = dueAfter(policy.clocks.FOOTAGE_PRESERVED, policy);
  return {
    ...about,
    clock: 'FOOTAGE_PRESERVED',
    fromWhat: 'when the city was told',
    anew: false,
    due: (startedAt) => beforeDeletion(due(startedAt), startedAt, deletion.at(), policy),
  };
}

function recordersOf(state: Case): readonly Recorder[] {
  const found = new Map<string, Recorder>();
  const name = (officer: UserId | null, camera: string | null, from: Instant | null): void => {
    const key = camera === null ? `officer ${officer ?? ''}` : `camera ${camera}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, { officer, camera, from });
    else if (known.officer === null && officer !== null) found.set(key, { ...known, officer });
  };
  for (const report of state.reports.values()) {
    const from = report.origin === 'IMPORTED' ? null : report.reportedAt;
    const wasThere = report.origin === 'OFFICER' && report.onSceneAt !== null;
    if (wasThere || report.camera !== null) name(report.origin === 'OFFICER' ? report.author : null, report.camera, from);
    for (const present of report.officersPresent) name(present.officer, present.camera, from);
  }
  for (const detail of state.sceneDetails.values()) {
    if (detail.officer !== null) name(detail.officer.officer, detail.officer.camera, null);
    if (detail.camera !== null) name(null, detail.camera, null);
  }
  const withCamera = new Set([...found.values()].filter(({ camera }) => camera !== null).map(({ officer }) => officer));
  return [...found.values()].filter(({ camera, officer }) => camera !== null || !withCamera.has(officer));
}

/** Held at any time, asked for, or reported unavailable. That no camera was there at all answers for an officer without a known one. */
function isPreserved({ camera, officer }: Recorder, state: Case): boolean {
  const isOfIt = (thing: { readonly camera: string | null }, by: UserId | null): boolean =>
    camera === null ? officer !== null && by === officer : thing.camera === camera || (thing.camera === null && by !== null && by === officer);
  return (
    [...state.footage.values()].some((item) => isOfIt(item, item.wearer) && (item.hold !== null || item.unavailable !== null)) ||
    [...state.preservations.values()].some(
      (asked) => (camera !== null && asked.cameras.includes(camera)) || (officer !== null && asked.officers.includes(officer)),
    ) ||
    state.unavailabilities.some(
      (report) => isOfIt(report, report.officer) || (camera === null && report.officer === null && report.camera === null && report.reason === 'NO_CAMERA'),
    )
  );
}

function holdClocks(item: FootageState, { state, policy }: ClockView): readonly WantedClock[] {
  if (!isHeld(item.hold) || item.hold.status === 'CONFIRMED' || item.unavailable !== null) return [];
  const deletion = deletionOf(item, state, policy);
  const about = { subjectKind: 'FOOTAGE', subject: item.id, anew: false } as const;
  return [confirmedClock(about, 'when the hold was placed', deletion, policy), deletedClock(about, deletion, policy)];
}

/** A request waits until the source confirms it, or every recording that it names is confirmed or reported unavailable by itself. */
function requestClocks(request: PreservationState, { state, policy }: ClockView): readonly WantedClock[] {
  if (request.confirmedAt !== null || isAnswered(request, state)) return [];
  const deletion = deletionOfRequest(request, state, policy);
  const about = { subjectKind: 'PRESERVATION', subject: request.id, anew: false } as const;
  return [confirmedClock(about, 'when the source was asked', deletion, policy), deletedClock(about, deletion, policy)];
}

function isAnswered({ officers, cameras, vehicles, places }: PreservationState, state: Case): boolean {
  if (vehicles.length > 0 || places.length > 0 || officers.length + cameras.length === 0) return false;
  const done = [...state.footage.values()].filter((item) => item.hold?.status === 'CONFIRMED' || item.unavailable !== null);
  const isOfficerDone = (officer: UserId): boolean =>
    done.some((item) => wearersOf(state, item).has(officer)) || state.unavailabilities.some((report) => report.officer === officer);
  const isCameraDone = (camera: string): boolean =>
    done.some((item) => item.camera === camera) || state.unavailabilities.some((report) => report.camera === camera);
  return officers.every(isOfficerDone) && cameras.every(isCameraDone);
}

type About = Pick<WantedClock, 'subjectKind' | 'subject' | 'anew'>;

/** Confirmed within two days; within hours where the recording may be deleted soon. */
function confirmedClock(about: About, fromWhat: string, deletion: Deletion, policy: Policy): WantedClock {
  const { soonDeletion } = policy;
  const due = (startedAt: Instant): Due => {
    const deletionAt = deletion.at();
    const isSoon = deletionAt < addSpan(startedAt, { amount: soonDeletion.value.soonHours, unit: 'HOURS' }, policy);
    const usual = dueAfter(policy.clocks.HOLD_CONFIRMED, policy)(startedAt);
    if (!isSoon) return beforeDeletion(usual, startedAt, deletionAt, policy);
    const within = soonDeletion.value.confirmWithin;
    const text = `${spanText(within)}, since the recording may be deleted at ${deletionAt}.`;
    const soon = { at: addSpan(startedAt, within, policy), warnings: [], reasons: [because('SOONER', text, soonDeletion)] };
    return beforeDeletion(soon, startedAt, deletionAt, policy);
  };
  return { ...about, clock: 'HOLD_CONFIRMED', from: null, fromWhat, due };
}

function deletedClock(about: About, deletion: Deletion, policy: Policy): WantedClock {
  const due = (): Due => ({ at: deletion.at(), reasons: [deletion.reason()], warnings: policy.deletionWarnings.value });
  return { ...about, clock: 'FOOTAGE_DELETED', from: deletion.from, fromWhat: deletion.fromWhat, due };
}

function hashClocks(item: FootageState, view: ClockView): readonly WantedClock[] {
  if (item.hold?.status !== 'CONFIRMED' || item.unavailable !== null) return [];
  const { policy, event } = view;
  const deletionAt = item.hold.deletionAt;
  const about = { subjectKind: 'FOOTAGE', subject: item.id, from: null } as const;
  const dueBy = (rule: Rule<Span>) => (startedAt: Instant): Due => beforeDeletion(dueAfter(rule, policy)(startedAt), startedAt, deletionAt, policy);
  if (item.firstHash === null) {
    return [{ ...about, clock: 'FIRST_HASH', fromWhat: 'when the hold was confirmed', anew: false, due: dueBy(policy.clocks.FIRST_HASH) }];
  }
  const isVerification = event.type === 'FootageVerified' || event.type === 'FootageMismatchFound';
  const anew = isVerification && event.data.footage === item.id;
  // Where the item was hashed before its hold was confirmed, that hash counts.
  return [{ ...about, from: anew ? null : item.lastVerifiedAt, clock: 'HASH_AGAIN', fromWhat: 'the last verification', anew, due: dueBy(policy.clocks.HASH_AGAIN) }];
}

/** No footage clock ends later than the margin before the deletion; where that has passed already, it is due at once. */
function beforeDeletion(due: Due, startedAt: Instant, deletionAt: Instant | null, policy: Policy): Due {
  if (deletionAt === null) return due;
  const { amount, unit } = policy.deletionMargin.value;
  const latest = addSpan(deletionAt, { amount: -amount, unit }, policy);
  if (due.at <= latest) return due;
  const text = `It ends ${spanText(policy.deletionMargin.value)} before the deletion at ${deletionAt}.`;
  return { ...due, at: latest > startedAt ? latest : startedAt, reasons: [...due.reasons, because('SOONER', text, policy.deletionMargin)] };
}

import type { Gap } from '../kernel/decider.js';
import type { UserId } from '../kernel/ids.js';
import { immunityGaps, pairsOf, standingViolations } from './allegation-pairs.js';
import type { Case, FootageState, UnavailabilityState } from './state.js';

/** Everything that is missing before a case can be reviewed, at once (domain.md, `submitForReview`). */
export function submissionGaps(state: Case): readonly Gap[] {
  return [
    ...violationGaps(state),
    ...footageGaps(state),
    ...identificationGaps(state),
    ...injuryGaps(state),
    ...mismatchGaps(state),
    ...immunityGaps(state, pairsOf(standingViolations(state))),
  ];
}

function violationGaps(state: Case): readonly Gap[] {
  if (standingViolations(state).length > 0) return [];
  return [{ code: 'VIOLATION_MISSING', message: 'No violation is alleged.', about: null }];
}

/** An identification says all that an attempt does, and more. */
function identificationGaps(state: Case): readonly Gap[] {
  const { attempts, identified } = state.federalSupervisor;
  if (attempts.length > 0 || identified.length > 0) return [];
  return [{ code: 'IDENTIFICATION_MISSING', message: 'No attempt to identify the federal supervisor on scene is recorded.', about: null }];
}

/**
 * `UNKNOWN` on a first report is no answer yet. It is one when a supplement gives it: then it was asked again. Medical aid answers too.
 */
function injuryGaps(state: Case): readonly Gap[] {
  const answered =
    [...state.reports.values()].some((report) => report.injuries !== 'UNKNOWN') ||
    state.facts.find((fact) => fact.type === 'MedicalAidRecorded' || (fact.type === 'ReportSupplemented' && fact.data.injuries !== null)) !== undefined;
  if (answered) return [];
  return [{ code: 'INJURIES_UNANSWERED', message: 'Whether anybody was injured is not answered: supplement a report, or record medical aid.', about: null }];
}

function mismatchGaps(state: Case): readonly Gap[] {
  return [...state.footage.values()]
    .filter((item) => item.mismatches.some((mismatch) => mismatch.explanation === null))
    .map((item) => ({ code: 'MISMATCH_OPEN', message: `A hash of ${nameOf(item)} differs from the first and is not explained.`, about: item.id }));
}

function nameOf(item: FootageState): string {
  return `${item.sourceSystem} ${item.sourceReference}`;
}

/** The officers on scene and the cameras that reports, scene details and preservation requests name; a camera with its wearers, where said. */
interface Named {
  readonly officers: ReadonlyMap<UserId, ReadonlySet<string>>;
  readonly cameras: ReadonlyMap<string, ReadonlySet<UserId>>;
}

function footageGaps(state: Case): readonly Gap[] {
  const named = namedOnTheCase(state);
  const gaps: Gap[] = [];
  for (const [camera, wearers] of named.cameras) {
    if (isCameraAccountedFor(state, camera, wearers)) continue;
    gaps.push({
      code: 'FOOTAGE_MISSING',
      message: `The footage of camera ${camera} is neither held nor reported unavailable.`,
      about: camera,
    });
  }
  for (const [officer, cameras] of named.officers) {
    // The gaps of their cameras are listed already.
    if (cameras.size > 0 || isOfficerAccountedFor(state, officer)) continue;
    gaps.push({
      code: 'FOOTAGE_MISSING',
      message: `The footage of officer ${officer} is neither held nor reported unavailable.`,
      about: officer,
    });
  }
  return gaps;
}

function namedOnTheCase(state: Case): Named {
  const officers = new Map<UserId, Set<string>>();
  const cameras = new Map<string, Set<UserId>>();
  const name = (officer: UserId | null, camera: string | null): void => {
    const worn = officer === null ? null : entryOf(officers, officer);
    const wearers = camera === null ? null : entryOf(cameras, camera);
    if (officer !== null && camera !== null) {
      worn?.add(camera);
      wearers?.add(officer);
    }
  };
  for (const report of state.reports.values()) {
    // The author's own camera; without one, an officer's time on scene tells that they were there.
    if (report.onSceneAt !== null && report.origin === 'OFFICER') name(report.author, report.camera);
    else name(null, report.camera);
    for (const present of report.officersPresent) name(present.officer, present.camera);
  }
  for (const detail of state.sceneDetails.values()) {
    if (detail.officer !== null) name(detail.officer.officer, detail.officer.camera);
    name(null, detail.camera);
  }
  for (const preservation of state.preservations.values()) {
    for (const officer of preservation.officers) name(officer, null);
    for (const camera of preservation.cameras) name(null, camera);
  }
  return { officers, cameras };
}

function entryOf<K, V>(map: Map<K, Set<V>>, key: K): Set<V> {
  const entry = map.get(key) ?? new Set<V>();
  map.set(key, entry);
  return entry;
}

/** Held here, or reported unavailable with a reason. A released hold is neither. */
function isItemAccountedFor(item: FootageState): boolean {
  return item.unavailable !== null || (item.hold !== null && item.hold.status !== 'RELEASED');
}

/** By an item of that camera, or of its wearer where the item names no camera; by the same said of unavailability; or by a confirmed request. */
function isCameraAccountedFor(state: Case, camera: string, wearers: ReadonlySet<UserId>): boolean {
  const isOfCamera = (thing: { readonly camera: string | null }, officer: UserId | null): boolean =>
    thing.camera === camera || (thing.camera === null && officer !== null && wearers.has(officer));
  return (
    [...state.footage.values()].some((item) => isOfCamera(item, item.wearer) && isItemAccountedFor(item)) ||
    state.unavailabilities.some((report) => report.footage === null && isOfCamera(report, report.officer)) ||
    [...state.preservations.values()].some((request) => request.confirmedAt !== null && request.cameras.includes(camera))
  );
}

/** An officer of whom no camera is known. That there was no camera on the scene at all answers for them as well. */
function isOfficerAccountedFor(state: Case, officer: UserId): boolean {
  return (
    [...state.footage.values()].some((item) => item.wearer === officer && isItemAccountedFor(item)) ||
    state.unavailabilities.some((report) => report.officer === officer || (isOfScene(report) && report.reason === 'NO_CAMERA')) ||
    [...state.preservations.values()].some((request) => request.confirmedAt !== null && request.officers.includes(officer))
  );
}

function isOfScene(report: UnavailabilityState): boolean {
  return report.footage === null && report.camera === null && report.officer === null;
}

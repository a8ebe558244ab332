import type { UserId } from '../kernel/ids.js';
import type { Case, FootageState } from './state.js';

/**
 * Who wore the camera of a recording: the named wearer, and for a body-worn camera everyone whom a report or a detail of the scene names with
 * it. The wearer of a camera is never its custodian, verifier or release decider (domain.md, 'Separate hands').
 */
export function wearersOf(state: Case, item: Pick<FootageState, 'kind' | 'wearer' | 'camera'>): ReadonlySet<UserId> {
  const wearers = new Set<UserId>();
  if (item.wearer !== null) wearers.add(item.wearer);
  const { camera } = item;
  if (item.kind !== 'BODY_WORN' || camera === null) return wearers;
  for (const report of state.reports.values()) {
    if (report.camera === camera) wearers.add(report.author);
    for (const present of report.officersPresent) if (present.camera === camera) wearers.add(present.officer);
  }
  for (const { officer } of state.sceneDetails.values()) if (officer !== null && officer.camera === camera) wearers.add(officer.officer);
  return wearers;
}

/**
 * Whether a person must still give their own account before they view or annotate the case's footage: recordings change what one remembers.
 * It concerns whoever has something to remember: those who were on scene or wore a camera, and everyone who does not act as the assigned
 * investigator. An investigator who was not there has no report to file, and views recordings in the course of the inquiry.
 */
export function owesOwnReport(state: Case, person: UserId): boolean {
  const hasFiled = [...state.reports.values()].some((report) => report.author === person && report.origin === 'OFFICER');
  if (hasFiled) return false;
  return state.investigator !== person || wasThere(state, person);
}

function wasThere(state: Case, person: UserId): boolean {
  return state.hands.witnessed.has(person) || [...state.footage.values()].some((item) => wearersOf(state, item).has(person));
}

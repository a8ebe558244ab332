import { trueTime } from '../case/preservation.decider.js';
import type { Case, FootageState, PreservationState } from '../case/state.js';
import type { Instant } from '../kernel/time.types.js';
import { addSpan } from './calendar.js';
import { earliestOccurrence } from './case-clocks.js';
import type { ClockReason } from './clocks.js';
import type { Policy, Rule, Span } from './policy.js';
import { because, spanText } from './spans.js';

/** When a source is taken to delete a recording that nobody has flagged there. */
export interface Deletion {
  readonly from: Instant;
  readonly fromWhat: string;
  /** Reckoned when asked for: most clocks go on as they are, and need no end. */
  readonly at: () => Instant;
  readonly reason: () => ClockReason;
}

/** Of a registered recording: its end by true time (unknown: the earliest time of the incident) and the retention of its kind. */
export function deletionOf(item: FootageState, state: Case, policy: Policy): Deletion {
  const rule = policy.retention[item.kind];
  const ended = item.endedAt === null ? null : trueTime(item.endedAt, item.clockOffsetMs);
  const occurred = earliestOccurrence(state);
  const from = ended ?? occurred ?? firstReported(state);
  const fromWhat = ended !== null ? 'the end of the recording' : occurred !== null ? 'the earliest time of the incident' : 'when the city was told';
  return { from, fromWhat, at: () => addSpan(from, rule.value, policy), reason: () => retentionReason(item.kind, rule) };
}

/**
 * Of recordings asked for but not registered: the date that is known; else the earliest end that they can have had (the earliest time of
 * the incident, or where that lies outside the window, its start) and the shortest retention that may apply.
 */
export function deletionOfRequest(request: PreservationState, state: Case, policy: Policy): Deletion {
  const occurred = earliestOccurrence(state);
  const isInside = occurred !== null && occurred >= request.from && occurred <= request.to;
  const from = isInside ? occurred : request.from;
  const fromWhat = isInside ? 'the earliest time of the incident' : 'the start of the time asked for';
  if (request.deletionAt !== null) {
    const known = request.deletionAt;
    const reason = { step: 'RULE', text: `Known: it is deleted at ${known}.`, citation: null, source: null, verifiedOn: null } as const;
    return { from, fromWhat, at: () => known, reason: () => reason };
  }
  const kind = kindAsked(request);
  const rule = policy.retention[kind];
  return { from, fromWhat, at: () => addSpan(from, rule.value, policy), reason: () => retentionReason(kind, rule) };
}

/** Of a camera that is known, but not its recordings: body-worn where an officer has it, else of an unknown kind. */
export function deletionOfCamera(isWorn: boolean, state: Case, policy: Policy): Deletion {
  const kind = isWorn ? 'BODY_WORN' : 'UNKNOWN';
  const rule = policy.retention[kind];
  const occurred = earliestOccurrence(state);
  const from = occurred ?? firstReported(state);
  const fromWhat = occurred === null ? 'when the city was told' : 'the earliest time of the incident';
  return { from, fromWhat, at: () => addSpan(from, rule.value, policy), reason: () => retentionReason(kind, rule) };
}

type SourceKind = keyof Policy['retention'];

/** Of several kinds asked for the one that may go first; what is not said to be worn or in a car is of an unknown kind. */
function kindAsked({ officers, vehicles, places, cameras }: PreservationState): SourceKind {
  if (places.length > 0) return 'UNKNOWN';
  if (officers.length > 0) return 'BODY_WORN';
  if (vehicles.length > 0 && cameras.length === 0) return 'IN_CAR';
  return 'UNKNOWN';
}

function firstReported(state: Case): Instant {
  return [...state.reports.values()].map((report) => report.reportedAt).toSorted()[0] ?? state.openedAt;
}

function retentionReason(kind: SourceKind, rule: Rule<Span>): ClockReason {
  return because('RULE', `A recording of kind ${kind} that is not flagged is kept for ${spanText(rule.value)}.`, rule);
}

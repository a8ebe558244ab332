import type { CaseEvent } from '../case/events.js';
import type { Case, CaseState } from '../case/state.js';
import type { EventId, PersonId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.types.js';
import { daysBefore } from './calendar.js';
import { caseClocks } from './case-clocks.js';
import { movesClocks } from './clock-movers.js';
import { footageClocks } from './footage-clocks.js';
import type { ClockName, Policy } from './policy.js';
import { reviewClocks } from './review-clocks.js';

/** What a clock is about. A `CASE` clock has no subject. */
export type ClockSubjectKind = 'CASE' | 'FOOTAGE' | 'PRESERVATION' | 'CAMERA' | 'OFFICER' | 'PERSON' | 'REFERRAL' | 'RECORDS_REQUEST' | 'PAIR';

/** One step of the answer to 'why this deadline?', in the order in which it was reckoned. */
export interface ClockReason {
  /** `START`: from when it counts; `RULE`: how long; `SOONER`: what brought the end forward; `MOVED`: why it started anew. */
  readonly step: 'START' | 'RULE' | 'SOONER' | 'MOVED';
  readonly text: string;
  /** The rule's citation and source, where the step rests on one; `verifiedOn` null: not yet confirmed by local counsel. */
  readonly citation: string | null;
  readonly source: string | null;
  readonly verifiedOn: string | null;
}

/** A clock of a case, running or stopped. */
export interface Clock {
  readonly clock: ClockName;
  readonly subjectKind: ClockSubjectKind;
  /** The thing's id, a camera's name, or `violation/agent`. */
  readonly subject: string | null;
  /** Clock, subject and this event together name a clock: no two have all three in common. */
  readonly startedBy: EventId;
  /** From when it counts: often before the event that made it known. */
  readonly startedAt: Instant;
  readonly dueAt: Instant;
  /** When a warning is due, in order; those that lie before the start are left out. */
  readonly warnAt: readonly Instant[];
  readonly stoppedAt: Instant | null;
  readonly stoppedBy: EventId | null;
  readonly policyVersion: number;
  /** Answers 'why this deadline?'. */
  readonly reasons: readonly ClockReason[];
}

export interface RunningClock extends Clock {
  readonly stoppedAt: null;
  readonly stoppedBy: null;
}

/** What of the complainants is not in the case's state: who was told of it, and who of its last closing. */
export interface Told {
  readonly ofCase: ReadonlySet<PersonId>;
  readonly ofClosing: ReadonlySet<PersonId>;
}

/** The clocks of one case, in the order of their start, with what must be remembered to fold on. */
export interface ClockState {
  readonly clocks: readonly Clock[];
  readonly told: Told;
}

export const noClocks: ClockState = { clocks: [], told: { ofCase: new Set(), ofClosing: new Set() } };

/** A clock that runs as long as the case stands as it does. */
export interface WantedClock {
  readonly clock: ClockName;
  readonly subjectKind: ClockSubjectKind;
  readonly subject: string | null;
  /** From when it counts; null: from the event that brought it about. */
  readonly from: Instant | null;
  /** What happened then, for a person: `when the city was told`. */
  readonly fromWhat: string;
  /** The event asks for a new count: a follow-up, another verification. */
  readonly anew: boolean;
  due(startedAt: Instant): Due;
}

export interface Due {
  readonly at: Instant;
  readonly reasons: readonly ClockReason[];
  /** Days before the end. */
  readonly warnings: readonly number[];
}

/** What a clock rule may look at: the event, the case after it, and the policy under which a clock would start now. */
export interface ClockView {
  readonly event: CaseEvent;
  readonly state: Case;
  readonly policy: Policy;
  readonly told: Told;
}

/** The policy of a version that was in force earlier; null: unknown, then the one in force is taken. */
export type PolicyOfVersion = (version: number) => Policy | null;
const noOther: PolicyOfVersion = () => null;

/**
 * Folds one event into the clocks of its case. Pure. `before` and `after` are the case's states around the event; `policy` is the one in
 * force when it was recorded: clocks that start now take it, running ones keep theirs, so that a change of policy shortens none. One whose
 * start is moved by what the event tells is reckoned anew under its own version.
 */
export function foldClocks(clocks: ClockState, event: CaseEvent, before: CaseState, after: CaseState, policy: Policy, ofVersion: PolicyOfVersion = noOther): ClockState {
  return movesClocks[event.type] === false ? clocks : refoldClocks(clocks, event, before, after, policy, ofVersion);
}

/** The same for every type of event, however little it has to do with clocks: what {@link foldClocks} leaves out must change nothing. */
export function refoldClocks(clocks: ClockState, event: CaseEvent, before: CaseState, after: CaseState, policy: Policy, ofVersion: PolicyOfVersion = noOther): ClockState {
  if (!after.exists) return clocks;
  const told = toldAfter(clocks.told, event, before, after);
  const view = { event, state: after, policy, told };
  const wanted = wantedClocks(view);
  const moves = movesTimes(event) && before.exists ? movesUnder(clocks, { before, view, ofVersion }) : noMoves;
  const reconciled = reconcile(clocks.clocks, wanted, moves, view);
  return reconciled === clocks.clocks && told === clocks.told ? clocks : { clocks: reconciled, told };
}

/** Every clock that runs as the case stands. An imported case starts none until it is triaged. */
function wantedClocks(view: ClockView): readonly WantedClock[] {
  if (view.state.origin === 'IMPORTED' && !view.state.triaged) return [];
  return [...caseClocks(view), ...footageClocks(view), ...reviewClocks(view)];
}

/** Another account and a correction can move a time from which a running clock counts; nothing else does. */
function movesTimes(event: CaseEvent): boolean {
  return event.type === 'ReportFiled' || event.type === 'FactCorrected';
}

/** How a running clock is wanted before and after the event, each under the version of the clock, and that version. */
type Moves = (clock: Clock) => { readonly was: WantedClock; readonly is: WantedClock; readonly policy: Policy } | null;
const noMoves: Moves = () => null;

/** Under one and the same policy: only what the event tells can move an end. */
function movesUnder({ told }: ClockState, { before, view, ofVersion }: { readonly before: Case; readonly view: ClockView; readonly ofVersion: PolicyOfVersion }): Moves {
  const byVersion = new Map<number, { readonly policy: Policy; readonly was: ReadonlyMap<string, WantedClock>; readonly is: ReadonlyMap<string, WantedClock> }>();
  const named = (wanted: readonly WantedClock[]): ReadonlyMap<string, WantedClock> => new Map(wanted.map((want) => [nameOf(want), want]));
  return (clock) => {
    const policy = clock.policyVersion === view.policy.version ? view.policy : (ofVersion(clock.policyVersion) ?? view.policy);
    const known = byVersion.get(policy.version) ?? { policy, was: named(wantedClocks({ ...view, policy, state: before, told })), is: named(wantedClocks({ ...view, policy })) };
    byVersion.set(policy.version, known);
    const [was, is] = [known.was.get(nameOf(clock)), known.is.get(nameOf(clock))];
    return was === undefined || is === undefined ? null : { was, is, policy };
  };
}

/** The clocks that still run. */
export function runningClocks({ clocks }: ClockState): readonly RunningClock[] {
  return clocks.filter((clock): clock is RunningClock => clock.stoppedAt === null);
}

function toldAfter(told: Told, event: CaseEvent, before: CaseState, after: Case): Told {
  const closedNow = after.stage.name === 'CLOSED' && before.exists && before.stage.name !== 'CLOSED';
  if (closedNow) return { ...told, ofClosing: new Set() };
  if (event.type !== 'ComplainantNotified') return told;
  const { person } = event.data;
  const ofClosing = after.stage.name === 'CLOSED' ? new Set([...told.ofClosing, person]) : told.ofClosing;
  return { ofCase: new Set([...told.ofCase, person]), ofClosing };
}

/** Running clocks that are no longer wanted stop, wanted ones that don't run start; all others go on as they are. The same list where none changes. */
function reconcile(
  clocks: readonly Clock[],
  wanted: readonly WantedClock[],
  moves: Moves,
  view: ClockView,
): readonly Clock[] {
  const open = new Map(wanted.map((want) => [nameOf(want), want]));
  const moved: Clock[] = [];
  const stop = { stoppedAt: happenedAt(view.event), stoppedBy: view.event.meta.id };
  const kept = clocks.map((clock): Clock => {
    if (clock.stoppedAt !== null) return clock;
    const want = open.get(nameOf(clock));
    if (want === undefined || want.anew) return { ...clock, ...stop };
    open.delete(nameOf(clock));
    const move = moves(clock);
    if (move === null || endOf(move.was, clock) === endOf(move.is, clock)) return clock;
    moved.push(start(move.is, move.is.from ?? clock.startedAt, { ...view, policy: move.policy }, [movedReason]));
    return { ...clock, ...stop };
  });
  const started = [...open.values()].map((want) => start(want, want.from ?? happenedAt(view.event), view, []));
  if (moved.length + started.length > 0) return [...kept, ...moved, ...started];
  return kept.every((clock, i) => clock === clocks[i]) ? clocks : kept;
}

const noRule = { citation: null, source: null, verifiedOn: null } as const;
const movedReason: ClockReason = { step: 'MOVED', text: 'Another report or a correction moved a time on which it rests.', ...noRule };

const endOf = (want: WantedClock, clock: Clock): Instant => want.due(want.from ?? clock.startedAt).at;

function start(want: WantedClock, startedAt: Instant, { event, policy }: ClockView, more: readonly ClockReason[]): Clock {
  const due = want.due(startedAt);
  const { clock, subjectKind, subject } = want;
  return {
    ...{ clock, subjectKind, subject },
    startedBy: event.meta.id,
    startedAt,
    dueAt: due.at,
    warnAt: due.warnings
      .map((days) => daysBefore(due.at, days, policy))
      .filter((at) => at > startedAt)
      .toSorted(),
    stoppedAt: null,
    stoppedBy: null,
    policyVersion: policy.version,
    reasons: [{ step: 'START', text: `It counts from ${startedAt}, ${want.fromWhat}.`, ...noRule }, ...due.reasons, ...more],
  };
}

const nameOf = ({ clock, subject }: { readonly clock: ClockName; readonly subject: string | null }): string => `${clock} ${subject ?? ''}`;

/** When that happened of which the event tells; where it doesn't say, it is the service's own time of recording. */
export function happenedAt({ type, data, meta }: CaseEvent): Instant {
  if (type === 'FederalSupervisorIdentificationAttempted') return data.attemptedAt;
  if (type === 'ReferralDelivered') return data.deliveredAt;
  if (type === 'ReferralReceiptRecorded' || type === 'FollowUpRecorded') return data.at;
  if (type === 'ProsecutorDecisionRecorded') return data.decidedAt;
  if (type === 'FederalRecordsAnswered') return data.answeredAt;
  if (type === 'ComplainantNotified') return data.toldAt;
  // A repeating clock counts on from its missed end, not from when that was noticed.
  return type === 'DeadlineMissed' ? data.dueAt : meta.recordedAt;
}

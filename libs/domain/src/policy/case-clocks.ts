import type { Case, PersonState } from '../case/state.js';
import type { Instant } from '../kernel/time.types.js';
import type { ClockView, WantedClock } from './clocks.js';
import { earliestEndOfLimitation, isWithoutLimitation, limitationRule } from './limitation.js';
import { because, dueAfter, spanText } from './spans.js';

/** The clocks of the inquiry itself: triage, assignment, identification, the complainant, federal requests, limitation. */
export function caseClocks(view: ClockView): readonly WantedClock[] {
  const running = [...complainants(view), ...limitations(view)];
  // Closing ends what can only be done on an open case; reopening asks for it again.
  if (view.state.stage.name === 'CLOSED') return running;
  return [...running, ...triage(view), ...assignment(view), ...identification(view), ...federalRequests(view)];
}

/** When the city was first told; null for imports, whose clocks count from their triage. */
export function reportedFrom(state: Case): Instant | null {
  if (state.origin === 'IMPORTED') return null;
  const times = [...state.reports.values()].map((report) => report.reportedAt);
  return times.length === 0 ? null : times.reduce((first, at) => (at < first ? at : first));
}

/** The earliest time at which the incident can have been; null: no report says. */
export function earliestOccurrence(state: Case): Instant | null {
  const times = [...state.reports.values()].map((report) => report.occurredAt.earliest).filter((at) => at !== null);
  return times.length === 0 ? null : times.reduce((first, at) => (at < first ? at : first));
}

const ofCase = { subjectKind: 'CASE', subject: null, anew: false } as const;
const whenTold = 'when the city was told';

function triage({ state, policy }: ClockView): readonly WantedClock[] {
  if (state.triaged || state.stage.name !== 'REPORTED') return [];
  return [{ ...ofCase, clock: 'TRIAGE', from: reportedFrom(state), fromWhat: whenTold, due: dueAfter(policy.clocks.TRIAGE, policy) }];
}

function assignment({ state, policy }: ClockView): readonly WantedClock[] {
  if (!state.triaged || state.investigator !== null || state.stage.name !== 'UNDER_INVESTIGATION') return [];
  return [{ ...ofCase, clock: 'ASSIGNMENT', from: null, fromWhat: 'when nobody was assigned to it', due: dueAfter(policy.clocks.ASSIGNMENT, policy) }];
}

function identification({ state, policy }: ClockView): readonly WantedClock[] {
  const { attempts, identified } = state.federalSupervisor;
  if (attempts.length > 0 || identified.length > 0) return [];
  const arrivals = [...state.reports.values()].map((report) => report.onSceneAt).filter((at) => at !== null);
  const arrived = state.origin === 'IMPORTED' ? undefined : arrivals.toSorted()[0];
  const fromWhat = arrived === undefined ? whenTold : 'when an officer was on scene';
  const due = dueAfter(policy.clocks.IDENTIFICATION_ATTEMPT, policy);
  return [{ ...ofCase, clock: 'IDENTIFICATION_ATTEMPT', from: arrived ?? reportedFrom(state), fromWhat, due }];
}

/** Complainants who can be told: neither anonymous nor unwilling. A civilian's report asks for it before its complainant is on record. */
function complainants({ state, policy, told }: ClockView): readonly WantedClock[] {
  const recorded = [...state.persons.values()].filter((person) => person.roles.includes('COMPLAINANT'));
  const isClosed = state.stage.name === 'CLOSED';
  const ofPerson = ({ id }: PersonState) => ({ subjectKind: 'PERSON', subject: id, anew: false }) as const;
  const reachable = recorded.filter((person) => person.identity !== 'ANONYMOUS' && !person.contactDeclined);
  const from = reportedFrom(state);
  const due = dueAfter(policy.clocks.COMPLAINANT_TOLD, policy);
  const first = reachable
    .filter((person) => !told.ofCase.has(person.id))
    .map((person): WantedClock => ({ ...ofPerson(person), clock: 'COMPLAINANT_TOLD', from, fromWhat: whenTold, due }));
  const isUnnamed = recorded.length === 0 && !isClosed && [...state.reports.values()].some((report) => report.origin === 'CIVILIAN');
  const unnamed: readonly WantedClock[] = isUnnamed ? [{ ...ofCase, clock: 'COMPLAINANT_TOLD', from, fromWhat: whenTold, due }] : [];
  if (!isClosed) return [...first, ...unnamed];
  const ofClosing = reachable
    .filter((person) => !told.ofClosing.has(person.id))
    .map((person): WantedClock => ({
      ...ofPerson(person),
      clock: 'COMPLAINANT_TOLD_OF_CLOSING',
      from: null,
      fromWhat: 'when the case was closed',
      due: dueAfter(policy.clocks.COMPLAINANT_TOLD_OF_CLOSING, policy),
    }));
  return [...first, ...ofClosing];
}

function federalRequests({ state, policy, event }: ClockView): readonly WantedClock[] {
  const open = [...state.recordsRequests.values()].filter((request) => !request.answered);
  return open.map((request) => ({
    clock: 'FEDERAL_FOLLOW_UP',
    subjectKind: 'RECORDS_REQUEST',
    subject: request.id,
    from: null,
    fromWhat: 'when it was asked for, or last due',
    // Repeating: once missed, it counts again.
    anew: event.type === 'DeadlineMissed' && event.data.clock === 'FEDERAL_FOLLOW_UP' && event.data.subject === request.id,
    due: dueAfter(policy.clocks.FEDERAL_FOLLOW_UP, policy),
  }));
}

/** Per violation and agent, shown as the earliest date on which it may end, never as 'barred'. */
function limitations({ state, policy }: ClockView): readonly WantedClock[] {
  const occurred = earliestOccurrence(state);
  const first = [...state.reports.values()].map((report) => report.reportedAt).toSorted()[0] ?? state.openedAt;
  const from = occurred ?? first;
  const fromWhat = occurred === null ? 'when the city was told, since no time of the incident is known' : 'the earliest time of the incident';
  return [...state.violations.values()].flatMap((violation) => {
    if (violation.withdrawn || isWithoutLimitation(violation, policy)) return [];
    const agents = violation.agents.filter((agent) => !isCharged(state, violation.id, agent));
    // Nobody is named yet: the violation's own limitation runs all the same.
    const subjects = violation.agents.length === 0 ? [violation.id] : agents.map((agent) => `${violation.id}/${agent}`);
    return subjects.map((subject): WantedClock => ({
      clock: 'LIMITATION',
      subjectKind: 'PAIR',
      subject,
      from,
      fromWhat,
      anew: false,
      due(startedAt) {
        const rule = limitationRule(violation, policy);
        const at = earliestEndOfLimitation(violation, startedAt, policy) ?? startedAt;
        const text = `${spanText(rule.value)} for ${violation.citation} (${violation.offenseClass}): the earliest date on which it may end.`;
        return { at, warnings: policy.limitationWarnings.value, reasons: [because('RULE', text, rule)] };
      },
    }));
  });
}

function isCharged(state: Case, violation: string, agent: string): boolean {
  return [...state.referrals.values()].some((referral) =>
    referral.decisions.some(({ pair, outcome }) => outcome === 'CHARGES_APPROVED' && pair.violation === violation && pair.agent === agent),
  );
}

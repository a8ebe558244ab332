import type { DecideTable, Decision, EvolveTable } from '../kernel/decider.js';
import { isRefusal } from '../kernel/decider.js';
import type { Actor } from '../kernel/actor.js';
import { decideAllegations, evolveAllegations } from './allegations.decider.js';
import type { CaseCommand, CaseCommands } from './commands.js';
import type { CaseContext } from './context.js';
import { applyCorrection } from './corrections.js';
import { type CaseCatalogue, type CaseEvent, type NewCaseEvent } from './events.js';
import { decideFootage, evolveFootage } from './footage.decider.js';
import { refuseByRole, refuseOnCase } from './guards.js';
import { marksOf } from './material.js';
import { openCase } from './opening.js';
import { decidePeople, evolvePeople } from './people.decider.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import { decideReport, evolveReport, fileReport } from './report.decider.js';
import { decideReview, evolveReview } from './review.decider.js';
import { decideSealing, evolveSealing } from './sealing.decider.js';
import type { Case, CaseState } from './state.js';
import { voidedReview } from './voiding.js';

export type CaseDecision = Decision<CaseCatalogue, RefusalCode>;

const decideTable: DecideTable<CaseCatalogue, Omit<CaseCommands, 'fileReport'>, Case, CaseContext, RefusalCode> = {
  ...decideReport,
  ...decidePeople,
  ...decideFootage,
  ...decideAllegations,
  ...decideReview,
  ...decideSealing,
};

const evolveTable: EvolveTable<CaseCatalogue, Case, Actor> = {
  ...evolveReport,
  ...evolvePeople,
  ...evolveFootage,
  ...evolveAllegations,
  ...evolveReview,
  ...evolveSealing,
};

export const absentCase: CaseState = { exists: false };

/**
 * Decides one command on one case. The answer is the events to record (none: the state is already so), or a refusal. Pure: the same
 * arguments give the same answer.
 */
export function decideCase(command: CaseCommand, state: CaseState, context: CaseContext): readonly NewCaseEvent[] | CaseRefusal {
  const byRole = refuseByRole(command.type, context.actor);
  if (byRole !== null) return byRole;
  if (!state.exists) {
    if (command.type !== 'fileReport' || command.data.target === 'EXISTING') return refuse('CASE_UNKNOWN', 'There is no such case.');
    return fileReport(command.data, state, context);
  }
  const onCase = refuseOnCase(command.type, state, context.actor);
  if (onCase !== null) return onCase;
  const outcome = decideOnCase(command, state, context);
  if (isRefusal(outcome)) return outcome;
  const voided = voidedReview(state, outcome);
  return voided === null ? outcome : [...outcome, voided];
}

function decideOnCase(command: CaseCommand, state: Case, context: CaseContext): CaseDecision {
  if (command.type === 'fileReport') return fileReport(command.data, state, context);
  // A union of pairs can't be matched to a table of functions by the compiler: the key and the data come from the same command.
  const decide = decideTable[command.type] as (data: unknown, state: Case, context: CaseContext) => CaseDecision;
  return decide(command.data, state, context);
}

/** Folds one stored event into the state. Never refuses; a stream that does not begin with a report is a broken log, and throws. */
export function evolveCase(state: CaseState, event: CaseEvent): CaseState {
  if (event.type === 'FactCorrected' && state.exists) return record(applyCorrection(state, event, replay), event);
  return record(step(state, event), event);
}

function step(state: CaseState, event: CaseEvent): Case {
  if (!state.exists) {
    if (event.type !== 'ReportFiled') throw new Error(`the stream ${event.meta.stream} does not begin with a report but with ${event.type}`);
    return evolveReport.ReportFiled(openCase(event), event.data, event.meta);
  }
  // As above: type and data come from the same event.
  const evolve = evolveTable[event.type] as (state: Case, data: unknown, meta: CaseEvent['meta']) => Case;
  return evolve(state, event.data, event.meta);
}

/** What every event leaves behind, whatever its type. `before` decides whether legal review alone binds it. */
function record(state: Case, event: CaseEvent): Case {
  // One copy of the state: it has some forty parts.
  const { hands, material, materialBeforeLegal } = marksOf(state, event);
  return { ...state, facts: state.facts.append(event), hands, material, materialBeforeLegal };
}

/** Folds again from the beginning, each event with its corrections. */
function replay(events: Iterable<CaseEvent>): Case | null {
  let state: CaseState = absentCase;
  for (const event of events) state = record(step(state, event), event);
  return state.exists ? state : null;
}

export function foldCase(events: Iterable<CaseEvent>): CaseState {
  let state: CaseState = absentCase;
  for (const event of events) state = evolveCase(state, event);
  return state;
}

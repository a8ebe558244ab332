import { withMembers, withoutEntry, withoutMember } from '../kernel/collections.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import type { Actor } from '../kernel/actor.js';
import type { UserId } from '../kernel/ids.js';
import { isBlank, textOrNull } from './checks.js';
import type { CaseContext } from './context.js';
import { decideCorrections, evolveCorrections } from './correction.decider.js';
import type { CaseCatalogue } from './events.js';
import { decideFiling, evolveFiling } from './filing.decider.js';
import { refuse, type RefusalCode } from './refusals.js';
import type { ReportCommands } from './report.commands.js';
import type { reportEvents } from './report.events.js';
import { decideScene, evolveScene } from './scene.decider.js';
import { barredFromInvestigating } from './separate-hands.js';
import type { Case, Stage } from './state.js';

export { fileReport } from './filing.decider.js';

/** The report group: filing and scene stand in files of their own; triage, assignment, conflicts and links stand here. */
export const decideReport: DecideTable<CaseCatalogue, Omit<ReportCommands, 'fileReport'>, Case, CaseContext, RefusalCode> = {
  ...decideFiling,
  ...decideCorrections,
  ...decideScene,
  triageCase: ({ outcome, disposition, reason, duplicateOf }, state) => {
    // A proposal to close that nobody followed must leave a way back: INVESTIGATE.
    const reconsidered = outcome === 'INVESTIGATE' && state.closingProposed !== null;
    if (state.triaged && !reconsidered) return refuse('ALREADY_TRIAGED', 'This case is triaged already.');
    if (outcome === 'INVESTIGATE') {
      return [{ type: 'CaseTriaged', data: { outcome, disposition: null, reason: textOrNull(reason), duplicateOf: null } }];
    }
    if (disposition === null) return refuse('NO_DISPOSITION', 'A proposal to close says as what.');
    if (disposition === 'DUPLICATE_OF' && isBlank(duplicateOf))
      return refuse('NO_DISPOSITION', 'A duplicate names the case that it repeats.');
    if (isBlank(reason)) return refuse('NO_REASON', 'A proposal to close says why.');
    const repeats = disposition === 'DUPLICATE_OF' ? textOrNull(duplicateOf) : null;
    return [{ type: 'CaseTriaged', data: { outcome, disposition, reason, duplicateOf: repeats } }];
  },
  assignInvestigator: ({ investigator }, state) => {
    const barred = barredFromInvestigating(state, investigator);
    if (barred !== null) return refuse('ASSIGNEE_BARRED', `'${investigator}' can't investigate this case: the person ${barred}.`);
    if (state.investigator === investigator) return [];
    return [{ type: 'InvestigatorAssigned', data: { investigator, previous: state.investigator } }];
  },
  unassignInvestigator: ({ investigator, reason }, state) => {
    if (state.investigator !== investigator) return [];
    return [{ type: 'InvestigatorUnassigned', data: { investigator, reason: textOrNull(reason) } }];
  },
  declareConflict: ({ ground }, state, { actor }) => {
    if (state.hands.recused.has(actor.actor)) return [];
    if (isBlank(ground)) return refuse('NO_GROUND', 'A conflict of interest is declared with its ground.');
    return [{ type: 'ConflictDeclared', data: { person: actor.actor, ground } }];
  },
  recordConflict: ({ person, ground }, state, { actor }) => {
    if (person === actor.actor) return refuse('ONESELF', "One's own conflict of interest is declared, not recorded.");
    if (state.hands.recused.has(person)) return [];
    if (isBlank(ground)) return refuse('NO_GROUND', 'A conflict of interest is recorded with its ground.');
    return [{ type: 'ConflictRecorded', data: { person, ground } }];
  },
  linkCases: ({ other, reason }, state, { caseId }) => {
    if (other === caseId) return refuse('LINK_TO_ITSELF', "A case can't be linked to itself.");
    if (state.links.has(other)) return [];
    if (isBlank(reason)) return refuse('NO_REASON', 'A link between cases says why.');
    return [{ type: 'CasesLinked', data: { other, reason } }];
  },
  unlinkCases: ({ other, reason }, state) => {
    if (!state.links.has(other)) return [];
    if (isBlank(reason)) return refuse('NO_REASON', 'Taking a link back says why.');
    return [{ type: 'CasesUnlinked', data: { other, reason } }];
  },
};

export const evolveReport: EvolveTable<typeof reportEvents, Case, Actor> = {
  ...evolveFiling,
  ...evolveCorrections,
  ...evolveScene,
  CaseTriaged: (state, { outcome, disposition, duplicateOf }, meta) => {
    const triaged = { ...state, triaged: true };
    if (outcome === 'INVESTIGATE') return { ...triaged, stage: { name: 'UNDER_INVESTIGATION' }, closingProposed: null };
    return { ...triaged, closingProposed: disposition === null ? null : { disposition, by: meta.by.actor, duplicateOf } };
  },
  InvestigatorAssigned: (state, { investigator }) => ({
    ...state,
    investigator,
    // To be assigned is to work on the case, whatever comes of it.
    hands: { ...state.hands, workedOn: withMembers(state.hands.workedOn, investigator) },
  }),
  InvestigatorUnassigned: (state, { investigator }) => (state.investigator === investigator ? { ...state, investigator: null } : state),
  ConflictDeclared: (state, { person }) => recused(state, person),
  ConflictRecorded: (state, { person }) => recused(state, person),
  CasesLinked: (state, { other }) => ({ ...state, links: withMembers(state.links, other) }),
  CasesUnlinked: (state, { other }) => ({ ...state, links: withoutMember(state.links, other) }),
};

/** Access and duties end at once. Approvals given before are voided by their own event (voiding.ts). */
function recused(state: Case, person: UserId): Case {
  return {
    ...state,
    hands: { ...state.hands, recused: withMembers(state.hands.recused, person) },
    investigator: state.investigator === person ? null : state.investigator,
    stage: withoutEscalation(state.stage, person),
    appointed: state.appointed.filter((appointment) => appointment.person !== person),
    grants: withoutEntry(state.grants, person),
  };
}

function withoutEscalation(stage: Stage, person: UserId): Stage {
  return stage.name === 'SUPERVISOR_REVIEW' && stage.escalatedTo === person ? { ...stage, escalatedTo: null } : stage;
}

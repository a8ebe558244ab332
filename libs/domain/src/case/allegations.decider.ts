import { changeEntry, withEntry, withMembers } from '../kernel/collections.js';
import type { DecideTable, EvolveTable, Gap } from '../kernel/decider.js';
import type { Actor } from '../kernel/actor.js';
import type { EvidenceLinkId, EvidenceRef, ViolationId } from '../kernel/ids.js';
import type { AllegationCommands } from './allegations.commands.js';
import type { allegationEvents } from './allegations.events.js';
import { isBlank } from './checks.js';
import { citationExamples, isCitation } from './citations.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import { hasApproved } from './separate-hands.js';
import type { Case, EvidenceLinkState, ViolationState } from './state.js';
import type { Limb } from './values.js';

export const decideAllegations: DecideTable<CaseCatalogue, AllegationCommands, Case, CaseContext, RefusalCode> = {
  allegeViolation: (command, state, context) => {
    const { jurisdiction, citation, textVersion, offenseClass, description } = command;
    if (!isCitation(jurisdiction, citation)) {
      return refuse('CITATION_MALFORMED', `'${citation}' is no ${jurisdiction} citation. Write it as '${citationExamples[jurisdiction]}'.`);
    }
    if (isBlank(textVersion)) return refuse('NO_TEXT_VERSION', 'Say which version of the text was in force at the incident.');
    if (command.elements.length === 0 || command.elements.some(isBlank)) {
      return refuse('NO_ELEMENTS', 'List the elements of the violation: evidence is linked to each of them.');
    }
    const agents = [...new Set(command.agents)];
    if (agents.length === 0) return refuse('AGENT_UNKNOWN', 'Name at least one agent; an unidentified one is recorded by designation first.');
    const unknown = agents.find((agent) => !state.agents.has(agent));
    if (unknown !== undefined) return refuse('AGENT_UNKNOWN', `No agent ${unknown} is recorded on this case.`);
    const alleged = { jurisdiction, citation, elements: command.elements, agents };
    if ([...state.violations.values()].some((violation) => !violation.withdrawn && isSameAllegation(violation, alleged))) return [];
    const violation = context.newId<ViolationId>('violation');
    return [{ type: 'ViolationAlleged', data: { violation, ...alleged, textVersion, offenseClass, description } }];
  },

  linkEvidence: (command, state, context) => {
    const { element, evidence, bearing, note } = command;
    const violation = findStanding(state, command.violation);
    if (violation === null) return violationUnknown(command.violation);
    if (!Number.isInteger(element) || element < 0 || element >= violation.elements.length) {
      return refuse('ELEMENT_UNKNOWN', `${violation.citation} has the elements 0 to ${violation.elements.length - 1}; ${element} is none of them.`);
    }
    const refused = refuseEvidence(state, evidence);
    if (refused !== null) return refused;
    const isSame = (other: EvidenceLinkState): boolean =>
      other.violation === violation.id &&
      other.element === element &&
      other.bearing === bearing &&
      other.evidence.kind === evidence.kind &&
      other.evidence.id === evidence.id;
    if ([...state.evidenceLinks.values()].some((other) => !other.withdrawn && isSame(other))) return [];
    const link = context.newId<EvidenceLinkId>('evidence-link');
    return [{ type: 'EvidenceLinked', data: { link, violation: violation.id, element, evidence, bearing, note } }];
  },

  withdrawEvidenceLink: ({ link, reason }, state) => {
    const found = state.evidenceLinks.get(link);
    if (found === undefined) return refuse('LINK_UNKNOWN', `No evidence link ${link} is on this case.`);
    if (isBlank(reason)) return refuse('NO_REASON', 'Say why the evidence link is withdrawn.');
    return found.withdrawn ? [] : [{ type: 'EvidenceLinkWithdrawn', data: { link, reason } }];
  },

  withdrawViolation: ({ violation, reason }, state) => {
    const found = state.violations.get(violation);
    if (found === undefined) return violationUnknown(violation);
    if (isBlank(reason)) return refuse('NO_REASON', 'Say why the allegation is withdrawn.');
    return found.withdrawn ? [] : [{ type: 'ViolationWithdrawn', data: { violation, reason } }];
  },

  assessImmunity: (command, state, context) => {
    const violation = findStanding(state, command.violation);
    if (violation === null) return violationUnknown(command.violation);
    if (!violation.agents.includes(command.agent)) {
      return refuse('AGENT_UNKNOWN', `${violation.citation} is not alleged of agent ${command.agent}.`);
    }
    // In legal review an assessment voids nothing; from an approver it would make their own approval that of somebody who worked on the case.
    if (hasApproved(state, context.actor.actor)) {
      return refuse('BARRED', 'You approved this case: who approves a case does not assess immunity on it.');
    }
    const { authorized, necessaryAndProper } = command;
    const gaps = [...limbGaps('authorized', authorized), ...limbGaps('necessaryAndProper', necessaryAndProper)];
    if (authorized === null || necessaryAndProper === null || gaps.length > 0) {
      return refuse('LIMB_INCOMPLETE', 'Both limbs are needed, each with its authority and the facts against it, even if none is known.', gaps);
    }
    const { agent, reportedBelief, beliefReasonable, removalNote } = command;
    const data = { violation: violation.id, agent, authorized, necessaryAndProper, reportedBelief, beliefReasonable, removalNote };
    return [{ type: 'ImmunityAssessed', data }];
  },

  markContrary: ({ event, why, cityWitness }, state, context) => {
    if (state.facts.find((fact) => fact.meta.id === event) === undefined) return refuse('EVENT_UNKNOWN', `No event ${event} is on this case.`);
    if (isBlank(why)) return refuse('NO_REASON', 'Say what speaks against the allegation.');
    const marks = state.contrary.get(event) ?? [];
    // Another person's mark, or that it concerns a city witness too, is a fact of its own: nothing that helps a defense is dropped.
    if (marks.some((mark) => mark.by === context.actor.actor && mark.cityWitness === cityWitness)) return [];
    return [{ type: 'ContraryFactMarked', data: { event, why, cityWitness } }];
  },
};

export const evolveAllegations: EvolveTable<typeof allegationEvents, Case, Actor> = {
  ViolationAlleged: (state, data, meta) => ({
    ...state,
    violations: withEntry(state.violations, data.violation, {
      id: data.violation,
      event: meta.id,
      jurisdiction: data.jurisdiction,
      citation: data.citation,
      elements: data.elements,
      agents: data.agents,
      offenseClass: data.offenseClass,
      allegedBy: meta.by.actor,
      withdrawn: false,
    }),
  }),
  EvidenceLinked: (state, { link, violation, element, evidence, bearing }) => ({
    ...state,
    evidenceLinks: withEntry(state.evidenceLinks, link, { id: link, violation, element, evidence, bearing, withdrawn: false }),
  }),
  EvidenceLinkWithdrawn: (state, { link }) => ({
    ...state,
    evidenceLinks: changeEntry(state.evidenceLinks, link, (found) => ({ ...found, withdrawn: true })),
  }),
  ViolationWithdrawn: (state, { violation }) => ({
    ...state,
    violations: changeEntry(state.violations, violation, (found) => ({ ...found, withdrawn: true })),
  }),
  ImmunityAssessed: (state, { violation, agent }, meta) => ({
    ...state,
    // A later assessment stands beside the earlier ones.
    immunity: [...state.immunity, { event: meta.id, pair: { violation, agent }, by: meta.by.actor }],
    hands: { ...state.hands, assessedImmunity: withMembers(state.hands.assessedImmunity, meta.by.actor) },
  }),
  ContraryFactMarked: (state, { event, cityWitness }, meta) => ({
    ...state,
    contrary: withEntry(state.contrary, event, [...(state.contrary.get(event) ?? []), { event: meta.id, by: meta.by.actor, cityWitness }]),
  }),
};

function findStanding(state: Case, id: ViolationId): ViolationState | null {
  const violation = state.violations.get(id);
  return violation === undefined || violation.withdrawn ? null : violation;
}

function violationUnknown(id: ViolationId): CaseRefusal {
  return refuse('VIOLATION_UNKNOWN', `No violation ${id} stands on this case.`);
}

type Allegation = Pick<ViolationState, 'jurisdiction' | 'citation' | 'elements' | 'agents'>;

function isSameAllegation(a: Allegation, b: Allegation): boolean {
  return (
    a.jurisdiction === b.jurisdiction &&
    a.citation === b.citation &&
    a.agents.length === b.agents.length &&
    a.agents.every((agent) => b.agents.includes(agent)) &&
    a.elements.length === b.elements.length &&
    a.elements.every((element, index) => element === b.elements[index])
  );
}

function refuseEvidence(state: Case, evidence: EvidenceRef): CaseRefusal | null {
  if (!isOnTheCase(state, evidence)) return refuse('EVIDENCE_UNKNOWN', `No ${evidence.kind} ${evidence.id} is on this case.`);
  if (evidence.kind === 'STATEMENT' && state.statements.get(evidence.id)?.voluntariness === 'COMPELLED') {
    return refuse('EVIDENCE_WALLED_OFF', 'A compelled statement is walled off: it can be linked to nothing and goes into no packet.');
  }
  return null;
}

function isOnTheCase(state: Case, evidence: EvidenceRef): boolean {
  switch (evidence.kind) {
    case 'FOOTAGE':
      return state.footage.has(evidence.id);
    case 'EXHIBIT':
      return state.exhibits.has(evidence.id);
    case 'STATEMENT':
      return state.statements.has(evidence.id);
    case 'REPORT':
      return state.reports.has(evidence.id);
    case 'SCENE_DETAIL':
      return state.sceneDetails.has(evidence.id);
  }
}

function limbGaps(name: string, limb: Limb | null): readonly Gap[] {
  if (limb === null) return [{ code: 'LIMB_MISSING', message: `The limb '${name}' is missing.`, about: name }];
  const gaps: Gap[] = [];
  if (isBlank(limb.authority)) gaps.push({ code: 'AUTHORITY_MISSING', message: `The limb '${name}' cites no authority.`, about: name });
  if (isBlank(limb.factsAgainst)) {
    gaps.push({ code: 'FACTS_AGAINST_MISSING', message: `The limb '${name}' states no facts against; write so if none is known.`, about: name });
  }
  return gaps;
}

import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import type { Actor } from '../kernel/actor.js';
import type { Field } from '../kernel/event-schema.js';
import type { PersonId } from '../kernel/ids.js';
import { type Json, mentions, sameJson } from '../kernel/json.js';
import { isBlank } from './checks.js';
import type { CaseContext } from './context.js';
import { type ClearRule, findCorrectable, type ProtectedRule } from './correctable.js';
import { type CaseCatalogue, type CaseEvent, caseEvents } from './events.js';
import { isMaterial } from './material.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import type { ReportCommands } from './report.commands.js';
import type { reportEvents } from './report.events.js';
import type { Case } from './state.js';

type CorrectFact = ReportCommands['correctFact'];

export const decideCorrections: DecideTable<CaseCatalogue, Pick<ReportCommands, 'correctFact'>, Case, CaseContext, RefusalCode> = {
  correctFact: (command, state, context) => {
    const { event, field, to, protectedTo, reason } = command;
    const fact = state.facts.find((recorded) => recorded.meta.id === event);
    if (fact === undefined) return refuse('EVENT_UNKNOWN', `There is no event '${event}' on this case.`);
    const fields: Readonly<Record<string, Field>> = caseEvents[fact.type].fields;
    const definition = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (definition === undefined) return refuse('FIELD_UNKNOWN', `${fact.type} has no field '${field}'.`);
    const rule = findCorrectable(fact.type, field);
    if (rule === null) return refuse('NOT_CORRECTABLE', `'${field}' of ${fact.type} stands as it was recorded.`);
    const refusal = refuseCorrector(rule, fact, state, context.actor) ?? refuseProtected(rule, command);
    if (refusal !== null) return refusal;
    if (isBlank(reason)) return refuse('NO_REASON', 'A correction says why.');
    const material = isMaterial(fact) && !rule.contact;
    if (definition.subject !== null) {
      const person = definition.subject.of === 'PERSON' ? personOf(fact, definition.subject.field) : null;
      return [{ type: 'FactCorrected', data: { event, field, from: null, to: null, protectedTo, person, reason, material } }];
    }
    const wrong = refuseValue(rule, to, state, context);
    if (wrong !== null) return wrong;
    const from = currentValue(state, fact, field);
    if (sameJson(from, to)) return [];
    const { actor } = context.actor;
    if (mentions(from, actor) && !mentions(to, actor)) {
      return refuse('ONESELF', 'Another person has to correct a fact that names you: what you were part of bears on what you may decide.');
    }
    return [{ type: 'FactCorrected', data: { event, field, from, to, protectedTo: null, person: null, reason, material } }];
  },
};

function refuseCorrector(rule: ClearRule<unknown> | ProtectedRule, fact: CaseEvent, state: Case, actor: Actor): CaseRefusal | null {
  const confirmed = state.federalSupervisor.confirmed.some((confirmation) => confirmation.identification === fact.meta.id);
  if (confirmed) return refuse('NOT_CORRECTABLE', 'This identification was confirmed as it is: record another identification.');
  if (fact.meta.by.actor === actor.actor) return null;
  if (rule.by === 'AUTHOR') return refuse('NOT_THE_AUTHOR', 'What a person told or attested is corrected by that person alone.');
  return actor.roles.includes('SUPERVISOR')
    ? null
    : refuse('NOT_THE_AUTHOR', 'A fact is corrected by the person who recorded it, or by a supervisor.');
}

/** A protected field takes its value apart from the clear one, so that it is sealed; a clear field takes none. */
function refuseProtected(rule: ClearRule<unknown> | ProtectedRule, { to, protectedTo, field }: CorrectFact): CaseRefusal | null {
  const isProtected = rule.kind === 'PROTECTED' || rule.kind === 'PROTECTED_OR_NULL';
  if (!isProtected)
    return protectedTo === null ? null : refuse('VALUE_IMPOSSIBLE', `'${field}' is not protected: its value goes into 'to'.`);
  if (to !== null) return refuse('VALUE_IMPOSSIBLE', `'${field}' is protected: its value goes into 'protectedTo'.`);
  if (protectedTo === null && rule.kind === 'PROTECTED_OR_NULL') return null;
  return isBlank(protectedTo) ? refuse('VALUE_IMPOSSIBLE', `'${field}' needs a text that says something.`) : null;
}

function refuseValue(rule: ClearRule<unknown> | ProtectedRule, to: Json, state: Case, { now }: CaseContext): CaseRefusal | null {
  if (rule.kind === 'PROTECTED' || rule.kind === 'PROTECTED_OR_NULL') return null;
  const code = rule.kind.problem(to, { state, now });
  return code === null ? null : refuse(code, `The right value has to be ${rule.kind.words}.`);
}

/** What the case says of the field now: the last correction, else what was recorded. */
function currentValue(state: Case, fact: CaseEvent, field: string): Json {
  const corrected = state.corrections.get(fact.meta.id);
  const said: Readonly<Record<string, unknown>> = corrected !== undefined && Object.hasOwn(corrected, field) ? corrected : fact.data;
  // Data of events is JSON: it was read from the log, where nothing else can stand.
  return said[field] as Json;
}

/** The person whose key seals a field of this event. */
function personOf(fact: CaseEvent, field: string): PersonId | null {
  const data: Readonly<Record<string, unknown>> = fact.data;
  const person = data[field];
  // The schema names a clear field of a person's id, or of null.
  return typeof person === 'string' ? (person as PersonId) : null;
}

export const evolveCorrections: EvolveTable<Pick<typeof reportEvents, 'FactCorrected'>, Case, Actor> = {
  // What it corrects is folded again with the correction laid over it (corrections.ts); by itself it changes nothing.
  FactCorrected: (state) => state,
};

import { absentCase, type Actor, caseActions, type CaseCommands, type CaseCommandType, type CaseEvent, type CaseState, decideCase, evolveCase, isRefusal, type StageName } from '#libs/domain';
import { at, context, people, stored } from './case-kit.js';
import { Chance } from './chance.js';
import type { Recorded } from './memory-log.js';
import { builders } from './random-commands.js';
import { actors } from './random-picks.js';

const types = Object.keys(caseActions) as CaseCommandType[];

/** What moves a case on at its stage, for most of the steps: chance alone would seldom reach the late stages. */
const onward: Readonly<Record<StageName, readonly CaseCommandType[]>> = {
  REPORTED: ['triageCase', 'registerFootage', 'recordAgent', 'allegeViolation', 'linkCases'],
  UNDER_INVESTIGATION: ['assignInvestigator', 'recordAgent', 'allegeViolation', 'confirmFootageHold', 'reportFootageUnavailable',
    'attemptFederalSupervisorIdentification', 'recordMedicalAid', 'explainMismatch', 'assessImmunity', 'assessImmunity', 'submitForReview',
    'submitForReview'],
  SUPERVISOR_REVIEW: ['approveReview'],
  LEGAL_REVIEW: ['approveLegally'],
  READY_FOR_REFERRAL: ['ruleOnContact', 'approveReferral'],
  REFERRAL_APPROVED: ['ruleOnContact', 'deliverReferral', 'deliverReferral', 'withdrawReferral'],
  REFERRED: ['recordProsecutorDecision', 'withdrawReferral', 'recordFollowUp', 'resumeInvestigation'],
  DECIDED: ['proposeClosing', 'closeCase', 'resumeInvestigation'],
  CLOSED: ['reopenCase', 'decideHoldRelease'],
}; // prettier-ignore

/** What fills a gap of a submission. */
const fills: Readonly<Record<string, CaseCommandType>> = {
  VIOLATION_MISSING: 'allegeViolation',
  FOOTAGE_MISSING: 'reportFootageUnavailable',
  IDENTIFICATION_MISSING: 'attemptFederalSupervisorIdentification',
  INJURIES_UNANSWERED: 'recordMedicalAid',
  MISMATCH_OPEN: 'explainMismatch',
  IMMUNITY_MISSING: 'assessImmunity',
};

function chooseType(chance: Chance, state: CaseState, now: string): CaseCommandType {
  if (!state.exists) return 'fileReport';
  if (chance.is(0.35)) return chance.one(types);
  // Few events have the fields that a random correction names: it is tried often.
  if (chance.is(0.15)) return 'correctFact';
  if (state.stage.name === 'UNDER_INVESTIGATION' && state.investigator !== null && chance.is(0.7)) {
    const investigator = actors.find((actor) => actor.actor === state.investigator) ?? people.investigator;
    const asked = decideCase({ type: 'submitForReview', data: { note: null } }, state, context(investigator, { now }));
    const missing = isRefusal(asked) ? asked.gaps.map((gap) => fills[gap.code]).filter((type) => type !== undefined) : [];
    return missing.length === 0 ? 'submitForReview' : chance.one(missing);
  }
  return chance.one(onward[state.stage.name]);
}

/** A history that really can be: random commands by random actors, of which the domain records what it accepts. */
export function randomHistory(seed: number, steps: number, caseNumber = '2026-000001'): readonly Recorded[] {
  const chance = new Chance(seed);
  const recorded: Recorded[] = [];
  let state: CaseState = absentCase;
  let now = at(0);
  for (let step = 0; step < steps; step += 1) {
    const type = chooseType(chance, state, now);
    const outcome = decideAs(actorFor(chance, type, state), type, state, { chance, now, command: `command-${seed}-${step}`, caseNumber });
    for (const event of isRefusal(outcome.events) ? [] : outcome.events) {
      state = evolveCase(state, storedAs({ event, by: outcome.by, at: now }, recorded.length));
      recorded.push({ event, by: outcome.by, at: now });
    }
    now = new Date(Date.parse(now) + (1 + chance.below(600)) * 60_000).toISOString();
  }
  return recorded;
}

const storedAs = (one: Recorded, revision: number): CaseEvent => stored(one, revision);

interface Asked {
  readonly chance: Chance;
  readonly now: string;
  readonly command: string;
  readonly caseNumber: string;
}

function decideAs(by: Actor, type: CaseCommandType, state: CaseState, { chance, now, command, caseNumber }: Asked) {
  const data: CaseCommands[CaseCommandType] = builders[type](chance, state.exists ? state : null, now);
  const given = context(by, { now, commandId: command });
  // The type and its data are made together; the compiler can't pair them inside the union.
  const events = decideCase({ type, data } as Parameters<typeof decideCase>[0], state, { ...given, elsewhere: { ...given.elsewhere, caseNumber } });
  return { by, events };
}

function actorFor(chance: Chance, type: CaseCommandType, state: CaseState): Actor {
  const investigator = state.exists ? actors.find((actor) => actor.actor === state.investigator) : undefined;
  if (investigator !== undefined && caseActions[type].allow.some((role) => role === 'INVESTIGATOR') && chance.is(0.7)) return investigator;
  if (type === 'fileReport' && chance.is(0.9)) return people.officer;
  const allowed = actors.filter((actor) => caseActions[type].allow.some((role) => actor.roles.includes(role)));
  return chance.one(allowed.length === 0 ? actors : allowed);
}

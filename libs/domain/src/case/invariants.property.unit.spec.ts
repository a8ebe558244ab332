import { isEntries } from '../kernel/shared-map.js';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  absentCase,
  type Actor,
  caseActions,
  type Case,
  type CaseCommands,
  type CaseCommandType,
  type CaseEvent,
  type CaseState,
  decideCase,
  evolveCase,
  FactLog,
  foldCase,
  isRefusal,
  type NewCaseEvent,
  type StageName,
  stages,
} from '#libs/domain';
import { at, context, people, person, stored } from '../../../../test/support/case-kit.js';
import { firstHashes, missingVoids, wrongApprovals, wrongClosings, wrongDeliveries, wrongExpungements, wrongReleases, wrongSealings } from '../../../../test/support/case-oracle.js';
import { Chance } from '../../../../test/support/chance.js';
import { builders } from '../../../../test/support/random-commands.js';
import { actors } from '../../../../test/support/random-picks.js';

/** How many cases are lived through; `CASELEDGER_FUZZ_RUNS` sets another number. */
const runs = Number(process.env['CASELEDGER_FUZZ_RUNS'] ?? 900);
const seed = 20_261_122;
/** Commands given to one case. */
const stepsMin = 80;
const stepsMax = 200;

const types = Object.keys(caseActions) as CaseCommandType[];

/** domain.md, the row 'preserve' of the kinds of action: never refused because of a stage. */
const evidence = new Set<CaseCommandType>([
  'requestPreservation', 'registerFootage', 'placeFootageHold', 'confirmFootageHold', 'verifyFootage', 'explainMismatch',
  'reportFootageUnavailable', 'registerDerivedCopy', 'registerExhibit', 'transferCustody', 'acceptCustody', 'requestHoldRelease',
  'recordCourtOrder', 'endCourtOrder', 'decideHoldRelease', 'correctFact', 'recordOutsideContact', 'ruleOnContact', 'declareConflict',
  'recordConflict', 'supplementReport', 'markContrary', 'sealCase', 'unsealCase', 'requestShredding', 'confirmShredding',
]); // prettier-ignore

/** Observations, and accounts of things that may well be alike: at once again they are recorded again. All others record nothing. */
const recordedAgain = new Set<CaseCommandType>([
  'fileReport', 'supplementReport', 'recordSceneDetail', 'recordMedicalAid', 'recordAgent', 'recordPerson', 'takeStatement',
  'attemptFederalSupervisorIdentification', 'identifyFederalSupervisor', 'requestFederalRecords', 'verifyFootage', 'annotateFootage',
  'assessImmunity', 'notifyComplainant', 'registerExhibit',
  // The name is protected: nothing in the domain can tell whether it is the same.
  'linkAgentIdentity',
  // An agency answers one request in parts.
  'recordFederalAnswer',
]); // prettier-ignore

interface Life {
  state: CaseState;
  readonly events: CaseEvent[];
  now: string;
}

interface Seen {
  readonly accepted: Set<CaseCommandType>;
  readonly stages: Set<StageName>;
  readonly wrong: string[];
}

/** What moves a case on at its stage, for half of the steps: chance alone would reach the late stages too seldom. */
const onward: Readonly<Record<StageName, readonly CaseCommandType[]>> = {
  REPORTED: ['triageCase', 'registerFootage', 'allegeViolation'],
  UNDER_INVESTIGATION: ['assignInvestigator', 'submitForReview', 'submitForReview', 'linkEvidence', 'withdrawEvidenceLink'],
  SUPERVISOR_REVIEW: ['approveReview'],
  LEGAL_REVIEW: ['approveLegally', 'approveLegally', 'assessImmunity'],
  READY_FOR_REFERRAL: ['ruleOnContact', 'approveReferral'],
  REFERRAL_APPROVED: ['ruleOnContact', 'deliverReferral'],
  REFERRED: ['recordProsecutorDecision', 'recordFollowUp'],
  DECIDED: ['proposeClosing', 'closeCase'],
  CLOSED: ['requestHoldRelease', 'decideHoldRelease', 'reopenCase'],
};

/** What fills a gap of a submission. */
const fills: Readonly<Record<string, CaseCommandType>> = {
  VIOLATION_MISSING: 'allegeViolation',
  FOOTAGE_MISSING: 'reportFootageUnavailable',
  IDENTIFICATION_MISSING: 'attemptFederalSupervisorIdentification',
  INJURIES_UNANSWERED: 'recordMedicalAid',
  MISMATCH_OPEN: 'explainMismatch',
  IMMUNITY_MISSING: 'assessImmunity',
};

function chooseType(chance: Chance, life: Life): CaseCommandType {
  const { state } = life;
  if (!state.exists) return chance.is(0.9) ? 'fileReport' : chance.one(types);
  // Releases are rare, and barred people rarer among those who try.
  if (state.releaseRequests.size > 0 && chance.is(0.15)) return 'decideHoldRelease';
  if (state.footage.size > 0 && chance.is(0.05)) return chance.one(['requestHoldRelease', 'placeFootageHold', 'transferCustody', 'acceptCustody'] as const);
  if (chance.is(0.4)) return chance.one(types);
  const type = chance.one(onward[state.stage.name]);
  if (type !== 'submitForReview' || state.investigator === null) return type;
  const asked = decideAs({ ...people.investigator, actor: state.investigator }, life, 'submitForReview', { note: null }, 'asked');
  if (!isRefusal(asked) || asked.gaps.length === 0) return type;
  const fill = fills[chance.one(asked.gaps).code] ?? type;
  return fill === 'allegeViolation' && state.agents.size === 0 ? 'recordAgent' : fill;
}

function chooseActor(chance: Chance, life: Life, type: CaseCommandType): Actor {
  if (chance.is(0.1)) return chance.one(actors);
  const row = caseActions[type];
  const fitting = actors.filter((actor) => actor.roles.some((role) => row.allow.includes(role)));
  const assigned = life.state.exists ? life.state.investigator : null;
  const investigator = fitting.find((actor) => actor.actor === assigned);
  return investigator !== undefined && chance.is(0.5) ? investigator : chance.one(fitting);
}

function decideAs<T extends CaseCommandType>(actor: Actor, life: Life, type: T, data: CaseCommands[T], commandId: string): ReturnType<typeof decideCase> {
  // The type and its data are given together; the compiler can't pair them inside the union.
  return decideCase({ type, data } as Parameters<typeof decideCase>[0], life.state, context(actor, { now: life.now, commandId }));
}

function append(life: Life, events: readonly NewCaseEvent[], by: Actor): void {
  for (const event of events) {
    const kept = stored({ event, by, at: life.now }, life.events.length);
    life.events.push(kept);
    life.state = evolveCase(life.state, kept);
  }
}

/** Mostly minutes, at times months: retention, limitation and grants run out. */
function laterThan(now: string, chance: Chance): string {
  const minutes = chance.is(0.01) ? 60 * 24 * 400 : 1 + chance.below(600);
  return new Date(Date.parse(now) + minutes * 60_000).toISOString();
}

function step(life: Life, choice: number, seen: Seen): void {
  const chance = new Chance(choice);
  const type = chooseType(chance, life);
  const actor = chooseActor(chance, life, type);
  const data = builders[type](chance, life.state.exists ? life.state : null, life.now);
  const command = `command-${life.events.length}-${choice}`;
  const before = life.state;
  const outcome = decideAs(actor, life, type, data, command);
  if (isRefusal(outcome)) {
    if (evidence.has(type) && outcome.code === 'STAGE_NOT_ALLOWED') seen.wrong.push(`${type} refused because of the stage`);
    // The voiding of reviews must leave nothing for this last check to find.
    if (outcome.code === 'BINDING_DIFFERS') seen.wrong.push('approvals stood that bind something else');
  } else if (outcome.length > 0) {
    seen.accepted.add(type);
    append(life, outcome, actor);
    const again = decideAs(actor, life, type, data, `${command}-again`);
    if (!isRefusal(again) && again.length > 0 && !recordedAgain.has(type)) seen.wrong.push(`${type} records again at once`);
    const names = outcome.map((event) => event.type);
    if (before.exists && names.includes('ReviewVoided') && names.at(-1) !== 'ReviewVoided') seen.wrong.push('a voiding is not the last of its append');
  }
  if (life.state.exists) seen.stages.add(life.state.stage.name);
  life.now = laterThan(life.now, chance);
}

/** A case told in plain data, for comparison. */
function plain(state: CaseState): string {
  return JSON.stringify(state, (_key, value: unknown) => {
    if (isEntries(value)) return [...value];
    if (value instanceof Set) return [...value];
    if (value instanceof FactLog) return [...value];
    return value;
  });
}

function checkFold(life: Life): readonly string[] {
  const whole = plain(foldCase(life.events));
  const wrong: string[] = [];
  if (whole !== plain(foldCase(life.events))) wrong.push('folding twice gives two states');
  if (whole !== plain(life.state)) wrong.push('folding step by step gives another state than folding the whole');
  return wrong;
}

function checkFirstHashes(life: Life): readonly string[] {
  const { hashes, wrong } = firstHashes(life.events);
  const { state } = life;
  if (!state.exists) return wrong;
  const overwritten = [...hashes].filter(([footage, sha256]) => {
    const item = [...state.footage.values()].find((one) => one.id === footage);
    return item?.firstHash?.fingerprint.sha256 !== sha256;
  });
  return [...wrong, ...overwritten.map(([footage]) => `the first hash of ${footage} was overwritten`)];
}

const fresh = {
  proposer: person('fresh-supervisor', 'SUPERVISOR'),
  closer: person('fresh-closer', 'SUPERVISOR', 'LEGAL'),
  liaison: person('fresh-liaison', 'LIAISON'),
};

/** Leads a case out of where it is, by people who had nothing to do with it; gives what was refused on the way. */
function leadOut(life: Life): readonly string[] {
  const wrong: string[] = [];
  const give = <T extends CaseCommandType>(actor: Actor, type: T, data: CaseCommands[T]): void => {
    const outcome = decideAs(actor, life, type, data, `out-${life.events.length}`);
    if (isRefusal(outcome)) wrong.push(`no way out: ${type} is refused with ${outcome.code}`);
    else append(life, outcome, actor);
  };
  const { state } = life;
  if (!state.exists) return [];
  if (state.stage.name === 'CLOSED') give(fresh.proposer, 'reopenCase', { reason: 'Invented.' });
  if (state.stage.name === 'REFERRED') give(fresh.proposer, 'resumeInvestigation', { reason: 'Invented.' });
  const isUndecided = closeWithout(life, give);
  give(fresh.proposer, 'proposeClosing', { disposition: isUndecided ? 'REFERRED_NO_DECISION' : 'INSUFFICIENT_EVIDENCE', reason: 'Invented.', duplicateOf: null });
  give(fresh.closer, 'closeCase', { reason: 'Invented.' });
  const after: CaseState = life.state;
  if (!after.exists || after.stage.name !== 'CLOSED') wrong.push('the case is not closed');
  return wrong;
}

/** Every delivered referral that was neither decided nor given back is answered by a refused receipt; whether there is one. */
function closeWithout(life: Life, give: (actor: Actor, type: 'recordReferralReceipt', data: CaseCommands['recordReferralReceipt']) => void): boolean {
  const { state } = life;
  if (!state.exists) return false;
  const open = [...(state satisfies Case).referrals.values()].filter((referral) => {
    const isOpen = referral.pairs.some((pair) => {
      const outcomes = referral.decisions
        .filter((decision) => decision.pair.violation === pair.violation && decision.pair.agent === pair.agent)
        .map((decision) => decision.outcome);
      return !outcomes.includes('CHARGES_APPROVED') && !outcomes.includes('CHARGES_REJECTED') && outcomes.at(-1) !== 'RETURNED';
    });
    return referral.status === 'DELIVERED' && isOpen;
  });
  for (const { id } of open) give(fresh.liaison, 'recordReferralReceipt', { referral: id, outcome: 'RECEIPT_REFUSED', at: null, note: null });
  return open.length > 0;
}

describe('whatever is done to a case by whomever', () => {
  it(
    'holds what the record promises',
    () => {
      const over = { accepted: new Set<CaseCommandType>(), stages: new Set<StageName>() };
      const choices = fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { minLength: stepsMin, maxLength: stepsMax, size: 'max' });
      fc.assert(
        fc.property(choices, (given) => {
          const life: Life = { state: absentCase, events: [], now: at(0) };
          const seen: Seen = { ...over, wrong: [] };
          for (const choice of given) step(life, choice, seen);
          const wrong = [...seen.wrong, ...checkFold(life), ...checkFirstHashes(life), ...leadOut(life)];
          const { events } = life;
          expect([...wrong, ...wrongDeliveries(events), ...wrongApprovals(events), ...wrongClosings(events), ...wrongReleases(events), ...wrongSealings(events), ...wrongExpungements(events), ...missingVoids(events)]).toEqual([]);
        }),
        { numRuns: runs, seed },
      );
      // The run says something only if it went everywhere.
      expect(stages.filter((stage) => !over.stages.has(stage))).toEqual([]);
      expect(types.filter((type) => !over.accepted.has(type))).toEqual([]);
    },
    600_000,
  );
});

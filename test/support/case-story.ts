import type { AgentId, CaseEventData, CaseEventType, FootageId, NewCaseEvent, PersonId, ReferralId, ReportId, StatementId, UserId, ViolationId } from '#libs/domain';
import type { Actor, Case } from '#libs/domain';
import { fold, type Given, people } from './case-kit.js';
import { allegationsSamples } from './samples/allegations.samples.js';
import { reviewSamples } from './samples/review.samples.js';

/** One invented case, told stage by stage up to its closing: what the tests of review and referral are given. */

export const ids = {
  report: 'report-1' as ReportId,
  agent: 'agent-1' as AgentId,
  otherAgent: 'agent-2' as AgentId,
  person: 'person-1' as PersonId,
  footage: 'footage-1' as FootageId,
  violation: 'violation-1' as ViolationId,
  referral: 'referral-1' as ReferralId,
  voluntary: 'statement-1' as StatementId,
  compelled: 'statement-2' as StatementId,
};

export function event<T extends CaseEventType>(type: T, data: CaseEventData<T>, by: Actor, at?: string): Given {
  // The type and its data are given together; the compiler can't pair them inside the union.
  return { event: { type, data } as unknown as NewCaseEvent, by, at };
}

export function reportFiled(change: Partial<CaseEventData<'ReportFiled'>> = {}, by: Actor = people.officer): Given {
  const data: CaseEventData<'ReportFiled'> = {
    report: ids.report,
    caseNumber: '2026-000001',
    origin: 'OFFICER',
    source: null,
    incident: { dispatch: 'D-0001', records: null, other: [] },
    occurredAt: {
      earliest: '2026-03-02T14:00:00.000Z',
      latest: '2026-03-02T14:10:00.000Z',
      precision: 'MINUTE',
      source: 'reporter',
      zone: 'America/Chicago',
    },
    reportedAt: '2026-03-02T15:00:00.000Z',
    timeMarks: [],
    place: { beat: '0111', district: '001', description: 'STREET' },
    address: null,
    category: { code: null, text: 'Reported use of force' },
    narrative: 'Invented: officer-1 saw the affected person pushed.',
    onSceneAt: '2026-03-02T14:05:00.000Z',
    unit: 'unit-1',
    camera: 'camera-1',
    officersPresent: [],
    injuries: 'YES',
    footageViewed: false,
    ...change,
  };
  return event('ReportFiled', data, by);
}

export function agentRecorded(agent: AgentId, designation: string, by: Actor = people.officer): Given {
  const data: CaseEventData<'AgentRecorded'> = {
    agent,
    designation,
    agencyClaimed: null,
    agencyConfirmed: null,
    badgeSeen: null,
    faceCovered: 'YES',
    clothing: 'Invented: green vest',
    markings: 'POLICE',
    role: null,
    timecode: null,
  };
  return event('AgentRecorded', data, by);
}

export const footageRegistered = event(
  'FootageRegistered',
  {
    footage: ids.footage,
    kind: 'BODY_WORN',
    sourceSystem: 'evidence-store (invented)',
    sourceReference: 'R-1',
    wearer: people.officer.actor,
    camera: 'camera-1',
    startedAt: '2026-03-02T14:00:00.000Z',
    endedAt: '2026-03-02T14:30:00.000Z',
    durationMs: 1_800_000,
    timeMarks: [],
    clockOffsetMs: 0,
    custodian: people.custodian.actor,
    description: null,
  },
  people.officer,
);
export const holdPlaced = event(
  'FootageHoldPlaced',
  { footage: ids.footage, ground: 'Federal agents on scene', policyVersion: 1 },
  people.officer,
);
export const identificationAttempted = event(
  'FederalSupervisorIdentificationAttempted',
  {
    outcome: 'DECLINED',
    method: 'Asked the agent who gave the orders',
    wordsUsed: 'I will not say.',
    agent: ids.agent,
    attemptedAt: '2026-03-02T14:12:00.000Z',
    timecode: null,
  },
  people.officer,
);
export const triaged = event('CaseTriaged', { outcome: 'INVESTIGATE', disposition: null, reason: null, duplicateOf: null }, people.intake);
export const assigned = event('InvestigatorAssigned', { investigator: people.investigator.actor, previous: null }, people.supervisor);
export const violationAlleged = event('ViolationAlleged', allegationsSamples.ViolationAlleged, people.investigator);
export const immunityAssessed = event('ImmunityAssessed', allegationsSamples.ImmunityAssessed, people.investigator);

export function statementTaken(statement: StatementId, compelled: boolean, user: UserId = people.otherOfficer.actor, by: Actor = people.officer): Given {
  const data: CaseEventData<'StatementTaken'> = {
    statement,
    giver: { kind: 'CITY_MEMBER', user },
    person: null,
    voluntariness: compelled ? 'COMPELLED' : 'VOLUNTARY',
    warnings: null,
    language: 'en',
    interpreter: null,
    kind: 'SUMMARY',
    recording: null,
    present: [],
    guardian: null,
    takenAt: '2026-03-02T16:00:00.000Z',
    text: 'Invented.',
    material: !compelled,
    reader: compelled ? people.otherLegal.actor : null,
  };
  return event('StatementTaken', data, by);
}

/** What is bound after these events: they are folded as the log would give them back. */
export function materialAfter(history: readonly Given[]): Case['material'] {
  const state = fold(history);
  if (!state.exists) throw new Error('the story has no report');
  return state.material;
}

export const reported: readonly Given[] = [reportFiled()];
export const investigated: readonly Given[] = [
  ...reported,
  triaged,
  assigned,
  footageRegistered,
  holdPlaced,
  identificationAttempted,
  agentRecorded(ids.agent, 'UA-1'),
  agentRecorded(ids.otherAgent, 'UA-2'),
];
export const readyToSubmit: readonly Given[] = [...investigated, violationAlleged, immunityAssessed];

export function submittedAfter(history: readonly Given[]): readonly Given[] {
  return [...history, event('ReviewSubmitted', { binds: materialAfter(history), note: null }, people.investigator)];
}
export function supervisorApprovedAfter(history: readonly Given[]): readonly Given[] {
  return [...history, event('ReviewApproved', { binds: materialAfter(history), note: null }, people.otherSupervisor)];
}
export function legallyApprovedAfter(history: readonly Given[]): readonly Given[] {
  return [...history, event('LegalReviewApproved', { binds: materialAfter(history), note: null }, people.legal)];
}
export function referralApprovedAfter(history: readonly Given[], change: Partial<CaseEventData<'ReferralApproved'>> = {}): readonly Given[] {
  const data = { ...reviewSamples.ReferralApproved, binds: materialAfter(history), ...change };
  return [...history, event('ReferralApproved', data, people.authority)];
}
export function deliveredAfter(history: readonly Given[], change: Partial<CaseEventData<'ReferralDelivered'>> = {}): readonly Given[] {
  const data = { ...reviewSamples.ReferralDelivered, binds: materialAfter(history), ...change };
  return [...history, event('ReferralDelivered', data, people.liaison)];
}

export const submitted = submittedAfter(readyToSubmit);
export const supervisorApproved = supervisorApprovedAfter(submitted);
export const legallyApproved = legallyApprovedAfter(supervisorApproved);
export const referralApproved = referralApprovedAfter(legallyApproved);
export const referred = deliveredAfter(referralApproved);
export const charged = event('ProsecutorDecisionRecorded', reviewSamples.ProsecutorDecisionRecorded, people.liaison);
export const decided: readonly Given[] = [...referred, charged];
export const closingProposed = event('ClosingProposed', reviewSamples.ClosingProposed, people.investigator);
export const closed: readonly Given[] = [
  ...decided,
  closingProposed,
  event('CaseClosed', reviewSamples.CaseClosed, people.otherLegal),
];

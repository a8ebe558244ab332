import { describe, expect, it } from '@jest/globals';
import {
  absentCase,
  type CaseEventData,
  type CaseState,
  type Clock,
  type ClockName,
  clockNames,
  type ClockState,
  daysBetween,
  evolveCase,
  type FootageId,
  foldClocks,
  noClocks,
  type PersonId,
  type Policy,
  runningClocks,
} from '#libs/domain';
import { eventIdAt, type Given, people, stored } from '../../../../test/support/case-kit.js';
import * as story from '../../../../test/support/case-story.js';
import { samplePolicy } from '../../../../test/support/policy.js';
import { allegationsSamples } from '../../../../test/support/samples/allegations.samples.js';
import { fingerprint, footageSamples, sha256 } from '../../../../test/support/samples/footage.samples.js';
import { peopleSamples } from '../../../../test/support/samples/people.samples.js';
import { reviewSamples } from '../../../../test/support/samples/review.samples.js';

const { event, reportFiled } = story;
const { officer, otherOfficer, intake, investigator, custodian, supervisor, legal, liaison, system } = people;
const footage = 'footage-1' as FootageId;

function fold(history: readonly Given[], policyAt: (revision: number) => Policy = () => samplePolicy, ofVersion: (version: number) => Policy | null = () => null): ClockState {
  let state: CaseState = absentCase;
  let clocks = noClocks;
  history.forEach((given, revision) => {
    const happened = stored(given, revision);
    const after = evolveCase(state, happened);
    clocks = foldClocks(clocks, happened, state, after, policyAt(revision), ofVersion);
    state = after;
  });
  return clocks;
}

const seen = new Set<ClockName>();

/** Every run of one clock, in order. */
function runs(history: readonly Given[], clock: ClockName, subject?: string | null): readonly Clock[] {
  seen.add(clock);
  return fold(history).clocks.filter((run) => run.clock === clock && (subject === undefined || run.subject === subject));
}

/** The one run of a clock. */
function only(history: readonly Given[], clock: ClockName, subject?: string | null): Clock {
  const found = runs(history, clock, subject);
  expect(found).toHaveLength(1);
  return found[0] as Clock; // just counted
}

const reportedAt = '2026-03-02T15:00:00.000Z';
const noCamera = { onSceneAt: null, camera: null } as const;
const civilian = reportFiled({ origin: 'CIVILIAN', ...noCamera }, intake);
const reported = [reportFiled()];
const registered = event('FootageRegistered', footageSamples.FootageRegistered, officer, '2026-03-02T16:00:00.000Z');
const placed = event('FootageHoldPlaced', footageSamples.FootageHoldPlaced, officer, '2026-03-02T16:00:00.000Z');
const held = [...reported, registered, placed];
const confirmedAs = (change: Partial<CaseEventData<'FootageHoldConfirmed'>> = {}): Given =>
  event('FootageHoldConfirmed', { ...footageSamples.FootageHoldConfirmed, ...change }, custodian, '2026-03-03T16:00:00.000Z');
const confirmed = confirmedAs();
const unavailableAs = (change: Partial<CaseEventData<'FootageReportedUnavailable'>>): Given =>
  event('FootageReportedUnavailable', { ...footageSamples.FootageReportedUnavailable, ...change }, officer, '2026-03-03T10:00:00.000Z');
const requestedAs = (change: Partial<CaseEventData<'PreservationRequested'>>): Given =>
  event('PreservationRequested', { ...footageSamples.PreservationRequested, ...change }, officer, '2026-03-02T16:00:00.000Z');
const registeredAs = (change: Partial<CaseEventData<'FootageRegistered'>>): Given =>
  event('FootageRegistered', { ...footageSamples.FootageRegistered, ...change }, officer, '2026-03-02T16:00:00.000Z');
const missed = (clock: ClockName, subject: string | null, dueAt: string): Given =>
  event('DeadlineMissed', { clock, startedBy: eventIdAt(0), subject, dueAt, policyVersion: 1 }, system);

describe('footage preserved', () => {
  it('runs 24 hours from when the city was told, for each camera known, until it is held, asked for or unavailable', () => {
    const clock = only(reported, 'FOOTAGE_PRESERVED', 'camera-1');
    expect(clock).toMatchObject({ subjectKind: 'CAMERA', startedAt: reportedAt, dueAt: '2026-03-03T15:00:00.000Z', stoppedAt: null });
    for (const stop of [[registered, placed], [requestedAs({ cameras: ['camera-1'], officers: [] })], [unavailableAs({ camera: 'camera-1' })]]) {
      expect(only([...reported, ...stop], 'FOOTAGE_PRESERVED', 'camera-1').stoppedBy).not.toBeNull();
    }
    expect(only([...reported, requestedAs({})], 'FOOTAGE_PRESERVED', 'camera-1').stoppedBy).toBeNull();
  });
  it('runs for an officer of whom no camera is known, and for the camera of a detail of the scene', () => {
    const other = reportFiled({ officersPresent: [{ officer: otherOfficer.actor, camera: null }] });
    expect(only([other], 'FOOTAGE_PRESERVED', otherOfficer.actor)).toMatchObject({ subjectKind: 'OFFICER', dueAt: '2026-03-03T15:00:00.000Z' });
    expect(only([other, unavailableAs({ camera: null, officer: otherOfficer.actor })], 'FOOTAGE_PRESERVED', otherOfficer.actor).stoppedBy).toEqual(eventIdAt(1));
  });
  it('runs for the case where no camera is known, and never past 24 hours before an unknown source deletes', () => {
    expect(only([civilian], 'FOOTAGE_PRESERVED')).toMatchObject({ subject: null, dueAt: '2026-03-03T15:00:00.000Z' });
    // The incident was two and a half days before the report: an unknown source deletes after 72 hours.
    const occurredAt = { ...reportFiledData().occurredAt, earliest: '2026-02-28T03:00:00.000Z' };
    const late = reportFiled({ origin: 'CIVILIAN', ...noCamera, occurredAt }, intake);
    expect(only([late], 'FOOTAGE_PRESERVED')).toMatchObject({ dueAt: reportedAt, reasons: [{ step: 'START' }, { step: 'RULE' }, { step: 'SOONER' }] });
    expect(only([civilian, requestedAs({})], 'FOOTAGE_PRESERVED', null).stoppedBy).toEqual(eventIdAt(1));
  });
});

describe('hold confirmed', () => {
  it('runs 48 hours from the hold, until it is confirmed or the recording is reported unavailable', () => {
    expect(only(held, 'HOLD_CONFIRMED', footage)).toMatchObject({ startedBy: eventIdAt(2), dueAt: '2026-03-04T16:00:00.000Z', stoppedAt: null });
    expect(only([...held, confirmed], 'HOLD_CONFIRMED', footage)).toMatchObject({ stoppedBy: eventIdAt(3), stoppedAt: '2026-03-03T16:00:00.000Z' });
    expect(only([...held, unavailableAs({ footage, camera: null, officer: null })], 'HOLD_CONFIRMED', footage).stoppedBy).toEqual(eventIdAt(3));
  });
  it('runs 4 hours where the recording may be deleted within 72', () => {
    const shop = [...reported, registeredAs({ kind: 'PRIVATE_CCTV', wearer: null, camera: 'shop-1' }), placed];
    expect(only(shop, 'HOLD_CONFIRMED', footage)).toMatchObject({ dueAt: '2026-03-02T20:00:00.000Z', reasons: [{ step: 'START' }, { step: 'SOONER' }] });
  });
  it('runs from a request too, for what the source is known to delete when', () => {
    const asked = [...reported, requestedAs({ deletionAt: '2026-03-04T20:00:00.000Z' })];
    expect(only(asked, 'HOLD_CONFIRMED', 'preservation-1')).toMatchObject({ subjectKind: 'PRESERVATION', dueAt: '2026-03-02T20:00:00.000Z' });
    const ofRequest = { footage: null, preservation: footageSamples.PreservationRequested.preservation };
    expect(only([...asked, confirmedAs(ofRequest)], 'HOLD_CONFIRMED', 'preservation-1').stoppedBy).toEqual(eventIdAt(2));
  });
  it('of a request ends once each recording that it names is confirmed or unavailable by itself', () => {
    const asked = [...held, requestedAs({ officers: [officer.actor], cameras: ['camera-1'] })];
    expect(only(asked, 'HOLD_CONFIRMED', 'preservation-1').stoppedBy).toBeNull();
    expect(only([...asked, confirmed], 'HOLD_CONFIRMED', 'preservation-1').stoppedBy).toEqual(eventIdAt(4));
  });
  it('runs anew where a released item is held again', () => {
    const released = event('HoldReleased', footageSamples.HoldReleased, legal);
    const again = event('FootageHoldPlaced', footageSamples.FootageHoldPlaced, supervisor, '2026-04-01T15:00:00.000Z');
    const found = runs([...held, confirmed, released, again], 'HOLD_CONFIRMED', footage);
    expect(found.map((run) => run.startedAt)).toEqual(['2026-03-02T16:00:00.000Z', '2026-04-01T15:00:00.000Z']);
  });
});

describe('footage deleted', () => {
  it('ends with the retention of the kind from the end of the recording by true time, and warns 30, 10, 5 and 1 days before', () => {
    const clock = only(held, 'FOOTAGE_DELETED', footage);
    // 90 local days: the clocks are put forward between.
    expect(clock).toMatchObject({ startedAt: '2026-03-02T14:20:02.000Z', dueAt: '2026-05-31T13:20:02.000Z' });
    expect(clock.warnAt).toEqual(['2026-05-01T13:20:02.000Z', '2026-05-21T13:20:02.000Z', '2026-05-26T13:20:02.000Z', '2026-05-30T13:20:02.000Z']);
  });
  it('counts from the earliest time of the incident where the end is unknown, and moves with another account of it', () => {
    const history = [...reported, registeredAs({ endedAt: null }), placed];
    expect(only(history, 'FOOTAGE_DELETED', footage).startedAt).toBe('2026-03-02T14:00:00.000Z');
    const occurredAt = { ...reportFiledData().occurredAt, earliest: '2026-03-01T14:00:00.000Z' };
    const earlier = reportFiled({ caseNumber: null, occurredAt }, otherOfficer);
    const found = runs([...history, earlier], 'FOOTAGE_DELETED', footage);
    expect(found).toMatchObject([{ stoppedBy: eventIdAt(3) }, { startedBy: eventIdAt(3), startedAt: '2026-03-01T14:00:00.000Z', stoppedBy: null }]);
  });
  it('is silenced by a confirmed hold alone, or where there is nothing to delete', () => {
    const verified = event('FootageVerified', footageSamples.FootageVerified, custodian);
    expect(only([...held, verified], 'FOOTAGE_DELETED', footage).stoppedBy).toBeNull();
    expect(only([...held, confirmed], 'FOOTAGE_DELETED', footage).stoppedBy).toEqual(eventIdAt(3));
    expect(only([...held, unavailableAs({ footage, camera: null, officer: null })], 'FOOTAGE_DELETED', footage).stoppedBy).toEqual(eventIdAt(3));
  });
  it('warns of what was asked for and is not registered yet', () => {
    expect(only([...reported, requestedAs({})], 'FOOTAGE_DELETED', 'preservation-1')).toMatchObject({ startedAt: '2026-03-02T14:00:00.000Z' });
  });
});

describe('hashes', () => {
  const verified = event('FootageVerified', footageSamples.FootageVerified, custodian, '2026-03-04T16:00:00.000Z');
  it('are due 7 days after the confirmation for the first', () => {
    const clock = only([...held, confirmed], 'FIRST_HASH', footage);
    expect(clock).toMatchObject({ startedAt: '2026-03-03T16:00:00.000Z', dueAt: '2026-03-10T15:00:00.000Z' });
    expect(only([...held, confirmed, verified], 'FIRST_HASH', footage).stoppedBy).toEqual(eventIdAt(4));
  });
  it('are due 180 days after the last one, matching or not, while it is held', () => {
    const mismatch = event('FootageMismatchFound', { ...footageSamples.FootageMismatchFound, fingerprint: fingerprint(sha256.other) }, custodian, '2026-04-01T16:00:00.000Z');
    const found = runs([...held, confirmed, verified, mismatch], 'HASH_AGAIN', footage);
    expect(found).toMatchObject([
      { startedAt: '2026-03-04T16:00:00.000Z', stoppedBy: eventIdAt(5) },
      { startedAt: '2026-04-01T16:00:00.000Z', dueAt: '2026-09-28T16:00:00.000Z', stoppedBy: null },
    ]);
    const released = event('HoldReleased', footageSamples.HoldReleased, legal);
    expect(only([...held, confirmed, verified, released], 'HASH_AGAIN', footage).stoppedBy).toEqual(eventIdAt(5));
  });
  it('never end later than 24 hours before the deletion that the source shows', () => {
    const soon = confirmedAs({ deletionAt: '2026-03-06T16:00:00.000Z' });
    expect(only([...held, soon], 'FIRST_HASH', footage)).toMatchObject({ dueAt: '2026-03-05T16:00:00.000Z', reasons: [{}, { step: 'RULE' }, { step: 'SOONER' }] });
    const passed = confirmedAs({ deletionAt: '2026-03-04T01:00:00.000Z' });
    expect(only([...held, passed], 'FIRST_HASH', footage).dueAt).toBe('2026-03-03T16:00:00.000Z');
  });
});

describe('identification attempt', () => {
  it('is due 24 hours after an officer was on scene, else after the city was told; any attempt stops it', () => {
    expect(only(reported, 'IDENTIFICATION_ATTEMPT')).toMatchObject({ startedAt: '2026-03-02T14:05:00.000Z', dueAt: '2026-03-03T14:05:00.000Z' });
    expect(only([civilian], 'IDENTIFICATION_ATTEMPT').startedAt).toBe(reportedAt);
    const attempted = [...reported, story.identificationAttempted];
    expect(only(attempted, 'IDENTIFICATION_ATTEMPT')).toMatchObject({ stoppedBy: eventIdAt(1), stoppedAt: '2026-03-02T14:12:00.000Z' });
  });
});

describe('triage and assignment', () => {
  it('are due after 2 business days each', () => {
    const friday = reportFiled({ reportedAt: '2026-03-06T18:00:00.000Z' });
    expect(only([friday], 'TRIAGE')).toMatchObject({ dueAt: '2026-03-10T17:00:00.000Z' });
    const triaged = { ...story.triaged, at: '2026-03-06T20:00:00.000Z' };
    expect(only([friday, triaged], 'TRIAGE').stoppedBy).toEqual(eventIdAt(1));
    expect(only([friday, triaged], 'ASSIGNMENT')).toMatchObject({ startedAt: '2026-03-06T20:00:00.000Z', dueAt: '2026-03-10T19:00:00.000Z' });
    expect(only([friday, triaged, story.assigned], 'ASSIGNMENT').stoppedBy).toEqual(eventIdAt(2));
  });
  it('start no clock of an imported case before its triage, but then each that applies', () => {
    const imported = reportFiled({ origin: 'IMPORTED', reportedAt: '2025-01-06T15:00:00.000Z' }, intake);
    const alleged = event('ViolationAlleged', allegationsSamples.ViolationAlleged, investigator);
    expect(fold([imported, registered, placed, alleged]).clocks).toEqual([]);
    const started = runningClocks(fold([imported, registered, placed, alleged, { ...story.triaged, at: '2026-05-01T15:00:00.000Z' }]));
    expect(started.map((clock) => clock.clock).toSorted()).toEqual(['ASSIGNMENT', 'FOOTAGE_DELETED', 'HOLD_CONFIRMED', 'IDENTIFICATION_ATTEMPT', 'LIMITATION']);
    expect(started.find((clock) => clock.clock === 'IDENTIFICATION_ATTEMPT')).toMatchObject({ startedAt: '2026-05-01T15:00:00.000Z' });
  });
});

describe('review, delivery and receipt', () => {
  const days = (clock: Clock): number => daysBetween(clock.startedAt, clock.dueAt, samplePolicy);
  it.each<[ClockName, readonly Given[], readonly Given[], number]>([
    ['SUPERVISOR_REVIEW', story.submitted, story.supervisorApproved, 7],
    ['LEGAL_REVIEW', story.supervisorApproved, story.legallyApproved, 14],
    ['REFERRAL_REVIEW', story.legallyApproved, story.referralApproved, 7],
    ['DELIVERY', story.referralApproved, story.referred, 2],
  ])('%s starts with its stage and stops when that is decided', (name, started, stopped, span) => {
    const clock = only(started, name);
    expect(clock).toMatchObject({ startedBy: eventIdAt(started.length - 1), stoppedBy: null });
    expect(days(clock)).toBe(span);
    expect(only(stopped, name).stoppedBy).toEqual(eventIdAt(stopped.length - 1));
  });
  it('stops when it is returned, withdrawn or voided, and starts anew with the next submission', () => {
    const returned = event('ReviewReturned', reviewSamples.ReviewReturned, supervisor);
    const withdrawn = event('SubmissionWithdrawn', reviewSamples.SubmissionWithdrawn, investigator);
    const voided = event('ReviewVoided', reviewSamples.ReviewVoided, officer);
    for (const back of [returned, withdrawn, voided]) {
      expect(only([...story.submitted, back], 'SUPERVISOR_REVIEW').stoppedBy).toEqual(eventIdAt(story.submitted.length));
      expect(runs(story.submittedAfter([...story.submitted, back]), 'SUPERVISOR_REVIEW')).toHaveLength(2);
    }
    const escalated = event('ReviewEscalated', reviewSamples.ReviewEscalated, supervisor);
    expect(only([...story.submitted, escalated], 'SUPERVISOR_REVIEW').stoppedBy).toBeNull();
  });
  it('asks for a receipt within 7 days of the delivery, taken or refused', () => {
    expect(only(story.referred, 'RECEIPT')).toMatchObject({ subject: 'referral-1', startedAt: reviewSamples.ReferralDelivered.deliveredAt });
    const receipt = event('ReferralReceiptRecorded', { ...reviewSamples.ReferralReceiptRecorded, outcome: 'RECEIPT_REFUSED' }, liaison);
    expect(only([...story.referred, receipt], 'RECEIPT').stoppedBy).toEqual(eventIdAt(story.referred.length));
  });
  it('asks the prosecutor every 30 days, from the last follow-up or the last one missed, until the final decision', () => {
    const first = only(story.referred, 'PROSECUTOR_FOLLOW_UP');
    const followUp = event('FollowUpRecorded', reviewSamples.FollowUpRecorded, liaison);
    const history = [...story.referred, missed('PROSECUTOR_FOLLOW_UP', 'referral-1', first.dueAt), followUp, story.charged];
    const found = runs(history, 'PROSECUTOR_FOLLOW_UP', 'referral-1');
    expect(found.map((run) => run.startedAt)).toEqual([reviewSamples.ReferralDelivered.deliveredAt, first.dueAt, reviewSamples.FollowUpRecorded.at]);
    expect(found.map((run) => run.stoppedBy)).toEqual([0, 1, 2].map((i) => eventIdAt(story.referred.length + i)));
  });
});

describe('federal follow-up', () => {
  it('is due every 30 days from the request, until it is answered', () => {
    const asked = [...reported, event('FederalRecordsRequested', peopleSamples.FederalRecordsRequested, legal, '2026-03-10T15:00:00.000Z')];
    const { request } = peopleSamples.FederalRecordsRequested;
    const first = only(asked, 'FEDERAL_FOLLOW_UP', request);
    expect(first.dueAt).toBe('2026-04-09T15:00:00.000Z');
    const answered = event('FederalRecordsAnswered', { ...peopleSamples.FederalRecordsAnswered, answer: 'REFUSED' }, legal);
    const found = runs([...asked, missed('FEDERAL_FOLLOW_UP', request, first.dueAt), answered], 'FEDERAL_FOLLOW_UP');
    expect(found).toMatchObject([{ stoppedBy: eventIdAt(2) }, { startedAt: first.dueAt, dueAt: '2026-05-09T15:00:00.000Z', stoppedBy: eventIdAt(3) }]);
  });
});

describe('complainant told', () => {
  const person = 'person-1' as PersonId;
  const complainant = (change: Partial<CaseEventData<'PersonRecorded'>> = {}): Given =>
    event('PersonRecorded', { ...peopleSamples.PersonRecorded, person, roles: ['COMPLAINANT'], identity: 'NAMED', contactDeclined: false, ...change }, intake);
  const told = event('ComplainantNotified', { ...peopleSamples.ComplainantNotified, person }, intake);

  it('is due 5 business days after the city was told, first for the case, then for the complainant on record', () => {
    expect(only([civilian], 'COMPLAINANT_TOLD')).toMatchObject({ subject: null, dueAt: '2026-03-09T14:00:00.000Z' });
    expect(runs(reported, 'COMPLAINANT_TOLD')).toEqual([]);
    const found = runs([civilian, complainant(), told], 'COMPLAINANT_TOLD');
    expect(found).toMatchObject([{ subject: null, stoppedBy: eventIdAt(1) }, { subject: person, dueAt: '2026-03-09T14:00:00.000Z', stoppedBy: eventIdAt(2) }]);
  });
  it('asks nothing for who is anonymous or declined contact', () => {
    for (const change of [{ identity: 'ANONYMOUS' }, { contactDeclined: true }] as const) {
      expect(runningClocks(fold([civilian, complainant(change)])).map((clock) => clock.clock)).not.toContain('COMPLAINANT_TOLD');
    }
  });
  it('is due again 5 business days after each closing', () => {
    const closed = event('CaseClosed', reviewSamples.CaseClosed, supervisor, '2026-03-06T15:00:00.000Z');
    const closing = [civilian, complainant(), told, closed];
    expect(only(closing, 'COMPLAINANT_TOLD_OF_CLOSING')).toMatchObject({ subject: person, dueAt: '2026-03-13T14:00:00.000Z' });
    expect(only([...closing, told], 'COMPLAINANT_TOLD_OF_CLOSING').stoppedBy).toEqual(eventIdAt(4));
    const reopened = event('CaseReopened', reviewSamples.CaseReopened, supervisor);
    expect(runs([...closing, told, reopened, closed], 'COMPLAINANT_TOLD_OF_CLOSING')).toHaveLength(2);
  });
});

describe('limitation', () => {
  const alleged = (change: Partial<CaseEventData<'ViolationAlleged'>> = {}): Given =>
    event('ViolationAlleged', { ...allegationsSamples.ViolationAlleged, ...change }, investigator);

  it('shows the earliest date per violation and agent, and warns 180, 90, 30 and 7 days before', () => {
    const clock = only([...reported, alleged()], 'LIMITATION', 'violation-1/agent-1');
    // 18 months from the earliest time of the incident, at the same local time: then in summer.
    expect(clock).toMatchObject({ startedAt: '2026-03-02T14:00:00.000Z', dueAt: '2027-09-02T13:00:00.000Z' });
    expect(clock.warnAt).toHaveLength(4);
    expect(JSON.stringify(clock.reasons)).not.toMatch(/barred/i);
  });
  it('runs three years for a felony, for the violation itself while no agent is named, and not at all under 3-5(a)', () => {
    expect(only([...reported, alleged({ offenseClass: 'FELONY', agents: [] })], 'LIMITATION', 'violation-1').dueAt).toBe('2029-03-02T14:00:00.000Z');
    expect(runs([...reported, alleged({ citation: '720 ILCS 5/9-1(a)(1)' })], 'LIMITATION')).toEqual([]);
  });
  it('moves with a correction of the class, and stops when the violation is withdrawn or charged, not when the case is closed', () => {
    const correction = event(
      'FactCorrected',
      { event: eventIdAt(1), field: 'offenseClass', from: 'MISDEMEANOR', to: 'FELONY', protectedTo: null, reason: 'Invented.', material: true } as CaseEventData<'FactCorrected'>,
      investigator,
    );
    const found = runs([...reported, alleged(), correction], 'LIMITATION');
    expect(found).toMatchObject([{ stoppedBy: eventIdAt(2) }, { dueAt: '2029-03-02T14:00:00.000Z', startedBy: eventIdAt(2), stoppedBy: null }]);
    expect(found[1]?.reasons.at(-1)?.step).toBe('MOVED');
    const withdrawn = event('ViolationWithdrawn', allegationsSamples.ViolationWithdrawn, investigator);
    expect(only([...reported, alleged(), withdrawn], 'LIMITATION').stoppedBy).toEqual(eventIdAt(2));
    expect(only(story.decided, 'LIMITATION').stoppedBy).toEqual(eventIdAt(story.decided.length - 1));
    const closed = event('CaseClosed', reviewSamples.CaseClosed, supervisor);
    expect(only([...reported, alleged(), closed], 'LIMITATION').stoppedBy).toBeNull();
  });
});

describe('every clock', () => {
  it('whose start is moved by a correction is reckoned anew under the version under which it ran, and not under a later one', () => {
    const correction = event(
      'FactCorrected',
      { event: eventIdAt(1), field: 'offenseClass', from: 'MISDEMEANOR', to: 'FELONY', protectedTo: null, reason: 'Invented.', material: true } as CaseEventData<'FactCorrected'>,
      investigator,
    );
    const felony = { ...samplePolicy.limitation.felony, value: { amount: 1, unit: 'YEARS' } } as const;
    const later: Policy = { ...samplePolicy, version: 2, limitation: { ...samplePolicy.limitation, felony } };
    const violation = event('ViolationAlleged', { ...allegationsSamples.ViolationAlleged, offenseClass: 'MISDEMEANOR' }, investigator);
    const ofVersion = (version: number): Policy => (version === 1 ? samplePolicy : later);
    const { clocks } = fold([...story.reported, violation, correction], (revision) => (revision < 2 ? samplePolicy : later), ofVersion);
    expect(clocks.filter((run) => run.clock === 'LIMITATION' && run.stoppedAt === null)).toMatchObject([{ dueAt: '2029-03-02T14:00:00.000Z', policyVersion: 1, startedBy: eventIdAt(2) }]);
  });

  it('keeps the policy under which it started: a later, shorter one changes nothing that runs', () => {
    const { clocks } = samplePolicy;
    const triage = { ...clocks.TRIAGE, value: { amount: 1, unit: 'HOURS' } } as const;
    const shorter: Policy = { ...samplePolicy, version: 2, clocks: { ...clocks, TRIAGE: triage } };
    const otherReport = reportFiled({ caseNumber: null }, otherOfficer);
    const found = fold([...reported, otherReport], (revision) => (revision === 0 ? samplePolicy : shorter)).clocks;
    expect(found.filter((clock) => clock.clock === 'TRIAGE')).toMatchObject([{ policyVersion: 1, stoppedBy: null, dueAt: '2026-03-04T15:00:00.000Z' }]);
  });
  it('is named by clock, subject and the event that started it', () => {
    const { clocks } = fold(story.closed);
    const names = clocks.map((clock) => `${clock.clock} ${clock.subject ?? ''} ${clock.startedBy}`);
    expect(new Set(names).size).toBe(names.length);
    for (const clock of clocks) expect(clock.reasons[0]?.step).toBe('START');
  });
  it('that is about recordings runs on after the case is closed', () => {
    const closed = event('CaseClosed', reviewSamples.CaseClosed, supervisor);
    const running = runningClocks(fold([...held, closed])).map((clock) => clock.clock);
    expect(running.toSorted()).toEqual(['FOOTAGE_DELETED', 'HOLD_CONFIRMED']);
  });
  it('is tested here', () => {
    expect([...seen].toSorted()).toEqual([...clockNames].toSorted());
  });
});

function reportFiledData(): CaseEventData<'ReportFiled'> {
  const { event: filed } = reportFiled();
  if (filed.type !== 'ReportFiled') throw new Error('the story begins with a report');
  return filed.data;
}

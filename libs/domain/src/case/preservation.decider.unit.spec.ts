import { describe, expect, it } from '@jest/globals';
import type { Case, CaseCommands, FootageId, PreservationId } from '#libs/domain';
import { at, caseId, given, type Given, newIdOf, people } from '../../../../test/support/case-kit.js';
import { event, reportFiled } from '../../../../test/support/case-story.js';
import { fingerprint, footageSamples as samples } from '../../../../test/support/samples/footage.samples.js';
import { holdAgain } from './footage.decider.js';

const { officer, otherOfficer, intake, investigator, custodian, otherCustodian, supervisor, legal } = people;
const footage = 'footage-1' as FootageId;
const now = at(10_000);
const reported = [reportFiled()];
const placed = event('FootageHoldPlaced', samples.FootageHoldPlaced, officer);
const registered = [...reported, event('FootageRegistered', samples.FootageRegistered, officer), placed];
const confirmed = event('FootageHoldConfirmed', samples.FootageHoldConfirmed, custodian);
const requested = event('PreservationRequested', samples.PreservationRequested, officer);
const released = event('HoldReleased', samples.HoldReleased, legal);

function stateOf(...history: readonly Given[]): Case {
  const state = given(...history).state();
  if (!state.exists) throw new Error('no case');
  return state;
}

describe('requestPreservation', () => {
  const { preservation: _id, ground: _ground, ...command } = samples.PreservationRequested;

  it('records whose recordings, from when until when, who holds them and when they are deleted; once', () => {
    const preservation = newIdOf('command-1', 'preservation') as PreservationId;
    given(...reported)
      .when(intake, 'requestPreservation', command)
      .thenOnceOnly({ type: 'PreservationRequested', data: { ...samples.PreservationRequested, preservation } });
  });
  it('records another window as another request', () => {
    expect(given(...reported, requested).when(officer, 'requestPreservation', { ...command, to: '2026-03-02T16:00:00.000Z' }).outcome).toHaveLength(1);
  });
  it.each([
    ['no start', { from: null }],
    ['no end', { to: null }],
    ['an end before its start', { from: command.to, to: command.from }],
  ])('is refused for a window with %s', (_, change) => {
    given(...reported).when(officer, 'requestPreservation', { ...command, ...change }).thenRefused('NO_TIME_WINDOW');
  });
  it('is refused for a window that begins in the future', () => {
    const later = { from: '2027-01-01T00:00:00.000Z', to: '2027-01-02T00:00:00.000Z' };
    given(...reported).when(officer, 'requestPreservation', { ...command, ...later }).thenRefused('TIME_IN_FUTURE');
  });
  it('is refused where nothing says whose recordings', () => {
    const nobody = { ...command, officers: [], cameras: [' '], holder: ' ' };
    given(...reported).when(officer, 'requestPreservation', nobody).thenRefused('NOTHING_TO_PRESERVE');
  });
  it('is enough with the one who holds the recordings', () => {
    const holderAlone = { ...command, officers: [], cameras: [], holder: 'Invented shop' };
    expect(given(...reported).when(officer, 'requestPreservation', holderAlone).outcome).toHaveLength(1);
  });
});

describe('registerFootage', () => {
  const { footage: _id, timeMarks: _marks, ...data } = samples.FootageRegistered;
  const command: CaseCommands['registerFootage'] = { ...data, flagGround: samples.FootageHoldPlaced.ground };
  const made = newIdOf('command-1', 'footage') as FootageId;

  it('registers the recording and flags it in one append; the same reference on the case records nothing more', () => {
    given(...reported)
      .when(officer, 'registerFootage', command)
      .thenOnceOnly(
        { type: 'FootageRegistered', data: { ...samples.FootageRegistered, footage: made } },
        { type: 'FootageHoldPlaced', data: { ...samples.FootageHoldPlaced, footage: made } },
      );
  });
  it('knows a reference again whatever white space stands around it', () => {
    given(...registered).when(officer, 'registerFootage', { ...command, sourceReference: ' REC-0001 ' }).then();
  });
  it.each([['sourceSystem'], ['sourceReference']])('is refused without a %s, and points to requestPreservation', (field) => {
    for (const nothing of [null, ' ']) {
      const { outcome, thenRefused } = given(...reported).when(officer, 'registerFootage', { ...command, [field]: nothing });
      thenRefused('NO_SOURCE');
      expect(outcome).toMatchObject({ message: expect.stringContaining('requestPreservation') });
    }
  });
  it('is refused where nobody says why it is flagged', () => {
    given(...reported).when(officer, 'registerFootage', { ...command, flagGround: ' ' }).thenRefused('NO_GROUND');
  });
  it('is refused for a recording of the future, reckoned by true time', () => {
    given(...reported).when(officer, 'registerFootage', { ...command, endedAt: '2027-03-02T14:20:00.000Z' }).thenRefused('TIME_IN_FUTURE');
    const fast = { ...command, endedAt: '2027-03-02T14:20:00.000Z', clockOffsetMs: -365 * 86_400_000 };
    expect(given(...reported).when(officer, 'registerFootage', fast).outcome).toHaveLength(2);
  });
  it('keeps an order of times that cannot be, and marks it', () => {
    const { outcome } = given(...reported).when(officer, 'registerFootage', { ...command, endedAt: '2026-03-02T13:00:00.000Z' });
    expect(outcome).toMatchObject([{ data: { endedAt: '2026-03-02T13:00:00.000Z', timeMarks: ['ENDED_BEFORE_STARTED'] } }, {}]);
  });
  it('is refused with the wearer as custodian, named as wearer or by the camera alone', () => {
    given(...reported).when(officer, 'registerFootage', { ...command, custodian: officer.actor }).thenRefused('TARGET_BARRED');
    given(...reported).when(officer, 'registerFootage', { ...command, wearer: null, custodian: officer.actor }).thenRefused('TARGET_BARRED');
  });
  it('is refused with a recused custodian', () => {
    const conflict = event('ConflictDeclared', { person: custodian.actor, ground: 'Invented: a relative.' }, custodian);
    given(...reported, conflict).when(officer, 'registerFootage', command).thenRefused('TARGET_BARRED');
  });
});

describe('placeFootageHold', () => {
  const command = { footage, ground: samples.FootageHoldPlaced.ground };

  it('flags again what was released, with a new flag date; once', () => {
    given(...registered, released).when(supervisor, 'placeFootageHold', command).thenOnceOnly({ type: 'FootageHoldPlaced', data: samples.FootageHoldPlaced });
    const again = { ...placed, at: at(500) };
    expect(stateOf(...registered, released, again).footage.get(footage)?.hold).toMatchObject({ status: 'PLACED', flaggedAt: at(500), release: null });
  });
  it('records nothing while a hold stands, confirmed or not', () => {
    given(...registered).when(supervisor, 'placeFootageHold', command).then();
    given(...registered, confirmed).when(supervisor, 'placeFootageHold', command).then();
  });
  it('is refused for an item that is not on the case, and without a ground', () => {
    given(...reported).when(supervisor, 'placeFootageHold', command).thenRefused('ITEM_UNKNOWN');
    given(...registered, released).when(supervisor, 'placeFootageHold', { ...command, ground: '' }).thenRefused('NO_GROUND');
  });
});

describe('holds after reopening', () => {
  it('are placed again on what was released, and on nothing else', () => {
    const context = { policy: { version: 1 } } as Parameters<typeof holdAgain>[1];
    expect(holdAgain(stateOf(...registered, released), context)).toEqual([
      { type: 'FootageHoldPlaced', data: { footage, ground: expect.stringContaining('reopened'), policyVersion: 1 } },
    ]);
    expect(holdAgain(stateOf(...registered, confirmed), context)).toEqual([]);
  });
});

describe('confirmFootageHold', () => {
  const command = samples.FootageHoldConfirmed;
  const ofRequest = { ...command, footage: null, preservation: samples.PreservationRequested.preservation };

  it('records the reference and deletion date as the source shows them, and how they were checked; once', () => {
    given(...registered).when(custodian, 'confirmFootageHold', command).thenOnceOnly({ type: 'FootageHoldConfirmed', data: command });
    expect(stateOf(...registered, confirmed).footage.get(footage)?.hold).toMatchObject({ status: 'CONFIRMED', reference: 'HOLD-0001' });
  });
  it('confirms a preservation request', () => {
    given(...reported, requested).when(custodian, 'confirmFootageHold', ofRequest).thenOnceOnly({ type: 'FootageHoldConfirmed', data: ofRequest });
    const request = stateOf(...reported, requested, event('FootageHoldConfirmed', ofRequest, custodian)).preservations.get(ofRequest.preservation);
    expect(request).toMatchObject({ confirmedAt: at(2), reference: 'HOLD-0001' });
  });
  it('records what the source shows otherwise at another time', () => {
    const other = { ...command, deletionAt: '2029-03-02T16:00:00.000Z' };
    given(...registered, confirmed).when(custodian, 'confirmFootageHold', other).thenOnceOnly({ type: 'FootageHoldConfirmed', data: other });
  });
  it('ends that the recording was reported unavailable', () => {
    const gone = event('FootageReportedUnavailable', { ...samples.FootageReportedUnavailable, footage, camera: null, officer: null }, officer);
    const state = stateOf(...registered, gone, confirmed);
    expect(state.footage.get(footage)?.unavailable).toBeNull();
    expect(state.unavailabilities).toEqual([]);
  });
  it('is refused without a hold or a request', () => {
    given(...registered, released).when(custodian, 'confirmFootageHold', command).thenRefused('NOT_HELD');
    given(...reported).when(custodian, 'confirmFootageHold', command).thenRefused('ITEM_UNKNOWN');
    given(...reported).when(custodian, 'confirmFootageHold', ofRequest).thenRefused('REQUEST_UNKNOWN');
    given(...registered).when(custodian, 'confirmFootageHold', { ...command, footage: null }).thenRefused('ITEM_UNKNOWN');
    given(...registered, requested).when(custodian, 'confirmFootageHold', { ...ofRequest, footage }).thenRefused('ITEM_UNKNOWN');
  });
  it.each([
    ['a reference', { holdReference: ' ' }],
    ['how it was checked', { checkedHow: null }],
    ['a deletion date that is still to come', { deletionAt: now }],
  ])('is refused without %s', (_, change) => {
    given(...registered).when(custodian, 'confirmFootageHold', { ...command, ...change }).thenRefused('NO_PROOF');
  });
  it('is refused to the wearer of the camera, and to an officer whose recordings were asked for', () => {
    const wearer = { ...officer, roles: ['CUSTODIAN'] as const };
    given(...registered).when(wearer, 'confirmFootageHold', command).thenRefused('BARRED');
    given(...reported, requested).when({ ...otherOfficer, roles: ['CUSTODIAN'] }, 'confirmFootageHold', ofRequest).thenRefused('BARRED');
  });
});

describe('reportFootageUnavailable', () => {
  const command = samples.FootageReportedUnavailable;

  it('records of an item, a camera or the scene why there is no recording; once', () => {
    for (const about of [{}, { camera: null, officer: null }, { camera: null, officer: null, footage }]) {
      const data = { ...command, ...about };
      given(...registered).when(investigator, 'reportFootageUnavailable', data).thenOnceOnly({ type: 'FootageReportedUnavailable', data });
    }
  });
  it('records another reason at another time', () => {
    const given1 = given(...registered, event('FootageReportedUnavailable', command, officer));
    expect(given1.when(officer, 'reportFootageUnavailable', { ...command, reason: 'FAULT' }).outcome).toHaveLength(1);
  });
  it('is refused without an explanation, and for an item that is not on the case', () => {
    given(...registered).when(officer, 'reportFootageUnavailable', { ...command, explanation: '\n' }).thenRefused('NO_EXPLANATION');
    given(...reported).when(officer, 'reportFootageUnavailable', { ...command, footage }).thenRefused('ITEM_UNKNOWN');
  });
  it('is refused once a hold on that item is confirmed', () => {
    given(...registered, confirmed).when(otherCustodian, 'reportFootageUnavailable', { ...command, footage }).thenRefused('HOLD_CONFIRMED');
  });
});

describe('a hold', () => {
  it('is never released by verifying, triage or reports', () => {
    const verified = event('FootageVerified', { ...samples.FootageVerified, fingerprint: fingerprint() }, custodian);
    const triaged = event('CaseTriaged', { outcome: 'INVESTIGATE', disposition: null, reason: null, duplicateOf: null }, intake);
    expect(stateOf(...registered, verified, triaged).footage.get(footage)?.hold?.status).toBe('PLACED');
    expect(stateOf(...registered).id).toBe(caseId);
  });
});

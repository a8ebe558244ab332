import { describe, expect, it } from '@jest/globals';
import type { Case, CaseCommands, CaseId, FootageId } from '#libs/domain';
import { caseId, eventIdAt, given, type Given, people } from '../../../../test/support/case-kit.js';
import { assigned, event, reportFiled, triaged } from '../../../../test/support/case-story.js';
import { fingerprint, footageSamples as samples, sha256 } from '../../../../test/support/samples/footage.samples.js';

const { officer, otherOfficer, intake, investigator, custodian, otherCustodian, supervisor, legal, records } = people;
const footage = 'footage-1' as FootageId;
const registered = [
  reportFiled(),
  event('FootageRegistered', samples.FootageRegistered, officer),
  event('FootageHoldPlaced', samples.FootageHoldPlaced, officer),
];
const verified = event('FootageVerified', samples.FootageVerified, custodian);
const mismatch = event('FootageMismatchFound', samples.FootageMismatchFound, otherCustodian);
const wearer = { ...officer, roles: ['CUSTODIAN'] as const };

function itemOf(...history: readonly Given[]): NonNullable<ReturnType<Case['footage']['get']>> {
  const state = given(...history).state();
  const item = state.exists ? state.footage.get(footage) : undefined;
  if (item === undefined) throw new Error('no item');
  return item;
}

describe('verifyFootage', () => {
  const command = { footage, fingerprint: fingerprint() };

  it('records the first hash as the first', () => {
    given(...registered).when(custodian, 'verifyFootage', command).then({ type: 'FootageVerified', data: samples.FootageVerified });
  });
  it('records a matching one at another time as another observation, not as a first', () => {
    const later = { type: 'FootageVerified', data: { ...samples.FootageVerified, first: false } } as const;
    given(...registered, verified).when(custodian, 'verifyFootage', command).then(later);
    given(...registered, verified, { event: later, by: custodian }).when(custodian, 'verifyFootage', command).then(later);
  });
  it('records a mismatch against the first hash, which stays', () => {
    given(...registered, verified)
      .when(custodian, 'verifyFootage', { footage, fingerprint: fingerprint(sha256.other) })
      .then({ type: 'FootageMismatchFound', data: samples.FootageMismatchFound });
    const item = itemOf(...registered, verified, mismatch);
    expect(item.firstHash).toMatchObject({ by: custodian.actor, fingerprint: fingerprint() });
    expect(item.mismatches).toEqual([{ event: eventIdAt(4), by: otherCustodian.actor, explanation: null }]);
  });
  it('names the other cases whose first hash of the same recording differs', () => {
    const claims = [
      { case: 'case-same' as CaseId, held: true, firstSha256: sha256.first },
      { case: 'case-differs' as CaseId, held: false, firstSha256: sha256.other },
      { case: 'case-unhashed' as CaseId, held: true, firstSha256: null },
      { case: caseId, held: true, firstSha256: sha256.other },
    ];
    given(...registered)
      .when(custodian, 'verifyFootage', command, { claims })
      .then({ type: 'FootageVerified', data: { ...samples.FootageVerified, differsFrom: ['case-differs' as CaseId] } });
  });
  it('is refused without a hash', () => {
    for (const nothing of ['', ' ', 'abc', 'F'.repeat(64)]) {
      given(...registered).when(custodian, 'verifyFootage', { footage, fingerprint: fingerprint(nothing) }).thenRefused('NO_HASH');
    }
  });
  it('is refused for an item that is not on the case, and to the wearer of its camera', () => {
    given(reportFiled()).when(custodian, 'verifyFootage', command).thenRefused('ITEM_UNKNOWN');
    given(...registered).when(wearer, 'verifyFootage', command).thenRefused('BARRED');
  });
});

describe('explainMismatch', () => {
  const command: CaseCommands['explainMismatch'] = { footage, explanation: 'OTHER_EXPORT', reason: samples.MismatchExplained.reason };
  const open = [...registered, verified, mismatch];

  it('explains the mismatches that are open; once', () => {
    given(...open)
      .when(legal, 'explainMismatch', command)
      .thenOnceOnly({ type: 'MismatchExplained', data: { ...samples.MismatchExplained, mismatches: [eventIdAt(4)] } });
    const explained = event('MismatchExplained', samples.MismatchExplained, legal);
    expect(itemOf(...open, explained).mismatches).toMatchObject([{ explanation: 'OTHER_EXPORT' }]);
    given(...open, explained, mismatch).when(legal, 'explainMismatch', command).thenOnceOnly({
      type: 'MismatchExplained',
      data: { ...samples.MismatchExplained, mismatches: [eventIdAt(6)] },
    });
  });
  it('is refused where none is open', () => {
    given(...registered, verified).when(supervisor, 'explainMismatch', command).thenRefused('NO_OPEN_MISMATCH');
    given(reportFiled()).when(supervisor, 'explainMismatch', command).thenRefused('ITEM_UNKNOWN');
  });
  it('is refused to whoever took one of the two hashes', () => {
    for (const verifier of [custodian, otherCustodian]) {
      given(...open).when({ ...verifier, roles: ['SUPERVISOR'] }, 'explainMismatch', command).thenRefused('BARRED');
    }
  });
  it('is refused without what it rests on', () => {
    given(...open).when(supervisor, 'explainMismatch', { ...command, reason: '' }).thenRefused('NO_REASON');
  });
});

describe('annotateFootage', () => {
  const command = samples.FootageAnnotated;

  it('records what a recording shows; again as another observation', () => {
    given(...registered).when(officer, 'annotateFootage', command).then({ type: 'FootageAnnotated', data: command });
    given(...registered, event('FootageAnnotated', command, officer)).when(officer, 'annotateFootage', command).then({ type: 'FootageAnnotated', data: command });
  });
  it.each([
    ['before its start', { fromMs: -1 }],
    ['after its end', { fromMs: 1_800_001, toMs: null }],
    ['over its end', { toMs: 1_800_001 }],
    ['backwards', { fromMs: 5, toMs: 4 }],
  ])('is refused for a timecode %s', (_, change) => {
    given(...registered).when(officer, 'annotateFootage', { ...command, ...change }).thenRefused('TIMECODE_OUTSIDE');
  });
  it('takes the length from the times of the recording where none is given, and none where there are none', () => {
    const registeredAs = (change: object) => [reportFiled(), event('FootageRegistered', { ...samples.FootageRegistered, ...change }, officer)];
    const beyond = { ...command, fromMs: 1_800_001, toMs: null };
    given(...registeredAs({ durationMs: null })).when(officer, 'annotateFootage', beyond).thenRefused('TIMECODE_OUTSIDE');
    expect(given(...registeredAs({ durationMs: null, endedAt: null })).when(officer, 'annotateFootage', beyond).outcome).toHaveLength(1);
  });
  it('is refused to an officer before their own report, and to one who filed for a civilian alone', () => {
    given(...registered).when(otherOfficer, 'annotateFootage', command).thenRefused('OWN_REPORT_MISSING');
    const forCivilian = reportFiled({ origin: 'CIVILIAN', caseNumber: null, onSceneAt: null, camera: null }, intake);
    given(...registered, forCivilian).when({ ...intake, roles: ['OFFICER'] }, 'annotateFootage', command).thenRefused('OWN_REPORT_MISSING');
  });
  it('is open to the assigned investigator, who has no report to file unless they were there', () => {
    const history = [...registered, triaged, assigned];
    expect(given(...history).when(investigator, 'annotateFootage', command).outcome).toHaveLength(1);
    const there = reportFiled({ officersPresent: [{ officer: investigator.actor, camera: null }] });
    given(there, ...history.slice(1)).when(investigator, 'annotateFootage', command).thenRefused('OWN_REPORT_MISSING');
  });
  it('is refused without a note, and for an item that is not on the case', () => {
    given(...registered).when(officer, 'annotateFootage', { ...command, note: ' ' }).thenRefused('NO_REASON');
    given(reportFiled()).when(officer, 'annotateFootage', command).thenRefused('ITEM_UNKNOWN');
  });
});

describe('registerDerivedCopy', () => {
  const command = samples.DerivedCopyRegistered;

  it('records a copy of a verified original; once', () => {
    given(...registered, verified).when(records, 'registerDerivedCopy', command).thenOnceOnly({ type: 'DerivedCopyRegistered', data: command });
  });
  it('is refused while the original is unverified', () => {
    given(...registered).when(records, 'registerDerivedCopy', command).thenRefused('ORIGINAL_UNVERIFIED');
  });
  it('is refused without hash, purpose or item, and to the wearer', () => {
    const ready = given(...registered, verified);
    ready.when(records, 'registerDerivedCopy', { ...command, sha256: '' }).thenRefused('NO_HASH');
    ready.when(records, 'registerDerivedCopy', { ...command, purpose: '' }).thenRefused('NO_REASON');
    ready.when(wearer, 'registerDerivedCopy', command).thenRefused('BARRED');
    given(reportFiled()).when(records, 'registerDerivedCopy', command).thenRefused('ITEM_UNKNOWN');
  });
});

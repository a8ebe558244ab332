import { describe, expect, it } from '@jest/globals';
import type { ExhibitId, FootageId, UserId } from '#libs/domain';
import { given, type Given, newIdOf, people } from '../../../../test/support/case-kit.js';
import { event, reportFiled } from '../../../../test/support/case-story.js';
import { footageSamples as samples } from '../../../../test/support/samples/footage.samples.js';

const { officer, investigator, custodian, otherCustodian, records } = people;
const footage = 'footage-1' as FootageId;
const exhibit = 'exhibit-1' as ExhibitId;
const registered = [
  reportFiled(),
  event('FootageRegistered', samples.FootageRegistered, officer),
  event('ExhibitRegistered', samples.ExhibitRegistered, officer),
];
const transferred = event('CustodyTransferred', samples.CustodyTransferred, custodian);
const accepted = event('CustodyAccepted', samples.CustodyAccepted, otherCustodian);
const conflict = event('ConflictDeclared', { person: custodian.actor, ground: 'Invented: a relative.' }, custodian);

function custodyAfter(...history: readonly Given[]) {
  const state = given(...history).state();
  return state.exists ? state.footage.get(footage)?.custody : undefined;
}

describe('registerExhibit', () => {
  const { exhibit: _id, ...command } = samples.ExhibitRegistered;

  it('records kind, source, hash or seal, and who answers for it; the same exhibit once', () => {
    const made = newIdOf('command-1', 'exhibit') as ExhibitId;
    given(reportFiled())
      .when(officer, 'registerExhibit', command)
      .thenOnceOnly({ type: 'ExhibitRegistered', data: { ...samples.ExhibitRegistered, exhibit: made } });
  });
  it('takes an exhibit that is neither hashed nor sealed yet, and a second one beside it', () => {
    const bare = { ...command, sha256: null };
    const first = given(reportFiled()).when(officer, 'registerExhibit', bare);
    expect(first.outcome).toHaveLength(1);
    const known = event('ExhibitRegistered', { ...samples.ExhibitRegistered, sha256: null }, officer);
    expect(given(reportFiled(), known).when(officer, 'registerExhibit', bare).outcome).toHaveLength(1);
  });
  it('is refused without a source or a custodian, with a recused one, or with a hash that is none', () => {
    given(reportFiled()).when(officer, 'registerExhibit', { ...command, source: ' ' }).thenRefused('NO_SOURCE');
    given(reportFiled()).when(officer, 'registerExhibit', { ...command, custodian: null }).thenRefused('NO_CUSTODIAN');
    given(reportFiled()).when(officer, 'registerExhibit', { ...command, sha256: 'x' }).thenRefused('NO_HASH');
    given(reportFiled(), conflict).when(officer, 'registerExhibit', command).thenRefused('TARGET_BARRED');
  });
});

describe('transferCustody', () => {
  const command = samples.CustodyTransferred;

  it('is recorded of the custodian, for a recording or an exhibit; once', () => {
    given(...registered).when(custodian, 'transferCustody', command).thenOnceOnly({ type: 'CustodyTransferred', data: command });
    const ofExhibit = { ...command, footage: null, exhibit };
    given(...registered).when(custodian, 'transferCustody', ofExhibit).thenOnceOnly({ type: 'CustodyTransferred', data: ofExhibit });
  });
  it('leaves the item with the one who hands it over until it is accepted', () => {
    expect(custodyAfter(...registered, transferred)).toEqual({ custodian: custodian.actor, pendingTo: otherCustodian.actor });
    const elsewhere = { ...command, to: records.actor };
    given(...registered, transferred).when(custodian, 'transferCustody', elsewhere).then({ type: 'CustodyTransferred', data: elsewhere });
  });
  it('is refused where `from` is not the custodian, or another person hands it over', () => {
    given(...registered).when(otherCustodian, 'transferCustody', { ...command, from: otherCustodian.actor, to: records.actor }).thenRefused('NOT_THE_CUSTODIAN');
    given(...registered).when(investigator, 'transferCustody', command).thenRefused('NOT_THE_CUSTODIAN');
    given(...registered, transferred).when(otherCustodian, 'transferCustody', { ...command, from: otherCustodian.actor, to: records.actor }).thenRefused('NOT_THE_CUSTODIAN');
  });
  it('is refused to the wearer of the camera, to a recused person and to oneself', () => {
    given(...registered).when(custodian, 'transferCustody', { ...command, to: officer.actor }).thenRefused('TARGET_BARRED');
    const recused = event('ConflictDeclared', { person: otherCustodian.actor, ground: 'Invented.' }, otherCustodian);
    given(...registered, recused).when(custodian, 'transferCustody', command).thenRefused('TARGET_BARRED');
    given(...registered).when(custodian, 'transferCustody', { ...command, to: custodian.actor }).thenRefused('ONESELF');
  });
  it('is refused without a reason, and without exactly one item of the case', () => {
    given(...registered).when(custodian, 'transferCustody', { ...command, reason: '' }).thenRefused('NO_REASON');
    given(...registered).when(custodian, 'transferCustody', { ...command, exhibit }).thenRefused('ITEM_UNKNOWN');
    given(...registered).when(custodian, 'transferCustody', { ...command, footage: null }).thenRefused('ITEM_UNKNOWN');
    given(reportFiled()).when(custodian, 'transferCustody', command).thenRefused('ITEM_UNKNOWN');
  });
  it('is for another custodian where the one on record is recused, or nobody is on record', () => {
    const onward = { ...command, to: records.actor };
    given(...registered, conflict).when(otherCustodian, 'transferCustody', onward).then({ type: 'CustodyTransferred', data: onward });
    given(...registered, conflict).when(investigator, 'transferCustody', onward).thenRefused('NOT_THE_CUSTODIAN');
    const nobodys = [reportFiled(), event('FootageRegistered', { ...samples.FootageRegistered, custodian: null }, officer)];
    const own = { ...command, from: otherCustodian.actor, to: records.actor };
    given(...nobodys).when(otherCustodian, 'transferCustody', own).then({ type: 'CustodyTransferred', data: own });
    given(...nobodys).when(otherCustodian, 'transferCustody', onward).thenRefused('NOT_THE_CUSTODIAN');
  });
});

describe('acceptCustody', () => {
  const command = { footage, exhibit: null };

  it('is recorded of the receiver, who answers from then on; once', () => {
    given(...registered, transferred).when(otherCustodian, 'acceptCustody', command).thenOnceOnly({ type: 'CustodyAccepted', data: samples.CustodyAccepted });
    expect(custodyAfter(...registered, transferred, accepted)).toEqual({ custodian: otherCustodian.actor, pendingTo: null });
  });
  it('is refused to anyone else, and where nothing was handed over', () => {
    given(...registered, transferred).when(records, 'acceptCustody', command).thenRefused('NOTHING_TO_ACCEPT');
    given(...registered).when(otherCustodian, 'acceptCustody', command).thenRefused('NOTHING_TO_ACCEPT');
    given(reportFiled()).when(otherCustodian, 'acceptCustody', command).thenRefused('ITEM_UNKNOWN');
  });
  it('is refused to a receiver who turned out to have worn the camera', () => {
    const worn = reportFiled({ caseNumber: null, camera: 'camera-1' }, { ...otherCustodian, roles: ['OFFICER'] });
    given(...registered, transferred, worn).when(otherCustodian, 'acceptCustody', command).thenRefused('BARRED');
    expect(otherCustodian.actor).toBe('custodian-2' as UserId);
  });
});

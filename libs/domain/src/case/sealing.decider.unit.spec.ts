import { describe, expect, it } from '@jest/globals';
import type { CaseEventData, CourtOrderId, PersonId, ShreddingId, UserId } from '#libs/domain';
import { fold, given, type Given, newIdOf, people, person } from '../../../../test/support/case-kit.js';
import { event, referred, reportFiled } from '../../../../test/support/case-story.js';
import { footageSamples } from '../../../../test/support/samples/footage.samples.js';
import { peopleSamples } from '../../../../test/support/samples/people.samples.js';
import { sealingSamples as samples } from '../../../../test/support/samples/sealing.samples.js';
import { sealedOf } from './protected-values.js';

const { officer, custodian, supervisor, legal, otherLegal, records } = people;
const otherRecords = person('records-2', 'RECORDS');
const order = 'order-1' as CourtOrderId;
const affected = peopleSamples.PersonRecorded.person;

const ordered = (change: Partial<CaseEventData<'CourtOrderRecorded'>>): Given =>
  event('CourtOrderRecorded', { ...footageSamples.CourtOrderRecorded, order, subjects: [], ...change }, records);
const ended = event('CourtOrderEnded', { order, reason: 'Invented: vacated.' }, records);
const sealOrder = ordered({ kind: 'SEAL', subjects: [otherLegal.actor] });
const sealed = event('CaseSealed', { order, named: [otherLegal.actor] }, records);

describe('sealCase', () => {
  it('seals on a recorded order for whom it names, once', () => {
    given(reportFiled(), sealOrder).when(records, 'sealCase', { order }).thenOnceOnly({ type: 'CaseSealed', data: { order, named: [otherLegal.actor] } });
    expect(fold([reportFiled(), sealOrder, sealed])).toMatchObject({ sealed: true, sealing: { order, named: new Set([otherLegal.actor]) } });
  });
  it('is refused without an order, on an ended one, on one of another kind, and to any role but RECORDS', () => {
    given(reportFiled()).when(records, 'sealCase', { order }).thenRefused('ORDER_UNKNOWN');
    given(reportFiled(), sealOrder, ended).when(records, 'sealCase', { order }).thenRefused('ORDER_ENDED');
    given(reportFiled(), ordered({ kind: 'PRESERVE' })).when(records, 'sealCase', { order }).thenRefused('ORDER_OF_OTHER_KIND');
    given(reportFiled(), sealOrder).when(legal, 'sealCase', { order }).thenRefused('ROLE_NOT_ALLOWED');
  });
  it('stops no hold: a hold on a sealed case is confirmed as before', () => {
    const held = [
      event('FootageRegistered', footageSamples.FootageRegistered, officer),
      event('FootageHoldPlaced', footageSamples.FootageHoldPlaced, officer),
    ];
    given(reportFiled(), ...held, sealOrder, sealed)
      .when(custodian, 'confirmFootageHold', footageSamples.FootageHoldConfirmed)
      .thenOnceOnly({ type: 'FootageHoldConfirmed', data: footageSamples.FootageHoldConfirmed });
  });
});

describe('unsealCase', () => {
  const command = { order, reason: 'Invented: the order was vacated.' };

  it('unseals once the order has ended, once', () => {
    given(reportFiled(), sealOrder, sealed, ended).when(records, 'unsealCase', command).thenOnceOnly({ type: 'CaseUnsealed', data: command });
    expect(fold([reportFiled(), sealOrder, sealed, ended, event('CaseUnsealed', command, records)])).toMatchObject({ sealed: false, sealing: null });
  });
  it('is refused while the order stands, on another order, and without a reason', () => {
    given(reportFiled(), sealOrder, sealed).when(records, 'unsealCase', command).thenRefused('ORDER_STANDS');
    given(reportFiled(), sealOrder, sealed, ended).when(records, 'unsealCase', { ...command, order: 'order-2' as CourtOrderId }).thenRefused('ORDER_UNKNOWN');
    given(reportFiled(), sealOrder, sealed, ended).when(records, 'unsealCase', { ...command, reason: ' ' }).thenRefused('NO_REASON');
  });
  it('a case stays sealed when its order ends, until somebody unseals it', () => {
    expect(fold([reportFiled(), sealOrder, sealed, ended])).toMatchObject({ sealed: true });
  });
});

const expunge = ordered({ kind: 'EXPUNGE' });
const recorded = event('PersonRecorded', peopleSamples.PersonRecorded, officer);
const { shredding: _id, ...command } = { ...samples.ShreddingRequested, persons: [affected] };
const requested = event('ShreddingRequested', { ...command, shredding: 'shredding-1' as ShreddingId }, records);
const shredding = 'shredding-1' as ShreddingId;
const story = [reportFiled(), recorded, expunge];
const held = [
  event('FootageRegistered', footageSamples.FootageRegistered, officer),
  event('FootageHoldPlaced', footageSamples.FootageHoldPlaced, officer),
];

describe('requestShredding', () => {
  it('is recorded on an order that names them, or names nobody, once', () => {
    const made = { ...command, shredding: newIdOf('command-1', 'shredding') as ShreddingId };
    given(...story).when(records, 'requestShredding', command).thenOnceOnly({ type: 'ShreddingRequested', data: made });
    given(reportFiled(), recorded, ordered({ kind: 'EXPUNGE', subjects: [affected] }))
      .when(records, 'requestShredding', command)
      .thenOnceOnly({ type: 'ShreddingRequested', data: made });
  });
  it('is refused for whom the order does not name, for nobody, for a stranger to the case, and without a reason', () => {
    const other = ordered({ kind: 'EXPUNGE', subjects: ['person-9'] });
    given(reportFiled(), recorded, other).when(records, 'requestShredding', command).thenRefused('SUBJECT_NOT_NAMED');
    given(reportFiled(), recorded, ordered({ kind: 'EXPUNGE', subjects: [affected] }))
      .when(records, 'requestShredding', { ...command, caseTexts: true })
      .thenRefused('SUBJECT_NOT_NAMED');
    given(...story).when(records, 'requestShredding', { ...command, persons: [] }).thenRefused('PERSON_UNKNOWN');
    given(...story).when(records, 'requestShredding', { ...command, persons: ['person-9' as PersonId] }).thenRefused('PERSON_UNKNOWN');
    given(...story).when(records, 'requestShredding', { ...command, reason: '' }).thenRefused('NO_REASON');
    given(reportFiled(), recorded, sealOrder).when(records, 'requestShredding', command).thenRefused('ORDER_OF_OTHER_KIND');
  });
  it('is refused while a hold stands, while an order to preserve stands, and while a referral is open: all at once', () => {
    given(...story, ...held).when(records, 'requestShredding', command).thenRefused('STILL_NEEDED');
    const preserve = event('CourtOrderRecorded', { ...footageSamples.CourtOrderRecorded, order: 'order-2' as CourtOrderId, kind: 'PRESERVE' }, records);
    given(...story, preserve).when(records, 'requestShredding', command).thenRefused('STILL_NEEDED');
    const open = given(...referred, recorded, expunge, preserve, ...held).when(records, 'requestShredding', command);
    open.thenRefused('STILL_NEEDED');
    const gaps = 'gaps' in open.outcome ? open.outcome.gaps.map(({ code }) => code) : [];
    expect(new Set(gaps)).toEqual(new Set(['HELD', 'PRESERVE_ORDER', 'REFERRAL_OPEN']));
  });
});

describe('confirmShredding', () => {
  const confirm = { shredding };

  it('by a second person expunges each person, and the texts of the case where that was asked for, once', () => {
    const asked = event('ShreddingRequested', { ...command, shredding, caseTexts: true }, records);
    const data = { shredding, order, requestedBy: records.actor as UserId };
    const given1 = given(...story, asked);
    given1.when(legal, 'confirmShredding', confirm).thenOnceOnly(
      { type: 'SubjectExpunged', data: { ...data, person: affected, keys: ['k'], values: 2 } },
      { type: 'SubjectExpunged', data: { ...data, person: null, keys: ['k'], values: 1 } },
    );
  });
  it('names every key that sealed anything of the person, in corrections and statements too', () => {
    const statement = event('StatementTaken', { ...peopleSamples.StatementTaken, giver: { kind: 'PERSON', person: affected }, person: affected } as never, officer);
    const state = fold([reportFiled(), recorded, statement]);
    if (!state.exists) throw new Error('unreachable: the case was opened');
    expect(sealedOf(state, affected).values).toBeGreaterThan(2);
    expect(sealedOf(state, 'person-9' as PersonId)).toEqual({ keys: [], values: 0 });
  });
  it('is refused to who asked for it, without a request, once the order has ended, and to who seals nothing', () => {
    given(...story, requested).when(records, 'confirmShredding', confirm).thenRefused('ONESELF');
    given(...story).when(otherRecords, 'confirmShredding', confirm).thenRefused('SHREDDING_UNKNOWN');
    given(...story, requested, ended).when(otherRecords, 'confirmShredding', confirm).thenRefused('ORDER_ENDED');
    given(...story, requested).when(supervisor, 'confirmShredding', confirm).thenRefused('ROLE_NOT_ALLOWED');
  });
  it('is refused where a hold was placed after it was asked for', () => {
    given(...story, requested, ...held).when(otherRecords, 'confirmShredding', confirm).thenRefused('STILL_NEEDED');
  });
});

import { describe, expect, it } from '@jest/globals';
import {
  type Actor,
  type Case,
  type CaseCommands,
  type CaseEventType,
  correctable,
  type EventId,
  isRefusal,
  type Json,
} from '#libs/domain';
import { eventIdAt, eventTypes, fold, given, type Given, people } from '../../../../test/support/case-kit.js';
import { accountHistory } from '../../../../test/support/account-history.js';
import { happened, recorded } from '../../../../test/support/happened.js';
import { reportSamples } from '../../../../test/support/samples/report.samples.js';

const history = accountHistory;
const story = given(...history);
const revisionOf = (type: CaseEventType): number => history.findIndex((past) => past.event.type === type);
const idOf = (type: CaseEventType): EventId => eventIdAt(revisionOf(type));

type CorrectFact = CaseCommands['correctFact'];
const correction = (type: CaseEventType, field: string, to: Json, change: Partial<CorrectFact> = {}): CorrectFact => ({
  event: idOf(type),
  field,
  to,
  protectedTo: null,
  reason: 'Invented: misread.',
  ...change,
});
const camera = correction('ReportFiled', 'camera', 'camera-3');

function caseOf(...past: readonly Given[]): Case {
  const state = fold(past);
  if (!state.exists) throw new Error('no case');
  return state;
}
const corrected = (command: CorrectFact, by: Actor): Case => {
  const { outcome } = story.when(by, 'correctFact', command);
  if (isRefusal(outcome)) throw new Error(outcome.message);
  return caseOf(...history, ...outcome.map((event) => ({ event, by })));
};

describe('correctFact', () => {
  it('records the field, both values and the reason, once; the original stays', () => {
    const expected = recorded('FactCorrected', { event: idOf('ReportFiled'), reason: 'Invented: misread.' });
    story.when(people.officer, 'correctFact', camera).thenOnceOnly(expected);
    const state = corrected(camera, people.officer);
    expect(state.reports.get(reportSamples.ReportFiled.report)?.camera).toBe('camera-3');
    expect(state.facts.at(0)?.data).toMatchObject({ camera: 'camera-1' });
  });

  it('takes the corrected value as what a second correction starts from', () => {
    const once = story.and({ event: recorded('FactCorrected'), by: people.officer });
    const twice = once.when(people.officer, 'correctFact', { ...camera, to: null });
    expect(twice.outcome).toMatchObject([{ data: { from: 'camera-3', to: null } }]);
    const emptied = once.and({ event: recorded('FactCorrected', { from: 'camera-3', to: null }), by: people.officer });
    expect(emptied.when(people.officer, 'correctFact', { ...camera, to: null }).outcome).toEqual([]);
  });

  it('records nothing for a value that says the same in another order', () => {
    story
      .when(people.officer, 'correctFact', correction('ReportFiled', 'place', { description: 'STREET', district: '4', beat: '0413' }))
      .thenNothing();
  });

  it('is for the author of the fact or a supervisor', () => {
    story.when(people.otherOfficer, 'correctFact', camera).thenRefused('NOT_THE_AUTHOR');
    expect(story.when(people.supervisor, 'correctFact', camera).outcome).toHaveLength(1);
  });

  it("leaves a person's own account and what they attest to themselves", () => {
    const narrative = correction('ReportFiled', 'narrative', null, { protectedTo: 'Another account.' });
    story.when(people.supervisor, 'correctFact', narrative).thenRefused('NOT_THE_AUTHOR');
    story.when(people.supervisor, 'correctFact', correction('ReportFiled', 'footageViewed', true)).thenRefused('NOT_THE_AUTHOR');
    expect(story.when(people.officer, 'correctFact', narrative).outcome).toHaveLength(1);
  });

  it('refuses an event and a field that are not there, and a correction without a reason', () => {
    story.when(people.officer, 'correctFact', { ...camera, event: 'x' as EventId }).thenRefused('EVENT_UNKNOWN');
    for (const field of ['wearer', 'constructor', '__proto__']) {
      story.when(people.officer, 'correctFact', { ...camera, field }).thenRefused('FIELD_UNKNOWN');
    }
    story.when(people.officer, 'correctFact', { ...camera, reason: ' ' }).thenRefused('NO_REASON');
  });

  it('refuses ids, service marks, decisions, and what was sent', () => {
    const fixed: readonly (readonly [CaseEventType, string])[] = [
      ['ReportFiled', 'report'],
      ['ReportFiled', 'caseNumber'],
      ['ReportFiled', 'timeMarks'],
      ['CaseTriaged', 'outcome'],
      ['InvestigatorAssigned', 'investigator'],
      ['StatementTaken', 'voluntariness'],
      ['FederalRecordsRequested', 'text'],
    ];
    for (const [type, field] of fixed)
      story.when(people.supervisor, 'correctFact', correction(type, field, 'x')).thenRefused('NOT_CORRECTABLE');
  });

  it('keeps every hash, hold, custody, approval, decision and conflict out of the table', () => {
    const never: readonly CaseEventType[] = [
      'FactCorrected',
      'ConflictDeclared',
      'ConflictRecorded',
      'FootageHoldPlaced',
      'FootageHoldConfirmed',
      'FootageVerified',
      'FootageMismatchFound',
      'CustodyTransferred',
      'CustodyAccepted',
      'HoldReleased',
      'ReviewSubmitted',
      'ReviewApproved',
      'LegalReviewApproved',
      'ReferralApproved',
      'ReferralDelivered',
      'ProsecutorDecisionRecorded',
      'CaseClosed',
      'ReviewVoided',
    ];
    expect(never.filter((type) => Object.keys(correctable[type] ?? {}).length > 0)).toEqual([]);
    const hashes = eventTypes.flatMap((type) => Object.keys(correctable[type] ?? {}).filter((field) => /sha256|fingerprint|hash/i.test(field)));
    expect(hashes).toEqual([]);
  });

  it('refuses a confirmed identification: what was confirmed must stay what was said', () => {
    const agency = correction('FederalSupervisorIdentified', 'agency', 'Another Invented Agency');
    expect(story.when(people.officer, 'correctFact', agency).outcome).toHaveLength(1);
    const confirmed = story.and(happened('FederalSupervisorConfirmed', people.supervisor, { identification: agency.event }));
    confirmed.when(people.officer, 'correctFact', agency).thenRefused('NOT_CORRECTABLE');
  });

  it('refuses to let a person correct away that they were part of it', () => {
    story.when(people.supervisor, 'correctFact', correction('FootageRegistered', 'wearer', 'officer-2')).thenRefused('ONESELF');
    expect(story.when(people.otherSupervisor, 'correctFact', correction('FootageRegistered', 'wearer', 'officer-2')).outcome).toHaveLength(
      1,
    );
  });

  it('seals the right value of a protected field under the key of the person whose field it is', () => {
    const name = correction('PersonRecorded', 'name', null, { protectedTo: 'Sam A. Invented' });
    const { outcome } = story.when(people.officer, 'correctFact', name);
    expect(outcome).toMatchObject([{ data: { from: null, to: null, protectedTo: 'Sam A. Invented', person: 'person-1', material: true } }]);
    const address = correction('ReportFiled', 'address', null, { protectedTo: '14 Invented Street' });
    expect(story.when(people.officer, 'correctFact', address).outcome).toMatchObject([{ data: { person: null } }]);
    expect(corrected(name, people.officer).persons.get('person-1' as never)?.name).not.toEqual(
      caseOf(...history).persons.get('person-1' as never)?.name,
    );
  });

  it('takes a protected value only where it will be sealed, and none where it can not be empty', () => {
    story.when(people.officer, 'correctFact', correction('PersonRecorded', 'name', 'Sam in the clear')).thenRefused('VALUE_IMPOSSIBLE');
    story.when(people.officer, 'correctFact', { ...camera, protectedTo: 'x' }).thenRefused('VALUE_IMPOSSIBLE');
    story.when(people.officer, 'correctFact', correction('ReportFiled', 'narrative', null)).thenRefused('VALUE_IMPOSSIBLE');
    expect(story.when(people.officer, 'correctFact', correction('ReportFiled', 'address', null)).outcome).toHaveLength(1);
  });

  it('is material where the fact was, but for contact data', () => {
    const materialOf = (command: CorrectFact, by: Actor) => story.when(by, 'correctFact', command).outcome;
    expect(materialOf(camera, people.officer)).toMatchObject([{ data: { material: true } }]);
    expect(materialOf(correction('PersonRecorded', 'contact', null, { protectedTo: 'new@example.invalid' }), people.officer)).toMatchObject(
      [{ data: { material: false } }],
    );
    expect(materialOf(correction('PersonRecorded', 'contactDeclined', true), people.officer)).toMatchObject([
      { data: { material: false } },
    ]);
    expect(materialOf(correction('ComplainantNotified', 'channel', 'telephone'), people.intake)).toMatchObject([
      { data: { material: false } },
    ]);
  });

  it('refuses values that the first recording could not have held', () => {
    const span = reportSamples.ReportFiled.occurredAt;
    const wrong: readonly (readonly [CaseEventType, string, Json, string])[] = [
      ['ReportFiled', 'injuries', 'MAYBE', 'VALUE_IMPOSSIBLE'],
      ['ReportFiled', 'camera', ' ', 'VALUE_IMPOSSIBLE'],
      ['ReportFiled', 'camera', 7, 'VALUE_IMPOSSIBLE'],
      ['ReportFiled', 'reportedAt', null, 'VALUE_IMPOSSIBLE'],
      ['ReportFiled', 'reportedAt', '2026-02-30T10:00:00.000Z', 'VALUE_IMPOSSIBLE'],
      ['ReportFiled', 'reportedAt', '2027-01-01T00:00:00.000Z', 'TIME_IN_FUTURE'],
      ['ReportFiled', 'place', { beat: '0413', district: '4' }, 'VALUE_IMPOSSIBLE'],
      ['ReportFiled', 'place', { beat: '0413', district: '4', description: null, more: 1 }, 'VALUE_IMPOSSIBLE'],
      ['ReportFiled', 'officersPresent', [{ officer: 'officer-2', camera: null }, null], 'VALUE_IMPOSSIBLE'],
      ['ReportFiled', 'occurredAt', { ...span, latest: '2026-03-01T00:00:00.000Z' }, 'TIME_IMPOSSIBLE'],
      ['ReportFiled', 'occurredAt', { ...span, zone: 'Nowhere/At all' }, 'TIME_IMPOSSIBLE'],
      ['ReportFiled', 'occurredAt', { ...span, latest: null }, 'TIME_IMPOSSIBLE'],
      ['SceneDetailRecorded', 'agents', ['agent-9'], 'AGENT_UNKNOWN'],
      ['SceneDetailRecorded', 'timecode', { footage: 'footage-1', fromMs: 60_001, toMs: null }, 'TIMECODE_OUTSIDE'],
      ['SceneDetailRecorded', 'timecode', { footage: 'footage-9', fromMs: 0, toMs: null }, 'FOOTAGE_UNKNOWN'],
      ['SceneDetailRecorded', 'vehicle', null, 'VALUE_IMPOSSIBLE'],
      ['MedicalAidRecorded', 'person', 'person-9', 'PERSON_UNKNOWN'],
      ['FootageRegistered', 'durationMs', -1, 'VALUE_IMPOSSIBLE'],
    ];
    for (const [type, field, to, code] of wrong) {
      expect([field, to, story.when(people.officer, 'correctFact', correction(type, field, to)).outcome]).toMatchObject([
        field,
        to,
        { code },
      ]);
    }
    story.when(people.investigator, 'correctFact', correction('AgentIdentityLinked', 'bases', ['FACE_MATCH'])).thenRefused('NO_BASIS');
  });

  it('gives a person who later asks for confidence the designation of their place', () => {
    const second = eventIdAt(history.length - 1);
    const state = corrected(correction('PersonRecorded', 'identity', 'CONFIDENTIAL', { event: second }), people.officer);
    expect(state.persons.get('person-2' as never)).toMatchObject({ identity: 'CONFIDENTIAL', designation: 'C-2' });
  });

  it('voids a running review in the same append where it is material', () => {
    const submitted: Given = {
      event: { type: 'ReviewSubmitted', data: { binds: { materialRevision: 0, leaf: 'leaf' }, note: null } },
      by: people.investigator,
    };
    const review = story.and(submitted);
    expect(review.when(people.officer, 'correctFact', camera).outcome).toMatchObject([{ type: 'FactCorrected' }, { type: 'ReviewVoided' }]);
    expect(review.when(people.officer, 'correctFact', correction('PersonRecorded', 'contactDeclined', true)).outcome).toHaveLength(1);
  });
});

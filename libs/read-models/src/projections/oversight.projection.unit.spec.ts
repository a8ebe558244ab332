import { describe, expect, it } from '@jest/globals';
import type { ContactId, EventId } from '#libs/domain';
import { eventIdAt, type Given, people, stored } from '../../../../test/support/case-kit.js';
import { deliveredAfter, event, legallyApproved, referralApproved, reported, submitted, supervisorApproved, violationAlleged } from '../../../../test/support/case-story.js';
import { foldRows } from '../engine/fold.js';
import type { FindingNode } from '../queries/findings.js';
import type { FindingKind } from './oversight.projection.js';
import { oversightProjection } from './oversight.projection.js';

/** The findings of one kind after these events, in their order. */
function findings(kind: FindingKind, history: readonly Given[]): readonly FindingNode[] {
  const events = history.map((given, revision) => ({ event: stored(given, revision), position: BigInt(revision + 1) }));
  const rows = [...(foldRows(oversightProjection, events)['oversight_finding']?.values() ?? [])] as unknown as readonly FindingNode[]; // Rows of the projection's own table.
  return rows.filter((row) => row.kind === kind).sort((a, b) => a.revision - b.revision);
}

const contact = 'contact-1' as ContactId;
const contacted = (...members: readonly (typeof people)[keyof typeof people][]): Given =>
  event(
    'OutsideContactRecorded',
    {
      ...{ contact, party: 'ELECTED_OFFICIAL', office: 'An invented office', person: null, direction: 'TO_THE_CITY' },
      ...{ members: members.map(({ actor }) => actor), contactAt: '2026-03-02T15:00:00.000Z', substance: 'Invented.' },
    },
    people.investigator,
  );
const voided = (cause: 'CONFLICT' | 'MATERIAL_ACTION', history: readonly Given[], ...approvers: readonly (typeof people)[keyof typeof people][]): Given =>
  event('ReviewVoided', { cause, submissionBound: { materialRevision: history.length - 3, leaf: 'leaf' }, approvers: approvers.map(({ actor }) => actor) }, people.investigator);

describe('what overseers look for', () => {
  it('a correction says what was corrected, whose it was, and keeps both values of a clear field and neither of a protected one', () => {
    const clear = event('FactCorrected', { event: eventIdAt(0), field: 'unit', from: 'unit-1', to: 'unit-2', protectedTo: null, person: null, reason: 'misread', material: true }, people.supervisor);
    const hidden = event('FactCorrected', { event: eventIdAt(0), field: 'narrative', from: null, to: null, protectedTo: 'invented', person: null, reason: 'a name', material: true }, people.officer);
    expect(findings('CORRECTION', [...reported, clear, hidden])).toMatchObject([
      { state: 'ReportFiled', actor: 'supervisor-1', persons: ['officer-1'], detail: { corrected: eventIdAt(0), author: 'officer-1', field: 'unit', from: 'unit-1', to: 'unit-2', isProtected: false, isMaterial: true, reason: 'misread' } },
      { state: 'ReportFiled', actor: 'officer-1', detail: { field: 'narrative', from: null, to: null, isProtected: true } },
    ]);
  });

  it('a voided review names the approvals that it took with it, and those of an earlier review are none of them', () => {
    const first = [...supervisorApproved, voided('MATERIAL_ACTION', supervisorApproved, people.otherSupervisor)];
    expect(findings('VOIDED_REVIEW', first)).toMatchObject([{ state: 'MATERIAL_ACTION', persons: ['supervisor-2'], detail: { approvals: [{ by: 'supervisor-2', approval: 'SUPERVISOR' }] } }]);
    const binds = { materialRevision: 1, leaf: 'leaf' };
    const second = [...first, event('ReviewSubmitted', { binds, note: null }, people.investigator), voided('MATERIAL_ACTION', submitted)];
    expect(findings('VOIDED_REVIEW', second)[1]).toMatchObject({ persons: [], detail: { approvals: [] } });
  });

  it('a contact stands as it was ruled on last, and whoever was to be replaced stays to be replaced', () => {
    expect(findings('OUTSIDE_CONTACT', [...reported, contacted()])).toMatchObject([{ finding_id: contact, state: 'UNRULED', detail: { ruling: null } }]);
    const improper = (replace: readonly (typeof people)[keyof typeof people][]) =>
      event('OutsideContactFoundImproper', { contact, reason: 'pressed', remedy: 'replace', replace: replace.map(({ actor }) => actor) }, people.legal);
    const ruled = findings('OUTSIDE_CONTACT', [...reported, contacted(), improper([people.supervisor]), improper([people.investigator])]);
    expect(ruled).toMatchObject([{ state: 'IMPROPER', detail: { ruling: { by: 'legal-1', replace: ['supervisor-1', 'investigator-1'] } } }]);
  });

  it.each([
    ['APPROVER_RECUSED', [...legallyApproved, event('ConflictRecorded', { person: people.otherSupervisor.actor, ground: 'a cousin' }, people.legal)], ['SUPERVISOR']],
    ['APPROVER_IN_CONTACT', [...legallyApproved, contacted(people.legal, people.otherOfficer)], ['LEGAL']],
    ['APPROVER_WORKED', [...legallyApproved, { ...violationAlleged, by: people.otherSupervisor }], ['SUPERVISOR']],
    ['APPROVER_WORKED', [...deliveredAfter(referralApproved), event('InvestigatorAssigned', { investigator: people.authority.actor, previous: null }, people.supervisor)], ['REFERRAL']],
  ] as const)('%s: somebody who had approved, with what they had approved', (state, history, approvals) => {
    const found = findings('FOUR_EYES', history);
    expect(found).toMatchObject([{ state, detail: { approvals: approvals.map((approval) => ({ approval })) } }]);
  });

  it('an approver from outside is an exception; who never approved is none, whatever they do', () => {
    const appointed = event('ApproverAppointed', { person: people.otherLegal.actor, approval: 'LEGAL', unit: 'unit-9', reason: 'on leave' }, people.legal);
    expect(findings('FOUR_EYES', [...submitted, appointed])).toMatchObject([{ state: 'APPROVER_APPOINTED', persons: ['legal-2'], detail: { appointedTo: 'LEGAL', reason: 'on leave (of unit-9)', approvals: [] } }]);
    const conflict = event('ConflictDeclared', { person: people.officer.actor, ground: 'a cousin' }, people.officer);
    expect(findings('FOUR_EYES', [...legallyApproved, conflict, contacted(people.officer), violationAlleged])).toEqual([]);
  });

  it('a correction of what is not on the case is no finding', () => {
    const lost = event('FactCorrected', { event: 'event-9' as EventId, field: 'unit', from: null, to: null, protectedTo: null, person: null, reason: 'r', material: false }, people.officer);
    expect(findings('CORRECTION', [...reported, lost])).toEqual([]);
  });
});

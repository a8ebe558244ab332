import { describe, expect, it } from '@jest/globals';
import { type Actor, type CaseEventData, type ContactId, type FootageId, isRefusal, standingApprovals, type UserId } from '#libs/domain';
import { at, eventIdAt, given, type Given, newIdOf, people, person } from '../../../../test/support/case-kit.js';
import {
  event,
  footageRegistered,
  holdPlaced,
  ids,
  identificationAttempted,
  immunityAssessed,
  investigated,
  legallyApproved,
  legallyApprovedAfter,
  materialAfter,
  readyToSubmit,
  referralApproved,
  reported,
  reportFiled,
  statementTaken,
  submitted,
  submittedAfter,
  supervisorApproved,
  supervisorApprovedAfter,
  triaged,
  assigned,
  violationAlleged,
} from '../../../../test/support/case-story.js';
import { allegationsSamples } from '../../../../test/support/samples/allegations.samples.js';
import { reviewSamples as samples } from '../../../../test/support/samples/review.samples.js';

const stageOf = (history: readonly Given[]): string => {
  const state = given(...history).state();
  return state.exists ? state.stage.name : 'ABSENT';
};
const contact = event('OutsideContactRecorded', { ...samples.OutsideContactRecorded, members: [people.otherSupervisor.actor] }, people.intake);
const legalAssessed = event('ImmunityAssessed', allegationsSamples.ImmunityAssessed, people.otherLegal);

describe('submitForReview', () => {
  it('binds the last material event', () => {
    given(...readyToSubmit)
      .when(people.investigator, 'submitForReview', { note: null })
      .thenOnceOnly({ type: 'ReviewSubmitted', data: { binds: materialAfter(readyToSubmit), note: null } });
  });

  it('lists everything that is missing, at once', () => {
    const bare = [reportFiled({ injuries: 'UNKNOWN', camera: null, officersPresent: [{ officer: 'officer-3' as UserId, camera: 'camera-3' }] }), triaged, assigned];
    given(...bare)
      .when(people.investigator, 'submitForReview', { note: null })
      .thenRefused('GAPS', 'VIOLATION_MISSING', 'FOOTAGE_MISSING', 'FOOTAGE_MISSING', 'IDENTIFICATION_MISSING', 'INJURIES_UNANSWERED');
  });

  it('asks for the immunity of each violation and agent, and for the explanation of each mismatch', () => {
    const mismatch: CaseEventData<'FootageMismatchFound'> = {
      footage: ids.footage,
      fingerprint: { sha256: 'b'.repeat(64), sizeBytes: null, fileName: null, format: null, exportId: null, tool: null },
      firstSha256: 'a'.repeat(64),
    };
    const verified: CaseEventData<'FootageVerified'> = {
      footage: ids.footage,
      fingerprint: { ...mismatch.fingerprint, sha256: 'a'.repeat(64) },
      first: true,
      differsFrom: [],
    };
    given(
      ...investigated,
      violationAlleged,
      event('FootageVerified', verified, people.custodian),
      event('FootageMismatchFound', mismatch, people.custodian),
    )
      .when(people.investigator, 'submitForReview', { note: null })
      .thenRefused('GAPS', 'IMMUNITY_MISSING', 'MISMATCH_OPEN');
  });

  const preservation = (confirmed: boolean): readonly Given[] => [
    event(
      'PreservationRequested',
      {
        preservation: 'preservation-1' as never,
        officers: ['officer-4' as UserId],
        cameras: ['camera-9'],
        vehicles: [],
        places: [],
        from: at(0),
        to: at(60),
        holder: null,
        deletionAt: null,
        ground: 'REQUEST',
      },
      people.officer,
    ),
    ...(confirmed
      ? [
          event(
            'FootageHoldConfirmed',
            { footage: null, preservation: 'preservation-1' as never, holdReference: 'H-1', deletionAt: null, checkedHow: 'screen of the source' },
            people.custodian,
          ),
        ]
      : []),
  ];
  it('asks for the footage of each officer and camera of a preservation request that no source has confirmed', () => {
    given(...readyToSubmit, ...preservation(false))
      .when(people.investigator, 'submitForReview', { note: null })
      .thenRefused('GAPS', 'FOOTAGE_MISSING', 'FOOTAGE_MISSING');
    expect(given(...readyToSubmit, ...preservation(true)).when(people.investigator, 'submitForReview', { note: null }).outcome).toHaveLength(1);
  });

  const unavailable = (data: Partial<CaseEventData<'FootageReportedUnavailable'>>): Given =>
    event(
      'FootageReportedUnavailable',
      { footage: null, camera: null, officer: null, reason: 'NOT_ACTIVATED', explanation: 'Invented.', ...data },
      people.officer,
    );
  it('takes a reason why footage is unavailable instead of the footage', () => {
    const [, , , , , ...people_] = readyToSubmit;
    const withoutFootage = [...reported, triaged, assigned, ...people_];
    expect(withoutFootage).not.toContain(footageRegistered);
    given(...withoutFootage).when(people.investigator, 'submitForReview', { note: null }).thenRefused('GAPS', 'FOOTAGE_MISSING');
    for (const said of [{ camera: 'camera-1' }, { officer: people.officer.actor }]) {
      expect(given(...withoutFootage, unavailable(said)).when(people.investigator, 'submitForReview', { note: null }).outcome).toHaveLength(1);
    }
    given(...withoutFootage, unavailable({ reason: 'NO_CAMERA' }))
      .when(people.investigator, 'submitForReview', { note: null })
      .thenRefused('GAPS', 'FOOTAGE_MISSING');
  });
  it('asks again for footage whose hold was released', () => {
    const released = event(
      'HoldReleased',
      { footage: ids.footage, ground: 'PLACED_IN_ERROR', order: null, reason: 'Invented.', stillHeldBy: [], policyVersion: 1 },
      people.legal,
    );
    given(...readyToSubmit, released).when(people.investigator, 'submitForReview', { note: null }).thenRefused('GAPS', 'FOOTAGE_MISSING');
  });
  it('takes it that nobody had a camera for officers of whom none is known', () => {
    const unknownCamera = [reportFiled({ camera: null }), ...readyToSubmit.filter((g) => g.event.type !== 'ReportFiled' && g !== footageRegistered && g !== holdPlaced)];
    given(...unknownCamera).when(people.investigator, 'submitForReview', { note: null }).thenRefused('GAPS', 'FOOTAGE_MISSING');
    const noCamera = given(...unknownCamera, unavailable({ reason: 'NO_CAMERA' }));
    expect(noCamera.when(people.investigator, 'submitForReview', { note: null }).outcome).toHaveLength(1);
  });

  it('takes UNKNOWN injuries for an answer when a supplement gives it', () => {
    const unknown = [reportFiled({ injuries: 'UNKNOWN' }), ...readyToSubmit.slice(1)];
    given(...unknown).when(people.investigator, 'submitForReview', { note: null }).thenRefused('GAPS', 'INJURIES_UNANSWERED');
    const asked = event('ReportSupplemented', { report: ids.report, narrative: 'Asked again.', injuries: 'UNKNOWN', footageViewed: false }, people.officer);
    expect(given(...unknown, asked).when(people.investigator, 'submitForReview', { note: null }).outcome).toHaveLength(1);
  });
  it('takes a declined identification for an attempt', () => {
    expect(identificationAttempted.event.data).toMatchObject({ outcome: 'DECLINED' });
    const without = readyToSubmit.filter((g) => g !== identificationAttempted);
    given(...without).when(people.investigator, 'submitForReview', { note: null }).thenRefused('GAPS', 'IDENTIFICATION_MISSING');
  });
  it('is not for an investigator who is not assigned', () => {
    given(...readyToSubmit).when(people.otherInvestigator, 'submitForReview', { note: null }).thenRefused('NOT_ASSIGNED');
  });
});

describe('approveReview and approveLegally', () => {
  it('bind what was submitted', () => {
    given(...submitted)
      .when(people.otherSupervisor, 'approveReview', { note: null })
      .thenOnceOnly({ type: 'ReviewApproved', data: { binds: materialAfter(submitted), note: null } });
    given(...supervisorApproved)
      .when(people.legal, 'approveLegally', { note: null })
      .thenOnceOnly({ type: 'LegalReviewApproved', data: { binds: materialAfter(supervisorApproved), note: null } });
  });
  it('bind by the legal approval the assessments made in legal review', () => {
    const assessed = [...supervisorApproved, legalAssessed];
    given(...assessed)
      .when(people.legal, 'approveLegally', { note: null })
      .then({ type: 'LegalReviewApproved', data: { binds: { materialRevision: assessed.length - 1, leaf: materialAfter(assessed).leaf }, note: null } });
  });

  const barred: readonly (readonly [string, readonly Given[], Actor])[] = [
    ['filed a report', submitted, { ...people.officer, roles: ['SUPERVISOR'] }],
    ['worked on the case', submitted, { ...people.investigator, roles: ['SUPERVISOR'] }],
    ['was party to an outside contact', [...submitted, contact], people.otherSupervisor],
    ['is a witness', submittedAfter([...readyToSubmit, statementTaken(ids.voluntary, false, people.otherSupervisor.actor)]), people.otherSupervisor],
  ];
  it.each(barred)("refuse the supervisor's approval of who %s", (_what, history, actor) => {
    given(...history).when(actor, 'approveReview', { note: null }).thenRefused('BARRED');
  });
  it('refuse whoever is recused', () => {
    const recused = event('ConflictRecorded', { person: people.otherSupervisor.actor, ground: 'Invented: a neighbor' }, people.legal);
    given(...submitted, recused).when(people.otherSupervisor, 'approveReview', { note: null }).thenRefused('RECUSED');
  });
  it('refuse a second approval by the same person', () => {
    given(...supervisorApproved).when({ ...people.otherSupervisor, roles: ['LEGAL'] }, 'approveLegally', { note: null }).thenRefused('BARRED');
  });
  it('refuse the legal approval of who wrote an immunity assessment', () => {
    given(...supervisorApproved, legalAssessed).when(people.otherLegal, 'approveLegally', { note: null }).thenRefused('BARRED');
  });
  it('refuse the legal approval while an assessment is missing', () => {
    const unassessed = supervisorApprovedAfter(submittedAfter([...investigated, violationAlleged]));
    given(...unassessed).when(people.legal, 'approveLegally', { note: null }).thenRefused('IMMUNITY_MISSING', 'IMMUNITY_MISSING');
  });
});

describe('a resubmission after a voided legal review', () => {
  const voided = event(
    'ReviewVoided',
    { cause: 'MATERIAL_ACTION', submissionBound: materialAfter(submitted), approvers: [people.otherSupervisor.actor] },
    people.officer,
  );
  it('binds the assessments of the voided review by submission and supervisor too, and is delivered', () => {
    const again = submittedAfter([...supervisorApproved, legalAssessed, voided]);
    const approved = legallyApprovedAfter(supervisorApprovedAfter(again));
    const story = given(...approved);
    const scope = { addressee: 'A prosecutor (invented)', violations: [ids.violation], agents: [ids.agent], attestation: 'Invented.' };
    const [referral] = [story.when(people.authority, 'approveReferral', scope).outcome].flatMap((outcome) => (isRefusal(outcome) ? [] : outcome));
    expect(referral).toBeDefined();
    if (referral === undefined) return;
    story
      .and({ event: referral, by: people.authority })
      .when(people.liaison, 'deliverReferral', { referral: newIdOf('command-1', 'referral') as never, packetSha256: 'c'.repeat(64), channel: 'By hand', deliveredAt: null })
      .then({
        type: 'ReferralDelivered',
        data: {
          referral: newIdOf('command-1', 'referral') as never,
          packetSha256: 'c'.repeat(64),
          channel: 'By hand',
          binds: materialAfter(again),
          deliveredAt: at(10_000),
        },
      });
  });
});

describe('withdrawSubmission, returnForWork', () => {
  it('give the case back to its investigator', () => {
    for (const history of [submitted, supervisorApproved, legallyApproved, referralApproved]) {
      given(...history)
        .when(people.investigator, 'withdrawSubmission', { reason: 'Invented.' })
        .thenOnceOnly({ type: 'SubmissionWithdrawn', data: { reason: 'Invented.' } });
      expect(stageOf([...history, event('SubmissionWithdrawn', { reason: 'Invented.' }, people.investigator)])).toBe('UNDER_INVESTIGATION');
    }
  });
  it('void the approval of a referral that was not delivered', () => {
    const state = given(...referralApproved, event('SubmissionWithdrawn', { reason: 'Invented.' }, people.investigator)).state();
    expect(state.exists && state.referrals.get(ids.referral)?.status).toBe('VOIDED');
  });
  it('refuse without a reason', () => {
    given(...submitted).when(people.investigator, 'withdrawSubmission', { reason: ' ' }).thenRefused('NO_REASON');
    given(...submitted).when(people.supervisor, 'returnForWork', { reason: ' ' }).thenRefused('NO_REASON');
  });
  it.each([
    ['SUPERVISOR_REVIEW', submitted, people.supervisor, people.legal],
    ['LEGAL_REVIEW', supervisorApproved, people.legal, people.authority],
    ['READY_FOR_REFERRAL', legallyApproved, people.authority, people.supervisor],
  ] as const)('return at %s by its own reviewer alone', (stage, history, own, other) => {
    given(...history).when(own, 'returnForWork', { reason: 'Invented.' }).thenOnceOnly({ type: 'ReviewReturned', data: { stage, reason: 'Invented.' } });
    given(...history).when(other, 'returnForWork', { reason: 'Invented.' }).thenRefused('NOT_OWN_STAGE');
  });
  it('refuse where no submission is', () => {
    given(...readyToSubmit).when(people.investigator, 'withdrawSubmission', { reason: 'Invented.' }).thenRefused('STAGE_NOT_ALLOWED');
  });
});

describe('escalateReview', () => {
  const to = people.otherSupervisor.actor;
  const escalated = event('ReviewEscalated', { to, reason: null }, people.supervisor);
  it('passes the review to another supervisor, who alone decides it', () => {
    given(...submitted).when(people.supervisor, 'escalateReview', { to, reason: null }).thenOnceOnly({ type: 'ReviewEscalated', data: { to, reason: null } });
    const third = person('supervisor-3', 'SUPERVISOR');
    given(...submitted, escalated).when(third, 'approveReview', { note: null }).thenRefused('ESCALATED');
    given(...submitted, escalated).when(third, 'returnForWork', { reason: 'Invented.' }).thenRefused('ESCALATED');
    expect(given(...submitted, escalated).when(people.otherSupervisor, 'approveReview', { note: null }).outcome).toHaveLength(1);
  });
  it('refuses a barred target, and oneself', () => {
    given(...submitted).when(people.supervisor, 'escalateReview', { to: people.investigator.actor, reason: null }).thenRefused('TARGET_BARRED');
    given(...submitted).when(people.supervisor, 'escalateReview', { to: people.supervisor.actor, reason: null }).thenRefused('ONESELF');
  });
});

describe('appointApprover', () => {
  const { ApproverAppointed: appoint } = samples;
  it('appoints an outsider once', () => {
    given(...submitted).when(people.legal, 'appointApprover', appoint).thenOnceOnly({ type: 'ApproverAppointed', data: appoint });
  });
  it('refuses oneself, a barred person, who has approved already, and an appointment without unit or reason', () => {
    given(...submitted).when(people.otherLegal, 'appointApprover', appoint).thenRefused('ONESELF');
    given(...submitted).when(people.legal, 'appointApprover', { ...appoint, person: people.officer.actor }).thenRefused('TARGET_BARRED');
    given(...supervisorApproved).when(people.legal, 'appointApprover', { ...appoint, person: people.otherSupervisor.actor }).thenRefused('TARGET_BARRED');
    given(...submitted).when(people.legal, 'appointApprover', { ...appoint, unit: '' }).thenRefused('NO_REASON');
    given(...submitted).when(people.legal, 'appointApprover', { ...appoint, reason: '' }).thenRefused('NO_REASON');
  });
});

describe('outside contacts', () => {
  const { contact: _id, ...record } = samples.OutsideContactRecorded;
  const contactId = newIdOf('command-1', 'contact') as ContactId;
  const rule = { contact: samples.OutsideContactCleared.contact, ruling: 'CLEARED', reason: 'Invented.', remedy: null, replace: [] } as const;
  const improper = { ...rule, ruling: 'IMPROPER', remedy: 'Invented: replace them.', replace: [people.otherSupervisor.actor] } as const;
  const found = event(
    'OutsideContactFoundImproper',
    { contact: rule.contact, reason: 'Invented.', remedy: improper.remedy, replace: improper.replace },
    people.otherLegal,
  );
  const { remedy, replace, reason } = improper;

  it('are recorded at any stage, once for a time, and bar their members from approving', () => {
    given(...referralApproved)
      .when(people.liaison, 'recordOutsideContact', record)
      .thenOnceOnly({ type: 'OutsideContactRecorded', data: { ...record, contact: contactId } });
    const later = { ...record, contactAt: at(9_000) };
    expect(given(...submitted, contact).when(people.intake, 'recordOutsideContact', later).outcome).toHaveLength(1);
    const state = given(...submitted, contact).state();
    expect(state.exists && [...state.hands.contacted]).toEqual([people.otherSupervisor.actor]);
  });
  it('refuse what lacks office or substance, or lies in the future', () => {
    given(...submitted).when(people.liaison, 'recordOutsideContact', { ...record, office: '' }).thenRefused('CONTACT_INCOMPLETE');
    given(...submitted).when(people.liaison, 'recordOutsideContact', { ...record, substance: ' ' }).thenRefused('CONTACT_INCOMPLETE');
    given(...submitted).when(people.liaison, 'recordOutsideContact', { ...record, contactAt: at(10_001) }).thenRefused('TIME_IN_FUTURE');
  });
  it('are cleared, or found improper, once', () => {
    given(...submitted, contact)
      .when(people.legal, 'ruleOnContact', rule)
      .thenOnceOnly({ type: 'OutsideContactCleared', data: { contact: rule.contact, reason } });
    given(...readyToSubmit, contact)
      .when(people.legal, 'ruleOnContact', improper)
      .thenOnceOnly({ type: 'OutsideContactFoundImproper', data: { contact: rule.contact, reason, remedy, replace } });
  });
  it('void the running review when found improper, in the same append', () => {
    given(...supervisorApproved, contact)
      .when(people.legal, 'ruleOnContact', improper)
      .then(
        { type: 'OutsideContactFoundImproper', data: { contact: rule.contact, reason, remedy, replace } },
        {
          type: 'ReviewVoided',
          data: { cause: 'IMPROPER_CONTACT', submissionBound: materialAfter(submitted), approvers: [people.otherSupervisor.actor] },
        },
      );
  });
  it('can be found improper after a clearing, but not cleared after that', () => {
    const cleared = event('OutsideContactCleared', { contact: rule.contact, reason: 'Invented.' }, people.legal);
    expect(given(...readyToSubmit, contact, cleared).when(people.otherLegal, 'ruleOnContact', improper).outcome).toHaveLength(1);
    given(...readyToSubmit, contact, found).when(people.legal, 'ruleOnContact', rule).thenRefused('ALREADY_DECIDED');
  });
  it('add to those who have to be replaced, and keep them from coming back', () => {
    const more = given(...readyToSubmit, contact, found, event('OutsideContactFoundImproper', { ...samples.OutsideContactFoundImproper, replace: [people.investigator.actor] }, people.legal));
    const state = more.state();
    expect(state.exists && state.contacts.get(rule.contact)?.ruling).toEqual({
      kind: 'IMPROPER',
      replace: [people.otherSupervisor.actor, people.investigator.actor],
    });
    more.when(people.supervisor, 'assignInvestigator', { investigator: people.investigator.actor }).thenRefused('ASSIGNEE_BARRED');
  });
  it('refuse a ruling on an unknown contact, by a party to it, without reason or remedy', () => {
    given(...submitted).when(people.legal, 'ruleOnContact', rule).thenRefused('CONTACT_UNKNOWN');
    given(...submitted, contact).when({ ...people.otherSupervisor, roles: ['LEGAL'] }, 'ruleOnContact', rule).thenRefused('BARRED');
    given(...submitted, contact).when(people.legal, 'ruleOnContact', { ...rule, reason: '' }).thenRefused('NO_REASON');
    given(...submitted, contact).when(people.legal, 'ruleOnContact', { ...improper, remedy: null }).thenRefused('NO_REMEDY');
  });
});

describe('voiding', () => {
  it('follows a material action between submission and delivery', () => {
    const outcome = given(...legallyApproved).when(people.otherOfficer, 'registerFootage', {
      kind: 'PHONE',
      sourceSystem: 'phone (invented)',
      sourceReference: 'R-2',
      wearer: null,
      camera: null,
      startedAt: null,
      endedAt: null,
      durationMs: null,
      clockOffsetMs: null,
      custodian: null,
      description: null,
      flagGround: 'Invented.',
    }).outcome;
    expect(isRefusal(outcome) ? outcome : outcome.map((e) => e.type)).toEqual(['FootageRegistered', 'FootageHoldPlaced', 'ReviewVoided']);
    expect(newIdOf('command-1', 'footage') as FootageId).toBeDefined();
  });
  it('follows a conflict of an approver, and of nobody else', () => {
    const outcome = given(...supervisorApproved).when(people.otherSupervisor, 'declareConflict', { ground: 'Invented.' }).outcome;
    expect(outcome).toMatchObject([{ type: 'ConflictDeclared' }, { type: 'ReviewVoided', data: { cause: 'CONFLICT' } }]);
    expect(given(...supervisorApproved).when(people.legal, 'declareConflict', { ground: 'Invented.' }).outcome).toHaveLength(1);
  });
  it('leaves no approval standing', () => {
    const voided = event('ReviewVoided', { ...samples.ReviewVoided, approvers: [] }, people.officer);
    const state = given(...legallyApproved, voided).state();
    expect(state.exists && standingApprovals(state)).toEqual([]);
    expect(state.exists && state.stage.name).toBe('UNDER_INVESTIGATION');
  });
  it('spares the facts: the approvals stay in the record', () => {
    const state = given(...legallyApproved, event('ReviewVoided', samples.ReviewVoided, people.officer)).state();
    expect(state.exists && state.facts.find((fact) => fact.type === 'ReviewApproved')?.meta.id).toBe(eventIdAt(submitted.length));
    expect(immunityAssessed.event.type).toBe('ImmunityAssessed');
  });
});

import { describe, expect, it } from '@jest/globals';
import type { AgentId, CaseCommands, CaseEventData, CaseId, CourtOrderId, FootageId, HoldReleaseGround } from '#libs/domain';
import { caseId, given, type Given, newIdOf, people } from '../../../../test/support/case-kit.js';
import { event, referred, reportFiled } from '../../../../test/support/case-story.js';
import { allegationsSamples } from '../../../../test/support/samples/allegations.samples.js';
import { footageSamples as samples } from '../../../../test/support/samples/footage.samples.js';
import { reviewSamples } from '../../../../test/support/samples/review.samples.js';

const { officer, otherOfficer, investigator, custodian, supervisor, otherSupervisor, legal, records } = people;
const footage = 'footage-1' as FootageId;
const order = 'order-1' as CourtOrderId;
const registered = [
  reportFiled(),
  event('FootageRegistered', samples.FootageRegistered, officer),
  event('FootageHoldPlaced', samples.FootageHoldPlaced, otherOfficer),
];
const released = event('HoldReleased', samples.HoldReleased, legal);
const closed = event('CaseClosed', reviewSamples.CaseClosed, supervisor);
/** Two years after the flag, and some days. */
const twoYearsOn = '2028-03-20T15:00:00.000Z';
const decadesOn = '2066-01-01T00:00:00.000Z';

const requested = (ground: HoldReleaseGround): Given => event('HoldReleaseRequested', { ...samples.HoldReleaseRequested, ground }, custodian);
const ordered = (change: Partial<CaseEventData<'CourtOrderRecorded'>>): Given =>
  event('CourtOrderRecorded', { ...samples.CourtOrderRecorded, ...change }, records);
const alleged = (change: Partial<CaseEventData<'ViolationAlleged'>> = {}): Given =>
  event('ViolationAlleged', { ...allegationsSamples.ViolationAlleged, ...change }, investigator);

describe('requestHoldRelease', () => {
  const command = samples.HoldReleaseRequested;

  it('is recorded with its ground; once while it stands', () => {
    given(...registered).when(investigator, 'requestHoldRelease', command).thenOnceOnly({ type: 'HoldReleaseRequested', data: command });
  });
  it('is refused without a hold, without a reason, and for an item that is not on the case', () => {
    given(...registered, released).when(custodian, 'requestHoldRelease', command).thenRefused('NOT_HELD');
    given(...registered).when(custodian, 'requestHoldRelease', { ...command, reason: ' ' }).thenRefused('NO_REASON');
    given(reportFiled()).when(custodian, 'requestHoldRelease', command).thenRefused('ITEM_UNKNOWN');
  });
});

describe('court orders', () => {
  const { order: _id, ...command } = samples.CourtOrderRecorded;
  const recorded = ordered({});

  it('are recorded with court, number and subjects; once', () => {
    const made = newIdOf('command-1', 'order') as CourtOrderId;
    given(...registered)
      .when(records, 'recordCourtOrder', command)
      .thenOnceOnly({ type: 'CourtOrderRecorded', data: { ...samples.CourtOrderRecorded, order: made } });
  });
  it('are refused without court or number, and from the future', () => {
    given(...registered).when(legal, 'recordCourtOrder', { ...command, court: null }).thenRefused('ORDER_INCOMPLETE');
    given(...registered).when(legal, 'recordCourtOrder', { ...command, number: ' ' }).thenRefused('ORDER_INCOMPLETE');
    given(...registered).when(legal, 'recordCourtOrder', { ...command, orderedAt: decadesOn }).thenRefused('TIME_IN_FUTURE');
  });
  it('end with a reason, and only once', () => {
    const command2 = samples.CourtOrderEnded;
    const ended = event('CourtOrderEnded', command2, records);
    given(...registered, recorded).when(legal, 'endCourtOrder', command2).thenOnceOnly({ type: 'CourtOrderEnded', data: command2 });
    given(...registered, recorded, ended).when(legal, 'endCourtOrder', command2).thenRefused('ORDER_ENDED');
    given(...registered, recorded).when(legal, 'endCourtOrder', { ...command2, reason: '' }).thenRefused('NO_REASON');
    given(...registered).when(legal, 'endCourtOrder', command2).thenRefused('ORDER_UNKNOWN');
    expect(given(...registered, recorded, ended).when(records, 'recordCourtOrder', command).outcome).toHaveLength(1);
  });
});

describe('decideHoldRelease', () => {
  const command: CaseCommands['decideHoldRelease'] = { footage, release: true, reason: samples.HoldReleased.reason, order: null };
  const inError = [...registered, requested('PLACED_IN_ERROR')];

  it('releases, and answers which other cases still hold the recording; once', () => {
    const claims = [
      { case: '0190b5a0-0000-8000-8000-000000000002' as CaseId, held: true, firstSha256: null },
      { case: '0190b5a0-0000-8000-8000-000000000003' as CaseId, held: false, firstSha256: null },
      { case: caseId, held: true, firstSha256: null },
    ];
    given(...inError).when(legal, 'decideHoldRelease', command, { claims }).thenOnceOnly({ type: 'HoldReleased', data: samples.HoldReleased });
    const state = given(...inError, released).state();
    expect(state.exists && state.footage.get(footage)?.hold).toMatchObject({ status: 'RELEASED', release: { by: legal.actor } });
    expect(state.exists && state.releaseRequests.size).toBe(0);
  });
  it('refuses a release as a decision of its own, on any ground; the hold stands and the request is answered', () => {
    const data = { ...samples.HoldReleaseRefused, reason: command.reason, ground: 'RETENTION_ENDED' } as const;
    const asked = [...registered, requested('RETENTION_ENDED')];
    given(...asked).when(supervisor, 'decideHoldRelease', { ...command, release: false }).thenOnceOnly({ type: 'HoldReleaseRefused', data });
    given(...asked, event('HoldReleaseRefused', data, supervisor)).when(supervisor, 'decideHoldRelease', command).thenRefused('NO_RELEASE_REQUEST');
  });
  it('is refused to whoever asked for it, placed the hold, filed, or wore the camera', () => {
    const wornBy3 = event('FootageRegistered', { ...samples.FootageRegistered, wearer: records.actor, camera: null }, otherOfficer);
    const stories: readonly (readonly [readonly Given[], Given['by']])[] = [
      [inError, custodian],
      [inError, otherOfficer],
      [inError, officer],
      [[reportFiled(), wornBy3, ...inError.slice(2)], records],
    ];
    for (const [history, person] of stories) {
      given(...history).when({ ...person, roles: ['LEGAL'] }, 'decideHoldRelease', command).thenRefused('BARRED');
      given(...history).when({ ...person, roles: ['LEGAL'] }, 'decideHoldRelease', { ...command, release: false }).thenRefused('BARRED');
    }
  });
  it('is refused to whoever asked for an earlier release of the same hold', () => {
    const earlier = event('HoldReleaseRequested', { ...samples.HoldReleaseRequested, ground: 'COURT_ORDERED' }, { ...legal, roles: ['INVESTIGATOR'] });
    given(...registered, earlier, requested('PLACED_IN_ERROR')).when(legal, 'decideHoldRelease', command).thenRefused('BARRED');
  });
  it('is refused without item, hold, request or reason', () => {
    given(reportFiled()).when(legal, 'decideHoldRelease', command).thenRefused('ITEM_UNKNOWN');
    given(...registered, released).when(legal, 'decideHoldRelease', command).thenRefused('NOT_HELD');
    given(...registered).when(legal, 'decideHoldRelease', command).thenRefused('NO_RELEASE_REQUEST');
    given(...inError).when(legal, 'decideHoldRelease', { ...command, reason: ' ' }).thenRefused('NO_REASON');
  });

  describe('for a hold placed in error', () => {
    it('is for LEGAL alone', () => {
      given(...inError).when(supervisor, 'decideHoldRelease', command).thenRefused('ROLE_NOT_ALLOWED');
    });
    it('is refused while a court orders to preserve it', () => {
      given(...inError, ordered({})).when(legal, 'decideHoldRelease', command).thenRefused('RETENTION_RUNS', 'PRESERVE_ORDER');
    });
  });

  describe('on a court order', () => {
    const asked = [...registered, requested('COURT_ORDERED')];
    const withOrder = { ...command, order };

    it('releases what a recorded order covers: by id, by its reference, or the whole case', () => {
      for (const subjects of [[footage], ['REC-0001'], []]) {
        const data = { ...samples.HoldReleased, ground: 'COURT_ORDERED', order, stillHeldBy: [] } as const;
        given(...asked, ordered({ kind: 'RELEASE', subjects }))
          .when(supervisor, 'decideHoldRelease', withOrder)
          .thenOnceOnly({ type: 'HoldReleased', data });
      }
    });
    it('is refused without an order, or with one that is unknown, of another kind, about another item, or ended', () => {
      const release = ordered({ kind: 'RELEASE' });
      given(...asked, release).when(supervisor, 'decideHoldRelease', command).thenRefused('NO_COURT_ORDER');
      given(...asked).when(supervisor, 'decideHoldRelease', withOrder).thenRefused('ORDER_UNKNOWN');
      given(...asked, ordered({ kind: 'EXPUNGE' })).when(supervisor, 'decideHoldRelease', withOrder).thenRefused('NO_COURT_ORDER');
      given(...asked, ordered({ kind: 'RELEASE', subjects: ['exhibit-1'] })).when(supervisor, 'decideHoldRelease', withOrder).thenRefused('NO_COURT_ORDER');
      const ended = event('CourtOrderEnded', samples.CourtOrderEnded, records);
      given(...asked, release, ended).when(supervisor, 'decideHoldRelease', withOrder).thenRefused('ORDER_ENDED');
    });
    it('is refused while another order to preserve stands', () => {
      const preserve = ordered({ order: 'order-2' as CourtOrderId, subjects: [] });
      given(...asked, ordered({ kind: 'RELEASE' }), preserve).when(supervisor, 'decideHoldRelease', withOrder).thenRefused('RETENTION_RUNS', 'PRESERVE_ORDER');
    });
  });

  describe('when retention is said to have ended', () => {
    const asked = [...registered, requested('RETENTION_ENDED')];
    const decide = (history: readonly Given[], now: string) => given(...history).when(otherSupervisor, 'decideHoldRelease', command, { now });

    it('releases once the case is closed, two years have passed since the flag and nothing else runs', () => {
      decide([...asked, closed], twoYearsOn).then({ type: 'HoldReleased', data: { ...samples.HoldReleased, ground: 'RETENTION_ENDED', stillHeldBy: [] } });
    });
    it('is refused to the day, up to two years from the last flag', () => {
      const again = event('FootageHoldPlaced', samples.FootageHoldPlaced, otherOfficer, '2027-03-02T15:00:00.000Z');
      const late = [...registered, released, again, requested('RETENTION_ENDED'), closed];
      decide(late, '2029-03-02T14:59:59.999Z').thenRefused('RETENTION_RUNS', 'FLAG_RUNS');
      expect(decide(late, '2029-03-02T15:00:00.000Z').outcome).toMatchObject([{ type: 'HoldReleased' }]);
    });
    it('names everything that still runs at once', () => {
      decide([...asked, alleged(), ordered({})], twoYearsOn).thenRefused('RETENTION_RUNS', 'CASE_NOT_CLOSED', 'LIMITATION_RUNS', 'PRESERVE_ORDER');
    });
    it('reckons a limitation to its latest end, with what misconduct in office may add', () => {
      // 18 months from the latest time of the incident, and three years more, at the same local time: then in summer.
      const history = [...asked, alleged(), closed];
      decide(history, '2030-09-02T13:09:59.999Z').thenRefused('RETENTION_RUNS', 'LIMITATION_RUNS');
      expect(decide(history, '2030-09-02T13:10:00.000Z').outcome).toMatchObject([{ type: 'HoldReleased' }]);
    });
    it('knows no end of the limitation of an offense of 3-5(a), or of an unknown class', () => {
      for (const change of [{ citation: '720 ilcs  5/9-1 (a)(1)', offenseClass: 'FELONY' }, { offenseClass: 'UNKNOWN' }] as const) {
        decide([...asked, alleged(change), closed], decadesOn).thenRefused('RETENTION_RUNS', 'LIMITATION_RUNS');
      }
      const near = { citation: '720 ILCS 5/9-1.2', offenseClass: 'FELONY' } as const;
      expect(decide([...asked, alleged(near), closed], decadesOn).outcome).toMatchObject([{ type: 'HoldReleased' }]);
    });
    it('asks nothing of a violation that was withdrawn', () => {
      const withdrawn = event('ViolationWithdrawn', allegationsSamples.ViolationWithdrawn, investigator);
      expect(decide([...asked, alleged({ agents: [] as AgentId[] }), withdrawn, closed], twoYearsOn).outcome).toMatchObject([{ type: 'HoldReleased' }]);
    });
    it('is refused while a referral is open, and once charges were approved', () => {
      const askedAfter = [...referred, requested('RETENTION_ENDED')];
      decide([...askedAfter, closed], decadesOn).thenRefused('RETENTION_RUNS', 'REFERRAL_OPEN');
      const decision = (outcome: 'CHARGES_APPROVED' | 'CHARGES_REJECTED') =>
        event('ProsecutorDecisionRecorded', { ...reviewSamples.ProsecutorDecisionRecorded, outcome }, people.liaison);
      decide([...askedAfter, decision('CHARGES_APPROVED'), closed], decadesOn).thenRefused('RETENTION_RUNS', 'PROCEEDING');
      expect(decide([...askedAfter, decision('CHARGES_REJECTED'), closed], decadesOn).outcome).toMatchObject([{ type: 'HoldReleased' }]);
    });
    it('takes an order in words that are no item of the case as meant, and one about another item as not', () => {
      const exhibit = event('ExhibitRegistered', samples.ExhibitRegistered, officer);
      const about = (subject: string): readonly Given[] => [...asked, exhibit, ordered({ subjects: [subject] }), closed];
      decide(about('all body-worn recordings'), twoYearsOn).thenRefused('RETENTION_RUNS', 'PRESERVE_ORDER');
      expect(decide(about('exhibit-1'), twoYearsOn).outcome).toMatchObject([{ type: 'HoldReleased' }]);
      const ended = event('CourtOrderEnded', samples.CourtOrderEnded, records);
      expect(decide([...about(footage), ended], twoYearsOn).outcome).toMatchObject([{ type: 'HoldReleased' }]);
    });
  });
});

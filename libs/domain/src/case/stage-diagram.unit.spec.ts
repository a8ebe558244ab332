import { describe, expect, it } from '@jest/globals';
import { absentCase, caseActions, type CaseEventType, type CaseState, evolveCase, moveKey, stageDiagram, type StageName, stages } from '#libs/domain';
import { randomHistory } from '../../../../test/support/random-histories.js';
import { stored } from '../../../../test/support/case-kit.js';

const histories = 300;
const steps = 160;
/** Decision 2: a delivered referral that is withdrawn, with none decided beside it. */
const outside = ['REFERRED>UNDER_INVESTIGATION>ReferralWithdrawn'];

/** At which stages each action is allowed that moves a case, by the event that moves it. */
const actionOf: Partial<Record<CaseEventType, readonly StageName[]>> = {
  CaseTriaged: caseActions.triageCase.stages,
  ReviewSubmitted: caseActions.submitForReview.stages,
  ReviewApproved: caseActions.approveReview.stages,
  LegalReviewApproved: caseActions.approveLegally.stages,
  ReferralApproved: caseActions.approveReferral.stages,
  ReviewReturned: caseActions.returnForWork.stages,
  SubmissionWithdrawn: caseActions.withdrawSubmission.stages,
  InvestigationResumed: caseActions.resumeInvestigation.stages,
  CaseClosed: caseActions.closeCase.stages,
  CaseReopened: caseActions.reopenCase.stages,
};

describe('the stage diagram', () => {
  it('names each move once, and reaches every stage', () => {
    expect(new Set(stageDiagram.map(moveKey)).size).toBe(stageDiagram.length);
    expect(stages.filter((stage) => stage !== 'REPORTED' && !stageDiagram.some(({ to }) => to === stage))).toEqual([]);
  });

  it.each(Object.entries(actionOf))('lets %s move a case from the stages at which the action table allows it', (type, allowed) => {
    expect(stageDiagram.filter(({ by }) => by === type).map(({ from }) => from).sort()).toEqual([...allowed].sort());
  });

  it('holds every move of random histories but the one that decision 2 names', () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= histories; seed += 1) {
      let state: CaseState = absentCase;
      randomHistory(seed, steps).forEach((one, i) => {
        const event = stored(one, i);
        const after = evolveCase(state, event);
        if (state.exists && after.exists && state.stage.name !== after.stage.name) seen.add(moveKey({ from: state.stage.name, to: after.stage.name, by: event.type }));
        state = after;
      });
    }
    const drawn = new Set(stageDiagram.map(moveKey));
    expect([...seen].filter((move) => !drawn.has(move) && !outside.includes(move))).toEqual([]);
    expect(seen.size).toBeGreaterThan(20);
  });
});

import { describe, expect, it } from '@jest/globals';
import { absentCase, type CaseEventType, type CaseState, evolveCase, foldClocks, noClocks, refoldClocks } from '#libs/domain';
import { stored } from '../../../../test/support/case-kit.js';
import { samplePolicy } from '../../../../test/support/policy.js';
import { randomHistory } from '../../../../test/support/random-histories.js';
import { movesClocks } from './clock-movers.js';

describe('events that move no clock', () => {
  it('change nothing where the clocks are reckoned all the same, over random histories', () => {
    const seen = new Set<CaseEventType>();
    for (let seed = 1; seed <= 150; seed += 1) {
      let state: CaseState = absentCase;
      let clocks = noClocks;
      randomHistory(seed, 90).forEach((one, revision) => {
        const event = stored(one, revision);
        const after = evolveCase(state, event);
        const reckoned = refoldClocks(clocks, event, state, after, samplePolicy);
        if (movesClocks[event.type] === false) {
          seen.add(event.type);
          if (reckoned !== clocks) throw new Error(`${event.type} moves a clock (seed ${seed}, revision ${revision})`);
        }
        expect(foldClocks(clocks, event, state, after, samplePolicy)).toEqual(reckoned);
        [state, clocks] = [after, reckoned];
      });
    }
    // Chance seldom takes back an identity link or hands over custody; the others are all there.
    expect(seen.size).toBeGreaterThan(20);
  });
});

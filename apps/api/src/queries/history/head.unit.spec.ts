import { describe, expect, it } from '@jest/globals';
import { foldCase } from '#libs/domain';
import { type AnyProjection, caseProjections, foldRows } from '#libs/read-models';
import { stored } from '../../../../../test/support/case-kit.js';
import { randomHistory } from '../../../../../test/support/random-histories.js';
import { caseNodeOf, caseNodeOfRow } from '../types/case.types.js';

const projection = caseProjections.find(({ name }) => name === 'case_list') as AnyProjection;

describe('a case folded to its head', () => {
  it('is what the read model shows of it, over random histories and at every revision', () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const events = randomHistory(seed, 90).map((one, revision) => ({ event: stored(one, revision), position: BigInt(revision) }));
      for (let count = 1; count <= events.length; count += seed % 7 === 0 ? 1 : events.length - 1) {
        const upTo = events.slice(0, count);
        const state = foldCase(upTo.map(({ event }) => event));
        if (!state.exists) throw new Error('unreachable: a history begins with a report');
        const rows = foldRows(projection, upTo);
        // Rows of the list as it joins them.
        const row = { ...rows['case_list']?.get(''), ...rows['case_activity']?.get('') } as unknown as Parameters<typeof caseNodeOfRow>[0];
        expect({ ...caseNodeOf(state), state: null }).toEqual(caseNodeOfRow(row));
        if (events.length === 1) break;
      }
    }
  });
});

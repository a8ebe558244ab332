import { describe, expect, it } from '@jest/globals';
import { forgeProofs, trueProofs } from './proofs.tamper.js';

/** `npm run test:tamper -- proofs` forges 2,500 of each kind. */
const each = 500;

describe('forged proofs', () => {
  it('of no kind are accepted', async () => {
    const counts = await forgeProofs(each);
    expect(counts.map(({ tried, accepted }) => [tried, accepted])).toEqual([[each, 0], [each, 0], [each, 0], [each, 0]]);
  });

  it('are refused by what accepts every true one', async () => {
    expect(await trueProofs(each)).toBe(each);
  });
});

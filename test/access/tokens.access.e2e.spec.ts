import { describe, expect, it } from '@jest/globals';
import { tryDoors } from './token-doors.js';

describe('a token', () => {
  it('that differs in one thing from a good one is refused at every door', async () => {
    const { tokens, tried, failed } = await tryDoors();
    expect(failed).toEqual([]);
    expect(tokens).toBeGreaterThanOrEqual(60);
    expect(tried).toBe(3 * tokens);
  });
});

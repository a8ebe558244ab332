import { describe, expect, it } from '@jest/globals';
import { pooledRandom } from './pooled-random.js';

describe('pooled randomness', () => {
  it('gives the asked number of bytes, never the same twice, also across the edges of its pool', () => {
    const given = Array.from({ length: 2_000 }, (_, i) => pooledRandom(16 + (i % 17)));
    expect(given.map((bytes) => bytes.length)).toEqual(given.map((_, i) => 16 + (i % 17)));
    expect(new Set(given.map((bytes) => bytes.toString('hex', 0, 16))).size).toBe(given.length);
  });

  it('keeps what it gave unchanged by what it gives later, and shares no memory with it', () => {
    const first = pooledRandom(32);
    const copy = Buffer.from(first);
    for (let i = 0; i < 500; i += 1) pooledRandom(32).fill(0);
    expect(first.equals(copy)).toBe(true);
  });

  it('serves more than its pool holds', () => {
    const large = pooledRandom(10_000);
    expect(large.length).toBe(10_000);
    expect(large.subarray(9_000).every((byte) => byte === 0)).toBe(false);
  });
});

import { describe, expect, it } from '@jest/globals';
import { Buckets, networkOf, rateLimits } from './rate-limits.js';

describe('a bucket', () => {
  it('gives what is in it at once, then as much as flows in', () => {
    let nowMs = 0;
    const buckets = new Buckets(2, 5, () => nowMs);
    expect(Array.from({ length: 6 }, () => buckets.take('a'))).toEqual([true, true, true, true, true, false]);
    expect(buckets.take('b')).toBe(true);
    nowMs = 500;
    expect([buckets.take('a'), buckets.take('a')]).toEqual([true, false]);
    nowMs = 1e9;
    expect(Array.from({ length: 6 }, () => buckets.take('a'))).toEqual([true, true, true, true, true, false]);
  });

  it('is forgotten for the one unseen for longest, so that memory is bounded', () => {
    const buckets = new Buckets(1, 1, () => 0);
    expect([buckets.take('a'), buckets.take('a')]).toEqual([true, false]);
    for (let i = 0; i < rateLimits.askersMax; i += 1) buckets.take(String(i));
    expect(buckets.take('a')).toBe(true);
  });
});

describe('a network', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
    ['::1', '0:0:0:0'],
    [undefined, 'unknown'],
  ])('of %s is %s: a household of IPv6 has a /64', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

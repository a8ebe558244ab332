import { describe, expect, it } from '@jest/globals';
import { Proxies } from './proxies.js';

const from = (proxies: Proxies, remoteAddress: string, forwarded?: string) => proxies.addressOf({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } });

describe('the address of who asks', () => {
  it('is the neighbour’s where no proxy is trusted, whatever it says of itself', () => {
    expect(from(new Proxies([]), '192.0.2.1', '203.0.113.9')).toBe('192.0.2.1');
    expect(from(new Proxies(['10.0.0.0/8']), '192.0.2.1', '203.0.113.9')).toBe('192.0.2.1');
  });

  it('is the last one that no trusted proxy vouches for: what the asker wrote before it counts for nothing', () => {
    const proxies = new Proxies(['10.0.0.0/8', '2001:db8::/32', '127.0.0.1']);
    expect(from(proxies, '10.1.2.3', '203.0.113.9')).toBe('203.0.113.9');
    expect(from(proxies, '10.1.2.3', '198.51.100.1, 203.0.113.9, 10.9.9.9')).toBe('203.0.113.9');
    expect(from(proxies, '::ffff:10.1.2.3', '203.0.113.9')).toBe('203.0.113.9');
    expect(from(proxies, '2001:db8::7', '203.0.113.9')).toBe('203.0.113.9');
    expect(from(proxies, '127.0.0.1')).toBe('127.0.0.1');
    expect(from(proxies, '127.0.0.1', '10.0.0.1')).toBe('10.0.0.1');
    // What is no address is vouched for by nobody.
    expect(from(proxies, '127.0.0.1', '203.0.113.9, unknown')).toBe('unknown');
  });
});

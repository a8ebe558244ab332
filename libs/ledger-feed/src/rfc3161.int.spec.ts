import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hasOpenssl, startTimeStampAuthority, type TimeStampAuthority } from '../../../test/support/time-stamp-authority.js';
import { Rfc3161TimeStamper, TimeStampRefused } from './rfc3161.adapter.js';

const available = await hasOpenssl();
if (!available) process.stderr.write('SKIPPED: time stamping by RFC 3161, since there is no openssl to play the authority\n');

(available ? describe : describe.skip)('time stamps by RFC 3161', () => {
  let authority: TimeStampAuthority;
  let stamper: Rfc3161TimeStamper;
  beforeAll(async () => {
    authority = await startTimeStampAuthority();
    stamper = new Rfc3161TimeStamper({ url: authority.url, trustedCertificates: authority.rootPem });
  });
  afterAll(() => authority.close());

  it('are verified tokens over the very text, which OpenSSL finds right too', async () => {
    authority.behave('RIGHT');
    const { token, at } = await stamper.stamp('an invented checkpoint\n');
    expect(Math.abs(at.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await authority.verifies(token, 'an invented checkpoint\n')).toBe(true);
    expect(await authority.verifies(token, 'another checkpoint\n')).toBe(false);
  });

  it.each([
    ['ANOTHER_TEXT', /stamps something else/],
    ['DAMAGED', /does not verify|no time-stamp/],
    ['ENDLESS', /larger than any/],
  ] as const)('are refused where the authority answers with %s', async (behaviour, why) => {
    authority.behave(behaviour);
    await expect(stamper.stamp('an invented checkpoint\n')).rejects.toThrow(why);
  });

  it('are refused where an old answer is played again', async () => {
    authority.behave('RIGHT');
    await stamper.stamp('an invented checkpoint\n');
    authority.behave('REPLAY');
    await expect(stamper.stamp('an invented checkpoint\n')).rejects.toThrow(/another request/);
  });

  it('are refused where the chain ends in another root than the trusted ones', async () => {
    authority.behave('RIGHT');
    const elsewhere = new Rfc3161TimeStamper({ url: authority.url, trustedCertificates: authority.otherRootPem });
    await expect(elsewhere.stamp('an invented checkpoint\n')).rejects.toThrow(TimeStampRefused);
  });

  it('are refused where the token’s time is far from ours', async () => {
    authority.behave('RIGHT');
    const late = new Rfc3161TimeStamper({ url: authority.url, trustedCertificates: authority.rootPem, now: () => new Date(Date.now() + 3_600_000) });
    await expect(late.stamp('an invented checkpoint\n')).rejects.toThrow(/too far/);
  });

  it('are refused where nobody answers', async () => {
    const nowhere = new Rfc3161TimeStamper({ url: 'http://127.0.0.1:9/', trustedCertificates: authority.rootPem });
    await expect(nowhere.stamp('an invented checkpoint\n')).rejects.toThrow(/can't be reached/);
  });

  it('need a certificate to trust', () => {
    expect(() => new Rfc3161TimeStamper({ url: 'http://127.0.0.1:9/', trustedCertificates: 'none' })).toThrow(TimeStampRefused);
  });
});

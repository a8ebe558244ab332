import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { claimMappingSchema } from './claims.js';
import { IssuerUnavailable, issuerKeys, issuerLimits, TokenRefused, type TokenRules, TokenVerifier } from './index.js';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

interface Key {
  readonly kid: string;
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

async function makeKey(kid: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { kid, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' }, privateKey };
}

/** An OpenID provider, as far as a verifier sees one. */
async function startIssuer(keys: Key[]): Promise<{ readonly issuer: string; readonly asked: string[]; names: string | null }> {
  const provider = { issuer: '', asked: [] as string[], names: null as string | null };
  const server = createServer((request, response) => {
    provider.asked.push(request.url ?? '');
    const isDiscovery = request.url === '/tenant/.well-known/openid-configuration';
    const answer = isDiscovery ? { issuer: provider.names ?? provider.issuer, jwks_uri: `${provider.issuer}/any/keys` } : { keys: keys.map(({ jwk }) => jwk) };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tenant`;
  return provider;
}

const tokenOf = ({ kid, privateKey }: Key, issuer: string, claims: object, atSeconds: number): Promise<string> =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid }).setIssuer(issuer).setAudience('caseledger').setSubject('u-1').setIssuedAt(atSeconds).setExpirationTime(atSeconds + 1e7).sign(privateKey);

const verifierOf = (issuer: string, rules: Partial<TokenRules> = {}): TokenVerifier =>
  new TokenVerifier({ issuer: () => issuer, audience: 'caseledger', keys: issuerKeys({ issuer: () => issuer, jwksUrl: null, production: false }), ...rules });

const reasonOf = (attempt: Promise<unknown>): Promise<unknown> =>
  attempt.then(
    () => 'let in',
    (error: unknown) => (error instanceof TokenRefused ? error.reason : (error as Error).name),
  );

const now = Math.floor(Date.now() / 1000);

describe('tokens of an OpenID provider', () => {
  it('are verified with keys that its discovery document names; a key that it adds is found', async () => {
    const keys = [await makeKey('one')];
    const provider = await startIssuer(keys);
    const verifier = verifierOf(provider.issuer);
    expect((await verifier.verify(await tokenOf(keys[0]!, provider.issuer, { roles: ['OFFICER'] }, now))).actor).toMatchObject({ actor: 'u-1', roles: ['OFFICER'] });
    expect(provider.asked).toEqual(['/tenant/.well-known/openid-configuration', '/tenant/any/keys']);
    const added = await makeKey('two');
    // Not asked for at each token: a flood of unknown key ids costs the issuer one request.
    expect(await reasonOf(verifier.verify(await tokenOf(added, provider.issuer, { roles: ['OFFICER'] }, now)))).toBe('ERR_JWKS_NO_MATCHING_KEY');
    expect(provider.asked).toHaveLength(2);
    keys.push(added);
    const fresh = verifierOf(provider.issuer);
    expect((await fresh.verify(await tokenOf(added, provider.issuer, { roles: ['LEGAL'] }, now))).actor.roles).toEqual(['LEGAL']);
    expect(issuerLimits.cooldownMs).toBeLessThanOrEqual(10_000);
  });

  it('are refused for now, not for good, where the provider names another issuer or is not there', async () => {
    const key = await makeKey('one');
    const provider = await startIssuer([key]);
    provider.names = 'https://evil.example';
    expect(await reasonOf(verifierOf(provider.issuer).verify(await tokenOf(key, provider.issuer, { roles: ['OFFICER'] }, now)))).toBe('IssuerUnavailable');
    const nowhere = 'http://127.0.0.1:1';
    expect(await reasonOf(verifierOf(nowhere).verify(await tokenOf(key, nowhere, { roles: ['OFFICER'] }, now)))).toBe('IssuerUnavailable');
  });

  it('in production come over https alone', async () => {
    const key = await makeKey('one');
    const { issuer } = await startIssuer([key]);
    const verifier = verifierOf(issuer, { keys: issuerKeys({ issuer: () => issuer, jwksUrl: null, production: true }) });
    await expect(verifier.verify(await tokenOf(key, issuer, { roles: ['OFFICER'] }, now))).rejects.toThrow(IssuerUnavailable);
  });

  it('say roles and unit in the words of the provider, by a mapping; groups that it does not name give nothing', async () => {
    const key = await makeKey('one');
    const { issuer } = await startIssuer([key]);
    const claims = claimMappingSchema.parse({
      roles: { claim: 'realm_access.groups', map: { 'cpd-officers': 'OFFICER', 'cpd-leads': ['SUPERVISOR', 'INVESTIGATOR'] } },
      unit: { claim: 'department', map: { D7: 'district-7' } },
    });
    const verifier = verifierOf(issuer, { claims });
    const asked = async (groups: readonly unknown[], department?: string) =>
      verifier.verify(await tokenOf(key, issuer, { realm_access: { groups }, department, roles: ['ADMIN'] }, now)).then(({ actor }) => [actor.roles, actor.unit]);
    expect(await asked(['cpd-officers', 'printers'], 'D7')).toEqual([['OFFICER'], 'district-7']);
    expect(await asked(['cpd-leads'], 'D8')).toEqual([['INVESTIGATOR', 'SUPERVISOR'], null]);
    expect(await reasonOf(asked(['printers', 'constructor', '__proto__', 'ADMIN']))).toBe('roles');
    expect(() => claimMappingSchema.parse({ roles: { claim: 'groups', map: { robots: 'SYSTEM' } } })).toThrow();
    expect(() => claimMappingSchema.parse({ roles: { claim: 'groups' }, rolse: {} })).toThrow();
  });
});

describe('a session', () => {
  it('ends 12 hours after the sign-in, whatever the token says and however often it is refreshed', async () => {
    const key = await makeKey('one');
    const { issuer } = await startIssuer([key]);
    let at = now;
    const verifier = verifierOf(issuer, { now: () => new Date(at * 1000) });
    const long = await tokenOf(key, issuer, { roles: ['OFFICER'] }, now);
    expect((await verifier.verify(long)).expiresAt).toBe(now + 12 * 3_600);
    at = now + 12 * 3_600 - 1;
    const viewer = await verifier.verify(long);
    expect(verifier.stands(viewer)).toBe(true);
    const refreshed = await tokenOf(key, issuer, { roles: ['OFFICER'], auth_time: now }, at);
    expect((await verifier.verify(refreshed)).expiresAt).toBe(now + 12 * 3_600);
    at += 1;
    expect(verifier.stands(viewer)).toBe(false);
    expect(await reasonOf(verifier.verify(long))).toBe('session ended');
    expect(await reasonOf(verifier.verify(refreshed))).toBe('session ended');
  });
});

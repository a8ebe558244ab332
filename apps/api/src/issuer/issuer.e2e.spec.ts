import { request as ask } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { demonstrationUsers } from '#libs/access';
import { type RunningApp, startApp } from '../../../../test/support/app.js';
import { asking, authorizeUrl, choose, exchange, signInByCode, Visitor } from '../../../../test/support/sign-in-by-code.js';

let service: RunningApp;
let origin: string;

beforeAll(async () => {
  service = await startApp();
  origin = new URL(service.url).origin;
});
afterAll(async () => service.close());

const cases = '{ cases(first: 1) { edges { node { number } } } }';
const codeOf = (back: URL): string => back.searchParams.get('code') ?? '';

/** A request whose Host is of the asker's choice; fetch does not let one choose. */
function statusFor(path: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    ask({ hostname, port, path, headers }, (response) => (response.resume(), resolve(response.statusCode ?? 0))).on('error', reject).end();
  });
}

describe('the built-in OpenID provider', () => {
  it('publishes its discovery document and its public keys, under the issuer that its tokens name', async () => {
    const document = (await (await fetch(`${origin}/oidc/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
    expect(document).toMatchObject({
      issuer: `${origin}/oidc`,
      authorization_endpoint: `${origin}/oidc/auth`,
      token_endpoint: `${origin}/oidc/token`,
      jwks_uri: `${origin}/oidc/jwks`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
    });
    for (const off of ['registration_endpoint', 'introspection_endpoint', 'revocation_endpoint', 'userinfo_endpoint', 'end_session_endpoint']) expect(document).not.toHaveProperty(off);
    const { keys } = (await (await fetch(String(document['jwks_uri']))).json()) as { keys: Record<string, unknown>[] };
    expect(keys).toEqual([{ kty: 'OKP', crv: 'Ed25519', x: expect.any(String), alg: 'EdDSA', use: 'sig', kid: expect.any(String) }]);
  });

  it('signs in one demonstration user for each role, by code and PKCE, with tokens that the service takes as any other issuer’s', async () => {
    const roles: string[] = [];
    for (const { actor, role } of demonstrationUsers) {
      const token = await signInByCode(origin, actor);
      expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'at+jwt', alg: 'EdDSA' });
      const { iss, aud, sub, iat, exp, ...claims } = decodeJwt(token);
      expect({ iss, aud, sub }).toEqual({ iss: `${origin}/oidc`, aud: 'caseledger', sub: actor });
      expect(claims).toMatchObject({ roles: [role], unit: 'demo-unit', auth_time: expect.any(Number) });
      expect((exp ?? 0) - (iat ?? 0)).toBe(12 * 60 * 60);
      const { status, errors } = await service.graphql(token, cases);
      // Whose role sees no case is told so as one who is known.
      if (status !== 200 || errors.length > 0) expect(errors.map(({ extensions }) => extensions['code'])).not.toContain('UNAUTHENTICATED');
      roles.push(role);
    }
    expect(roles).toHaveLength(12);
    expect(roles).not.toContain('SYSTEM');
  });

  it('lets demonstration tokens that were never asked for by a sign-in be verified by the same document and keys', async () => {
    expect((await service.graphql(await service.token('officer-1', 'OFFICER'), cases)).status).toBe(200);
  });

  it('gives no code to whoever asks without PKCE, with a plain challenge, for another client, or to be sent elsewhere', async () => {
    const refusals = {
      'no challenge': { code_challenge: null, code_challenge_method: null },
      'a plain challenge': { code_challenge_method: 'plain' },
      'another client': { client_id: 'somebody-else' },
      'a foreign address': { redirect_uri: 'https://elsewhere.example/graphql' },
      'another path': { redirect_uri: `${origin}/elsewhere` },
      'a longer path': { redirect_uri: `${origin}/graphql/../elsewhere` },
      'a token at once': { response_type: 'token' },
    };
    for (const [what, otherwise] of Object.entries(refusals)) {
      const response = await new Visitor().go(authorizeUrl(asking(origin, otherwise)));
      const to = response.headers.get('location');
      const back = to === null ? null : new URL(to, origin);
      expect({ what, code: back?.searchParams.get('code') ?? null, signIn: to?.includes('/sign-in/') ?? false, away: back !== null && back.origin !== origin }).toEqual({ what, code: null, signIn: false, away: false });
      if (back === null) expect(response.status).toBe(400);
    }
  });

  it('exchanges a code once, for its own verifier and address alone; a second exchange gives nothing', async () => {
    const asked = asking(origin);
    const code = codeOf(await choose(new Visitor(), asked, 'demo-officer'));
    expect(await exchange(asked, code, { code_verifier: asking(origin).verifier })).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await exchange(asked, code, { redirect_uri: asked.redirectUri.replace('127.0.0.1', 'localhost') })).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await exchange(asked, code)).toMatchObject({ status: 200, access_token: expect.any(String) });
    expect(await exchange(asked, code)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await exchange(asked, code, { grant_type: 'client_credentials' })).toMatchObject({ status: 400 });
  });

  it('knows a sign-in by its browser: its address alone, another user, nobody and a form from elsewhere sign in no one', async () => {
    const visitor = new Visitor();
    const page = new URL((await visitor.go(authorizeUrl(asking(origin)))).headers.get('location') ?? '', origin).href;
    expect(page).toContain('/oidc/sign-in/');
    const post = (by: Visitor, to: string, user: string): Promise<Response> => by.go(to, { method: 'POST', body: new URLSearchParams({ user }) });
    expect((await new Visitor().go(page)).status).toBe(400);
    expect((await post(new Visitor(), page, 'demo-admin')).status).toBe(400);
    expect((await post(visitor, page, 'somebody')).status).toBe(400);
    expect((await post(visitor, `${origin}/oidc/sign-in/another`, 'demo-admin')).status).toBe(400);
    const back = await choose(new Visitor(), asking(origin), '');
    expect([back.searchParams.get('error'), codeOf(back)]).toEqual(['access_denied', '']);
  });

  it('serves pages on which nothing runs, and keeps its cookies to its own path', async () => {
    const visitor = new Visitor();
    const first = await visitor.go(authorizeUrl(asking(origin)));
    for (const line of first.headers.getSetCookie()) expect(line.toLowerCase()).toMatch(/path=\/oidc\/.*httponly/);
    for (const line of first.headers.getSetCookie()) expect(line.toLowerCase()).toContain('samesite=lax');
    const page = await visitor.go(new URL(first.headers.get('location') ?? '', origin).href);
    const text = await page.text();
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/);
    expect(page.headers.get('cache-control')).toContain('no-store');
    expect(text).not.toMatch(/<script|https?:\/\/|\son\w+=/i);
    for (const { role, name } of demonstrationUsers) expect(text).toContain(`<strong>${role}</strong><span>${name}`);
    expect(text).toContain('invented');
    const refused = await new Visitor().go(authorizeUrl(asking(origin, { redirect_uri: 'https://elsewhere.example/<script>' })));
    expect(refused.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(refused.headers.get('x-frame-options')).toBe('DENY');
    expect(refused.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await refused.text()).not.toContain('<script>');
  });

  it('gives tokens to programs on its own machine alone: not through a proxy, nor to a page whose name was pointed here', async () => {
    const { host } = new URL(origin);
    const paths = ['/development/token?role=ADMIN', new URL(authorizeUrl(asking(origin))).pathname + new URL(authorizeUrl(asking(origin))).search];
    for (const path of paths) {
      expect([200, 303]).toContain(await statusFor(path, { host }));
      const elsewhere: readonly Readonly<Record<string, string>>[] = [{ host: 'rebound.example' }, { host: `rebound.example:${host.split(':')[1]}` }, { host, 'x-forwarded-for': '203.0.113.7' }, { host, forwarded: 'for=203.0.113.7' }];
      for (const headers of elsewhere) {
        expect([403, 404]).toContain(await statusFor(path, headers));
      }
    }
    expect(await statusFor('/oidc/jwks', { host: 'service.example' })).toBe(200);
  });
});

describe('where an issuer of one’s own is configured', () => {
  it('there is no built-in one', async () => {
    const other = await startApp({ OIDC_ISSUER: 'https://issuer.example' }).catch((error: unknown) => error as Error);
    if (other instanceof Error) throw other;
    try {
      const its = new URL(other.url).origin;
      for (const path of ['/oidc/.well-known/openid-configuration', '/oidc/auth', '/oidc/sign-in/x', '/development/token?role=ADMIN']) expect((await fetch(`${its}${path}`)).status).toBe(404);
      const page = await (await fetch(`${its}/graphql`, { headers: { accept: 'text/html' } })).text();
      expect(page).not.toContain('startConsole');
    } finally {
      await other.close();
    }
  });
});

import { createHmac, generateKeyPairSync } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';

/** A token that must be refused, with what is wrong with it. */
export interface HostileToken {
  readonly what: string;
  readonly token: string;
}

interface Forge {
  readonly issuer: string;
  readonly audience: string;
  /** The issuer's true key: what is signed with it is wrong in another way. */
  readonly key: CryptoKey;
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly nowSeconds: number;
}

const hours = 3_600;
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The token of a person as it should be; each hostile one differs from it in one thing. */
export function honestClaims({ issuer, audience, nowSeconds }: Forge): Record<string, unknown> {
  return { iss: issuer, aud: audience, sub: 'officer-1', roles: ['OFFICER'], unit: 'demo-unit', iat: nowSeconds, exp: nowSeconds + hours };
}

export function sign({ key, kid }: Pick<Forge, 'key' | 'kid'>, claims: Readonly<Record<string, unknown>>, header: object = {}): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid, ...header }).sign(key);
}

export async function hostileTokens(forge: Forge): Promise<readonly HostileToken[]> {
  return [...(await ofClaims(forge)), ...(await ofHeaders(forge)), ...(await ofKeys(forge)), ...(await ofForm(forge))];
}

async function ofClaims(forge: Forge): Promise<readonly HostileToken[]> {
  const { nowSeconds: now, issuer, audience } = forge;
  const changes: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    'no issuer': { iss: undefined },
    'another issuer': { iss: 'https://evil.example' },
    'an issuer with a slash more': { iss: `${issuer}/` },
    'an issuer in capitals': { iss: issuer.toUpperCase() },
    'an issuer that begins like ours': { iss: `${issuer}.evil.example` },
    'issuers in a list': { iss: [issuer] },
    'no audience': { aud: undefined },
    'another audience': { aud: 'another-service' },
    'an empty audience': { aud: '' },
    'no audience in the list': { aud: [] },
    'only others in the list of audiences': { aud: ['a', 'b'] },
    'an audience that contains ours': { aud: `${audience} another` },
    'an audience as an object': { aud: { [audience]: true } },
    'no end': { exp: undefined },
    'ended a minute ago': { exp: now - 60 },
    'ended in 1970': { exp: 0 },
    'a negative end': { exp: -1 },
    'an end as a text': { exp: String(now + hours) },
    'an end that is null': { exp: null },
    'no time of issue': { iat: undefined },
    'issued tomorrow': { iat: now + 24 * hours },
    'issued at a text': { iat: 'now' },
    'issued 13 hours ago and valid for a year': { iat: now - 13 * hours, exp: now + 8_760 * hours },
    'refreshed now, signed in 13 hours ago': { auth_time: now - 13 * hours, exp: now + hours },
    'signed in tomorrow': { auth_time: now + 24 * hours },
    'signed in at a text': { auth_time: String(now) },
    'signed in at null': { auth_time: null },
    'not valid before tomorrow': { nbf: now + 24 * hours },
    'not valid before a text': { nbf: 'tomorrow' },
    'no subject': { sub: undefined },
    'an empty subject': { sub: '' },
    'a subject of blanks': { sub: '   ' },
    'a subject that is a number': { sub: 7 },
    'a subject that is a list': { sub: ['officer-1'] },
    'a subject without an end': { sub: 'x'.repeat(129) },
    'no roles': { roles: undefined },
    'an empty list of roles': { roles: [] },
    'roles in one text': { roles: 'OFFICER' },
    'a role that is none': { roles: ['WIZARD'] },
    'a role in small letters': { roles: ['officer'] },
    'the service’s own role': { roles: ['SYSTEM'] },
    'the service’s own role among others': { roles: ['OFFICER', 'SYSTEM'] },
    'roles that are no texts': { roles: [{ toString: 'OFFICER' }] },
    'roles as an object': { roles: { 0: 'OFFICER', length: 1 } },
    'a thousand roles': { roles: Array<string>(1_000).fill('OFFICER') },
    'a unit that is no text': { unit: { in: 'demo-unit' } },
    'an empty unit': { unit: '' },
    'a unit without an end': { unit: 'x'.repeat(129) },
  };
  return Promise.all(
    Object.entries(changes).map(async ([what, change]) => {
      // As sent over the wire: what is undefined is absent.
      const claims = JSON.parse(JSON.stringify({ ...honestClaims(forge), ...change })) as Record<string, unknown>;
      return { what, token: await sign(forge, claims) };
    }),
  );
}

async function ofHeaders(forge: Forge): Promise<readonly HostileToken[]> {
  const claims = honestClaims(forge);
  const typed = ['JWT', 'jwt', 'id+jwt', 'dpop+jwt', 'logout+jwt', 'at+jwt+x', ''];
  return [
    ...(await Promise.all(typed.map(async (typ) => ({ what: `the type '${typ}'`, token: await sign(forge, claims, { typ }) })))),
    { what: 'no type', token: await sign(forge, claims, { typ: undefined }) },
    { what: 'an unknown key id', token: await sign(forge, claims, { kid: 'another' }) },
    { what: 'a key id that is a path', token: await sign(forge, claims, { kid: '../../../etc/passwd' }) },
    { what: 'a critical extension that nobody knows', token: replaceHeader(await sign(forge, claims), { alg: 'EdDSA', typ: 'at+jwt', kid: forge.kid, crit: ['x'], x: 1 }) },
    { what: 'an unencoded payload', token: replaceHeader(await sign(forge, claims), { alg: 'EdDSA', typ: 'at+jwt', kid: forge.kid, b64: false, crit: ['b64'] }) },
  ];
}

async function ofKeys(forge: Forge): Promise<readonly HostileToken[]> {
  const claims = honestClaims(forge);
  const own = await generateKeyPair('EdDSA', { extractable: true });
  const ownJwk = await exportJWK(own.publicKey);
  const head = { typ: 'at+jwt', kid: forge.kid };
  const shared = (alg: 'HS256' | 'HS384' | 'HS512', secret: string): string => {
    const text = `${encode({ ...head, alg })}.${encode(claims)}`;
    return `${text}.${createHmac(`sha${alg.slice(2)}`, secret).update(text).digest('base64url')}`;
  };
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  const unsigned = new UnsecuredJWT(claims).encode();
  const noneHeads = ['none', 'None', 'NONE', 'nOnE'].map((alg) => ({ what: `the algorithm '${alg}'`, token: `${encode({ ...head, alg })}.${encode(claims)}.` }));
  return [
    ...noneHeads,
    { what: 'no signature at all', token: unsigned },
    { what: 'a key of their own under our key id', token: await sign({ key: own.privateKey, kid: forge.kid }, claims) },
    { what: 'a key of their own in the header', token: await sign({ key: own.privateKey, kid: forge.kid }, claims, { jwk: ownJwk }) },
    { what: 'a key set of their own by address', token: await sign({ key: own.privateKey, kid: 'evil' }, claims, { jku: 'https://evil.example/jwks.json' }) },
    { what: 'a certificate of their own by address', token: await sign({ key: own.privateKey, kid: forge.kid }, claims, { x5u: 'https://evil.example/cert.pem' }) },
    { what: 'HS256 with the public key as the secret', token: shared('HS256', JSON.stringify(forge.publicJwk)) },
    { what: 'HS256 with the public key’s coordinate as the secret', token: shared('HS256', String(forge.publicJwk.x)) },
    { what: 'HS256 with an empty secret', token: shared('HS256', '') },
    { what: 'HS384 with a guessed secret', token: shared('HS384', 'secret') },
    { what: 'HS512 with a guessed secret', token: shared('HS512', 'caseledger') },
    { what: 'RS256 under our key id', token: await new SignJWT(claims).setProtectedHeader({ ...head, alg: 'RS256' }).sign(rsa) },
    { what: 'RS512, which is not among ours', token: await new SignJWT(claims).setProtectedHeader({ ...head, alg: 'RS512' }).sign(rsa) },
  ];
}

async function ofForm(forge: Forge): Promise<readonly HostileToken[]> {
  const good = await sign(forge, honestClaims(forge));
  const [head = '', body = '', signature = ''] = good.split('.');
  const claims = honestClaims(forge);
  return [
    { what: 'no token', token: '.' },
    { what: 'one word', token: 'token' },
    { what: 'two parts', token: `${head}.${body}` },
    { what: 'four parts', token: `${good}.${signature}` },
    { what: 'five parts', token: `${good}.${body}.${signature}` },
    { what: 'no signature', token: `${head}.${body}.` },
    { what: 'half a signature', token: `${head}.${body}.${signature.slice(0, 40)}` },
    { what: 'another signature', token: `${head}.${body}.${Buffer.alloc(64, 7).toString('base64url')}` },
    { what: 'a signature of zeros', token: `${head}.${body}.${Buffer.alloc(64).toString('base64url')}` },
    { what: 'other claims under the signature', token: `${head}.${encode({ ...claims, roles: ['ADMIN'] })}.${signature}` },
    { what: 'a head that is no JSON', token: `${Buffer.from('{').toString('base64url')}.${body}.${signature}` },
    { what: 'a body that is no JSON', token: `${head}.${Buffer.from('{').toString('base64url')}.${signature}` },
    { what: 'a head that is null', token: `${encode(null)}.${body}.${signature}` },
    { what: 'a head that is a list', token: `${encode([])}.${body}.${signature}` },
    { what: 'claims that are a list', token: `${head}.${encode([claims])}.${signature}` },
    { what: 'claims that are null', token: `${head}.${encode(null)}.${signature}` },
    { what: 'too long', token: await sign(forge, { ...claims, filler: 'x'.repeat(9_000) }) },
    { what: 'a token in capitals', token: good.toUpperCase() },
    { what: 'a token with padding', token: `${head}==.${body}==.${signature}==` },
  ];
}

const replaceHeader = (token: string, header: object): string => [encode(header), ...token.split('.').slice(1)].join('.');

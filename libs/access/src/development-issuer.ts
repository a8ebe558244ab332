import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import type { Role } from '#libs/domain';
import { IssuerUnavailable } from './refused.js';

/**
 * The name under which the built-in issuer's users are known to their streams. Its address changes with the port; the people it stands for don't, so whoever
 * was disabled stays so. The name alone says that no real issuer stands behind it.
 */
export const developmentIssuer = 'https://issuer.caseledger.invalid';
/** Where it is mounted in the service that it is part of. */
export const issuerPath = '/oidc';
export const issuerAlgorithm = 'EdDSA';
const issuerKeyFile = 'development-issuer.jwk.json';

/** How long what it signs is good for, in seconds: a session's whole length. */
export const issuerTokenSeconds = 12 * 60 * 60;

/**
 * The keys of the built-in OpenID provider, and tokens that it gives out without a sign-in, so that a fresh clone can be tried at once. Its key stays in
 * the data folder, so that a token survives a restart on the same port. It must never run in production: {@link readConfig} refuses that, and so does this.
 */
export class DevelopmentIssuer {
  private constructor(
    private readonly jwk: JWK,
    private readonly privateKey: CryptoKey | Uint8Array,
    private readonly origin: () => string | null,
  ) {}

  /** @param origin where the service listens (`http://127.0.0.1:4000`); null as long as it does not */
  static async open(folder: string, production: boolean, origin: () => string | null): Promise<DevelopmentIssuer> {
    if (production) throw new Error('the built-in issuer does not run in production');
    const jwk = await openKey(folder);
    return new DevelopmentIssuer(jwk, await importJWK(jwk, issuerAlgorithm), origin);
  }

  /** Its issuer identifier. @throws IssuerUnavailable as long as the service does not listen */
  get url(): string {
    const origin = this.origin();
    if (origin === null) throw new IssuerUnavailable('the built-in issuer does not listen yet');
    return `${origin}${issuerPath}`;
  }

  /** For the provider alone: it holds the private key. */
  get signingKeys(): { readonly keys: readonly JWK[] } {
    return { keys: [this.jwk] };
  }

  async token(actor: string, actorRoles: readonly Role[], unit: string | null, audience: string): Promise<string> {
    return new SignJWT({ roles: [...actorRoles], unit })
      .setProtectedHeader({ alg: issuerAlgorithm, typ: 'at+jwt', kid: this.jwk.kid })
      .setIssuer(this.url)
      .setAudience(audience)
      .setSubject(actor)
      .setIssuedAt()
      .setExpirationTime(`${issuerTokenSeconds}s`)
      .sign(this.privateKey);
  }
}

async function openKey(folder: string): Promise<JWK> {
  const path = join(folder, issuerKeyFile);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as JWK; // Our own file.
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const { privateKey } = await generateKeyPair(issuerAlgorithm, { extractable: true });
  const jwk: JWK = { ...(await exportJWK(privateKey)), alg: issuerAlgorithm, use: 'sig', kid: crypto.randomUUID() };
  await mkdir(folder, { recursive: true });
  await writeFile(path, JSON.stringify(jwk), { mode: 0o600 });
  return jwk;
}

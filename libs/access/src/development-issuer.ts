import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLocalJWKSet, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK, type JWTVerifyGetKey, SignJWT } from 'jose';
import { roles, type Role } from '#libs/domain';

/** Where the demonstration tokens come from; the name alone says that no real issuer stands behind it. */
export const developmentIssuer = 'https://issuer.caseledger.invalid';
const algorithm = 'EdDSA';
const tokenHours = 12;
const keyFile = 'development-issuer.jwk.json';

export interface DemonstrationUser {
  readonly actor: string;
  readonly role: Role;
  readonly unit: string;
  readonly token: string;
}

/**
 * Issues tokens for invented users, one for each role, so that a fresh clone can be tried at once. Its key stays in the data folder, so that
 * a token survives a restart. It must never run in production: {@link readConfig} refuses that, and so does this.
 */
export class DevelopmentIssuer {
  private constructor(
    private readonly privateKey: CryptoKey | Uint8Array,
    private readonly publicKeys: JSONWebKeySet,
  ) {}

  static async open(folder: string, production: boolean): Promise<DevelopmentIssuer> {
    if (production) throw new Error('the built-in issuer does not run in production');
    const jwk = await openKey(folder);
    const { d: _private, ...publicJwk } = jwk;
    return new DevelopmentIssuer(await importJWK(jwk, algorithm), { keys: [publicJwk] });
  }

  get keys(): JWTVerifyGetKey {
    return createLocalJWKSet(this.publicKeys);
  }

  async token(actor: string, actorRoles: readonly Role[], unit: string | null, audience: string): Promise<string> {
    return new SignJWT({ roles: [...actorRoles], unit })
      .setProtectedHeader({ alg: algorithm, typ: 'at+jwt', kid: this.publicKeys.keys[0]?.kid })
      .setIssuer(developmentIssuer)
      .setAudience(audience)
      .setSubject(actor)
      .setIssuedAt()
      .setExpirationTime(`${tokenHours}h`)
      .sign(this.privateKey);
  }

  /** One invented user for each role that people have. */
  async demonstrationUsers(audience: string): Promise<readonly DemonstrationUser[]> {
    const human = roles.filter((role) => role !== 'SYSTEM');
    return Promise.all(
      human.map(async (role) => {
        const actor = `demo-${role.toLowerCase().replaceAll('_', '-')}`;
        return { actor, role, unit: 'demo-unit', token: await this.token(actor, [role], 'demo-unit', audience) };
      }),
    );
  }
}

async function openKey(folder: string): Promise<JWK> {
  const path = join(folder, keyFile);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as JWK; // Our own file.
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk: JWK = { ...(await exportJWK(privateKey)), alg: algorithm, use: 'sig', kid: crypto.randomUUID() };
  await mkdir(folder, { recursive: true });
  await writeFile(path, JSON.stringify(jwk), { mode: 0o600 });
  return jwk;
}

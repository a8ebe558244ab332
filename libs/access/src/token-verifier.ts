import { createHash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Role, roles, type UserId } from '#libs/domain';
import type { Viewer } from './viewer.js';

/** The token can't be accepted. The reason is for the log; the asker is told only that they are not known. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
  constructor(readonly reason: string, options?: ErrorOptions) {
    super(`token refused: ${reason}`, options);
  }
}

/** The keys that tokens are signed with can't be fetched. Retryable. */
export class IssuerUnavailable extends Error {
  override readonly name = 'IssuerUnavailable';
}

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  readonly now?: () => Date;
}

export const tokenLimits = {
  /** Verified tokens remembered, by digest, until they end. */
  cachedTokensMax: 10_000,
  /** A longer one is refused unread. */
  tokenBytesMax: 8 * 1024,
  /** Clocks may differ by this much. */
  clockToleranceSeconds: 5,
  actorCharsMax: 128,
  unitCharsMax: 128,
} as const;

/** Asymmetric algorithms alone: with a shared secret, whoever verifies could also sign. */
const algorithms = ['EdDSA', 'ES256', 'ES384', 'RS256', 'PS256'];
/** RFC 9068: an access token says that it is one, so that no other token of the issuer passes for it. */
const tokenType = 'at+jwt';

/** Verifies bearer tokens: issuer, audience, algorithm, type, times, then who it names and in which roles. */
export class TokenVerifier {
  private readonly verified: LRUCache<string, Viewer>;
  private readonly now: () => Date;

  constructor(private readonly rules: TokenRules) {
    this.now = rules.now ?? (() => new Date());
    this.verified = new LRUCache({ max: tokenLimits.cachedTokensMax });
  }

  /** @throws TokenRefused, IssuerUnavailable */
  async verify(token: string): Promise<Viewer> {
    if (token.length > tokenLimits.tokenBytesMax) throw new TokenRefused('too long');
    // By digest, so that no memory dump of the cache is a list of tokens.
    const digest = createHash('sha256').update(token).digest('base64url');
    const known = this.verified.get(digest);
    if (known !== undefined && known.expiresAt * 1000 > this.now().getTime()) return known;
    const viewer = viewerOf(await this.check(token));
    this.verified.set(digest, viewer);
    return viewer;
  }

  private async check(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.rules.keys, {
        issuer: this.rules.issuer,
        audience: this.rules.audience,
        algorithms,
        typ: tokenType,
        requiredClaims: ['sub', 'exp', 'iat'],
        clockTolerance: tokenLimits.clockToleranceSeconds,
        currentDate: this.now(),
      });
      return payload;
    } catch (cause) {
      if (cause instanceof errors.JWKSTimeout) throw new IssuerUnavailable('the issuer did not answer with its keys', { cause });
      if (cause instanceof errors.JOSEError) throw new TokenRefused(cause.code, { cause });
      throw new IssuerUnavailable('the keys of the issuer could not be fetched', { cause });
    }
  }
}

function viewerOf(claims: JWTPayload): Viewer {
  const { sub, exp } = claims;
  if (sub === undefined || sub === '' || sub.length > tokenLimits.actorCharsMax) throw new TokenRefused('sub');
  if (exp === undefined) throw new TokenRefused('exp');
  const named: unknown = claims['roles'];
  if (!Array.isArray(named)) throw new TokenRefused('roles');
  const known = roles.filter((role) => named.includes(role));
  // The service's own role is never given to a person.
  if (known.length === 0 || known.includes('SYSTEM')) throw new TokenRefused('roles');
  return { actor: { actor: sub as UserId, roles: known satisfies Role[], unit: unitOf(claims['unit']), purpose: null, authority: null }, expiresAt: exp };
}

function unitOf(unit: unknown): string | null {
  if (unit === undefined || unit === null) return null;
  if (typeof unit !== 'string' || unit.length > tokenLimits.unitCharsMax) throw new TokenRefused('unit');
  return unit;
}

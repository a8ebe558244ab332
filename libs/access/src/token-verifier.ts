import { createHash } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import type { UserId } from '#libs/domain';
import { type ClaimMapping, personOf, plainClaims } from './claims.js';
import { IssuerUnavailable, TokenRefused } from './refused.js';
import type { Viewer } from './viewer.js';

export interface TokenRules {
  /** The one issuer. Asked at every token: a built-in one has its address once the service listens. @throws IssuerUnavailable before */
  readonly issuer: () => string;
  readonly audience: string;
  readonly keys: JWTVerifyGetKey;
  readonly claims?: ClaimMapping;
  /** Whether a user lost all access; asked at every request. @throws if that can't be known */
  readonly isDisabled?: (user: UserId) => boolean;
  readonly now?: () => Date;
}

export const tokenLimits = {
  /** Verified tokens remembered, by digest, until they end. */
  cachedTokensMax: 10_000,
  /** A token is verified anew after this, in milliseconds: so one whose key the issuer withdrew is refused. */
  cachedMs: 10 * 60_000,
  /** A longer one is refused unread. */
  tokenBytesMax: 8 * 1024,
  /** Clocks may differ by this much. */
  clockToleranceSeconds: 5,
  /** A session ends so long after its sign-in, whatever the token says of its own end. */
  sessionSeconds: 12 * 60 * 60,
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
    this.verified = new LRUCache({ max: tokenLimits.cachedTokensMax, ttl: tokenLimits.cachedMs });
  }

  /** @throws TokenRefused, IssuerUnavailable, and what `isDisabled` throws */
  async verify(token: string): Promise<Viewer> {
    const viewer = await this.known(token);
    if (this.rules.isDisabled?.(viewer.actor.actor) === true) throw new TokenRefused('disabled', {}, viewer.actor.actor);
    return viewer;
  }

  /** Whether a viewer of before may go on: on a connection that stays open. @throws what `isDisabled` throws */
  stands({ actor, expiresAt }: Viewer): boolean {
    return expiresAt * 1000 > this.now().getTime() && this.rules.isDisabled?.(actor.actor) !== true;
  }

  private async known(token: string): Promise<Viewer> {
    if (token.length > tokenLimits.tokenBytesMax) throw new TokenRefused('too long');
    // By digest, so that no memory dump of the cache is a list of tokens.
    const digest = createHash('sha256').update(token).digest('base64url');
    const known = this.verified.get(digest);
    if (known !== undefined && known.expiresAt * 1000 > this.now().getTime()) return known;
    const claims = await this.check(token);
    const viewer = { actor: { ...personOf(claims, this.rules.claims ?? plainClaims), purpose: null, authority: null }, expiresAt: this.endOf(claims) };
    this.verified.set(digest, viewer);
    return viewer;
  }

  /** Seconds since 1970. `auth_time` where the token has it: a refreshed token is issued anew, the sign-in was before. */
  private endOf({ exp, iat, auth_time: authTime = iat }: JWTPayload): number {
    const nowSeconds = this.now().getTime() / 1000;
    if (typeof exp !== 'number' || !Number.isFinite(exp)) throw new TokenRefused('exp');
    if (typeof iat !== 'number' || !Number.isFinite(iat) || iat > nowSeconds + tokenLimits.clockToleranceSeconds) throw new TokenRefused('iat');
    if (typeof authTime !== 'number' || !Number.isFinite(authTime) || authTime > nowSeconds + tokenLimits.clockToleranceSeconds) throw new TokenRefused('auth_time');
    const end = Math.min(exp, iat + tokenLimits.sessionSeconds, authTime + tokenLimits.sessionSeconds);
    if (end <= nowSeconds) throw new TokenRefused('session ended');
    return end;
  }

  private async check(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, this.rules.keys, {
        issuer: this.rules.issuer(),
        audience: this.rules.audience,
        algorithms,
        typ: tokenType,
        requiredClaims: ['sub', 'exp', 'iat'],
        clockTolerance: tokenLimits.clockToleranceSeconds,
        currentDate: this.now(),
      });
      return payload;
    } catch (cause) {
      if (cause instanceof IssuerUnavailable) throw cause;
      if (ofTheKeys(cause)) throw new IssuerUnavailable('the issuer did not answer with its keys', { cause });
      if (cause instanceof errors.JOSEError) throw new TokenRefused(cause.code, { cause });
      throw new IssuerUnavailable('the keys of the issuer could not be fetched', { cause });
    }
  }
}

/** jose tells what is wrong with the issuer's keys from what is wrong with the token by these. */
const ofTheKeys = (cause: unknown): boolean =>
  cause instanceof errors.JWKSTimeout || cause instanceof errors.JWKSInvalid || (cause instanceof errors.JOSEError && cause.code === 'ERR_JOSE_GENERIC');

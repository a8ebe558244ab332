import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { IssuerUnavailable } from './refused.js';

export const issuerLimits = {
  /** How long the issuer may take to answer, in milliseconds. */
  timeoutMs: 5_000,
  /** An unknown key id makes the keys be fetched again, at most this often, in milliseconds: so a rotation is followed, and a flood is not. */
  cooldownMs: 10_000,
  /** Keys are fetched anew after this, in milliseconds, so that a withdrawn one is forgotten. */
  keysKeptMs: 10 * 60_000,
  /** A failed discovery is tried again after this, in milliseconds. */
  retryMs: 1_000,
} as const;

const document = z.object({ issuer: z.string(), jwks_uri: z.url() });

export interface IssuerAddress {
  /** Asked at the first token: a built-in issuer has its address once the service listens. */
  readonly issuer: () => string;
  /** In place of what discovery says. */
  readonly jwksUrl: string | null;
  /** Keys come over TLS alone. */
  readonly production: boolean;
}

/** The keys of an OpenID provider, found by its discovery document at the first token and followed as they rotate. */
export function issuerKeys(address: IssuerAddress): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | null = null;
  let failedAtMs = Number.NEGATIVE_INFINITY;
  return async (header, token) => {
    if (found === null && performance.now() - failedAtMs < issuerLimits.retryMs) throw new IssuerUnavailable('the issuer did not answer a moment ago');
    found ??= discover(address).catch((error: unknown) => {
      [found, failedAtMs] = [null, performance.now()];
      throw error;
    });
    return (await found)(header, token);
  };
}

async function discover({ issuer, jwksUrl, production }: IssuerAddress): Promise<JWTVerifyGetKey> {
  const url = secure(new URL(jwksUrl ?? (await jwksUriOf(issuer(), production))), production);
  return createRemoteJWKSet(url, { timeoutDuration: issuerLimits.timeoutMs, cooldownDuration: issuerLimits.cooldownMs, cacheMaxAge: issuerLimits.keysKeptMs });
}

/** OpenID Connect Discovery 1.0, section 4: the document has to name the very issuer that was asked for. */
async function jwksUriOf(issuer: string, production: boolean): Promise<string> {
  const url = secure(new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`), production);
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(issuerLimits.timeoutMs), headers: { accept: 'application/json' } });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    const { issuer: named, jwks_uri: uri } = document.parse(await response.json());
    if (named !== issuer) throw new Error('its document names another issuer');
    return uri;
  } catch (cause) {
    throw new IssuerUnavailable(`the issuer could not be discovered: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function secure(url: URL, production: boolean): URL {
  if (production && url.protocol !== 'https:') throw new IssuerUnavailable('the issuer is not reached by https');
  return url;
}

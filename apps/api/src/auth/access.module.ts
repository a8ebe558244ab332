import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { createRemoteJWKSet } from 'jose';
import { DevelopmentIssuer, developmentIssuer, TokenVerifier } from '#libs/access';
import type { Config } from '#libs/config';
import { CONFIG } from '#libs/service';

/** How long the issuer may take to give its keys, in milliseconds. */
const jwksTimeoutMs = 5_000;
const wellKnownKeys = '/.well-known/jwks.json';

/** Null where a real issuer is configured. */
export const DEVELOPMENT_ISSUER = Symbol('DevelopmentIssuer');

const providers = [
  {
    provide: DEVELOPMENT_ISSUER,
    inject: [CONFIG],
    useFactory: async (config: Config): Promise<DevelopmentIssuer | null> =>
      config.oidc === null ? DevelopmentIssuer.open(join(config.dataFolder, 'secrets'), config.production) : null,
  },
  {
    provide: TokenVerifier,
    inject: [CONFIG, DEVELOPMENT_ISSUER],
    useFactory: ({ oidc, audience }: Config, development: DevelopmentIssuer | null): TokenVerifier => {
      if (development !== null) return new TokenVerifier({ issuer: developmentIssuer, audience, keys: development.keys });
      if (oidc === null) throw new Error('unreachable: without an issuer there is the built-in one');
      const jwks = new URL(oidc.jwksUrl ?? `${oidc.issuer.replace(/\/$/, '')}${wellKnownKeys}`);
      return new TokenVerifier({ issuer: oidc.issuer, audience: oidc.audience, keys: createRemoteJWKSet(jwks, { timeoutDuration: jwksTimeoutMs }) });
    },
  },
];

@Global()
@Module({ providers, exports: [DEVELOPMENT_ISSUER, TokenVerifier] })
export class AccessModule {}

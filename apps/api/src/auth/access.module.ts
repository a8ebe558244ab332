import { join } from 'node:path';
import type { Server } from 'node:http';
import { type BeforeApplicationShutdown, Global, Inject, Logger, Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DevelopmentIssuer, issuerKeys, plainClaims, TokenVerifier } from '#libs/access';
import { UserStandings } from '#libs/accounts';
import type { Config } from '#libs/config';
import type { EventStore } from '#libs/event-store';
import { CONFIG, EVENT_STORE, issuerOf } from '#libs/service';
import { RateLimits } from '../http/rate-limits.js';
import { readClaims } from './claims-file.js';
import { SignIns } from './sign-ins.js';

/** Null where a real issuer is configured. */
export const DEVELOPMENT_ISSUER = Symbol('DevelopmentIssuer');
const log = new Logger('Access');

const providers = [
  RateLimits,
  SignIns,
  {
    provide: DEVELOPMENT_ISSUER,
    inject: [CONFIG, HttpAdapterHost],
    useFactory: async (config: Config, { httpAdapter }: HttpAdapterHost): Promise<DevelopmentIssuer | null> =>
      config.oidc === null ? DevelopmentIssuer.open(join(config.dataFolder, 'secrets'), config.production, () => originOf(httpAdapter.getHttpServer())) : null,
  },
  {
    provide: UserStandings,
    inject: [CONFIG, EVENT_STORE],
    useFactory: async (config: Config, store: EventStore): Promise<UserStandings> => {
      const standings = new UserStandings(store, issuerOf(config), { warn: (message) => log.warn(message) });
      await standings.start();
      return standings;
    },
  },
  {
    provide: TokenVerifier,
    inject: [CONFIG, DEVELOPMENT_ISSUER, UserStandings],
    useFactory: (config: Config, development: DevelopmentIssuer | null, standings: UserStandings): TokenVerifier => {
      const { oidc, audience, production } = config;
      const claims = oidc === null ? plainClaims : readClaims(config.claimsFile);
      // The built-in issuer is found as any other is, by its discovery document; only its address is known later, when the service listens.
      const issuer = (): string => {
        if (oidc !== null) return oidc.issuer;
        if (development === null) throw new Error('unreachable: without an issuer there is the built-in one');
        return development.url;
      };
      const keys = issuerKeys({ issuer, jwksUrl: oidc?.jwksUrl ?? null, production });
      return new TokenVerifier({ issuer, audience, keys, claims, isDisabled: (user) => standings.isDisabled(user) });
    },
  },
];

/** Where the service listens, as a program on this machine reaches it; null as long as it does not. */
function originOf(server: Server): string | null {
  const at = server.address();
  if (at === null || typeof at === 'string') return null;
  const everywhere = at.address === '0.0.0.0' || at.address === '::';
  return `http://${everywhere ? '127.0.0.1' : at.family === 'IPv6' ? `[${at.address}]` : at.address}:${at.port}`;
}

/** Who is asking: tokens, sessions, and who was disabled. */
@Global()
@Module({ providers, exports: [DEVELOPMENT_ISSUER, TokenVerifier, UserStandings, SignIns, RateLimits] })
export class AccessModule implements BeforeApplicationShutdown {
  constructor(@Inject(UserStandings) private readonly standings: UserStandings) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.standings.stop();
  }
}

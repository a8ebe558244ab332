import { join } from 'node:path';
import { type BeforeApplicationShutdown, Global, Inject, Logger, Module } from '@nestjs/common';
import { DevelopmentIssuer, issuerKeys, TokenVerifier } from '#libs/access';
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
    inject: [CONFIG],
    useFactory: async (config: Config): Promise<DevelopmentIssuer | null> =>
      config.oidc === null ? DevelopmentIssuer.open(join(config.dataFolder, 'secrets'), config.production) : null,
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
      const isDisabled: UserStandings['isDisabled'] = (user) => standings.isDisabled(user);
      if (development !== null) return new TokenVerifier({ issuer: issuerOf(config), audience, keys: development.keys, isDisabled });
      if (oidc === null) throw new Error('unreachable: without an issuer there is the built-in one');
      return new TokenVerifier({ issuer: oidc.issuer, audience, keys: issuerKeys({ ...oidc, production }), claims: readClaims(config.claimsFile), isDisabled });
    },
  },
];

/** Who is asking: tokens, sessions, and who was disabled. */
@Global()
@Module({ providers, exports: [DEVELOPMENT_ISSUER, TokenVerifier, UserStandings, SignIns, RateLimits] })
export class AccessModule implements BeforeApplicationShutdown {
  constructor(@Inject(UserStandings) private readonly standings: UserStandings) {}

  async beforeApplicationShutdown(): Promise<void> {
    await this.standings.stop();
  }
}

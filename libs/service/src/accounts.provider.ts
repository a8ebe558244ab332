import { developmentIssuer } from '#libs/access';
import { UserStandings } from '#libs/accounts';
import type { Config } from '#libs/config';
import { userStream } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { StreamRecorder } from '#libs/recorder';
import { SECRETS, type Secrets } from './secrets.js';
import { CONFIG, EVENT_STORE, USER_RECORDER } from './tokens.js';

/** Whose users these are. */
export const issuerOf = (config: Config): string => config.oidc?.issuer ?? developmentIssuer;

/** Users: the recorder of what is done to them, and who of them is disabled, followed from the first request on. */
export const accountProviders = (log: { warn(message: string): void }) => [
  {
    provide: USER_RECORDER,
    inject: [EVENT_STORE, SECRETS],
    useFactory: (store: EventStore, { pepper }: Secrets) => new StreamRecorder(userStream, { store, pepper }),
  },
  {
    provide: UserStandings,
    inject: [CONFIG, EVENT_STORE],
    useFactory: async (config: Config, store: EventStore): Promise<UserStandings> => {
      const standings = new UserStandings(store, issuerOf(config), log);
      await standings.start();
      return standings;
    },
  },
];

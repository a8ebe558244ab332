import { developmentIssuer } from '#libs/access';
import type { Config } from '#libs/config';
import { userStream } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { SECRETS, type Secrets } from './secrets.js';
import { ObservedStreamRecorder, type Telemetry } from './telemetry/observed-recorders.js';
import { EVENT_STORE, TELEMETRY, USER_RECORDER } from './tokens.js';

/** Whose users these are. */
export const issuerOf = (config: Config): string => config.oidc?.issuer ?? developmentIssuer;

/** Records what is done to users. */
export const userRecorderProvider = {
  provide: USER_RECORDER,
  inject: [EVENT_STORE, SECRETS, TELEMETRY],
  useFactory: (store: EventStore, { pepper }: Secrets, telemetry: Telemetry) => new ObservedStreamRecorder(userStream, { store, pepper }, telemetry),
};

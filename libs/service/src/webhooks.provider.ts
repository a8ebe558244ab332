import type { Pool } from 'pg';
import { DeliveryRetries, type Endpoint, readEndpoints } from '#libs/clocks';
import type { Config } from '#libs/config';
import type { EventStore } from '#libs/event-store';
import { SECRETS, type Secrets } from './secrets.js';
import { CONFIG, DATABASE, DELIVERY_RETRIES, EVENT_STORE, WEBHOOK_ENDPOINTS } from './tokens.js';

export const webhookProviders = [
  {
    provide: WEBHOOK_ENDPOINTS,
    inject: [CONFIG],
    useFactory: ({ webhooksFile, production }: Config): readonly Endpoint[] => readEndpoints(webhooksFile, production),
  },
  {
    provide: DELIVERY_RETRIES,
    inject: [DATABASE, EVENT_STORE, SECRETS],
    useFactory: (pool: Pool, store: EventStore, { pepper }: Secrets) => new DeliveryRetries({ pool, store, pepper }),
  },
];

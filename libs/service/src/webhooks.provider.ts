import type { Pool } from 'pg';
import { type DeliveryIds, deliveryIdsOf, type Endpoint, readEndpoints } from '#libs/clocks';
import type { Config } from '#libs/config';
import type { EventStore } from '#libs/event-store';
import { SECRETS, type Secrets } from './secrets.js';
import { ObservedDeliveryRetries, type Telemetry } from './telemetry/observed-recorders.js';
import { CONFIG, DATABASE, DELIVERY_IDS, DELIVERY_RETRIES, EVENT_STORE, TELEMETRY, WEBHOOK_ENDPOINTS } from './tokens.js';

export const webhookProviders = [
  {
    provide: WEBHOOK_ENDPOINTS,
    inject: [CONFIG],
    useFactory: ({ webhooksFile, production }: Config): readonly Endpoint[] => readEndpoints(webhooksFile, production),
  },
  { provide: DELIVERY_IDS, inject: [SECRETS], useFactory: ({ pepper }: Secrets): DeliveryIds => deliveryIdsOf(pepper) },
  {
    provide: DELIVERY_RETRIES,
    inject: [DATABASE, EVENT_STORE, SECRETS, TELEMETRY],
    useFactory: (pool: Pool, store: EventStore, { pepper }: Secrets, telemetry: Telemetry) => new ObservedDeliveryRetries({ pool, store, pepper }, telemetry),
  },
];

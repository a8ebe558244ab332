import { refuse } from '../case/refusals.js';
import { clear, defineEvent } from '../kernel/event-schema.js';
import { defineStream, type StreamKind } from '../kernel/stream-kind.js';

export const deliveryEvents = {
  WebhookDeliveryRetried: defineEvent({
    title: 'Webhook delivery retried',
    fields: {
      endpoint: clear<string>(),
      /** Which retry of this delivery it is, from 1. */
      retry: clear<number>(),
      /** Tries that had failed since it was written, or since the retry before. */
      attempts: clear<number>(),
      /** Status of the last answer; null: there was none. */
      lastStatus: clear<number | null>(),
      /** For who reads the record; it names nobody. */
      reason: clear<string>(),
    },
  }),
};

export interface DeliveryCommands {
  readonly retryWebhookDelivery: { readonly reason: string };
}
export type DeliveryCommand = { readonly [K in keyof DeliveryCommands]: { readonly type: K; readonly data: DeliveryCommands[K] } }[keyof DeliveryCommands];

/** How a delivery stands in its row, which is kept for sending and is no event. */
export interface DeliveryFacts {
  readonly endpoint: string;
  readonly isDead: boolean;
  readonly attempts: number;
  readonly lastStatus: number | null;
  /** Retries that were carried out on it. */
  readonly retries: number;
}

export interface DeliveryRetried {
  /** Retries that are on record. */
  readonly retries: number;
}

export const deliveryActions = {
  retryWebhookDelivery: { allow: ['ADMIN'], about: 'Sends a dead delivery again: it waits as it did at first, with all its tries, and the same id and bytes.' },
} as const;

/** What administrators did to one delivery: the stream `webhook-<uuid>`. `facts`: its row; null: there is none. */
export const deliveryStreamOf = (facts: DeliveryFacts | null): StreamKind<DeliveryCommand, DeliveryRetried> =>
  defineStream<DeliveryCommands>()({
    category: 'webhook',
    events: deliveryEvents,
    actions: deliveryActions,
    initial: { retries: 0 } as DeliveryRetried,
    decide: {
      retryWebhookDelivery: ({ reason }, { retries }) => {
        if (facts === null) return refuse('DELIVERY_UNKNOWN', 'There is no such delivery; those that were taken are kept for a while only.');
        // On record, and not carried out yet: it is about to be, and is not asked for twice.
        if (retries > facts.retries) return [];
        if (!facts.isDead) return refuse('DELIVERY_NOT_DEAD', 'It was taken, or is tried again by itself: only a dead delivery is retried.');
        const { endpoint, attempts, lastStatus } = facts;
        return [{ type: 'WebhookDeliveryRetried', data: { endpoint, retry: retries + 1, attempts, lastStatus, reason } }];
      },
    },
    evolve: {
      WebhookDeliveryRetried: (_state, { retry }) => ({ retries: retry }),
    },
  });

/** To read what is on record; it decides nothing. */
export const deliveryStream = deliveryStreamOf(null);

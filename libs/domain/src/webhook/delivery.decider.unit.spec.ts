import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../kernel/actor.js';
import type { EventMeta } from '../kernel/decider.js';
import type { UserId } from '../kernel/ids.js';
import { deliveryStream, deliveryStreamOf } from './delivery.decider.js';

const actor: Actor = { actor: 'admin-1' as UserId, roles: ['ADMIN'], unit: null, purpose: null, authority: null };
const context = { now: '2026-03-02T15:00:00.000Z', actor };
const command = { type: 'retryWebhookDelivery', data: { reason: 'The desk is back (invented).' } } as const;
const dead = { endpoint: 'desk', isDead: true, attempts: 12, lastStatus: 503, retries: 0 };
const first = { type: 'WebhookDeliveryRetried', data: { endpoint: 'desk', retry: 1, attempts: 12, lastStatus: 503, reason: command.data.reason } };
const meta = {} as EventMeta<Actor>; // Not looked at.

describe('a dead delivery', () => {
  it('is retried by one event, and by no second one before that is carried out', () => {
    const stream = deliveryStreamOf(dead);
    expect(stream.decide(command, stream.initial, context)).toEqual([first]);
    expect(stream.decide(command, stream.evolve(stream.initial, first, meta), context)).toEqual([]);
  });

  it('that died again is retried again, by an event of its own number', () => {
    const state = deliveryStream.evolve(deliveryStream.initial, first, meta);
    expect(deliveryStreamOf({ ...dead, attempts: 1, lastStatus: 410, retries: 1 }).decide(command, state, context)).toEqual([{ ...first, data: { ...first.data, retry: 2, attempts: 1, lastStatus: 410 } }]);
  });
});

describe('any other delivery', () => {
  it('is refused with a code of its own: unknown, or not dead', () => {
    expect(deliveryStream.decide(command, deliveryStream.initial, context)).toMatchObject({ code: 'DELIVERY_UNKNOWN' });
    expect(deliveryStreamOf({ ...dead, isDead: false }).decide(command, deliveryStream.initial, context)).toMatchObject({ code: 'DELIVERY_NOT_DEAD' });
  });
});

/** The durable side of the clocks: missed deadlines are recorded, warnings and breaches told of by signed webhooks. */
export { AdoptedPolicies, adoptedPolicyLimits, PolicyFileChanged } from './adopted-policies.js';
export { type ClockBacklog, clockBacklog } from './clock-rows.js';
export { type DeliveryIds, deliveryIdsOf } from './delivery-ids.js';
export { EndpointsRefused, readEndpoints } from './endpoints.js';
export { ClockKeeper } from './keeper.js';
export { clockLimits, type Endpoint, type KeeperOptions, type NoticeKind } from './port.js';
export { DeliveryRetries, type RetryOptions } from './retries.js';
export { countDeliveries, webhookLimits, WebhookSender } from './webhooks.js';

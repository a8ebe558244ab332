/** New events, as they are committed, to many readers at once. */
export { BoundedQueue, SubscriberTooSlow } from './bounded-queue.js';
export { LiveHub, liveLimits, type LiveOptions, TooManySubscribers } from './live-hub.js';

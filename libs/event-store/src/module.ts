/** Where modules and main.ts reach the adapters. */
export { createEventStoreDb, type EventStoreDbOptions } from './eventstoredb.adapter.js';
export { type RawEvent, readRawEvents } from './eventstoredb.raw.js';
export { withRawReads } from './eventstoredb.raw-store.js';
export { type EventStoreDbLimits, eventStoreDbLimits } from './eventstoredb.limits.js';
export { createPostgresEventStore, type PostgresEventStoreOptions } from './postgres.adapter.js';
export { type PostgresLimits, postgresLimits } from './postgres.limits.js';

/** Where modules and main.ts reach the adapters. */
export { createPostgresEventStore, type PostgresEventStoreOptions } from './postgres.adapter.js';
export { type PostgresLimits, postgresLimits } from './postgres.limits.js';

import { createTestDatabase } from '../../../test/support/database.js';
import { eventStoreContract } from './event-store.contract.js';
import { createPostgresEventStore } from './postgres.adapter.js';

const log = { info: () => undefined, warn: () => undefined, error: (message: string) => console.error(message) };

// The test cluster is the embedded one; the name tells the report so.
eventStoreContract('PostgreSQL (embedded)', async () => {
  const database = await createTestDatabase();
  return { open: () => createPostgresEventStore({ url: database.serviceUrl, log }), remove: () => database.drop() };
});

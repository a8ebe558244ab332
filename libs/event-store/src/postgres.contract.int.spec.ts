import { createTestDatabase } from '../../../test/support/database.js';
import { eventStoreContract } from './event-store.contract.js';
import { createPostgresEventStore } from './postgres.adapter.js';

const log = { info: () => undefined, warn: () => undefined, error: (message: string) => console.error(message) };

eventStoreContract('PostgreSQL', async () => {
  const database = await createTestDatabase();
  return { open: () => createPostgresEventStore({ url: database.serviceUrl, log }), remove: () => database.drop() };
});

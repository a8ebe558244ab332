import { startDoubleProcess } from '../../../test/eventstoredb-double/process.js';
import { eventStoreContract } from './event-store.contract.js';
import { createEventStoreDb } from './eventstoredb.adapter.js';

const log = { info: () => undefined, warn: () => undefined, error: (message: string) => console.error(message) };

eventStoreContract('EventStoreDB (the in-memory double of test/, not a server)', async () => {
  const double = await startDoubleProcess();
  return { open: () => createEventStoreDb({ url: double.url, log }), remove: () => double.stop() };
});

const url = process.env['EVENTSTORE_TEST_URL'];
if (url !== undefined) {
  const { host } = new URL(url.replace(/^esdb(\+discover)?:/, 'http:'));
  eventStoreContract(`EventStoreDB (server at ${host})`, () => Promise.resolve({ open: () => createEventStoreDb({ url, log }), remove: () => Promise.resolve() }));
}

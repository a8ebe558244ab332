import { receiptOf, serveActions } from './schema-server.js';

/** The floor: everything that GraphQL itself costs, and nothing recorded. */
await serveActions((_action, input) => receiptOf(input, 0));

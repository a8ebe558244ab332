import { openEmmett } from '../peers/emmett.js';
import { receiptOf, serveActions } from './schema-server.js';

const { handle } = await openEmmett(process.env['DATABASE_URL'] ?? '');

/** The peer: the same mutations, each recorded by Emmett's command handler as one event that holds the input; nothing sealed, no rule decided. */
await serveActions(async (action, input) => {
  const receipt = receiptOf(input, 0) as { readonly caseId: string };
  await handle(`case-${receipt.caseId}`, () => ({ type: 'Noted', data: { action, ...input }, metadata: { at: new Date().toISOString() } }));
  return receipt;
});

/**
 * Jest loads its global set-up with Node itself, so this file is JavaScript and the rest comes through source-hooks.js.
 * It starts nothing but a broker: the first test file that asks for a database has the cluster started, a run of unit tests pays nothing.
 */
export default async function globalSetup() {
  await import('./source-hooks.js');
  const { startBroker } = await import('./database-broker.ts');
  globalThis.caseledgerTestBroker = await startBroker();
}

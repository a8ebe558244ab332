export default async function globalTeardown() {
  await globalThis.caseledgerTestBroker?.close();
}

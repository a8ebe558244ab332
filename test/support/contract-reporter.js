/**
 * Jest's reporter for `npm run test:contract`: a line for each event log that the contract ran on, and a loud one for each that it did not.
 * JavaScript, as Jest loads its reporters with Node itself.
 */
const title = 'event log contract: '; // contractTitle of libs/event-store/src/event-store.contract.ts.
const adapters = [
  { name: 'PostgreSQL', without: 'its database did not start' },
  { name: 'EventStoreDB (the in-memory double', without: 'the double did not start' },
  { name: 'EventStoreDB (server', without: 'no server: set EVENTSTORE_TEST_URL=esdb://… (CONTRIBUTING.md says how to start one)' },
];

export default class ContractReporter {
  #runs = new Map();
  #failed = false;

  onTestResult(_test, result) {
    if (result.testExecError) this.#failed = true;
    for (const { ancestorTitles, status, fullName, failureMessages } of result.testResults) {
      const log = ancestorTitles.find((one) => one.startsWith(title))?.slice(title.length);
      if (log === undefined) continue;
      const run = this.#runs.get(log) ?? { passed: 0, failed: 0, pending: 0, other: 0 };
      run[status in run ? status : 'other']++;
      this.#runs.set(log, run);
      if (status === 'failed') console.log(`FAILED  ${fullName}\n${failureMessages.join('\n')}`);
    }
  }

  onRunComplete(_contexts, { testResults }) {
    for (const { testExecError, testFilePath } of testResults) {
      if (testExecError) console.log(`FAILED  ${testFilePath} did not run: ${testExecError.message ?? testExecError}`);
    }
    for (const [log, { passed, failed, pending, other }] of this.#runs) {
      if (failed > 0 || passed === 0) this.#failed = true;
      const rest = pending + other > 0 ? `, ${pending + other} not run` : '';
      console.log(`${passed === 0 && failed === 0 ? 'SKIPPED' : 'RAN    '} on ${log}: ${passed} rules kept, ${failed} broken${rest}`);
    }
    for (const { name, without } of adapters) {
      const ran = [...this.#runs].some(([log, { passed, failed }]) => log.startsWith(name) && passed + failed > 0);
      if (!ran) console.log(`SKIPPED !!! on ${name}${name.includes('(') ? ' …)' : ''}: NOT ONE RULE WAS CHECKED. ${without}`);
    }
  }

  /** A run that found no contract at all is no success. */
  getLastError() {
    return this.#failed || this.#runs.size === 0 ? new Error('The event log contract is not kept, or did not run.') : undefined;
  }
}

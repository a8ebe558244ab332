import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { appendContract } from './contract.appends.js';
import type { LogUnderTest } from './contract.kit.js';
import { readContract } from './contract.reads.js';
import { subscriptionContract } from './contract.subscriptions.js';
import type { EventStore } from './port.js';

/** The reporter of `npm run test:contract` finds the suites by this. */
export const contractTitle = 'event log contract: ';

/**
 * Every rule that an event log must keep, whatever stores it. `name` says which log, in words for whoever reads the report
 * (`PostgreSQL 18.4`). The log may be in use: no test depends on its being empty, only on nobody else deleting.
 */
export function eventStoreContract(name: string, makeLog: () => Promise<LogUnderTest>): void {
  describe(`${contractTitle}${name}`, () => {
    let log: LogUnderTest;
    let main: EventStore;
    const opened: EventStore[] = [];
    const run = randomUUID().slice(0, 8).replace(/^./, 'c');
    let named = 0;

    beforeAll(async () => {
      log = await makeLog();
      main = await log.open();
    });
    afterEach(async () => void (await Promise.all(opened.splice(0).map((store) => store.close()))));
    afterAll(async () => {
      await main.close();
      await log.remove();
    });

    const category = () => `${run}n${named++}x`;
    const context = {
      store: () => main,
      async open() {
        const store = await log.open();
        opened.push(store);
        return store;
      },
      category,
      stream: (of = category()) => `${of}-${named++}`,
    };

    appendContract(context);
    readContract(context);
    subscriptionContract(context);
  });
}

import { execFile } from 'node:child_process';

interface Ended {
  readonly code: number;
  readonly out: string;
  /** What it wrote to the standard error. */
  readonly said: string;
}

/** Runs a script of this repository as a process of its own, from source, on the test's database and data folder. */
export function runFromSource(
  words: readonly string[],
  { database, folder, ...env }: { readonly database: { readonly serviceUrl: string; readonly ownerUrl: string }; readonly folder: string; readonly EVENTSTORE_URL?: string },
): Promise<Ended> {
  const all = { PATH: process.env['PATH'], NODE_ENV: 'test', DATABASE_URL: database.serviceUrl, CASELEDGER_DATABASE_OWNER_URL: database.ownerUrl, CASELEDGER_DATA: folder, ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', './test/support/source-hooks.js', ...words], { env: all }, (error, out, said) => resolve({ code: error === null ? 0 : Number(error.code), out, said }));
  });
}

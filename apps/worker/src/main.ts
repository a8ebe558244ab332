import 'reflect-metadata';
import { readConfig } from '#libs/config';
import { startWorker } from './worker.js';

/** Any number may run: each feed has one holder, the others stand by. */
startWorker(readConfig(process.env)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The worker did not start: ${message}\n`);
  process.exit(1);
});

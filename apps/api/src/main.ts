import 'reflect-metadata';
import { ConfigError, readConfig } from '#libs/config';
import { createApplication } from './application.js';
import { announce } from './announce.js';

/** Errors whose message tells a person what to do; a stack would only hide it. */
const explained: ReadonlySet<string> = new Set([
  'DatabaseBinariesUnusable',
  'DatabaseStartFailed',
  'DatabaseTooOld',
  'DatabaseUnreachable',
  'DataFolderInUse',
  'DataFolderIncomplete',
  'DataFolderNotWritable',
  'DataFolderVersionMismatch',
  'EndpointsRefused',
  'EventLogRefused',
  'EventStoreUnavailable',
  'MigrationRefused',
  'PolicyRefused',
  'SecretRefused',
]);

async function main(): Promise<void> {
  const config = readConfig(process.env);
  const app = await createApplication(config);
  await app.listen(config.port, config.host);
  await announce(app, config);
}

main().catch((error: unknown) => {
  const known = error instanceof ConfigError || (error instanceof Error && (explained.has(error.name) || ('code' in error && error.code === 'EADDRINUSE')));
  process.stderr.write(known && error instanceof Error ? `Caseledger did not start: ${error.message}\n` : `${String(error instanceof Error ? error.stack : error)}\n`);
  process.exit(1);
});

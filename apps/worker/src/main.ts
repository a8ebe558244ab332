import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { readConfig } from '#libs/config';
import { WorkerAppModule } from './worker-app.module.js';

/** The feeds in a process of their own. Any number may run: each feed has one holder, the others stand by. */
async function main(): Promise<void> {
  const app = await NestFactory.createApplicationContext(WorkerAppModule.forRoot(readConfig(process.env)), { abortOnError: false });
  app.enableShutdownHooks();
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`The worker did not start: ${message}\n`);
  process.exit(1);
});

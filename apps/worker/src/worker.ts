import { type INestApplicationContext, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Config } from '#libs/config';
import { HEALTH, type Health, type Telemetry, TELEMETRY } from '#libs/service';
import { serveWorker } from './http.js';
import { WorkerAppModule } from './worker-app.module.js';

export interface RunningWorker {
  readonly app: INestApplicationContext;
  /** Where it answers `/health`, `/ready` and `/metrics`. */
  readonly port: number;
  close(): Promise<void>;
}

/** The feeds in a process of their own, as they run; tests use the same. */
export async function startWorker(config: Config): Promise<RunningWorker> {
  const app = await NestFactory.createApplicationContext(WorkerAppModule.forRoot(config), { abortOnError: false });
  app.enableShutdownHooks();
  try {
    const http = await serveWorker({ config, health: app.get<Health>(HEALTH), telemetry: app.get<Telemetry>(TELEMETRY) });
    new Logger('Worker').log(`answers /health, /ready and /metrics on port ${http.port}`);
    return {
      app,
      port: http.port,
      async close() {
        await http.close();
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}

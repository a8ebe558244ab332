import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { createLogger, ServiceLogger } from './http/logger.js';
import type { Config } from '#libs/config';
import { AppModule } from './app.module.js';
import { graphqlPath } from './graphql/graphql.module.js';
import { CaseledgerAdapter, readBodiesStrictly } from './http/body.js';
import { serveIde } from './http/ide.js';

/** The api as it runs, not yet listening; tests use the same. */
export async function createApplication(config: Config): Promise<NestFastifyApplication> {
  const logger = createLogger(config);
  const adapter = new CaseledgerAdapter();
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config, logger), adapter, {
    logger: new ServiceLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  app.enableShutdownHooks();
  const fastify = app.getHttpAdapter().getInstance();
  readBodiesStrictly(fastify);
  if (config.introspection) serveIde(fastify, graphqlPath);
  if (config.corsOrigins.length > 0) app.enableCors({ origin: [...config.corsOrigins] });
  return app;
}

import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';
import { QuietFramework } from './http/logger.js';
import type { Config } from '#libs/config';
import { AppModule } from './app.module.js';
import { graphqlPath } from './graphql/graphql.module.js';
import { bodyLimits, readBodiesStrictly } from './http/body.js';
import { serveIde } from './http/ide.js';

/** The api as it runs, not yet listening; tests use the same. */
export async function createApplication(config: Config): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({ bodyLimit: bodyLimits.bodyBytesMax, forceCloseConnections: true });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    bufferLogs: true,
    abortOnError: false,
    bodyParser: false,
  });
  app.useLogger(new QuietFramework(app.get(Logger)));
  app.enableShutdownHooks();
  const fastify = app.getHttpAdapter().getInstance();
  readBodiesStrictly(fastify);
  if (config.introspection) serveIde(fastify, graphqlPath);
  if (config.corsOrigins.length > 0) app.enableCors({ origin: [...config.corsOrigins] });
  return app;
}

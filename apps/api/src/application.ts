import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { createLogger, ServiceLogger } from './http/logger.js';
import type { Config } from '#libs/config';
import { AppModule } from './app.module.js';
import { graphqlPath } from './graphql/path.js';
import { CaseledgerAdapter, readBodiesStrictly } from './http/body.js';
import { correlate } from './http/correlation.js';
import { serveIde } from './http/ide.js';
import { limitAddresses, RateLimits } from './http/rate-limits.js';
import { setSecurityHeaders } from './http/security-headers.js';

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
  correlate(fastify, logger);
  setSecurityHeaders(fastify, config.production);
  limitAddresses(fastify, app.get(RateLimits));
  if (config.introspection) serveIde(fastify, graphqlPath);
  if (config.corsOrigins.length > 0) app.enableCors({ origin: [...config.corsOrigins] });
  return app;
}

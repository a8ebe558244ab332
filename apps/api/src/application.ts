import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { NestFactory } from '@nestjs/core';
import { createLogger, ServiceLogger } from './http/logger.js';
import type { DevelopmentIssuer } from '#libs/access';
import type { Config } from '#libs/config';
import { type Telemetry, TELEMETRY } from '#libs/service';
import { AppModule } from './app.module.js';
import { DEVELOPMENT_ISSUER } from './auth/access.module.js';
import { graphqlPath } from './graphql/path.js';
import { CaseledgerAdapter, readBodiesStrictly } from './http/body.js';
import { correlate } from './http/correlation.js';
import { Proxies } from './http/proxies.js';
import { serveIde } from './http/ide.js';
import { limitAddresses, RateLimits } from './http/rate-limits.js';
import { serveIssuer } from './issuer/serve-issuer.js';
import { setSecurityHeaders } from './http/security-headers.js';

/** The api as it runs, not yet listening; tests use the same. */
export async function createApplication(config: Config): Promise<NestFastifyApplication> {
  const logger = createLogger(config);
  const adapter = new CaseledgerAdapter(new Proxies(config.trustedProxies));
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoot(config), adapter, {
    logger: new ServiceLogger(logger),
    abortOnError: false,
    bodyParser: false,
  });
  app.enableShutdownHooks();
  const fastify = app.getHttpAdapter().getInstance();
  readBodiesStrictly(fastify);
  correlate(fastify, logger, app.get<Telemetry>(TELEMETRY).metrics);
  setSecurityHeaders(fastify, config.production);
  limitAddresses(fastify, app.get(RateLimits));
  const issuer = app.get<DevelopmentIssuer | null>(DEVELOPMENT_ISSUER);
  if (config.introspection) serveIde(fastify, graphqlPath, issuer !== null);
  if (issuer !== null) serveIssuer(fastify, config, issuer, logger);
  if (config.corsOrigins.length > 0) app.enableCors({ origin: [...config.corsOrigins] });
  return app;
}

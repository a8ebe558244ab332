import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoggerService } from '@nestjs/common';
import type { Logger, Params } from 'nestjs-pino';
import type { Config } from '#libs/config';

/**
 * What a log line of a request may hold, by allow-list: never a body, a query's variables, a token or any header but the correlation id.
 */
export function loggerOptions(config: Config): Params {
  return {
    pinoHttp: {
      level: config.logLevel,
      quietReqLogger: true,
      autoLogging: { ignore: (request: IncomingMessage) => request.url === '/health' || request.url === '/ready' },
      serializers: {
        req: (request: { method: string; url: string }) => ({ method: request.method, path: request.url.split('?')[0] }),
        res: (response: ServerResponse) => ({ status: response.statusCode }),
        err: (error: Error) => ({ type: error.name, message: error.message, stack: config.production ? undefined : error.stack }),
      },
      customProps: (request: IncomingMessage) => ({ correlationId: request.headers['x-correlation-id'] }),
      // One line a request is for debugging; the record of who did what is the event log.
      customLogLevel: (_request, response, error) => (error !== undefined || response.statusCode >= 500 ? 'error' : 'debug'),
    },
  };
}

/** What Nest says of its own parts at every start; a person who starts the service looks for other lines. */
const frameworkContexts: ReadonlySet<unknown> = new Set(['NestFactory', 'InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'NestApplication', 'GraphQLModule']);

/** The logger with the framework's own start-up lines at debug. */
export class QuietFramework implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    if (frameworkContexts.has(rest.at(-1))) this.logger.debug(message, ...rest);
    else this.logger.log(message, ...rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(message, ...rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(message, ...rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(message, ...rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.verbose(message, ...rest);
  }
}

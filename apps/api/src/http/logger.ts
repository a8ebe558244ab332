import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LoggerService } from '@nestjs/common';
import type { Params } from 'nestjs-pino';
import { type Logger, pino } from 'pino';
import type { Config } from '#libs/config';

const serializers = {
  req: (request: { method: string; url: string }) => ({ method: request.method, path: request.url.split('?')[0] }),
  res: (response: ServerResponse) => ({ status: response.statusCode }),
  // A message may quote a statement, never a value; a stack is for developers.
  err: (error: Error) => ({ type: error.name, message: error.message, stack: error.stack }),
};

export const createLogger = (config: Config): Logger => pino({ level: config.logLevel, serializers });

/**
 * What a log line of a request may hold, by allow-list: never a body, a query's variables, a token or any header but the correlation id.
 */
export function loggerOptions(logger: Logger): Params {
  return {
    pinoHttp: {
      logger,
      quietReqLogger: true,
      autoLogging: { ignore: (request: IncomingMessage) => request.url === '/health' || request.url === '/ready' },
      serializers,
      customProps: (request: IncomingMessage) => ({ correlationId: request.headers['x-correlation-id'] }),
      // One line a request is for debugging; the record of who did what is the event log.
      customLogLevel: (_request, response, error) => (error !== undefined || response.statusCode >= 500 ? 'error' : 'debug'),
    },
  };
}

/** What Nest says of its own parts at every start, and of a failed one, which `main` explains; a person looks for other lines. */
const frameworkContexts: ReadonlySet<unknown> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'GraphQLModule',
  'ExceptionHandler',
  // What a resolver threw is logged once, with its incident, where the answer is formed.
  'ExceptionsHandler',
]);

/** Nest's logger on pino from the first line on, with the framework's own lines at debug. */
export class ServiceLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(frameworkContexts.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write(frameworkContexts.has(rest.at(-1)) ? 'debug' : 'error', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  private write(level: 'trace' | 'debug' | 'info' | 'warn' | 'error', message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const [first] = rest;
    // An object is a line's fields, with the message behind it (`log.error({ err }, 'what happened')`).
    if (typeof message === 'object' && message !== null) this.pino[level]({ ...message, context }, typeof first === 'string' ? first : undefined);
    else this.pino[level]({ context }, String(message));
  }
}

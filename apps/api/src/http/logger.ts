import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { Config } from '#libs/config';

const serializers = {
  // A message may quote a statement, never a value; a stack is for developers.
  err: (error: Error) => ({ type: error.name, message: error.message, stack: error.stack }),
};

export const createLogger = (config: Config): Logger => pino({ level: config.logLevel, serializers });

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

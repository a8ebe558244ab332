import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Params } from 'nestjs-pino';
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

import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '#libs/telemetry';
import { correlationOf } from '../auth/viewer-context.js';

const header = 'x-correlation-id';
/** An orchestrator asks these all day. */
const unlogged: ReadonlySet<string | undefined> = new Set(['/health', '/ready', '/metrics']);

/**
 * One id from the request to its log line, its events and its answer: the asker's own where it is a UUID, else one that is made here. A line a request is for
 * debugging, since the record of who did what is the event log; it names the route that answered, never the address as it was typed.
 */
export function correlate(fastify: FastifyInstance, logger: Logger, metrics: Metrics): void {
  fastify.addHook('onRequest', async (request, reply) => {
    const correlationId = correlationOf(request.raw.headers[header]);
    request.raw.headers[header] = correlationId;
    reply.header(header, correlationId);
  });
  fastify.addHook('onResponse', async (request, reply) => {
    const { url: route } = request.routeOptions;
    metrics.observe('caseledger_http_request_seconds', { route: route ?? '', status: `${Math.floor(reply.statusCode / 100)}xx` }, reply.elapsedTime / 1_000);
    if (unlogged.has(route)) return;
    const line = { correlationId: request.raw.headers[header], method: request.method, route: route ?? null, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
    logger[reply.statusCode >= 500 ? 'error' : 'debug'](line, 'request');
  });
}

import type { FastifyInstance } from 'fastify';

/** Of every answer. No page of ours is framed, none is guessed to be of another type, and no answer is kept by a cache. */
export const alwaysSent: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};
const nothingRuns = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
/** GraphiQL's page holds its script and makes its workers and fonts itself; it talks to this service alone. */
export const consoleContentPolicy =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; worker-src blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'";
const transport = 'max-age=63072000; includeSubDomains';

/** What answers say to browsers. A route that sets one of them itself keeps it. */
export function setSecurityHeaders(fastify: FastifyInstance, production: boolean): void {
  fastify.addHook('onSend', async (_request, reply) => {
    for (const [name, value] of Object.entries(alwaysSent)) if (!reply.hasHeader(name)) reply.header(name, value);
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', nothingRuns);
    if (production) reply.header('strict-transport-security', transport);
  });
}

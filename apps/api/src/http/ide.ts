import type { FastifyInstance } from 'fastify';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { signInBar, signInScript } from '../issuer/console-script.js';
import { ConsolePage } from './console-page.js';
import { consoleContentPolicy } from './security-headers.js';

const firstQuery = (builtIn: boolean): string => `${builtIn ? '# Sign in above, or set' : '# Set'} a token below under Headers${builtIn ? ' (npm start printed one for each role)' : ''}:
#   { "Authorization": "Bearer eyJ…" }
query Cases {
  cases(first: 10) {
    edges { node { number stage openedAt } }
    pageInfo { hasNextPage endCursor }
  }
}
`;

/** @throws Error where the package no longer draws its page in the way that is known here */
function once(page: string, part: string, instead: string): string {
  if (page.split(part).length !== 2) throw new Error(`the console's page does not have exactly one ${part}`);
  return page.replace(part, () => instead);
}

/** The console with a bar above it to sign in with, and its token in every request. */
function withSignIn(page: string): string {
  const drawn = once(page, 'YogaGraphiQL.renderYogaGraphiQL(', `${signInScript}\nstartConsole(YogaGraphiQL.renderYogaGraphiQL, `);
  return once(drawn, '<div id="root"></div>', `${signInBar}<div id="root"></div>`);
}

/** Whether the answer may be compressed (RFC 9110 12.5.3); who refuses gzip by a weight of zero gets it plain. */
const takesGzip = (accepted: string | string[] | undefined): boolean => /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/u.test(String(accepted ?? ''));

function gunzipped(bytes: Buffer): Readable {
  return Readable.from([bytes]).pipe(createGunzip());
}

/** GraphiQL, from this process alone: it needs no internet. A browser that opens the endpoint, or the service itself, gets it. */
export function serveIde(fastify: FastifyInstance, path: string, builtIn: boolean): void {
  // `query` and not `defaultQuery`, by which every reload opens one more empty tab; the package reads it, and leaves it out of its types.
  const options = { title: 'Caseledger', query: firstQuery(builtIn), endpoint: path, subscriptionsProtocol: 'WS' as const };
  const page = new ConsolePage(options, builtIn ? withSignIn : (plain) => plain);
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'GET' || !(request.headers.accept ?? '').includes('text/html')) return;
    const [asked] = request.url.split('?');
    if (asked === '/') await reply.redirect(path, 302);
    if (asked !== path) return;
    const bytes = await page.compressed();
    reply.header('content-security-policy', consoleContentPolicy).header('vary', 'accept-encoding').type('text/html; charset=utf-8');
    await (takesGzip(request.headers['accept-encoding']) ? reply.header('content-encoding', 'gzip').send(bytes) : reply.send(gunzipped(bytes)));
  });
}

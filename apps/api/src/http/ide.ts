import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import type { FastifyInstance } from 'fastify';
import { consoleContentPolicy } from './security-headers.js';

const firstQuery = `# Set a token below under Headers (npm start printed one for each role):
#   { "Authorization": "Bearer eyJ…" }
query Cases {
  cases(first: 10) {
    edges { node { number stage openedAt } }
    pageInfo { hasNextPage endCursor }
  }
}
`;

/** GraphiQL, from this process alone: it needs no internet. A browser that opens the endpoint gets it. */
export function serveIde(fastify: FastifyInstance, path: string): void {
  const page = renderGraphiQL({ title: 'Caseledger', defaultQuery: firstQuery, endpoint: path, subscriptionsProtocol: 'WS' });
  fastify.addHook('onRequest', async (request, reply) => {
    const wantsPage = request.method === 'GET' && request.url.split('?')[0] === path && (request.headers.accept ?? '').includes('text/html');
    if (wantsPage) await reply.header('content-security-policy', consoleContentPolicy).type('text/html; charset=utf-8').send(page);
  });
}

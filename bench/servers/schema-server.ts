import { readFileSync } from 'node:fs';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloDrainPlugin, fastifyApolloHandler } from '@as-integrations/fastify';
import Fastify from 'fastify';
import { buildSchema } from 'graphql';
import { createRemoteJWKSet } from 'jose';
import { TokenVerifier } from '../../libs/access/src/index.js';
import { atRoot } from '../kit/processes.js';

export type Answering = (action: string, input: Readonly<Record<string, unknown>>) => unknown;

/** The actions of the workload. */
const actions = ['fileReport', 'recordPerson', 'recordSceneDetail'];

/**
 * Apollo on Fastify with the product's own schema and the same check of tokens; what stands behind a mutation is the caller's. So a request
 * costs its reading, its coercion and its answer here as there, and the difference is the work itself.
 */
export async function serveActions(answer: Answering): Promise<void> {
  const { OIDC_ISSUER: issuer = '', OIDC_JWKS_URL: keys = '', OIDC_AUDIENCE: audience = '', PORT: port = '0' } = process.env;
  const verifier = new TokenVerifier({ issuer: () => issuer, audience, keys: createRemoteJWKSet(new URL(keys)) });
  const schema = buildSchema(readFileSync(atRoot('schema.graphql'), 'utf8'));
  const rootValue = Object.fromEntries(actions.map((action) => [action, ({ input }: { input: Record<string, unknown> }) => answer(action, input)]));
  const fastify = Fastify();
  const apollo = new ApolloServer({ schema, rootValue, plugins: [fastifyApolloDrainPlugin(fastify)] });
  await apollo.start();
  fastify.post('/graphql', fastifyApolloHandler(apollo, { context: async (request) => ({ viewer: await verifier.verify(request.headers.authorization?.slice('Bearer '.length) ?? '') }) }));
  fastify.get('/ready', () => 'ready');
  await fastify.listen({ port: Number(port), host: '127.0.0.1' });
}

/** What the workload asks back of each action. */
export function receiptOf(input: Readonly<Record<string, unknown>>, revision: number): object {
  const caseId = input['caseId'] ?? crypto.randomUUID();
  return { __typename: 'Recorded', caseId, commandId: crypto.randomUUID(), revision, position: null, eventIds: [crypto.randomUUID()], leafHash: null, repeated: false };
}

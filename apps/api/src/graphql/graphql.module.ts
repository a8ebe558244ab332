import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Logger } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import { TokenVerifier } from '#libs/access';
import type { Config } from '#libs/config';
import { CONFIG } from '#libs/service';
import { contextOfRequest, correlationOf, type GraphqlContext, viewerOf } from '../auth/viewer-context.js';
import { formatErrors } from './errors.js';
import { protection } from './limits.js';

export const graphqlPath = '/graphql';

interface SocketContext {
  readonly connectionParams?: Readonly<Record<string, unknown>> | undefined;
  readonly extra: { viewer?: GraphqlContext['viewer']; [key: string]: unknown };
}

function options(config: Config, verifier: TokenVerifier): ApolloDriverConfig {
  const log = new Logger('GraphQL');
  const { plugins, validationRules, ...limits } = protection(config.production);
  return {
    ...limits,
    driver: ApolloDriver,
    path: graphqlPath,
    autoSchemaFile: true,
    sortSchema: true,
    introspection: config.introspection,
    playground: false,
    graphiql: false,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    // The package names Apollo's types through a copy of its own.
    plugins: plugins as NonNullable<ApolloDriverConfig['plugins']>,
    validationRules: [...validationRules],
    formatError: formatErrors((incident, error) => log.error({ incident, err: error }, 'unexpected error')),
    subscriptions: {
      'graphql-ws': {
        path: graphqlPath,
        // False closes the socket as forbidden; a throw would close it as a failure of ours.
        onConnect: async (context: unknown): Promise<boolean> => {
          const socket = context as SocketContext; // graphql-ws types its context by the server's own request type.
          const params = socket.connectionParams ?? {};
          socket.extra.viewer = await viewerOf(params['authorization'] ?? params['Authorization'], verifier).catch(() => null);
          return socket.extra.viewer !== null;
        },
      },
    },
    context: async (request: FastifyRequest | SocketContext): Promise<GraphqlContext> => {
      if ('extra' in request) return { viewer: request.extra.viewer ?? null, correlationId: correlationOf(undefined) };
      return contextOfRequest(request.raw, verifier);
    },
  };
}

/** Apollo Server on Fastify, its limits, who is asking, and how errors look from outside. */
export const CaseledgerGraphqlModule = GraphQLModule.forRootAsync<ApolloDriverConfig>({
  driver: ApolloDriver,
  inject: [CONFIG, TokenVerifier],
  useFactory: options,
});

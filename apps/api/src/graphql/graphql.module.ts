import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Logger } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import { TokenVerifier } from '#libs/access';
import type { Config } from '#libs/config';
import { READ_RECORDER, type ReadRecorder } from '#libs/reads/port';
import { CONFIG } from '#libs/service';
import { contextOfRequest, correlationOf, type GraphqlContext, viewerOf } from '../auth/viewer-context.js';
import { formatErrors } from './errors.js';
import { askedOver } from '../reads/asked.js';
import { recordReads } from '../reads/recorded-schema.js';
import { socketOptions } from '../live/socket-options.js';
import { protection } from './limits.js';

export const graphqlPath = '/graphql';

interface SocketContext {
  readonly connectionParams?: Readonly<Record<string, unknown>> | undefined;
  readonly extra: { viewer?: GraphqlContext['viewer']; request?: { readonly socket: { readonly remoteAddress?: string } }; [key: string]: unknown };
}

function options(config: Config, verifier: TokenVerifier, reads: ReadRecorder): ApolloDriverConfig {
  const log = new Logger('GraphQL');
  const format = formatErrors((incident, error) => log.error({ incident, err: error }, 'unexpected error'));
  const { plugins, validationRules, ...limits } = protection(config.production);
  return {
    ...limits,
    driver: ApolloDriver,
    path: graphqlPath,
    autoSchemaFile: true,
    sortSchema: true,
    transformSchema: (schema) => recordReads(schema, reads),
    introspection: config.introspection,
    playground: false,
    graphiql: false,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    // The package names Apollo's types through a copy of its own.
    plugins: plugins as NonNullable<ApolloDriverConfig['plugins']>,
    validationRules: [...validationRules],
    formatError: format,
    subscriptions: {
      'graphql-ws': {
        path: graphqlPath,
        ...socketOptions(format),
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
      if ('extra' in request) return socketContext(request);
      return contextOfRequest(request.raw, verifier, request.ip);
    },
  };
}

function socketContext({ extra, connectionParams = {} }: SocketContext): GraphqlContext {
  const authorization = connectionParams['authorization'] ?? connectionParams['Authorization'];
  const asked = askedOver('WEBSOCKET', { address: extra.request?.socket.remoteAddress, authorization, purpose: connectionParams['purpose'] });
  return { viewer: extra.viewer ?? null, correlationId: correlationOf(undefined), asked };
}

/** Apollo Server on Fastify, its limits, who is asking, and how errors look from outside. */
export const CaseledgerGraphqlModule = GraphQLModule.forRootAsync<ApolloDriverConfig>({
  driver: ApolloDriver,
  inject: [CONFIG, TokenVerifier, READ_RECORDER],
  useFactory: options,
});

import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { Logger } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import type { Config } from '#libs/config';
import { READ_RECORDER, type ReadRecorder } from '#libs/reads/port';
import { CONFIG } from '#libs/service';
import { SignIns } from '../auth/sign-ins.js';
import { contextOfRequest, type GraphqlContext } from '../auth/viewer-context.js';
import { formatErrors, throwUnavailable } from './errors.js';
import { answersWait } from '../reads/pending-records.js';
import { recordReads } from '../reads/recorded-schema.js';
import { costPlugin, documentLimits, protection } from './limits.js';
import { graphqlPath } from './path.js';

function options(config: Config, signIns: SignIns, reads: ReadRecorder): ApolloDriverConfig {
  const log = new Logger('GraphQL');
  const format = formatErrors((incident, error) => log.error({ incident, err: error }, 'unexpected error'), config);
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
    plugins: [...(plugins as NonNullable<ApolloDriverConfig['plugins']>), costPlugin, answersWait(format)],
    parseOptions: { maxTokens: documentLimits.tokensMax },
    maxRecursiveSelections: true,
    validationRules: [...validationRules],
    formatError: format,
    context: (request: FastifyRequest): Promise<GraphqlContext> => contextOfRequest(request.raw, signIns, request.ip).catch(throwUnavailable),
  };
}

/** Apollo Server on Fastify, its limits, who is asking, and how errors look from outside. */
export const CaseledgerGraphqlModule = GraphQLModule.forRootAsync<ApolloDriverConfig>({
  driver: ApolloDriver,
  inject: [CONFIG, SignIns, READ_RECORDER],
  useFactory: options,
});

import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloArmor } from '@escape.tech/graphql-armor';
import {
  type DocumentNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  MaxIntrospectionDepthRule,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
  type ValidationRule,
} from 'graphql';
import { costOf } from './cost.js';

/** What one document may ask for. Above these, it is refused before anything runs. */
export const documentLimits = {
  depthMax: 12,
  tokensMax: 4_000,
  aliasesMax: 30,
  directivesMax: 5,
  costMax: 20_000,
} as const;

/** graphql-armor's rules. Its defaults let aliases of listed fields and many directives pass, so both are set; its cost takes a page size in a variable for 1, so ours counts. */
export function protection(production: boolean): ReturnType<ApolloArmor['protect']> {
  const { plugins, validationRules, ...rest } = new ApolloArmor({
    maxDepth: { n: documentLimits.depthMax, ignoreIntrospection: true },
    // graphql's own parser counts them.
    maxTokens: { enabled: false },
    maxAliases: { n: documentLimits.aliasesMax, allowList: [] },
    maxDirectives: { n: documentLimits.directivesMax },
    costLimit: { enabled: false },
    blockFieldSuggestion: { enabled: production },
  }).protect();
  return { ...rest, plugins, validationRules: [...validationRules, MaxIntrospectionDepthRule] };
}

/** @returns the refusal of an operation that costs too much, with the values of its variables; null for others */
export function refuseCost(document: DocumentNode, operationName: string | null | undefined, variables: Readonly<Record<string, unknown>>): GraphQLError | null {
  const operation = getOperationAST(document, operationName);
  const cost = operation === null || operation === undefined ? 0 : costOf(document, operation, variables);
  if (cost <= documentLimits.costMax) return null;
  return new GraphQLError(`The query costs ${cost}, and ${documentLimits.costMax} is the most: ask for smaller pages or fewer fields.`, {
    extensions: { code: 'BAD_INPUT', http: { status: 400 } },
  });
}

/** The cost over HTTP, where Apollo has parsed and validated. */
export const costPlugin: ApolloServerPlugin = {
  requestDidStart: () =>
    Promise.resolve({
      didResolveOperation({ document, operationName, request }) {
        const refused = refuseCost(document, operationName, request.variables ?? {});
        return refused === null ? Promise.resolve() : Promise.reject(refused);
      },
    }),
};

/** What a document of a socket must be, which Apollo does not see: the same rules as over HTTP. */
export function checkedDocument(
  text: string,
  { schema, rules, introspection }: { readonly schema: GraphQLSchema; readonly rules: readonly ValidationRule[]; readonly introspection: boolean },
): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(text, { maxTokens: documentLimits.tokensMax });
    const errors = validate(schema, document, [...specifiedRules, ...rules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])]);
    return errors.length === 0 ? document : errors.map((error) => refusedDocument(error));
  } catch (error) {
    if (error instanceof GraphQLError) return [refusedDocument(error)];
    throw error;
  }
}

const refusedDocument = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, { nodes: error.nodes ?? null, source: error.source ?? null, positions: error.positions ?? null, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });

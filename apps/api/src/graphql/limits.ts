import { ApolloArmor } from '@escape.tech/graphql-armor';

/** What one document may ask for. Above these, it is refused before anything runs. */
export const documentLimits = {
  depthMax: 12,
  tokensMax: 4_000,
  aliasesMax: 30,
  directivesMax: 5,
  costMax: 20_000,
  pageMax: 200,
} as const;

/** graphql-armor's plugins. Its defaults let aliases of listed fields and many directives pass, so both are set. */
export function protection(production: boolean): ReturnType<ApolloArmor['protect']> {
  return new ApolloArmor({
    maxDepth: { n: documentLimits.depthMax, ignoreIntrospection: true },
    maxTokens: { n: documentLimits.tokensMax },
    maxAliases: { n: documentLimits.aliasesMax, allowList: [] },
    maxDirectives: { n: documentLimits.directivesMax },
    costLimit: { maxCost: documentLimits.costMax, objectCost: 2, scalarCost: 1, depthCostFactor: 1.3, ignoreIntrospection: true },
    blockFieldSuggestion: { enabled: production },
  }).protect();
}

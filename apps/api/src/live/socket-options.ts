import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { subscribeShared } from './shared-execution.js';

type Format = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** Options of graphql-ws that the types of Nest leave out: answers made once for all, and errors as over HTTP, with nothing of the inside. */
export function socketOptions(format: Format): object {
  const shown = (errors: readonly GraphQLError[]): readonly GraphQLFormattedError[] => errors.map((error) => format(error.toJSON(), error));
  return {
    subscribe: subscribeShared,
    onError: (_context: unknown, _id: string, _operation: unknown, errors: readonly GraphQLError[]) => shown(errors),
    onNext: (_context: unknown, _id: string, _operation: unknown, _args: unknown, result: ExecutionResult) =>
      result.errors === undefined ? result : { ...result, errors: shown(result.errors) },
  };
}

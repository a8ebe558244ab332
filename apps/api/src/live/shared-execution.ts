import { createSourceEventStream, type DocumentNode, execute, type ExecutionArgs, type ExecutionResult, getOperationAST, Kind, print, type SelectionNode, subscribe, visit } from 'graphql';

/**
 * Subscriptions whose message says the same to everyone who is sent it: who may hear it is judged before, at its source. Their answer depends on
 * message, document and variables alone.
 */
const sameForAll: ReadonlySet<string> = new Set(['caseChanged', 'clockAlerts', 'ledgerCheckpoints']);

/** Answers made from a message, by document and variables; they go with the message. */
const answers = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();

/**
 * Subscribes as graphql does, but runs one document on one message once, however many asked it: with a thousand who follow the same case, 999 of a
 * thousand executions are spared.
 */
export async function subscribeShared(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const key = keyOf(args);
  // A derivation: what graphql types as either is a generator or one result.
  if (key === null) return (await subscribe(args)) as AsyncIterable<ExecutionResult> | ExecutionResult;
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  return answered(source[Symbol.asyncIterator]() as AsyncIterator<unknown>, args, key);
}

/** Null where the answer is the asker's own. */
function keyOf({ document, operationName, variableValues }: ExecutionArgs): string | null {
  const fields = getOperationAST(document, operationName)?.selectionSet.selections ?? [];
  const isShared = fields.length > 0 && fields.every((field) => field.kind === Kind.FIELD && sameForAll.has(field.name.value));
  if (!isShared) return null;
  const { text, variables } = whatIsShown(document, fields);
  return `${operationName ?? ''}\n${JSON.stringify(variables.map((name) => [name, variableValues?.[name]]))}\n${text}`;
}

/** The document without what only says which messages are wanted (the arguments of its root fields), and the variables that are left in it. */
function whatIsShown(document: DocumentNode, roots: readonly SelectionNode[]): { readonly text: string; readonly variables: readonly string[] } {
  const variables = new Set<string>();
  const shown = visit(document, {
    Field: (node) => (roots.includes(node) ? { ...node, arguments: [] } : undefined),
    VariableDefinition: () => null,
    Variable: (node) => void variables.add(node.name.value),
  });
  return { text: print(shown), variables: [...variables].sort() };
}

function answered(source: AsyncIterator<unknown>, args: ExecutionArgs, key: string): AsyncGenerator<ExecutionResult> {
  const next = async (step: Promise<IteratorResult<unknown>> | undefined): Promise<IteratorResult<ExecutionResult>> => {
    const { done, value } = (await step) ?? { done: true, value: undefined };
    return done === true ? { done, value: undefined } : { done: false, value: await answerOf(value, args, key) };
  };
  const generator: AsyncGenerator<ExecutionResult> = {
    next: () => next(source.next()),
    return: () => next(source.return?.()),
    throw: (error: unknown) => next(source.throw?.(error)),
    [Symbol.asyncIterator]: () => generator,
    [Symbol.asyncDispose]: async () => void (await source.return?.()),
  };
  return generator;
}

function answerOf(message: unknown, args: ExecutionArgs, key: string): Promise<ExecutionResult> {
  if (typeof message !== 'object' || message === null) return Promise.resolve(execute({ ...args, rootValue: message }));
  const known = answers.get(message) ?? new Map<string, Promise<ExecutionResult>>();
  answers.set(message, known);
  const answer = known.get(key) ?? Promise.resolve(execute({ ...args, rootValue: message }));
  known.set(key, answer);
  return answer;
}

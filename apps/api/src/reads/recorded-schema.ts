import { defaultFieldResolver, type GraphQLArgument, GraphQLError, type GraphQLField, type GraphQLFieldResolver, type GraphQLResolveInfo, type GraphQLSchema, GraphQLString, isObjectType } from 'graphql';
import { type Read, type ReadRecorder, type ReadWhat } from '#libs/reads/port';
import { type GraphqlContext, withPurpose } from '../auth/viewer-context.js';
import { nothingKnown, purposeOf, readBy } from './asked.js';
import { anyQuery, type Asking, denied, denyingCodes, followCase, notSensitive, partOfCase, type Plan, plans } from './plans.js';
import { askedFor } from './words.js';

type Resolver = GraphQLFieldResolver<unknown, GraphqlContext, Record<string, unknown>>;
type Field = GraphQLField<unknown, GraphqlContext>;

/** One operation's records: a case opened by ten fields is opened once. */
interface Operation {
  /** By the operation's root fields: for what is asked below each. */
  readonly purposes: Map<string, string>;
  readonly recorded: Map<string, Promise<void>>;
}
const operations = new WeakMap<object, Operation>();

/**
 * Puts the recording of reads around the schema's resolvers, in this one place, so that no resolver can forget it: every query and subscription
 * that is not named as harmless, every part of a case, every protected text, and every action that is refused to who asks. A value is
 * given out only when its record is durable: over HTTP the whole answer waits, elsewhere the field does. Recorded queries gain the argument `purpose`.
 */
export function recordReads(schema: GraphQLSchema, recorder: ReadRecorder): GraphQLSchema {
  for (const field of fieldsOf(schema, 'Query')) if (!notSensitive.has(`Query.${field.name}`)) wrap('Query', field, plans[`Query.${field.name}`] ?? anyQuery, recorder);
  for (const field of fieldsOf(schema, 'Case')) {
    wrap('Case', field, plans[`Case.${field.name}`] ?? partOfCase, recorder, false);
    skipForRows(field);
  }
  for (const field of fieldsOf(schema, 'ProtectedText')) {
    if (field.name === 'text') wrap('ProtectedText', field, plans['ProtectedText.text'] ?? anyQuery, recorder, false);
    else tellWhy(field);
  }
  for (const field of fieldsOf(schema, 'Mutation')) {
    const plan = plans[`Mutation.${field.name}`];
    if (plan === undefined) watchRefusals(field, recorder);
    else wrap('Mutation', field, plan, recorder);
  }
  for (const field of fieldsOf(schema, 'Subscription')) if (!notSensitive.has(`Subscription.${field.name}`)) wrapSubscription(field, recorder);
  return schema;
}

function fieldsOf(schema: GraphQLSchema, type: string): readonly Field[] {
  const found = schema.getType(type);
  return isObjectType(found) ? Object.values(found.getFields()) : [];
}

function wrap(type: string, field: Field, plan: Plan, recorder: ReadRecorder, isRoot = true): void {
  const resolve: Resolver = field.resolve ?? defaultFieldResolver;
  const declared = [...field.args];
  // Protected text is judged by its purpose, too.
  const judgesPurpose = declared.some(({ name }) => name === 'purpose');
  if (isRoot) askForPurpose(field);
  const source = `${type}.${field.name}`;
  field.resolve = async (parent, given, context, info) => {
    const { purpose, ...others } = given as { readonly purpose?: unknown } & Record<string, unknown>;
    const args = judgesPurpose ? given : others;
    // Who is not known is refused by the guard, before anything is read.
    if (!context.viewer) return resolve(parent, args, context, info);
    if (isRoot && typeof purpose === 'string') operationOf(info).purposes.set(rootOf(info), purpose);
    const asking: Asking = { source, args, parent, askedFor: askedFor(args, declared) };
    const keep = (what: ReadWhat): Promise<void> => record(recorder, what, context, info);
    const told = toldWhy(context, info);
    try {
      if ('beside' in plan) {
        const [result] = await Promise.all([resolve(parent, args, told, info), keep(plan.beside(asking))]);
        return result;
      }
      const result: unknown = await resolve(parent, args, told, info);
      await keep(plan.afterwards(asking, result));
      return result;
    } catch (error) {
      await recordDenial(error, asking, keep);
      throw error;
    }
  };
}

/** What is read below a root field is judged by the purpose that was stated there. */
function toldWhy(context: GraphqlContext, info: GraphQLResolveInfo): GraphqlContext {
  const stated = operationOf(info).purposes.get(rootOf(info));
  const purpose = stated === undefined ? null : purposeOf(stated);
  return { ...context, viewer: withPurpose(context.viewer, purpose) };
}

function tellWhy(field: Field): void {
  const resolve: Resolver = field.resolve ?? defaultFieldResolver;
  field.resolve = (parent, args, context, info) => resolve(parent, args, toldWhy(context, info), info);
}

/** What the row of a list holds already was recorded with the list: only what is fetched beside it opens the case. */
function skipForRows(field: Field): void {
  const recording = field.resolve;
  if (recording === undefined) return;
  field.resolve = (parent, args, context, info) =>
    typeof parent === 'object' && parent !== null && Object.hasOwn(parent, field.name) ? (parent as Record<string, unknown>)[field.name] : recording(parent, args, context, info);
}

/** An action changes nothing of what is recorded here, unless it is refused to who asks. */
function watchRefusals(field: Field, recorder: ReadRecorder): void {
  const resolve: Resolver = field.resolve ?? defaultFieldResolver;
  field.resolve = async (parent, args, context, info) => {
    const keep = (what: ReadWhat): Promise<void> => record(recorder, what, context, info);
    const asking: Asking = { source: `Mutation.${field.name}`, args, parent, askedFor: { detail: null, words: null } };
    try {
      const result: unknown = await resolve(parent, args, context, info);
      const code = codeOf(result);
      if (context.viewer && code !== null && denyingCodes.has(code)) await keep(denied(asking, code));
      return result;
    } catch (error) {
      if (context.viewer) await recordDenial(error, asking, keep);
      throw error;
    }
  };
}

function wrapSubscription(field: Field, recorder: ReadRecorder): void {
  const { subscribe } = field;
  if (subscribe === undefined) return;
  const declared = [...field.args];
  askForPurpose(field);
  field.subscribe = async (parent, given, context, info) => {
    const { purpose, ...args } = given as { readonly purpose?: unknown } & Record<string, unknown>;
    if (context.viewer) {
      if (typeof purpose === 'string') operationOf(info).purposes.set(rootOf(info), purpose);
      const asking: Asking = { source: `Subscription.${field.name}`, args, parent, askedFor: askedFor(args, declared) };
      await record(recorder, followCase.beside(asking), context, info);
    }
    return subscribe(parent, args, context, info);
  };
}

function codeOf(result: unknown): string | null {
  if (typeof result !== 'object' || result === null || 'repeated' in result) return null;
  return 'code' in result && typeof result.code === 'string' ? result.code : null;
}

async function recordDenial(error: unknown, asking: Asking, keep: (what: ReadWhat) => Promise<void>): Promise<void> {
  const code = error instanceof GraphQLError ? error.extensions['code'] : null;
  if (typeof code === 'string' && denyingCodes.has(code)) await keep(denied(asking, code));
}

/** @throws ReadNotRecordable where the field waits for its own record: then it is not answered */
function record(recorder: ReadRecorder, what: ReadWhat, context: GraphqlContext, info: GraphQLResolveInfo): Promise<void> {
  const { viewer, correlationId } = context;
  if (!viewer) return Promise.resolve();
  const operation = operationOf(info);
  // A case is opened once in an operation, however many of its parts are asked for.
  const once = what.kind === 'CaseViewed' && what.case !== null ? `${rootOf(info)} ${what.case}` : null;
  const known = once === null ? undefined : operation.recorded.get(once);
  if (known !== undefined) return known;
  const stated = operation.purposes.get(rootOf(info));
  const read: Read = { by: readBy(viewer, context.asked ?? nothingKnown, correlationId, stated === undefined ? null : purposeOf(stated)), what };
  const recorded = recorder.record([read]);
  context.records?.add(recorded);
  const before = context.records === undefined ? recorded : Promise.resolve();
  if (once !== null) operation.recorded.set(once, before);
  return before;
}

/** One run of an operation: graphql gives each its own variable values, also where several share a connection. */
function operationOf({ variableValues }: GraphQLResolveInfo): Operation {
  const known = operations.get(variableValues) ?? { purposes: new Map(), recorded: new Map() };
  operations.set(variableValues, known);
  return known;
}

function rootOf({ path }: GraphQLResolveInfo): string {
  let step = path;
  while (step.prev !== undefined) step = step.prev;
  return String(step.key);
}

function askForPurpose(field: Field): void {
  if (field.args.some(({ name }) => name === 'purpose')) return;
  const purpose: GraphQLArgument = {
    name: 'purpose',
    type: GraphQLString,
    description: 'Why you ask: recorded with the read. Default: what the header `x-purpose` says. Name no person here.',
    defaultValue: undefined,
    deprecationReason: undefined,
    extensions: {},
    astNode: undefined,
  };
  // A derivation: the schema is being built, nothing has read it yet.
  (field.args as GraphQLArgument[]).push(purpose);
}

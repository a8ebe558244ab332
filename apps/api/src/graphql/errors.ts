import { randomUUID } from 'node:crypto';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { IssuerUnavailable } from '#libs/access';
import { StandingsUnknown } from '#libs/accounts';
import { EventStoreUnavailable, ForeignPosition } from '#libs/event-store';
import { ProjectionBehind } from '#libs/feeds';
import { KeysUnavailable } from '#libs/keys/port';
import { SubscriberTooSlow, TooManySubscribers } from '#libs/live';
import { AggregateForbidden, BadInput } from '#libs/read-models';
import { QueueFull } from '#libs/recorder';
import { ReadNotRecordable } from '#libs/reads/port';
import { badInput } from '../actions/bad-input.js';
import { findBadField } from './coercion-errors.js';

/** The closed list of codes that an answer's errors may carry. What is expected of a domain is a union member instead. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'NOT_FOUND',
  'BAD_INPUT',
  'TOO_LARGE',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'PROJECTION_BEHIND',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

export const unauthenticated = (message = 'Send a valid bearer token.'): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'UNAUTHENTICATED', http: { status: 401 } } });

export const notFound = (message = 'There is nothing of this id that you may see.'): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'NOT_FOUND' } });

export const unavailable = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'UNAVAILABLE', retryable: true, http: { status: 503 } } });

/** Where an unexpected error goes, with the id under which the asker can name it. */
export type IncidentLog = (incident: string, error: unknown) => void;

/** Codes of GraphQL's own refusals: the document, not the data. */
const documentCodes: ReadonlySet<string> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** Errors of the connection to PostgreSQL: SQLSTATE classes 08 (connection), 57P (shutdown), 53 (resources), 57014 (took too long), and Node's own. */
const databaseAway = /^(08|57P|57014|53)|^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT)$/;

function retryable(error: unknown): boolean {
  if (error instanceof EventStoreUnavailable || error instanceof KeysUnavailable) return true;
  if (error instanceof QueueFull || error instanceof IssuerUnavailable || error instanceof StandingsUnknown) return true;
  if (!(error instanceof Error)) return false;
  if ('code' in error && typeof error.code === 'string' && databaseAway.test(error.code)) return true;
  return /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error/i.test(error.message);
}

const outOfReach = 'The service can’t reach what it needs right now. Try again.';

type Expected = Pick<GraphQLFormattedError, 'message' | 'extensions'>;

/** Errors of the parts behind the resolvers that mean something to the asker; null for all others. */
function expectedOf(error: unknown): Expected | null {
  if (error instanceof BadInput) {
    return { message: error.message, extensions: { code: 'BAD_INPUT', fields: [{ path: error.field, problems: [error.problem] }] } };
  }
  if (error instanceof AggregateForbidden) return { message: 'There is no such table for you.', extensions: { code: 'NOT_FOUND' } };
  if (error instanceof ForeignPosition) return { message: 'The position is of another log.', extensions: { code: 'BAD_INPUT' } };
  if (error instanceof ProjectionBehind) {
    return { message: 'What you asked for is recorded, but not yet shown. Try again.', extensions: { code: 'PROJECTION_BEHIND', retryable: true } };
  }
  if (error instanceof SubscriberTooSlow || error instanceof TooManySubscribers) {
    return { message: error.message, extensions: { code: 'RATE_LIMITED', retryable: true } };
  }
  if (error instanceof ReadNotRecordable) return { message: error.message, extensions: { code: 'UNAVAILABLE', retryable: true } };
  if (!retryable(error)) return null;
  return { message: outOfReach, extensions: { code: 'UNAVAILABLE', retryable: true } };
}

/**
 * For what fails while a request's context is made: Apollo wraps any other error than GraphQL's own there, and answers it as a mistake of the service.
 * @throws GraphQLError UNAVAILABLE for what may pass; the error itself for all others
 */
export function throwUnavailable(error: unknown): never {
  throw retryable(error) ? unavailable(outOfReach) : error;
}

/** What GraphQL's own messages say of names that the asker did not give. */
const suggestion = / Did you mean [^?]*\?/g;

/**
 * Every error of an answer, as the asker sees it: a code of the closed list, never a stack, a statement or a path. Where the schema is not shown, no
 * message guesses a name of it either: asked often enough, the guesses are the schema.
 */
export function formatErrors(log: IncidentLog, { introspection }: { readonly introspection: boolean } = { introspection: true }): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const code = formatted.extensions?.['code'];
    const { locations, path } = formatted;
    const message = introspection ? formatted.message : formatted.message.replaceAll(suggestion, '');
    if (typeof code === 'string' && (errorCodes as readonly string[]).includes(code) && code !== 'INTERNAL') {
      const { stacktrace: _stack, http: _http, ...extensions } = formatted.extensions ?? {};
      return { message, locations, path, extensions };
    }
    if (typeof code === 'string' && documentCodes.has(code)) {
      const bad = findBadField(error);
      if (bad !== null) return { message: badInput([bad]).message, locations, path, extensions: { code: 'BAD_INPUT', fields: [bad] } };
      return { message, locations, path, extensions: { code: 'BAD_INPUT' } };
    }
    const cause = unwrapResolverError(error);
    const expected = expectedOf(cause);
    if (expected !== null) return { ...expected, path };
    const incident = randomUUID();
    log(incident, cause);
    return { message: `Something went wrong here. Name incident ${incident} to whoever runs the service.`, path, extensions: { code: 'INTERNAL', incident } };
  };
}

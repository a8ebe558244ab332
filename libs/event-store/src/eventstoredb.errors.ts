import { isCommandError, type CommandError, ErrorType, NotLeaderError, WrongExpectedVersionError } from '@eventstore/db-client';

/** What became of one attempt to append. */
export type Attempt =
  | { readonly kind: 'DONE'; readonly position: bigint | null }
  /** `actual`: the stream's last revision; null without a stream. */
  | { readonly kind: 'CONFLICT'; readonly actual: bigint | null }
  /** Surely not stored. */
  | { readonly kind: 'REFUSED'; readonly error: Error }
  | { readonly kind: 'UNKNOWN'; readonly error: Error }
  /** Surely not stored, and no other attempt would be: the account lacks the right, or the server holds another opinion of its limits. */
  | { readonly kind: 'DENIED'; readonly error: Error };

/** The call never left this process: so grpc-js begins its details where it had no connection to send it on. */
const neverSent = /No connection established|Channel closed before call|Name resolution failed|Failed to discover/;

/** Every error not known to leave nothing behind is `UNKNOWN`. */
export function attemptOf(cause: unknown): Attempt {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  if (error instanceof WrongExpectedVersionError) {
    // The server's older form says -1 for no stream; its trailers may leave it out, which the client reads as no stream too.
    const actual = typeof error.actualVersion === 'bigint' && error.actualVersion >= 0n ? error.actualVersion : null;
    return { kind: 'CONFLICT', actual };
  }
  if (error instanceof NotLeaderError || neverSent.test(error.message)) return { kind: 'REFUSED', error };
  if (isCommandError(error) && denied.has(error.type)) return { kind: 'DENIED', error };
  return { kind: 'UNKNOWN', error };
}

const denied: ReadonlySet<CommandError['type']> = new Set([
  ErrorType.ACCESS_DENIED,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.INVALID_TRANSACTION,
  ErrorType.STREAM_DELETED,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
  ErrorType.MISSING_REQUIRED_METADATA_PROPERTY,
]);

/** Whether a read that failed may succeed when it is asked again. */
export function mayPass(error: unknown): boolean {
  return !(error instanceof Error) || !isCommandError(error) || (!denied.has(error.type) && error.type !== ErrorType.STREAM_NOT_FOUND);
}

export function isNoStream(error: unknown): boolean {
  return error instanceof Error && isCommandError(error) && error.type === ErrorType.STREAM_NOT_FOUND;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

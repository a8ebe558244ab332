import type { Metadata } from '@grpc/grpc-js';
import { callerOf, type Accounts, type Caller } from './access.js';
import type { CallKind, FaultKind } from './faults.js';
import type { ServerLog } from './log.js';
import { type Failure, failures } from './messages.js';

/** What every call of the double's server works with. */
export interface CallContext {
  readonly log: ServerLog;
  readonly accounts: Accounts | null;
  readonly appendBytesMax: number;
  /** How the unary append refuses a wrong expected version: within its answer, as servers do, or as an error with trailers, as older ones did. */
  readonly wrongVersionForm: 'ANSWER' | 'ERROR';
  /** How late a slow answer and a late write come, in milliseconds. */
  readonly slowMs: number;
  readonly host: string;
  port(): number;
  strike(call: CallKind): FaultKind | null;
  /** Cuts every connection at once. */
  cut(): void;
  /** Goes away, and comes back after a while with what was stored. */
  restart(): void;
  later(run: () => void): void;
}

/** The caller, or why there is none. */
export function identify(context: CallContext, metadata: Metadata): Caller | Failure {
  const [authorization] = metadata.get('authorization');
  return callerOf(authorization?.toString(), context.accounts) ?? failures.unauthenticated();
}

export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'code' in value;
}

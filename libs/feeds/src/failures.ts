import { EventStoreUnavailable } from '#libs/event-store/port';
import { RetryLater } from './port.js';

/** SQLSTATE classes and codes that say nothing against the events: connection, resources, shutdown, serialization, locks, time-outs. */
const passingClasses = new Set(['08', '53', '57', '58']);
const passingCodes = new Set(['40001', '40P01', '55P03', '25P03', '25P02', 'XX000']);
const passingErrnos = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENOENT']);

/** Whether trying the same again may succeed without a change to program or data. */
export function mayPass(error: unknown): boolean {
  if (error instanceof RetryLater || error instanceof EventStoreUnavailable) return true;
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  if (code !== null && (passingErrnos.has(code) || passingCodes.has(code) || passingClasses.has(code.slice(0, 2)))) return true;
  // What pg throws from its own side has no code.
  if (/^(Connection terminated|Client has encountered a connection error|Query read timeout|timeout expired)/.test(error.message)) return true;
  return error.cause === undefined || error.cause === error ? false : mayPass(error.cause);
}

export function messageOf(error: unknown, charsMax: number): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replaceAll('\0', '').toWellFormed().slice(0, charsMax);
}

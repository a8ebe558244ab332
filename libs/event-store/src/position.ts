import { ForeignPosition, type Position } from './port.js';

export type ParsedPosition =
  | { readonly kind: 'POSITION'; readonly position: Position }
  /** Not `<logId>:<n>`. */
  | { readonly kind: 'MALFORMED' }
  /** Well formed, but given out by the log `logId`. */
  | { readonly kind: 'FOREIGN'; readonly logId: string };

const printed = /^([A-Za-z0-9-]{1,64}):(0|[1-9][0-9]{0,18})$/;
const nMax = 2n ** 63n - 1n;

/** `<logId>:<n>`, the form in which a position leaves the service. */
export function printPosition(position: Position): string {
  return `${position.logId}:${position.n}`;
}

/** Reads what {@link printPosition} printed; tells another log's position from nonsense. */
export function parsePosition(text: string, logId: string): ParsedPosition {
  const [, id, digits] = printed.exec(text) ?? [];
  if (id === undefined || digits === undefined) return { kind: 'MALFORMED' };
  const n = BigInt(digits);
  if (n > nMax) return { kind: 'MALFORMED' };
  return id === logId ? { kind: 'POSITION', position: { logId, n } } : { kind: 'FOREIGN', logId: id };
}

/** Whether `a` stands after `b` in the log; null stands before its first event. */
export function positionAfter(a: Position | null, b: Position | null): boolean {
  if (a === null) return false;
  return b === null || a.n > b.n;
}

/** The place in this log that a caller's position names; `otherwise` where none was given. @throws ForeignPosition */
export function ownPosition(position: Position | undefined, logId: string, otherwise: bigint): bigint {
  if (position === undefined) return otherwise;
  if (position.logId !== logId) throw new ForeignPosition(`The position ${printPosition(position)} belongs to another log; this one is ${logId}.`);
  return position.n;
}

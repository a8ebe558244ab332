import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isOfThisMachine } from './this-machine.js';

export interface Asker {
  readonly ip: string;
  readonly headers: IncomingHttpHeaders;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Whether the metrics may be shown: with a token configured, to whoever brings it; without one, to programs on this machine. Figures of how busy an office is are
 * nobody else's business.
 */
export function mayScrape(asker: Asker, token: string | null): boolean {
  if (token === null) return isOfThisMachine(asker);
  const given = /^Bearer (\S+)$/.exec(asker.headers.authorization ?? '')?.[1];
  // Digests have one length, so that comparing takes one time, whatever was given (CWE-208).
  return timingSafeEqual(digest(given ?? ''), digest(token)) && given !== undefined;
}

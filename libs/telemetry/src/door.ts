import { createHash, timingSafeEqual } from 'node:crypto';
import { type Asker, isOfThisMachine } from './this-machine.js';

/** Of the configuration. */
export interface ScrapeRules {
  readonly trustsThisMachine: boolean;
  readonly telemetry: { readonly metricsToken: string | null };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Whether the metrics may be shown: with a token configured, to whoever brings it; without one, to programs on this machine, where those can be told from the rest. Figures
 * of how busy an office is are nobody else's business.
 */
export function mayScrape(asker: Asker, rules: ScrapeRules): boolean {
  const token = rules.telemetry.metricsToken;
  if (token === null) return isOfThisMachine(asker, rules);
  const given = /^Bearer (\S+)$/.exec(asker.headers.authorization ?? '')?.[1];
  // Digests have one length, so that comparing takes one time, whatever was given (CWE-208).
  return timingSafeEqual(digest(given ?? ''), digest(token)) && given !== undefined;
}

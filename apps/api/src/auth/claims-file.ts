import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type ClaimMapping, claimMappingSchema, plainClaims } from '#libs/access';
import { ConfigError } from '#libs/config';

/** The mapping of an issuer's claims, from its file. @throws ConfigError */
export function readClaims(path: string | null): ClaimMapping {
  if (path === null) return plainClaims;
  try {
    return claimMappingSchema.parse(parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new ConfigError(`CASELEDGER_CLAIMS: ${path} can’t be used: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

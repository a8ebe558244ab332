import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { type Role, roles, type UserId } from '#libs/domain';
import { TokenRefused } from './refused.js';

export const claimLimits = {
  actorCharsMax: 128,
  unitCharsMax: 128,
  /** Groups of one token that are looked at; a longer list is refused. */
  groupsMax: 500,
} as const;

const place = z.string().regex(/^[^.\s]+(\.[^.\s]+)*$/, 'names of claims, with dots between them');
const given = z.enum(roles.filter((role) => role !== 'SYSTEM'));

/** Where an issuer says what a person's roles and unit are, and in which words. The file of CASELEDGER_CLAIMS. */
export const claimMappingSchema = z.strictObject({
  /** The claim that lists roles or groups: `roles`, `groups`, `realm_access.roles`. */
  roles: z.strictObject({ claim: place, map: z.record(z.string(), z.union([given, z.array(given).min(1)])).optional() }),
  unit: z.strictObject({ claim: place, map: z.record(z.string(), z.string().min(1).max(claimLimits.unitCharsMax)).optional() }).optional(),
});
export type ClaimMapping = z.infer<typeof claimMappingSchema>;

/** Claims that carry the names of the roles as they are. */
export const plainClaims: ClaimMapping = { roles: { claim: 'roles' }, unit: { claim: 'unit' } };

export interface Person {
  readonly actor: UserId;
  readonly roles: readonly Role[];
  readonly unit: string | null;
}

/** Whom a token's claims name. @throws TokenRefused */
export function personOf(claims: JWTPayload, mapping: ClaimMapping): Person {
  const { sub } = claims;
  if (typeof sub !== 'string' || sub.trim() === '' || sub.length > claimLimits.actorCharsMax || !sub.isWellFormed()) throw new TokenRefused('sub');
  return { actor: sub as UserId, roles: rolesOf(claims, mapping), unit: unitOf(claims, mapping) };
}

function rolesOf(claims: JWTPayload, { roles: { claim, map } }: ClaimMapping): readonly Role[] {
  const named = at(claims, claim);
  if (!Array.isArray(named) || named.length > claimLimits.groupsMax) throw new TokenRefused('roles');
  const found = new Set<unknown>();
  for (const name of named) {
    if (typeof name !== 'string') throw new TokenRefused('roles');
    const mapped = map === undefined ? name : Object.hasOwn(map, name) ? (map[name] ?? []) : [];
    for (const one of [mapped].flat()) found.add(one);
  }
  const known = roles.filter((role) => found.has(role));
  // The service's own role is never given to a person.
  if (known.length === 0 || known.includes('SYSTEM')) throw new TokenRefused('roles');
  return known;
}

function unitOf(claims: JWTPayload, { unit: mapping }: ClaimMapping): string | null {
  const unit = mapping === undefined ? null : at(claims, mapping.claim);
  if (unit === undefined || unit === null) return null;
  if (typeof unit !== 'string' || unit === '' || unit.length > claimLimits.unitCharsMax || !unit.isWellFormed()) throw new TokenRefused('unit');
  const { map } = mapping ?? {};
  if (map === undefined) return unit;
  return Object.hasOwn(map, unit) ? (map[unit] ?? null) : null;
}

function at(claims: JWTPayload, path: string): unknown {
  let value: unknown = claims;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name]; // It is an object that has it.
  }
  return value;
}

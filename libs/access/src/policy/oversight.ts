import type { Role } from '#libs/domain';

/** What stands above single cases: who may ask for it at all. Which cases it then tells of, the row predicate says. */
export const oversightRoles = {
  /** Corrections, voided reviews, contacts from outside and exceptions to four eyes, across cases. */
  FINDINGS: ['OVERSIGHT'],
  /** The audit trail taken out as a file. RECORDS hands it to who is entitled to it; both see every step of every case that it holds. */
  TRAIL_EXPORT: ['OVERSIGHT', 'RECORDS'],
} as const satisfies Record<string, readonly Role[]>;

const among = (allowed: readonly Role[], roles: readonly Role[]): readonly Role[] => roles.filter((role) => allowed.includes(role));

/** Those of these roles in which somebody may ask for findings; none: they may not. */
export const overseesFindings = (roles: readonly Role[]): readonly Role[] => among(oversightRoles.FINDINGS, roles);

/** Those of these roles in which somebody may have the trail exported; none: they may not. */
export const exportsTrails = (roles: readonly Role[]): readonly Role[] => among(oversightRoles.TRAIL_EXPORT, roles);

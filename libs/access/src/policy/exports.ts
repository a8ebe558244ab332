import type { Role } from '#libs/domain';

/**
 * Who may have a bundle of a case made, by whom it is for. They must see the case as well; a redaction policy says what the audience sees of it.
 * Nobody has one made that shows more than they read here: a bundle for oversight holds accounts, which OVERSIGHT is handed, and does not take.
 */
export const exportRoles = {
  COURT: ['LEGAL', 'RECORDS'],
  OVERSIGHT: ['LEGAL', 'RECORDS'],
  PUBLIC: ['RECORDS', 'LEGAL'],
} as const satisfies Record<string, readonly Role[]>;

export function mayExport(roles: readonly Role[], audience: keyof typeof exportRoles): boolean {
  const allowed: readonly Role[] = exportRoles[audience];
  return roles.some((role) => allowed.includes(role));
}

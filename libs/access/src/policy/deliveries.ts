import type { Role } from '#libs/domain';

/** Who looks at the deliveries of webhooks. */
export const deliveryRoles = {
  /** Runs the system and reads no case: every delivery, and of none the case. */
  RUN: ['ADMIN'],
  /** Looks on: the deliveries about cases that they see, with the case. */
  LOOK: ['OVERSIGHT'],
} as const satisfies Record<string, readonly Role[]>;

export interface DeliveryReach {
  /** Whether every delivery is shown; else those about cases that are seen. */
  readonly every: boolean;
  /** The roles by which a case is seen, and named; in no other role does a delivery tell of its case. */
  readonly casesAs: readonly Role[];
}

/** What somebody with these roles sees of deliveries; null: nothing. */
export function deliveryReach(roles: readonly Role[]): DeliveryReach | null {
  const having = (allowed: readonly Role[]): readonly Role[] => roles.filter((role) => allowed.includes(role));
  const [every, casesAs] = [having(deliveryRoles.RUN).length > 0, having(deliveryRoles.LOOK)];
  return every || casesAs.length > 0 ? { every, casesAs } : null;
}

import type { Role } from '#libs/domain';

/** An invented member of the service. */
export interface Player {
  readonly user: string;
  readonly role: Role;
}

export type Answer =
  | { readonly kind: 'RECORDED'; readonly caseId: string; readonly caseNumber: string | null; readonly revision: number; readonly position: string | null }
  | { readonly kind: 'REFUSED'; readonly code: string; readonly message: string; readonly gaps: readonly string[] };

/** What later steps refer to: the things of the case, in the order in which they were recorded. */
export interface CaseThings {
  readonly stage: string;
  readonly revision: number;
  readonly agents: readonly { readonly id: string }[];
  readonly persons: readonly { readonly id: string }[];
  readonly statements: readonly { readonly id: string; readonly event: string }[];
  readonly footage: readonly { readonly id: string }[];
  readonly violations: readonly { readonly id: string }[];
  readonly referrals: readonly { readonly id: string }[];
  readonly outsideContacts: readonly { readonly id: string }[];
  readonly federalSupervisor: { readonly identified: readonly { readonly event: string }[] };
}

/** A running service, whatever the way to it. */
export interface ScenarioPort {
  act(as: Player, action: string, input: object): Promise<Answer>;
  look(as: Player, caseId: string): Promise<CaseThings>;
}

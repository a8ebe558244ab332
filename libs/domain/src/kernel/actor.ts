import type { UserId } from './ids.js';

/** domain.md, 'Who acts'. */
export const roles = [
  'OFFICER',
  'INTAKE',
  'INVESTIGATOR',
  'CUSTODIAN',
  'SUPERVISOR',
  'LEGAL',
  'REFERRAL_AUTHORITY',
  'LIAISON',
  'RECORDS',
  'OVERSIGHT',
  'EXECUTIVE',
  'ADMIN',
  'SYSTEM',
] as const;
export type Role = (typeof roles)[number];

/** Who acts, in which roles, for which unit, and on what authority; stored with every event as `@by`. */
export interface Actor {
  readonly actor: UserId;
  readonly roles: readonly Role[];
  readonly unit: string | null;
  /** Why the actor works on this, in their words; asked for by the sensitive queries. */
  readonly purpose: string | null;
  /** The order, appointment or assignment on which they act, in their words. */
  readonly authority: string | null;
}

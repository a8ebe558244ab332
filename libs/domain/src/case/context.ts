import type { Actor, Role } from '../kernel/actor.js';
import type { CaseId } from '../kernel/ids.js';
import type { Instant } from '../kernel/time.types.js';
import type { Policy } from '../policy/policy.js';

/** What another case of this service says about the same recording (source system and reference). */
export interface Claim {
  readonly case: CaseId;
  readonly held: boolean;
  readonly firstSha256: string | null;
}

/**
 * What a decision needs from outside its case, read before it. It may be a moment old: that race is accepted, and what was known
 * is recorded in the event.
 */
export interface Elsewhere {
  /** A fresh number for a case that this command may open. */
  readonly caseNumber: string;
  readonly claims: readonly Claim[];
  /**
   * The roles in which this service last saw the person whom the command names, where it keeps such a register. Roles come with tokens, so
   * a person who never called has none here; whoever reads is asked for their role again.
   */
  readonly rolesOfNamed?: readonly Role[];
}

/** Time, ids and identity arrive as arguments: decisions are pure. */
export interface CaseContext {
  readonly now: Instant;
  readonly actor: Actor;
  readonly caseId: CaseId;
  readonly policy: Policy;
  readonly elsewhere: Elsewhere;
  /** The id of a thing that this command creates: the same command makes the same id. `kind` tells its several things apart. */
  newId<Id extends string>(kind: string): Id;
}

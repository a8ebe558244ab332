import type { Role } from '#libs/domain';
import type { Asker } from './check.js';
import { caseGrounds, type Ground, seesSealed } from './policy.js';

/** Every table of aggregates that there is: the fixed list. One that is not here can't be asked for. */
export const aggregates = [
  'PIPELINE',
  'FOOTAGE_AT_RISK',
  'HOLD_COMPLIANCE',
  'FEDERAL_SUPERVISORS',
  'VIOLATIONS',
  'TIME_IN_STAGE',
  'CONFORMANCE',
  'CLOCKS',
  'WORKLOAD',
  'REFERRAL_OUTCOMES',
  'SERIES',
] as const;
export type Aggregate = (typeof aggregates)[number];

/** k: the smallest number that is shown to who may not see every case. */
export const smallestCellDefault = 5;

/** Whole tables that speak of single members of the staff: for who leads them, and for who sees every case. */
const ofStaff: readonly Aggregate[] = ['HOLD_COMPLIANCE', 'WORKLOAD'];
const leads: readonly Role[] = ['SUPERVISOR'];
/** Run the system, and have no question to the work itself. */
const asksNothing: readonly Role[] = ['ADMIN'];

/** How somebody sees a table of aggregates. */
export interface AggregateReach {
  /** Whether sealed cases count in it. Who may not know of them sees the numbers as if they were not there. */
  readonly sealed: boolean;
  /**
   * 1: exact. Else k: a number below k is not shown, and any other is given as the multiple of k at or below it, so that nobody gets at a
   * hidden one by subtracting what is shown beside it or was asked for otherwise.
   */
  readonly smallestCell: number;
}

/** What the asker sees of a table of aggregates; null: nothing. Who sees every case gets exact numbers; all others, the mayor's office among them, coarse ones. */
export function aggregateReach({ roles }: Pick<Asker, 'roles'>, aggregate: Aggregate, smallestCell: number = smallestCellDefault): AggregateReach | null {
  const asking = roles.filter((role) => !asksNothing.includes(role));
  if (asking.length === 0) return null;
  const seesAll = asking.some((role) => caseGrounds[role].some((ground: Ground) => ground.by === 'EVERY_CASE'));
  const leadsThem = ofStaff.includes(aggregate) && asking.some((role) => leads.includes(role));
  if (seesAll || leadsThem) return { sealed: asking.some((role) => seesSealed.includes(role)), smallestCell: 1 };
  return ofStaff.includes(aggregate) ? null : { sealed: false, smallestCell };
}

/** A number as it is shown; null: not. */
export function shownCount(count: number, { smallestCell }: AggregateReach): number | null {
  if (smallestCell <= 1) return count;
  return count < smallestCell ? null : count - (count % smallestCell);
}

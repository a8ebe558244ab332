import type { Instant } from '../kernel/time.types.js';
import type { OffenseClass } from '../case/values.js';
import { addSpan } from './calendar.js';
import type { Policy, Rule, Span } from './policy.js';

/** A violation, as far as its limitation goes. */
export interface Limited {
  readonly citation: string;
  readonly offenseClass: OffenseClass;
}

/** Whether the policy lists the offense among those without a limitation (720 ILCS 5/3-5(a)). */
export function isWithoutLimitation(violation: Limited, policy: Policy): boolean {
  const cited = normal(violation.citation);
  // `720 ILCS 5/9-1` means 5/9-1(a) as well, but neither 5/9-11 nor 5/9-1.2.
  return listedBy(policy.limitation.none.value).some((listed) => cited === listed || cited.startsWith(`${listed}(`));
}

/** The rule by which the earliest possible end is reckoned. */
export function limitationRule(violation: Limited, policy: Policy): Rule<Span> {
  const { felony, misdemeanor, ordinance, unknown } = policy.limitation;
  const rules = { FELONY: felony, MISDEMEANOR: misdemeanor, ORDINANCE: ordinance, UNKNOWN: unknown } satisfies Record<OffenseClass, Rule<Span>>;
  return rules[violation.offenseClass];
}

/** The earliest date on which a limitation may end; null: never. It is shown as that, and never as 'barred'. */
export function earliestEndOfLimitation(violation: Limited, earliest: Instant, policy: Policy): Instant | null {
  return isWithoutLimitation(violation, policy) ? null : addSpan(earliest, limitationRule(violation, policy).value, policy);
}

/**
 * The last date on which a limitation may still run; null: it may never end. An offense based on misconduct in office gets up to
 * `misconductAtMost` more, and any offense of this service may be one. Of an unknown class it can't be said that there is an end.
 */
export function latestEndOfLimitation(violation: Limited, latest: Instant, policy: Policy): Instant | null {
  if (violation.offenseClass === 'UNKNOWN' || isWithoutLimitation(violation, policy)) return null;
  return addSpan(addSpan(latest, limitationRule(violation, policy).value, policy), policy.limitation.misconductAtMost.value, policy);
}

const normalLists = new WeakMap<readonly string[], readonly string[]>();
function listedBy(none: readonly string[]): readonly string[] {
  const known = normalLists.get(none) ?? none.map(normal);
  normalLists.set(none, known);
  return known;
}

const normal = (citation: string): string => citation.toUpperCase().replace(/\s+/g, ' ').replace(/ ?\( ?/g, '(').trim();

import type { Gap } from '../kernel/decider.js';
import type { Case, ViolationState } from './state.js';
import type { ViolationAgentPair } from './values.js';

/** The violations that are alleged and not withdrawn. */
export function standingViolations(state: Case): readonly ViolationState[] {
  return [...state.violations.values()].filter((violation) => !violation.withdrawn);
}

export function pairsOf(violations: readonly ViolationState[]): readonly ViolationAgentPair[] {
  return violations.flatMap((violation) => violation.agents.map((agent) => ({ violation: violation.id, agent })));
}

export function isSamePair(a: ViolationAgentPair, b: ViolationAgentPair): boolean {
  return a.violation === b.violation && a.agent === b.agent;
}

/** A gap for each of these pairs whose immunity nobody has assessed. */
export function immunityGaps(state: Case, pairs: readonly ViolationAgentPair[]): readonly Gap[] {
  return pairs
    .filter((pair) => !state.immunity.some((assessed) => isSamePair(assessed.pair, pair)))
    .map((pair) => {
      const citation = state.violations.get(pair.violation)?.citation ?? pair.violation;
      const designation = state.agents.get(pair.agent)?.designation ?? pair.agent;
      return {
        code: 'IMMUNITY_MISSING',
        message: `Immunity has not been assessed for ${citation} and agent ${designation}.`,
        about: `${pair.violation}/${pair.agent}`,
      };
    });
}

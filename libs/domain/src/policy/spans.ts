import type { Instant } from '../kernel/time.types.js';
import { addSpan } from './calendar.js';
import type { ClockReason, Due } from './clocks.js';
import type { Policy, Rule, Span } from './policy.js';

/** A rule as a step of 'why this deadline?'. */
export function because(step: ClockReason['step'], text: string, rule: Rule<unknown>): ClockReason {
  return { step, text, citation: rule.citation, source: rule.source, verifiedOn: rule.verifiedOn };
}

/** The end of a rule's span, without warnings. */
export function dueAfter(rule: Rule<Span>, policy: Policy): (startedAt: Instant) => Due {
  return (startedAt) => ({ at: addSpan(startedAt, rule.value, policy), warnings: [], reasons: [because('RULE', `${spanText(rule.value)}.`, rule)] });
}

/** `1 day`, `2 business days`. */
export function spanText({ amount, unit }: Span): string {
  const word = { HOURS: 'hour', DAYS: 'day', BUSINESS_DAYS: 'business day', MONTHS: 'month', YEARS: 'year' }[unit];
  return `${amount} ${word}${amount === 1 ? '' : 's'}`;
}

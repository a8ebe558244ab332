import type { Instant } from '../kernel/time.types.js';
import { addSpan, type CountedDay, countedDays } from './calendar.js';
import type { Clock, ClockReason } from './clocks.js';
import type { Policy, Rule, Span } from './policy.js';
import { spanText } from './spans.js';
import { localText } from './zones.js';

/** One step of a due date, in the order in which it is reckoned. */
export interface DeadlineStep {
  /** As of {@link ClockReason}; `POLICY`: which version; `DAY`: one calendar day, counted or passed over; `ZONE`: the clocks were changed in between; `DUE`: the end; `STOPPED`. */
  readonly step: ClockReason['step'] | 'POLICY' | 'DAY' | 'ZONE' | 'DUE' | 'STOPPED';
  readonly text: string;
  readonly citation: string | null;
  readonly source: string | null;
  readonly verifiedOn: string | null;
  /** Of a `DAY`: the local date, why it is passed over (null: it counts), and the how many-th it is. */
  readonly date: string | null;
  readonly passedOver: CountedDay['passedOver'];
  readonly count: number | null;
}

const plain = { citation: null, source: null, verifiedOn: null, date: null, passedOver: null, count: null } as const;
const say = (step: DeadlineStep['step'], text: string): DeadlineStep => ({ ...plain, step, text });

/**
 * Why a deadline is when it is, step by step: from when it counts, under which version of the policy, by which rule, each day that counts or is
 * passed over, what the change of the clocks does to it, and what brought it forward. `policy` is the version under which it started.
 */
export function explainDeadline(clock: Clock, policy: Policy): readonly DeadlineStep[] {
  const { startedAt, dueAt, stoppedAt, reasons } = clock;
  const local = (at: Instant): string => localText(policy.zone, at);
  const [start, ...others] = reasons.map((reason): DeadlineStep => ({ ...plain, ...reason }));
  return [
    ...(start === undefined ? [] : [{ ...start, text: `${start.text} That is ${local(startedAt)} in ${policy.zone}.` }]),
    say('POLICY', `Version ${policy.version} of the policy '${policy.name}' applies, in force from ${policy.effectiveFrom}. A later version changes nothing of a clock that runs.`),
    ...others.filter(({ step }) => step !== 'SOONER'),
    ...reckoning(clock, policy),
    ...others.filter(({ step }) => step === 'SOONER'),
    say('DUE', `It runs out at ${dueAt}, which is ${local(dueAt)} in ${policy.zone}.`),
    ...(stoppedAt === null ? [] : [say('STOPPED', `It was stopped at ${stoppedAt}, ${stoppedAt <= dueAt ? 'in time' : 'too late'}.`)]),
  ];
}

/** How the rule's own span comes to its end, where the clock has one. */
function reckoning({ clock, startedAt }: Clock, policy: Policy): readonly DeadlineStep[] {
  const rule: Rule<Span> | null = clock === 'FOOTAGE_DELETED' || clock === 'LIMITATION' ? null : policy.clocks[clock];
  if (rule === null) return [];
  const { amount, unit } = rule.value;
  const end = addSpan(startedAt, rule.value, policy);
  const days = unit === 'BUSINESS_DAYS' ? countedDays(startedAt, amount, policy).map(dayStep) : [];
  const [before, after] = [localText(policy.zone, startedAt), localText(policy.zone, end)];
  const [was, is] = [before.slice(-6), after.slice(-6)];
  if (was === is) return days;
  const kept = unit === 'HOURS' ? 'hours are elapsed time, so that the local time of day moves' : 'the local time of day is kept, so that the elapsed time does not come out in whole days';
  return [...days, say('ZONE', `The clocks of ${policy.zone} are changed in between, from ${was} to ${is}: ${kept}. ${spanText(rule.value)} end at ${after}.`)];
}

function dayStep({ date, passedOver, count }: CountedDay): DeadlineStep {
  const why = { WEEKEND: 'a Saturday or Sunday', HOLIDAY: 'a holiday of the policy' } as const;
  const text = passedOver === null ? `${date} counts: business day ${count ?? 0}.` : `${date} is ${why[passedOver]}, and is passed over.`;
  return { ...say('DAY', text), date, passedOver, count };
}

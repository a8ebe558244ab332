import type { ClockReason, ClockName, ClockState, ClockSubjectKind, EventId } from '#libs/domain';
import { defineTable, instant, integer, json, orNull, type RowOf, text, texts, uuid } from '../engine/columns.js';
import { defineProjection } from '../engine/projection.js';

const clock = defineTable({
  columns: {
    case_id: uuid(),
    /** Clock, subject and starting event: no two of a case have all three in common. */
    clock_id: text(),
    clock: text<ClockName>(),
    subject_kind: text<ClockSubjectKind>(),
    subject: orNull(text()),
    started_by: text<EventId>(),
    started_at: instant(),
    due_at: instant(),
    warn_at: texts(),
    stopped_at: orNull(instant()),
    stopped_by: orNull(text<EventId>()),
    policy_version: integer(),
    /** Why this deadline, step by step. */
    reasons: json<readonly ClockReason[]>(),
  },
  id: 'clock_id',
  indexes: ['(due_at, clock_id) WHERE stopped_at IS NULL', '(clock, due_at, clock_id) WHERE stopped_at IS NULL', '(due_at, clock_id)'],
});

/** What a list of cases shows of their clocks: one row a case with a running one. */
const caseDue = defineTable({
  columns: {
    case_id: uuid(),
    /** Of the running clocks but the limitation, which is shown as a date and never as missed. */
    next_clock: orNull(text<ClockName>()),
    next_due_at: orNull(instant()),
    limitation_at: orNull(instant()),
    running: integer(),
  },
  id: null,
  indexes: ['(next_due_at, case_id) WHERE next_due_at IS NOT NULL'],
});

const tables = { clock, case_due: caseDue };

/** Filled by its own feed (clock-feed.ts): clocks are folded from the whole case, not from the rows. */
export const clockProjection = defineProjection({ name: 'clock', version: 1, tables, fold: {} });

export interface ClockRows {
  readonly clock: ReadonlyMap<string, RowOf<typeof clock>>;
  readonly case_due: ReadonlyMap<string, RowOf<typeof caseDue>>;
}

/** The rows of a case from its clocks. Clocks that did not change keep their row of `before`. */
export function clockRows(caseId: string, { clocks }: ClockState, before: { readonly state: ClockState; readonly rows: ClockRows } | null): ClockRows {
  // Clocks keep their place, and a table's rows stand in the order of its clocks.
  const [clocksBefore, rowsBefore] = before === null ? [[], []] : [before.state.clocks, [...before.rows.clock.values()]];
  const rows = new Map<string, RowOf<typeof clock>>();
  clocks.forEach((one, i) => {
    const known = clocksBefore[i] === one ? rowsBefore[i] : undefined;
    const row = known ?? clockRow(caseId, one);
    rows.set(row.clock_id, row);
  });
  return { clock: rows, case_due: unchanged(before?.rows.case_due, dueRows(caseId, clocks)) };
}

/** The row as it was where it says the same, so that it is not written again. */
function unchanged(before: ClockRows['case_due'] | undefined, now: ClockRows['case_due']): ClockRows['case_due'] {
  const [was, is] = [before?.get(''), now.get('')];
  if (before === undefined || was === undefined || is === undefined) return now;
  const isSame = was.next_clock === is.next_clock && was.next_due_at === is.next_due_at && was.limitation_at === is.limitation_at && was.running === is.running;
  return isSame ? before : now;
}

type OneClock = ClockState['clocks'][number];
const idOf = (one: OneClock): string => `${one.clock}/${one.subject ?? ''}/${one.startedBy}`;

const clockRow = (caseId: string, one: OneClock): RowOf<typeof clock> => ({
  case_id: caseId,
  clock_id: idOf(one),
  clock: one.clock,
  subject_kind: one.subjectKind,
  subject: one.subject,
  started_by: one.startedBy,
  started_at: one.startedAt,
  due_at: one.dueAt,
  warn_at: one.warnAt,
  stopped_at: one.stoppedAt,
  stopped_by: one.stoppedBy,
  policy_version: one.policyVersion,
  reasons: one.reasons,
});

function dueRows(caseId: string, clocks: readonly OneClock[]): ClockRows['case_due'] {
  const running = clocks.filter((one) => one.stoppedAt === null);
  if (running.length === 0) return new Map();
  const next = first(running.filter((one) => one.clock !== 'LIMITATION'));
  const limitation = first(running.filter((one) => one.clock === 'LIMITATION'));
  const row = {
    case_id: caseId,
    next_clock: next?.clock ?? null,
    next_due_at: next?.dueAt ?? null,
    limitation_at: limitation?.dueAt ?? null,
    running: running.length,
  };
  return new Map([['', row]]);
}

function first(clocks: readonly OneClock[]): OneClock | null {
  return clocks.reduce<OneClock | null>((soonest, one) => (soonest === null || one.dueAt < soonest.dueAt ? one : soonest), null);
}

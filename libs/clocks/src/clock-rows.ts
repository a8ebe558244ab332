import type { Pool, PoolClient } from 'pg';
import type { ClockName, ClockSubjectKind, Instant } from '#libs/domain';
import { clockLimits, type ClockRow } from './port.js';

/** Where a round over the clocks stands: the last row that it looked at. */
export interface Place {
  readonly dueAt: Instant;
  readonly clockId: string;
  readonly caseId: string;
}

interface Row {
  readonly case_id: string;
  readonly clock_id: string;
  readonly clock: ClockName;
  readonly subject_kind: ClockSubjectKind;
  readonly due_at: Date;
  readonly wanted: boolean;
  readonly warned_at: string | null;
}

const rowOf = (row: Row): ClockRow => ({ caseId: row.case_id, clockId: row.clock_id, clock: row.clock, subjectKind: row.subject_kind, dueAt: row.due_at.toISOString() });
const columns = 'c.case_id, c.clock_id, c.clock, c.subject_kind, c.due_at';
/** Limitation is shown as a date, never as missed: no prosecutor's time is ours to declare over. */
const unnoted = `c.clock <> 'LIMITATION' AND NOT EXISTS (SELECT FROM clock_notice n WHERE n.case_id = c.case_id AND n.clock_id = c.clock_id AND n.kind = 'BREACH')`;

/** Clocks that ran out after `from` (null: whenever) and run still, the first due first. */
export async function ranOut(pool: Pool | PoolClient, from: Instant | null, now: Instant): Promise<readonly ClockRow[]> {
  const { rows } = await pool.query<Row>(
    `SELECT ${columns} FROM read.clock c
     WHERE c.stopped_at IS NULL AND c.due_at <= $2 AND c.due_at > coalesce($1::timestamptz, '-infinity') AND ${unnoted} ORDER BY c.due_at, c.clock_id LIMIT ${clockLimits.missedMax}`,
    [from, now],
  );
  return rows.map(rowOf);
}

export interface ClockBacklog {
  /** At most {@link clockLimits.backlogMax}. */
  readonly count: number;
  /** When the oldest of them ran out; null where there is none. */
  readonly oldestDueAt: Date | null;
}

/** Deadlines that ran out and are not told of as missed yet, as the read model has them. */
export async function clockBacklog(pool: Pool | PoolClient, now: Date): Promise<ClockBacklog> {
  const { rows } = await pool.query<{ count: string; oldest: Date | null }>(
    `SELECT count(*) AS count, min(due_at) AS oldest FROM (
       SELECT c.due_at FROM read.clock c WHERE c.stopped_at IS NULL AND c.due_at <= $1 AND ${unnoted} ORDER BY c.due_at LIMIT ${clockLimits.backlogMax}
     ) late`,
    [now],
  );
  return { count: Number(rows[0]?.count ?? 0), oldestDueAt: rows[0]?.oldest ?? null };
}

export interface RoundStep<T> {
  readonly found: readonly T[];
  /** Where the next step goes on; null: the round is over. */
  readonly next: Place | null;
}

/**
 * One step of a round over every deadline that is past: finds what {@link ranOut} can't, clocks that had run out already when they became known,
 * and those that were stopped too late while nobody looked.
 */
export async function missedStep(pool: Pool | PoolClient, after: Place | null, now: Instant): Promise<RoundStep<ClockRow>> {
  const { rows } = await pool.query<Row>(
    page(`c.due_at <= $4`, `(c.stopped_at IS NULL OR c.stopped_at > c.due_at) AND ${unnoted}`, 'NULL::text'),
    [...keyOf(after), now],
  );
  return { found: rows.filter(({ wanted }) => wanted).map(rowOf), next: placeOf(rows) };
}

export interface Warned extends ClockRow {
  readonly at: Instant;
}

/** One step of a round over the running clocks: those whose last due warning was not told of. Earlier ones that nobody looked for are passed over. */
export async function warningStep(pool: Pool | PoolClient, after: Place | null, now: Instant): Promise<RoundStep<Warned>> {
  const noted = `EXISTS (SELECT FROM clock_notice n WHERE n.case_id = c.case_id AND n.clock_id = c.clock_id AND n.kind = 'WARNING' AND n.at = w.at)`;
  const { rows } = await pool.query<Row>(page(`c.stopped_at IS NULL AND c.due_at > $4`, `w.at IS NOT NULL AND NOT ${noted}`, 'w.at::text'), [...keyOf(after), now]);
  const found = rows.flatMap((row) => (row.wanted && row.warned_at !== null ? [{ ...rowOf(row), at: new Date(row.warned_at).toISOString() }] : []));
  return { found, next: placeOf(rows) };
}

/** Wanted rows of the next page, and its last one, wanted or not, which says where the page ended. */
const page = (where: string, wanted: string, warnedAt: string): string => `
  WITH c AS (
    SELECT ${columns}, c.stopped_at, c.warn_at, row_number() OVER (ORDER BY c.due_at, c.clock_id, c.case_id) AS place FROM read.clock c
    WHERE ${where} AND (c.due_at, c.clock_id, c.case_id) > (coalesce($1::timestamptz, '-infinity'), $2::text COLLATE "C", $3::uuid)
    ORDER BY c.due_at, c.clock_id, c.case_id LIMIT ${clockLimits.pageRows}
  ), seen AS (
    SELECT ${columns}, (${wanted}) AS wanted, ${warnedAt} AS warned_at, c.place
    FROM c LEFT JOIN LATERAL (SELECT max(one::timestamptz) AS at FROM unnest(c.warn_at) one WHERE one::timestamptz <= $4::timestamptz) w ON true
  )
  SELECT * FROM seen WHERE wanted OR place = ${clockLimits.pageRows} ORDER BY place`;

const keyOf = (place: Place | null): readonly (string | null)[] => [place?.dueAt ?? null, place?.clockId ?? '', place?.caseId ?? '00000000-0000-0000-0000-000000000000'];

function placeOf(rows: readonly (Row & { readonly place?: string })[]): Place | null {
  const last = rows.at(-1);
  if (last === undefined || Number(last.place) < clockLimits.pageRows) return null;
  return { dueAt: last.due_at.toISOString(), clockId: last.clock_id, caseId: last.case_id };
}

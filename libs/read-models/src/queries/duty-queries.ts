import { sql, type SqlBool } from 'kysely';
import { dutyPredicate } from '#libs/access';
import type { RowOf } from '../engine/columns.js';
import { clockProjection } from '../projections/clocks.projection.js';
import { footageProjection } from '../projections/footage.projection.js';
import type { Lister, Source } from './lister.js';
import type { Connection, PageInput, Sort } from './page.js';

const { clock } = clockProjection.tables;
const { footage_id, source_system, source_reference } = footageProjection.tables.footage.columns;
const shown = { footage_id, source_system, source_reference } as const;

export type DutyNode = Pick<RowOf<typeof clock>, 'case_id' | 'clock' | 'due_at'> & Pick<RowOf<typeof footageProjection.tables.footage>, keyof typeof shown>;

const source: Source<typeof clock> = {
  name: 'clock',
  alias: 't',
  table: clock,
  // Reference and due date, and nothing else of the case.
  hidden: ['subject', 'subject_kind', 'started_by', 'started_at', 'warn_at', 'stopped_at', 'stopped_by', 'policy_version', 'reasons'],
  visible: ({ asker, now }) => dutyPredicate(asker, sql`t.case_id`, now()),
  join: sql`JOIN read.footage AS f ON f.case_id = t.case_id AND f.footage_id = t.subject`,
  joined: { f: shown },
};

const sort: Sort = { name: 'duty', key: sql`t.due_at`, keyKind: 'INSTANT', id: sql`(t.clock_id || '/' || t.case_id)`, idKind: 'TEXT' };

/** The running clocks of recordings of sealed cases, for who goes on looking after those recordings. */
export function listDuties(lister: Lister, page: PageInput): Promise<Connection<DutyNode>> {
  const conditions = [sql<SqlBool>`t.subject_kind = 'FOOTAGE'`, sql<SqlBool>`t.stopped_at IS NULL`];
  return lister.list<typeof clock, DutyNode>({ source, conditions, sort, direction: 'ASC', page });
}

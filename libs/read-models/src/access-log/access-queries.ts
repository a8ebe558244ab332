import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Instant } from '#libs/domain';
import type { ReadKind, ReadOutcome } from '#libs/reads/port';
import { checkText, Conditions } from '../queries/conditions.js';
import type { Lister, Source } from '../queries/lister.js';
import { BadInput, type Connection, type Direction, pageLimits, type PageInput, type Sort } from '../queries/page.js';
import { type AccessHourNode, accessHour, type AccessReadNode, accessRead, browsingLimits, type ExpungementNode, expungement } from './access-log.tables.js';

/** Who reads the records of reads. */
const isOverseer = ({ asker }: Lister): boolean => asker.roles.includes('OVERSIGHT');
const nobody = sql<SqlBool>`false`;

/**
 * Overseers see every read but those of cases that are hidden from them, sealed ones above all; that somebody asked for a case that does not exist is theirs
 * to know.
 */
function seenReads(lister: Lister): RawBuilder<SqlBool> {
  if (!isOverseer(lister)) return nobody;
  return sql<SqlBool>`(r.case_id IS NULL OR ${lister.maySee(sql`r.case_id`)} OR NOT EXISTS (SELECT FROM read.case_access AS x WHERE x.case_id = r.case_id))`;
}

const reads: Source<typeof accessRead> = { name: 'access_read', alias: 'r', table: accessRead, visible: seenReads };
const hours: Source<typeof accessHour> = { name: 'access_hour', alias: 'h', table: accessHour, visible: (lister) => (isOverseer(lister) ? sql<SqlBool>`true` : nobody) };
const receipts: Source<typeof expungement> = { name: 'expungement', alias: 'e', table: expungement };

export interface ReadsInput {
  readonly caseId?: string | null;
  /** `footage:<id>`, `event:<id>`, `key:<id>`: reads that named one of these. */
  readonly things?: readonly string[] | null;
  readonly actor?: string | null;
  readonly kinds?: readonly ReadKind[] | null;
  readonly outcomes?: readonly ReadOutcome[] | null;
  /** Of what was refused: with one of these codes. */
  readonly codes?: readonly string[] | null;
  readonly from?: Instant | null;
  readonly to?: Instant | null;
  readonly direction?: Direction;
  readonly page?: PageInput;
}

const readSort: Sort = { name: 'read-at', key: sql`r.at`, keyKind: 'INSTANT', id: sql`r.read_id`, idKind: 'TEXT' };

/** @throws BadInput */
export function listReads(lister: Lister, input: ReadsInput): Promise<Connection<AccessReadNode>> {
  const conditions = new Conditions(accessRead, 'r')
    .equals('case_id', input.caseId)
    .equals('actor', input.actor)
    .oneOf('kind', input.kinds)
    .oneOf('outcome', input.outcomes)
    .from('at', input.from)
    .to('at', input.to);
  if (input.things !== null && input.things !== undefined) {
    for (const thing of input.things) checkText('things', thing);
    conditions.add(sql<SqlBool>`r.things && ${sql.val(input.things)}::text[]`);
  }
  if (input.codes !== null && input.codes !== undefined) {
    if (input.codes.length > pageLimits.filterValuesMax) throw new BadInput('codes', `${pageLimits.filterValuesMax} values at most`);
    for (const code of input.codes) checkText('codes', code);
    conditions.equals('kind', 'AccessDenied').add(sql<SqlBool>`(r.detail ->> 'code') = ANY(${sql.val(input.codes)}::text[])`);
  }
  return lister.list({ source: reads, conditions: conditions.all, sort: readSort, direction: input.direction ?? 'DESC', page: input.page ?? {} });
}

export interface AlertsInput {
  readonly actor?: string | null;
  readonly from?: Instant | null;
  readonly to?: Instant | null;
  readonly page?: PageInput;
}

const hourSort: Sort = { name: 'alert-hour', key: sql`h.hour`, keyKind: 'INSTANT', id: sql`h.actor`, idKind: 'TEXT' };

/** Hours in which a user read more than somebody should who works on a few cases. @throws BadInput */
export function listAlerts(lister: Lister, input: AlertsInput): Promise<Connection<AccessHourNode>> {
  const { cases, protectedFields, searches, denied } = browsingLimits;
  const conditions = new Conditions(accessHour, 'h')
    .equals('actor', input.actor)
    .from('hour', input.from)
    .to('hour', input.to)
    .add(sql<SqlBool>`(h.cases >= ${sql.lit(cases)} OR h.protected_fields >= ${sql.lit(protectedFields)} OR h.searches >= ${sql.lit(searches)} OR h.denied >= ${sql.lit(denied)})`);
  return lister.list({ source: hours, conditions: conditions.all, sort: hourSort, direction: 'DESC', page: input.page ?? {} });
}

/** Expungements of one case, at most. */
const receiptsMax = 1_000;

export function listExpungements(lister: Lister, caseId: string): Promise<readonly ExpungementNode[]> {
  return lister.all(receipts, new Conditions(expungement, 'e').equals('case_id', caseId).all, receiptsMax);
}

import { type RawBuilder, sql, type SqlBool } from 'kysely';
import { overseesFindings } from '#libs/access';
import type { Instant, UserId } from '#libs/domain';
import type { RowOf } from '../engine/columns.js';
import { type FindingKind, oversightProjection } from '../projections/oversight.projection.js';
import { checkText, Conditions } from './conditions.js';
import type { Lister, Source } from './lister.js';
import { BadInput, type Connection, type Direction, pageLimits, type PageInput, type Sort } from './page.js';

const table = oversightProjection.tables.oversight_finding;

/** Judged by the roles alone that may ask: another role of the same person's that sees a case opens no finding. */
function seen(lister: Lister): RawBuilder<SqlBool> {
  const roles = overseesFindings(lister.asker.roles);
  return roles.length === 0 ? sql<SqlBool>`false` : lister.maySee(sql`f.case_id`, { ...lister.asker, roles });
}

const source: Source<typeof table> = { name: 'oversight_finding', alias: 'f', table, visible: seen };
const sort: Sort = { name: 'finding', key: sql`f.recorded_at`, keyKind: 'INSTANT', id: sql`f.finding_id`, idKind: 'TEXT' };

export type FindingNode = RowOf<typeof table>;
type State = FindingNode['state'];

export interface FindingsInput {
  readonly kind: FindingKind;
  readonly caseId?: string | null;
  readonly states?: readonly State[] | null;
  /** Who recorded it. */
  readonly actors?: readonly UserId[] | null;
  /** Whom it concerns. */
  readonly persons?: readonly UserId[] | null;
  readonly units?: readonly string[] | null;
  readonly from?: Instant | null;
  readonly to?: Instant | null;
  readonly direction?: Direction;
  readonly page?: PageInput;
}

/** What overseers look for across cases, the newest first. @throws BadInput */
export function listFindings(lister: Lister, input: FindingsInput): Promise<Connection<FindingNode>> {
  const conditions = new Conditions(table, 'f')
    .equals('kind', input.kind)
    .equals('case_id', input.caseId)
    .oneOf('state', input.states)
    .oneOf('actor', input.actors)
    .oneOf('unit', input.units)
    .from('recorded_at', input.from)
    .to('recorded_at', input.to);
  const { persons } = input;
  if (persons !== null && persons !== undefined) {
    if (persons.length > pageLimits.filterValuesMax) throw new BadInput('persons', `${pageLimits.filterValuesMax} values at most`);
    for (const person of persons) checkText('persons', person);
    conditions.add(sql<SqlBool>`f.persons && ${sql.val(persons)}::text[]`);
  }
  return lister.list({ source, conditions: conditions.all, sort, direction: input.direction ?? 'DESC', page: input.page ?? {} });
}

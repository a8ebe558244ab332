import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Instant, Role, StageName } from '#libs/domain';
import type { Asker } from './check.js';
import type { Relation } from './facts.js';
import { caseGrounds, dutiesUnderSeal, type Ground, neverSees, seesSealed } from './policy.js';

type Condition = RawBuilder<SqlBool>;
type Expression = RawBuilder<unknown>;

/** Everything that an asker's roles let them see, as sets. */
interface Reach {
  readonly everyCase: boolean;
  readonly ownUnit: boolean;
  readonly relations: readonly Relation[];
  readonly stages: readonly StageName[];
  readonly referred: boolean;
  /** Sealed cases: every one, those whose order names the asker, or none. */
  readonly sealed: 'ALL' | 'NAMED' | 'NONE';
}

/**
 * Which rows the asker may see, as a condition on the row's case: the policy's tables in SQL. Made so that it costs next to nothing where a
 * role sees every case (one look by primary key for each row of the page), and so that the planner can begin with the few cases of who sees
 * only few. A case that the access projection does not have, or at which it is parked, is hidden.
 */
export function casePredicate(asker: Asker, caseId: Expression, now: Instant): Condition {
  const reach = reachOf(asker.roles);
  if (reach === null) return sql<SqlBool>`false`;
  const conditions = [notParked(caseId), notRecused(asker, caseId), shown(reach, asker, caseId, now)];
  return sql<SqlBool>`(${sql.join(conditions, sql` AND `)})`;
}

/** The sealed cases of which the asker goes on looking after the recordings. */
export function dutyPredicate(asker: Asker, caseId: Expression): Condition {
  if (!asker.roles.includes(dutiesUnderSeal.role)) return sql<SqlBool>`false`;
  const sealed = sql<SqlBool>`EXISTS (SELECT FROM read.case_access AS x WHERE x.case_id = ${caseId} AND x.sealed)`;
  return sql<SqlBool>`(${sql.join([notParked(caseId), notRecused(asker, caseId), sealed], sql` AND `)})`;
}

function reachOf(roles: readonly Role[]): Reach | null {
  const seeing = roles.filter((role) => !neverSees.includes(role));
  if (seeing.length === 0) return null;
  const grounds = seeing.flatMap((role): readonly Ground[] => caseGrounds[role]);
  return {
    everyCase: grounds.some((ground) => ground.by === 'EVERY_CASE'),
    ownUnit: grounds.some((ground) => ground.by === 'OWN_UNIT'),
    relations: [...new Set(grounds.flatMap((ground) => (ground.by === 'RELATION' ? [ground.relation] : [])))],
    stages: [...new Set(grounds.flatMap((ground) => (ground.by === 'STAGE' ? ground.stages : [])))],
    referred: grounds.some((ground) => ground.by === 'REFERRED'),
    sealed: seeing.some((role) => seesSealed.includes(role)) ? 'ALL' : 'NAMED',
  };
}

function shown(reach: Reach, asker: Asker, caseId: Expression, now: Instant): Condition {
  const { sealed } = reach;
  // Sealed or not, they see it: that it is there is enough.
  if (reach.everyCase && sealed === 'ALL') return sql<SqlBool>`coalesce((SELECT true FROM read.case_access AS x WHERE x.case_id = ${caseId}), false)`;
  const open = openConditions(reach, asker, now);
  const named = casesOf(asker, ['NAMED_BY_COURT'], now);
  if (reach.everyCase) {
    // Looked up for each row that the rest of the statement keeps; the planner has no other way to choose, and needs none.
    return sql<SqlBool>`coalesce((SELECT NOT x.sealed OR x.case_id = ANY(${named}) FROM read.case_access AS x WHERE x.case_id = ${caseId}), false)`;
  }
  const openAndSeen = open.map((condition) => sql<SqlBool>`(NOT x.sealed AND ${condition})`);
  const sealedAndSeen = sealed === 'ALL' ? sql<SqlBool>`x.sealed` : sql<SqlBool>`(x.sealed AND x.case_id = ANY(${named}))`;
  // Each arm begins with an index of its own, so that a short list is read from its few cases.
  return sql<SqlBool>`EXISTS (SELECT FROM read.case_access AS x WHERE x.case_id = ${caseId} AND (${sql.join([...openAndSeen, sealedAndSeen], sql` OR `)}))`;
}

function openConditions(reach: Reach, asker: Asker, now: Instant): readonly Condition[] {
  const conditions: Condition[] = [];
  if (reach.ownUnit) conditions.push(asker.unit === null ? sql<SqlBool>`x.unit IS NULL` : sql<SqlBool>`x.unit = ${asker.unit}`);
  if (reach.stages.length > 0) conditions.push(sql<SqlBool>`x.stage = ANY(${sql.val(reach.stages)}::text[])`);
  if (reach.referred) conditions.push(sql<SqlBool>`x.referred`);
  if (reach.relations.length > 0) conditions.push(sql<SqlBool>`x.case_id = ANY(${casesOf(asker, reach.relations, now)})`);
  return conditions;
}

/** The cases to which the asker stands so; read once in a statement, from the index by person. */
function casesOf(asker: Asker, relations: readonly Relation[], now: Instant): Expression {
  return sql`ARRAY(SELECT p.case_id FROM read.case_person AS p WHERE p.person = ${asker.actor}
    AND p.relation = ANY(${sql.val(relations)}::text[]) AND (p.until IS NULL OR p.until > ${now}))`;
}

const notRecused = (asker: Asker, caseId: Expression): Condition =>
  sql<SqlBool>`${caseId} <> ALL(ARRAY(SELECT p.case_id FROM read.case_person AS p WHERE p.person = ${asker.actor} AND p.relation = 'RECUSED'))`;

/** The feed's table of parked streams; as a rule empty. */
const notParked = (caseId: Expression): Condition =>
  sql<SqlBool>`${caseId} <> ALL(ARRAY(SELECT substr(w.stream, 6)::uuid FROM parked_event AS w WHERE w.feed = 'cases' AND w.unit = 'case_access' AND starts_with(w.stream, 'case-')))`;

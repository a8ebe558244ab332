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
  /** Every sealed case, or those whose order names the asker. */
  readonly everySealed: boolean;
}

/**
 * Which rows the asker may see, as a condition on the row's case: the policy's tables in SQL. One look at how the case stands and one at how
 * the asker stands to it, for each row that the rest of the statement keeps. A case that the access projection does not have, or at which it
 * is parked, is hidden.
 */
export function casePredicate(asker: Asker, caseId: Expression, now: Instant): Condition {
  const reach = reachOf(asker.roles);
  if (reach === null) return sql<SqlBool>`false`;
  const seen = sql<SqlBool>`NOT 'RECUSED' = ANY(s.relations) AND CASE WHEN x.sealed THEN ${sealedCondition(reach)} ELSE ${openCondition(reach, asker)} END`;
  return sql<SqlBool>`(${notParked(caseId)} AND ${lookUp(asker, caseId, seen, now)})`;
}

/** The sealed cases of which the asker goes on looking after the recordings. */
export function dutyPredicate(asker: Asker, caseId: Expression, now: Instant): Condition {
  if (!asker.roles.includes(dutiesUnderSeal.role)) return sql<SqlBool>`false`;
  return sql<SqlBool>`(${notParked(caseId)} AND ${lookUp(asker, caseId, sql<SqlBool>`x.sealed AND NOT 'RECUSED' = ANY(s.relations)`, now)})`;
}

/**
 * At least the cases that the asker may see, `limit` at most, as a SELECT; null for who sees every case. Where they are fewer, a list is read
 * from them, and not by looking through everybody's; {@link casePredicate} decides all the same. Each arm ends by itself: it is then planned for its
 * first rows, where the limit of all alone let the planner gather every case of a unit first.
 */
export function fewCases(asker: Asker, limit: number): Expression | null {
  const reach = reachOf(asker.roles);
  if (reach === null || reach.everyCase) return null;
  const relations = [...reach.relations, 'NAMED_BY_COURT'];
  const arms: Expression[] = [
    sql`(SELECT p.case_id FROM read.case_person AS p WHERE p.person = ${asker.actor} AND p.relation = ANY(${sql.val(relations)}::text[]) LIMIT ${limit})`,
  ];
  const ofCases = (condition: Condition): Expression => sql`(SELECT x.case_id FROM read.case_access AS x WHERE ${condition} LIMIT ${limit})`;
  if (reach.ownUnit) arms.push(ofCases(ofUnit(asker)));
  if (reach.stages.length > 0) arms.push(ofCases(atStage(reach)));
  if (reach.referred) arms.push(ofCases(sql<SqlBool>`x.referred`));
  return sql`SELECT any_arm.case_id FROM (${sql.join(arms, sql` UNION ALL `)}) AS any_arm LIMIT ${limit}`;
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
    everySealed: seeing.some((role) => seesSealed.includes(role)),
  };
}

/** `x`: the case; `s`: the asker's standings to it that have not run out. False where the projection has no such case. */
function lookUp(asker: Asker, caseId: Expression, seen: Condition, now: Instant): Condition {
  return sql<SqlBool>`coalesce((SELECT ${seen} FROM read.case_access AS x CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(p.relation), '{}') AS relations FROM read.case_person AS p
    WHERE p.person = ${asker.actor} AND p.case_id = x.case_id AND (p.until IS NULL OR p.until > ${now})) AS s WHERE x.case_id = ${caseId}), false)`;
}

const sealedCondition = ({ everySealed }: Reach): Condition => (everySealed ? sql<SqlBool>`true` : sql<SqlBool>`'NAMED_BY_COURT' = ANY(s.relations)`);

function openCondition(reach: Reach, asker: Asker): Condition {
  if (reach.everyCase) return sql<SqlBool>`true`;
  const conditions: Condition[] = [];
  if (reach.relations.length > 0) conditions.push(sql<SqlBool>`s.relations && ${sql.val(reach.relations)}::text[]`);
  if (reach.ownUnit) conditions.push(ofUnit(asker));
  if (reach.stages.length > 0) conditions.push(atStage(reach));
  if (reach.referred) conditions.push(sql<SqlBool>`x.referred`);
  return sql<SqlBool>`(${sql.join([sql`false`, ...conditions], sql` OR `)})`;
}

const ofUnit = ({ unit }: Asker): Condition => (unit === null ? sql<SqlBool>`x.unit IS NULL` : sql<SqlBool>`x.unit = ${unit}`);
const atStage = ({ stages }: Reach): Condition => sql<SqlBool>`x.stage = ANY(${sql.val(stages)}::text[])`;

/** The feed's table of parked streams; as a rule empty. */
const notParked = (caseId: Expression): Condition =>
  sql<SqlBool>`${caseId} <> ALL(ARRAY(SELECT substr(w.stream, 6)::uuid FROM parked_event AS w WHERE w.feed = 'cases' AND w.unit = 'case_access' AND starts_with(w.stream, 'case-')))`;

import { type RawBuilder, sql, type SqlBool } from 'kysely';
import { type Asker, classesReadBy, classOf, knowsEveryStep } from '#libs/access';
import type { CaseEventType } from '#libs/domain';
import { searchedFields } from '../search/search-fields.js';
import type { Lister } from './lister.js';

/** The types of events whose searched text is of a class that this role reads. */
function typesReadBy(role: Asker['roles'][number], purpose: string | null): readonly CaseEventType[] {
  const classes = classesReadBy(role, purpose);
  // A derivation: the keys of the table are types of events.
  return (Object.keys(searchedFields) as CaseEventType[]).filter((type) =>
    (searchedFields[type] ?? []).every((field) => {
      const of = classOf(type, field);
      return of !== null && classes.includes(of);
    }),
  );
}

/**
 * Texts that the viewer may read: a search that finds what its asker may not read would tell it. By the role that both sees the case and
 * reads the text; or written by the viewer. `alias` is that of `search_text`.
 */
export function readableText(lister: Lister, alias: string): RawBuilder<SqlBool> {
  const { asker } = lister;
  const [caseId, type, eventId] = [sql.ref(`${alias}.case_id`), sql.ref(`${alias}.type`), sql.ref(`${alias}.event_id`)];
  const byRole = asker.roles.flatMap((role) => {
    const types = typesReadBy(role, asker.purpose);
    if (types.length === 0) return [];
    const ofTypes = sql<SqlBool>`${type} = ANY(${sql.val(types)}::text[])`;
    // Where there is one role, the statement holds its predicate already.
    return [asker.roles.length === 1 ? ofTypes : sql<SqlBool>`(${ofTypes} AND ${lister.maySee(caseId, { ...asker, roles: [role] })})`];
  });
  const own = sql<SqlBool>`EXISTS (SELECT FROM read.audit_trail AS w WHERE w.event_id = ${eventId} AND w.actor = ${asker.actor})`;
  return sql<SqlBool>`(${sql.join([...byRole, own], sql` OR `)})`;
}

/** Steps that the viewer may know of: all but that a compelled statement was taken, unless they took it or are its reader. */
export function knownStep({ asker }: Lister, alias: string): RawBuilder<SqlBool> {
  if (knowsEveryStep(asker)) return sql<SqlBool>`true`;
  const [type, marks, actor, caseId, eventId] = ['type', 'marks', 'actor', 'case_id', 'event_id'].map((name) => sql.ref(`${alias}.${name}`));
  const reads = sql<SqlBool>`EXISTS (SELECT FROM read.case_person AS r WHERE r.case_id = ${caseId} AND r.person = ${asker.actor}
    AND r.relation = 'STATEMENT_READER' AND r.about = ${eventId})`;
  const reader = asker.roles.includes('LEGAL') ? reads : sql<SqlBool>`false`;
  // A compelled statement, and no other, is not material.
  return sql<SqlBool>`(${type} <> 'StatementTaken' OR 'MATERIAL' = ANY(${marks}) OR ${actor} = ${asker.actor} OR ${reader})`;
}

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Cedar from '@cedar-policy/cedar-wasm/nodejs';
import { type CaseCommandType, caseActions, type Role, roles } from '#libs/domain';
import type { GeneratedAsker, GeneratedCase, GeneratedField } from '../generate.js';

// The package's build for Node is a CommonJS module that reads its WebAssembly from the disk.
const cedar = createRequire(import.meta.url)('@cedar-policy/cedar-wasm/nodejs') as typeof Cedar;
const folder = join(import.meta.dirname, '.');

function prepare(name: string): string {
  const answer = cedar.preparsePolicySet(name, { staticPolicies: readFileSync(join(folder, name), 'utf8') });
  if (answer.type === 'failure') throw new Error(`${name}: ${JSON.stringify(answer.errors)}`);
  return name;
}
const casePolicy = prepare('policy.cedar');
const fieldPolicy = prepare('fields.cedar');

const user = { type: 'User', id: 'asker' };
const resource = { type: 'Case', id: 'case' };

function entitiesOf(asker: GeneratedAsker, one: GeneratedCase): Cedar.Entities {
  const who = (relation: string): string[] => one.standings.filter((standing) => standing.relation === relation).map(({ person }) => person);
  return [
    { uid: user, parents: [], attrs: { name: asker.actor, roles: [...asker.roles], ...(asker.unit === null ? {} : { unit: asker.unit }) } },
    {
      uid: resource,
      parents: [],
      attrs: {
        stage: one.stage,
        sealed: one.sealed,
        referred: one.referred,
        filed: who('FILED'),
        onScene: who('ON_SCENE'),
        assigned: who('ASSIGNED'),
        escalated: who('ESCALATED'),
        appointed: who('APPOINTED'),
        holdsItem: who('HOLDS_ITEM'),
        named: who('NAMED_BY_COURT'),
        recused: who('RECUSED'),
        ...(one.unit === null ? {} : { unit: one.unit }),
      },
      tags: Object.fromEntries(one.standings.flatMap(({ relation, person, until }) => (relation === 'GRANTED' ? [[person, Date.parse(until ?? '')]] : []))),
    },
  ];
}

function allows(preparsedPolicySetId: string, action: string, context: Cedar.Context, entities: Cedar.Entities): boolean {
  const answer = cedar.statefulIsAuthorized({ principal: user, action: { type: 'Action', id: action }, resource, context, preparsedPolicySetId, entities });
  if (answer.type === 'failure') throw new Error(JSON.stringify(answer.errors));
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) throw new Error(JSON.stringify(diagnostics.errors));
  return decision === 'allow';
}

/** What Cedar says about one asker and one case. */
export function cedarAnswers(asker: GeneratedAsker, one: GeneratedCase, action: CaseCommandType, field: GeneratedField, now: string) {
  const entities = entitiesOf(asker, one);
  const at = { now: Date.parse(now) };
  const see = (capacities: readonly Role[]): boolean => allows(casePolicy, 'see', { ...at, capacities: [...capacities] }, entities);
  const seenAs = asker.roles.filter((role) => see([role]));
  const { class: kind, writtenBy, reader, purpose } = field;
  return {
    see: see(roles),
    act: allows(casePolicy, 'act', { ...at, capacities: [...caseActions[action].allow], does: action }, entities),
    duty: allows(casePolicy, 'duty', { ...at, capacities: [...roles] }, entities),
    open: allows(fieldPolicy, 'open', { class: kind, writtenBy, ...(reader === null ? {} : { reader }), saysWhatFor: purpose !== null, seenAs }, entities),
  };
}

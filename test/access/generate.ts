import { type AccessFacts, type Asker, type FieldClass, fieldClasses, type ProtectedField, type Relation, relations } from '#libs/access';
import { type Actor, roles, type StageName, stages, type UserId } from '#libs/domain';
import type { Chance } from '../support/chance.js';

/** Askers and cases that meet often: few persons, units and relations, so that each rule and each pair of rules is hit. */
const persons = Array.from({ length: 8 }, (_, i) => `person-${i}` as UserId);
const units = ['unit-a', 'unit-b', null] as const;
const times = ['2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.001Z', '2026-03-02T00:00:00.000Z', '2999-01-01T00:00:00.000Z'] as const;
export const nows = times.slice(0, 3);

export type GeneratedAsker = Asker & Pick<Actor, 'purpose'>;

export interface Standing {
  readonly person: UserId;
  readonly relation: Relation;
  readonly about: string;
  readonly until: string | null;
}

export interface GeneratedCase {
  readonly id: string;
  readonly unit: string | null;
  readonly stage: StageName;
  readonly sealed: boolean;
  readonly referred: boolean;
  readonly standings: readonly Standing[];
}

export type GeneratedField = ProtectedField & { readonly purpose: string | null };

export function generateAsker(chance: Chance): GeneratedAsker {
  const several = chance.is(0.3) ? 2 + chance.below(2) : 1;
  const held = new Set(Array.from({ length: several }, () => chance.one(roles)));
  return { actor: chance.one(persons), roles: [...held], unit: chance.one(units), purpose: null };
}

export function generateCase(chance: Chance, number: number): GeneratedCase {
  const standings = new Map<string, Standing>();
  for (let i = chance.below(7); i > 0; i -= 1) {
    const relation = chance.one(relations);
    const standing = { person: chance.one(persons), relation, about: '', until: relation === 'GRANTED' ? chance.one(times) : null };
    standings.set(`${relation} ${standing.person}`, standing);
  }
  return {
    id: `0190b5a0-0000-8000-8000-${String(number).padStart(12, '0')}`,
    unit: chance.one(units),
    stage: chance.one(stages),
    sealed: chance.is(0.25),
    referred: chance.is(0.2),
    standings: [...standings.values()],
  };
}

export function generateField(chance: Chance): GeneratedField {
  const kind: FieldClass = chance.one(fieldClasses);
  return { class: kind, writtenBy: chance.one(persons), reader: chance.is(0.5) ? chance.one(persons) : null, purpose: chance.is(0.6) ? 'to tell them of the outcome' : null };
}

/** The generated case as the check takes it. */
export function factsOfGenerated(one: GeneratedCase): AccessFacts {
  const { unit, stage, sealed, referred, standings } = one;
  return {
    unit,
    stage,
    sealed,
    referred,
    stands: (person, relation, now) =>
      standings.some((standing) => standing.person === person && standing.relation === relation && (standing.until === null || standing.until > now)),
  };
}

import type { Actor, Role, UserId } from '#libs/domain';
import type { Chance } from './chance.js';

/** An invented city: districts with a unit each. Nobody in it is anybody. */
const districtCount = 22;
/** By role: how many of a unit, or of the whole city. */
const perUnit = { OFFICER: 30, INTAKE: 2, INVESTIGATOR: 6, SUPERVISOR: 4 } as const satisfies Partial<Record<Role, number>>;
const ofTheCity = { CUSTODIAN: 12, LEGAL: 10, REFERRAL_AUTHORITY: 3, LIAISON: 4, RECORDS: 3 } as const satisfies Partial<Record<Role, number>>;
const cityUnit = 'sim-headquarters';

export const agencies = ['Agency A (invented)', 'Agency B (invented)', 'Agency C (invented)', 'Agency D (invented)'] as const;
export const citations = ['720 ILCS 5/12-3', '720 ILCS 5/10-3', '720 ILCS 5/12-1', '720 ILCS 5/21-1', '720 ILCS 5/19-4', '720 ILCS 5/33-3'] as const;
export const addressees = ['State prosecutor (invented)', 'County prosecutor (invented)', 'Attorney of the state (invented)'] as const;

export interface District {
  readonly name: string;
  readonly beat: (chance: Chance) => string;
  readonly unit: string;
}

export function districtOf(chance: Chance): District {
  // Some districts have far more to do than others.
  const number = 1 + Math.floor(chance.next() ** 1.6 * districtCount);
  const name = String(number).padStart(3, '0');
  return { name, unit: `sim-unit-${name}`, beat: (one) => `${name.slice(1)}${1 + one.below(3)}${1 + one.below(3)}` };
}

function person(role: Role, unit: string, number: number): Actor {
  const user = `sim-${role.toLowerCase().replaceAll('_', '-')}-${unit.slice('sim-'.length)}-${number}`;
  return { actor: user as UserId, roles: [role], unit, purpose: null, authority: null };
}

export const inUnit = (chance: Chance, role: keyof typeof perUnit, { unit }: District): Actor => person(role, unit, 1 + chance.below(perUnit[role]));
export const inCity = (chance: Chance, role: keyof typeof ofTheCity): Actor => person(role, cityUnit, 1 + chance.below(ofTheCity[role]));

/** Somebody else of the same role. */
export function another(chance: Chance, than: readonly Actor[], choose: (chance: Chance) => Actor): Actor {
  for (let tries = 0; tries < 50; tries += 1) {
    const one = choose(chance);
    if (!than.some(({ actor }) => actor === one.actor)) return one;
  }
  throw new Error('unreachable: a unit has more people of a role than a case needs');
}

import { type Role, roles } from '#libs/domain';

type HumanRole = Exclude<Role, 'SYSTEM'>;

/** An invented person who can be signed in as in development, one for each role that people have. */
export interface DemonstrationUser {
  readonly actor: string;
  readonly role: HumanRole;
  /** Invented; whoever bears such a name is not meant. */
  readonly name: string;
  /** What the role is for, in a few words. */
  readonly does: string;
}

export const demonstrationUnit = 'demo-unit';

const people = {
  OFFICER: ['Orrin Falk', 'files reports, registers footage'],
  INTAKE: ['Ines Tallow', 'files reports for others, triages'],
  INVESTIGATOR: ['Ivo Quayle', 'works assigned cases'],
  CUSTODIAN: ['Cora Brandt', 'confirms holds, verifies footage'],
  SUPERVISOR: ['Sunniva Reyes', 'assigns, reviews, decides on holds'],
  LEGAL: ['Leif Okafor', 'reviews the law, rules on contacts'],
  REFERRAL_AUTHORITY: ['Runa Castellan', 'approves referrals'],
  LIAISON: ['Lorcan Webb', 'delivers referrals, records answers'],
  RECORDS: ['Roswitha Hale', 'seals, exports, answers demands'],
  OVERSIGHT: ['Odile Marchetti', 'reads every trail, changes nothing'],
  EXECUTIVE: ['Edda Lindqvist', 'sees sums, never a case'],
  ADMIN: ['Anselm Duarte', 'runs the system, reads no case'],
} as const satisfies Readonly<Record<HumanRole, readonly [name: string, does: string]>>;

const isHuman = (role: Role): role is HumanRole => role !== 'SYSTEM';

export const demonstrationActor = (role: Role): string => `demo-${role.toLowerCase().replaceAll('_', '-')}`;

export const demonstrationUsers: readonly DemonstrationUser[] = roles.filter(isHuman).map((role) => {
  const [name, does] = people[role];
  return { actor: demonstrationActor(role), role, name, does };
});

import { type CaseEvent, type CaseEventType, caseEvents, type Instant, type Role, type UserId } from '#libs/domain';
import { type Asker, seesAs } from './check.js';
import type { AccessFacts } from './facts.js';

/** Kinds of protected text, by what reading it can do to a person. */
export const fieldClasses = ['ACCOUNT', 'ITEM', 'OFFICIAL_NAME', 'PERSON_NAME', 'PERSON_CONTACT', 'STATEMENT', 'COMPELLED_STATEMENT'] as const;
export type FieldClass = (typeof fieldClasses)[number];

interface FieldRule {
  /** Who reads it on the cases that they see in this role. Whoever wrote it reads it again, in any role in which they see the case. */
  readonly roles: readonly Role[];
  /** Whether the reader has to say what for. */
  readonly purpose: boolean;
  readonly about: string;
}

const inquiry: readonly Role[] = ['INVESTIGATOR', 'SUPERVISOR', 'LEGAL', 'REFERRAL_AUTHORITY', 'RECORDS'];

/** Protected text, by kind. An officer is a witness: others' accounts are not for them to read, so that theirs stays their own. */
export const fieldRules = {
  ACCOUNT: { roles: [...inquiry, 'INTAKE'], purpose: false, about: 'Narratives, addresses, notes and other free text about what happened.' },
  ITEM: { roles: [...inquiry, 'INTAKE', 'CUSTODIAN'], purpose: false, about: 'Descriptions of recordings and exhibits.' },
  OFFICIAL_NAME: { roles: [...inquiry, 'OFFICER', 'LIAISON'], purpose: false, about: 'Names linked to agents, and of the federal supervisor.' },
  PERSON_NAME: { roles: [...inquiry, 'INTAKE'], purpose: true, about: 'Names of affected persons, witnesses, complainants and guardians.' },
  PERSON_CONTACT: { roles: ['INTAKE', 'INVESTIGATOR'], purpose: true, about: 'How to reach them, and what they were told.' },
  STATEMENT: { roles: inquiry, purpose: true, about: 'Voluntary statements.' },
  /** The named reader alone, not even whoever took it. */
  COMPELLED_STATEMENT: { roles: ['LEGAL'], purpose: true, about: 'Compelled statements, walled off.' },
} as const satisfies Record<FieldClass, FieldRule>;

type EventFields<T extends CaseEventType> = (typeof caseEvents)[T]['fields'];
type ProtectedName<T extends CaseEventType> = { [K in keyof EventFields<T>]: EventFields<T>[K] extends { readonly subject: null } ? never : K }[keyof EventFields<T>];
type ClassTable = { readonly [T in CaseEventType as [ProtectedName<T>] extends [never] ? never : T]: Readonly<Record<ProtectedName<T>, FieldClass | 'AS_CORRECTED'>> };

/** Every protected field of every event: one that is not listed does not compile. */
const classTable = {
  ReportFiled: { address: 'ACCOUNT', narrative: 'ACCOUNT' },
  ReportSupplemented: { narrative: 'ACCOUNT' },
  FactCorrected: { protectedTo: 'AS_CORRECTED' },
  SceneDetailRecorded: { description: 'ACCOUNT' },
  MedicalAidRecorded: { note: 'ACCOUNT' },
  AgentIdentityLinked: { name: 'OFFICIAL_NAME' },
  FederalSupervisorIdentified: { name: 'OFFICIAL_NAME' },
  PersonRecorded: { name: 'PERSON_NAME', contact: 'PERSON_CONTACT' },
  StatementTaken: { guardian: 'PERSON_NAME', text: 'STATEMENT' },
  ComplainantNotified: { substance: 'PERSON_CONTACT' },
  FootageRegistered: { description: 'ITEM' },
  FootageAnnotated: { note: 'ACCOUNT' },
  ExhibitRegistered: { description: 'ITEM' },
  ViolationAlleged: { description: 'ACCOUNT' },
  EvidenceLinked: { note: 'ACCOUNT' },
  ContraryFactMarked: { why: 'ACCOUNT' },
  OutsideContactRecorded: { substance: 'ACCOUNT' },
} as const satisfies ClassTable;

/** A protected text as the policy sees it. */
export interface ProtectedField {
  readonly class: FieldClass;
  readonly writtenBy: UserId;
  /** Of a compelled statement: who alone may read it. */
  readonly reader: UserId | null;
}

/** What the field of this event is. `corrected`: the event that a correction corrects. Null where no such field is protected. */
export function protectedFieldOf(event: CaseEvent, name: string, corrected: CaseEvent | null): ProtectedField | null {
  const of = event.type === 'FactCorrected' ? corrected : event;
  const field = event.type === 'FactCorrected' ? event.data.field : name;
  if (of === null) return null;
  const classed = classOf(of.type, field);
  if (classed === null) return null;
  const compelled = of.type === 'StatementTaken' && of.data.voluntariness === 'COMPELLED';
  const reader = of.type === 'StatementTaken' ? of.data.reader : null;
  return { class: compelled ? 'COMPELLED_STATEMENT' : classed, writtenBy: event.meta.by.actor, reader };
}

/** As the type and field alone say; a compelled statement is told apart by its event. */
export function classOf(type: CaseEventType, field: string): FieldClass | null {
  const fields: Readonly<Record<string, FieldClass | 'AS_CORRECTED'>> = type in classTable ? classTable[type as keyof typeof classTable] : {};
  const found = fields[field];
  return found === undefined || found === 'AS_CORRECTED' ? null : found;
}

export type Openness = 'OPEN' | 'PURPOSE_MISSING' | 'WITHHELD';

/** Whether the asker may read this text of a case. */
export function mayOpen(asker: Asker, field: ProtectedField, facts: AccessFacts, now: Instant, purpose: string | null): Openness {
  const rule: FieldRule = fieldRules[field.class];
  const mine = field.class === 'COMPELLED_STATEMENT' ? null : field.writtenBy === asker.actor;
  const reads = asker.roles.some((role) => (mine === true || rule.roles.includes(role)) && seesAs(role, asker, facts, now));
  const named = field.class !== 'COMPELLED_STATEMENT' || field.reader === asker.actor;
  if (!reads || !named) return 'WITHHELD';
  return rule.purpose && isBlank(purpose) ? 'PURPOSE_MISSING' : 'OPEN';
}

/** The kinds of text that a role reads, on the cases that it sees; for searching them. */
export function classesReadBy(role: Role, purpose: string | null): readonly FieldClass[] {
  return fieldClasses.filter((name) => {
    const rule: FieldRule = fieldRules[name];
    return name !== 'COMPELLED_STATEMENT' && rule.roles.includes(role) && !(rule.purpose && isBlank(purpose));
  });
}

const isBlank = (text: string | null): boolean => text === null || text.trim() === '';

/** Who may know that a compelled statement was taken: nobody who works on the case or approves it but its reader and whoever took it. */
const trailReaders: readonly Role[] = ['OVERSIGHT', 'RECORDS', 'SYSTEM'];

/** Whether the asker, who sees the case, may know of this step of it. */
export function mayKnowOf(asker: Asker, event: CaseEvent): boolean {
  if (event.type !== 'StatementTaken' || event.data.voluntariness !== 'COMPELLED') return true;
  const { actor, roles } = asker;
  return roles.some((role) => trailReaders.includes(role)) || event.meta.by.actor === actor || (roles.includes('LEGAL') && event.data.reader === actor);
}

/** Whether every step of the cases that the asker sees is theirs to know. */
export const knowsEveryStep = ({ roles }: Asker): boolean => roles.some((role) => trailReaders.includes(role));

import { caseEvents, type CaseEventType, type Fields } from '#libs/domain';
import type { ReadEvent } from '#libs/envelope';

/** Who a bundle is for. */
export const audiences = ['COURT', 'OVERSIGHT', 'PUBLIC'] as const;
export type Audience = (typeof audiences)[number];

/** `DISCLOSE`, or the code of the ground on which it is withheld. */
export type Ruling = string;
export const DISCLOSE = 'DISCLOSE';

export interface GroundRule {
  /** What a reader of the bundle is told. */
  readonly text: string;
  readonly citation: string;
  readonly verifiedOn: string | null;
}

export interface AudienceRule {
  /** `@by`: who acted, in which role, on what authority. */
  readonly who: Ruling;
  /** Fields that are stored in the clear, where no row names them. */
  readonly clear: Ruling;
  /** Fields sealed under the case's key: narratives and other free text about people. */
  readonly sealedForCase: Ruling;
  /** Fields sealed under a person's key. */
  readonly sealedForPerson: Ruling;
  /** Fields that say who a person is, of one who is confidential, anonymous or a minor, or may be. */
  readonly protectedPersons: Ruling;
  /** Records of access. */
  readonly access: Ruling;
  /** Single fields by event type. */
  readonly fields: Readonly<Partial<Record<string, Readonly<Record<string, Ruling>>>>>;
}

/** What each audience sees (infra/disclosure/audiences.v1.yaml). */
export interface DisclosurePolicy {
  readonly name: string;
  readonly version: number;
  readonly effectiveFrom: string;
  readonly grounds: Readonly<Record<string, GroundRule>>;
  /** Whatever an audience's rows say. */
  readonly always: {
    /** A compelled statement, and every event that points to it. */
    readonly compelled: string;
    /** What was sealed with a key that has been destroyed. */
    readonly expunged: string;
    /** A read of another case, recorded in the same event. */
    readonly otherCase: string;
  };
  readonly audiences: Readonly<Record<Audience, AudienceRule>>;
}

/** The read to which a field belongs: its words stand in a field of their own, `words3` beside `read3`. */
const readOf = (name: string): string => name.replace(/^words/, 'read');

const caseOfRead = (read: unknown): unknown => (typeof read === 'object' && read !== null && 'case' in read ? read.case : null);

/** Fields that say who a person is. */
const identifying: ReadonlySet<string> = new Set(['PersonRecorded.name', 'PersonRecorded.contact', 'StatementTaken.guardian']);

/** Decides for each event and field of a case; made once for all events, since some decide about others. */
export class Redaction {
  private readonly rule: AudienceRule;
  private readonly byId: ReadonlyMap<string, ReadEvent>;
  /** Ids of compelled statements and of the events that hold or point to them. */
  private readonly walled: ReadonlySet<string>;
  private readonly protectedPersons: ReadonlySet<string>;

  constructor(
    private readonly policy: DisclosurePolicy,
    audience: Audience,
    events: readonly ReadEvent[],
  ) {
    this.rule = policy.audiences[audience];
    this.byId = new Map(events.map((event) => [event.head.id, event]));
    this.walled = walledBy(events);
    this.protectedPersons = new Set(events.filter(isProtectedPerson).map(({ data }) => String(data['person'])));
  }

  /** The ruling on a field of a case's event. `name` may be `@by` or `@command`. */
  rulingOn(event: ReadEvent, name: string, form: 'CLEAR' | 'SEALED'): Ruling {
    if (this.walled.has(event.head.id)) return this.policy.always.compelled;
    if (name === '@command') return DISCLOSE;
    if (name === '@by') return this.rule.who;
    if (event.head.type === 'FactCorrected' && correctedValues.has(name)) return this.rulingOnCorrection(event, form);
    return this.rulingOnField(event, name, form);
  }

  /** The ruling on a field of a record of access: each read is a field, and those of other cases stand beside this one's. */
  rulingOnAccess({ data }: ReadEvent, name: string, form: 'CLEAR' | 'SEALED', caseId: string): Ruling {
    const { access, who, sealedForPerson } = this.rule;
    if (name === '@command') return DISCLOSE;
    if (name === '@by') return access === DISCLOSE ? who : access;
    if (caseOfRead(data[readOf(name)]) !== caseId) return this.policy.always.otherCase;
    return form === 'SEALED' && access === DISCLOSE ? sealedForPerson : access;
  }

  private rulingOnField({ head, data }: ReadEvent, name: string, form: 'CLEAR' | 'SEALED'): Ruling {
    const { type } = head;
    if (identifying.has(`${type}.${name}`) && this.isAboutProtected(data['person']) && this.rule.protectedPersons !== DISCLOSE) {
      return this.rule.protectedPersons;
    }
    const own = this.rule.fields[type]?.[name];
    if (own !== undefined) return own;
    const subject = subjectOf(type, name);
    if (form === 'CLEAR' && subject === null) return this.rule.clear;
    return subject === 'PERSON' ? this.rule.sealedForPerson : this.rule.sealedForCase;
  }

  /** What corrects a field is shown where the field is, and withheld where it is withheld. */
  private rulingOnCorrection(event: ReadEvent, form: 'CLEAR' | 'SEALED'): Ruling {
    const { event: id, field } = event.data;
    const corrected = this.byId.get(String(id));
    // The catalogue seals what it corrects, or nothing is known about it: the strictest ruling of all.
    if (corrected === undefined || typeof field !== 'string') return this.rule.protectedPersons === DISCLOSE ? this.rule.clear : this.rule.protectedPersons;
    const sealed = form === 'SEALED' || subjectOf(corrected.head.type, field) !== null;
    return this.rulingOnField(corrected, field, sealed ? 'SEALED' : 'CLEAR');
  }

  private isAboutProtected(person: unknown): boolean {
    return typeof person === 'string' && this.protectedPersons.has(person);
  }
}

const correctedValues: ReadonlySet<string> = new Set(['from', 'to', 'protectedTo']);

/** Whose key the catalogue seals a field with; null: it is clear. What the catalogue does not know counts as a person's. */
function subjectOf(type: string, name: string): 'CASE' | 'PERSON' | null {
  const definition = Object.hasOwn(caseEvents, type) ? caseEvents[type as CaseEventType] : null; // The line's own test.
  const fields: Fields | null = definition?.fields ?? null;
  const field = fields !== null && Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field === undefined) return 'PERSON';
  return field.subject === null ? null : field.subject.of;
}

function isProtectedPerson({ head, data }: ReadEvent): boolean {
  return head.type === 'PersonRecorded' && (data['identity'] !== 'NAMED' || data['minor'] !== 'NO');
}

/** Whether the text stands anywhere in the value as a value of its own. */
function mentions(value: unknown, texts: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return texts.has(value);
  return typeof value === 'object' && value !== null && Object.values(value).some((member) => mentions(member, texts));
}

/** Compelled statements, what points to them, what points to that, and so on. */
function walledBy(events: readonly ReadEvent[]): ReadonlySet<string> {
  const walled = new Set<string>();
  for (const { head, data } of events) {
    const compelled = head.type === 'StatementTaken' && data['voluntariness'] !== 'VOLUNTARY';
    const recording = walled.size > 0 && mentions(data, walled);
    if (!compelled && !recording) continue;
    walled.add(head.id);
    const made = compelled ? data['statement'] : madeId(head.type, data);
    if (typeof made === 'string') walled.add(made);
  }
  return walled;
}

/** The link that an event made to walled evidence has an id by which it is withdrawn. */
const madeId = (type: string, data: ReadEvent['data']): unknown => (type === 'EvidenceLinked' ? data['link'] : null);

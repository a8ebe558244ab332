import type { VerifiedEvent } from '../verifier/verify.js';
import type { LocalTime } from './local-time.js';
import { inWords, labelOf } from './vocabulary.js';

/** What a bundle's event shows, for reading: values in words, references by name instead of id. */

const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export class Facts {
  private readonly values = new Map<string, unknown>();
  private readonly grounds = new Map<string, string>();

  constructor(readonly event: VerifiedEvent) {
    for (const field of event.fields) {
      if ('value' in field) this.values.set(field.name, JSON.parse(field.value));
      else this.grounds.set(field.name, field.ground);
    }
  }

  /** Undefined where it is withheld, or not a field of the event. */
  get(name: string): unknown {
    return this.values.get(name);
  }

  text(name: string): string | null {
    const value = this.values.get(name);
    return typeof value === 'string' ? value : null;
  }

  /** Why it is withheld; null where it is shown. */
  ground(name: string): string | null {
    return this.grounds.get(name) ?? null;
  }

  names(): readonly string[] {
    return this.event.fields.map(({ name }) => name);
  }
}

/** The field by which an event gives a thing its id, and what the thing is called after that. */
const makers: Readonly<Record<string, { readonly field: string; readonly call: (facts: Facts) => string }>> = {
  ReportFiled: { field: 'report', call: ({ event }) => `the report in No. ${event.number}` },
  SceneDetailRecorded: { field: 'detail', call: ({ event }) => `the scene detail in No. ${event.number}` },
  AgentRecorded: { field: 'agent', call: (facts) => facts.text('designation') ?? `the agent in No. ${facts.event.number}` },
  PersonRecorded: { field: 'person', call: (facts) => facts.text('name') ?? facts.text('designation') ?? `the person in No. ${facts.event.number}` },
  StatementTaken: { field: 'statement', call: ({ event }) => `the statement in No. ${event.number}` },
  FederalRecordsRequested: { field: 'request', call: ({ event }) => `the request in No. ${event.number}` },
  PreservationRequested: { field: 'preservation', call: ({ event }) => `the preservation request in No. ${event.number}` },
  FootageRegistered: { field: 'footage', call: (facts) => `recording ${facts.text('sourceReference') ?? `in No. ${facts.event.number}`}` },
  ExhibitRegistered: { field: 'exhibit', call: ({ event }) => `the exhibit in No. ${event.number}` },
  CourtOrderRecorded: { field: 'order', call: (facts) => `court order ${facts.text('number') ?? `in No. ${facts.event.number}`}` },
  ViolationAlleged: { field: 'violation', call: (facts) => `the alleged violation of ${facts.text('citation') ?? `No. ${facts.event.number}`}` },
  EvidenceLinked: { field: 'link', call: ({ event }) => `the link in No. ${event.number}` },
  OutsideContactRecorded: { field: 'contact', call: ({ event }) => `the contact in No. ${event.number}` },
  ReferralApproved: { field: 'referral', call: (facts) => `the referral to ${facts.text('addressee') ?? `of No. ${facts.event.number}`}` },
};
export const madeBy = (type: string): string | null => makers[type]?.field ?? null;

export interface Speaker {
  /** Any value in words. */
  say(value: unknown): string;
  localTime: LocalTime;
  /** What a thing or an event is called; the id itself where nothing in the bundle names it. */
  nameOf(id: string): string;
}

export function speaker(all: readonly Facts[], localTime: LocalTime): Speaker {
  const names = new Map<string, string>();
  for (const facts of all) {
    const { head, number } = facts.event;
    names.set(head.id, `No. ${number}`);
    const maker = makers[head.type];
    const id = maker === undefined ? null : facts.text(maker.field);
    if (maker !== undefined && id !== null && !names.has(id)) names.set(id, maker.call(facts));
  }
  const nameOf = (id: string): string => names.get(id) ?? id;
  const say = (value: unknown): string => {
    if (value === null || value === undefined) return 'not given';
    if (typeof value === 'string') return names.get(value) ?? (instantForm.test(value) ? localTime(value) : inWords(value));
    if (typeof value === 'boolean') return value ? 'yes' : 'no';
    if (typeof value === 'number') return String(value);
    if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(say).join('; ');
    return typeof value === 'object' ? sayObject(value, say) : '';
  };
  return { say, localTime, nameOf };
}

type Say = (value: unknown) => string;
type Shape = Readonly<Record<string, unknown>>;

/** The composite values of the record, each known by the members that only it has, with how a person says it. */
const composites: readonly { readonly members: readonly string[]; readonly say: (shape: Shape, say: Say) => string }[] = [
  { members: ['precision', 'zone'], say: sayWhen },
  { members: ['fromMs'], say: (shape, say) => `${say(shape['footage'])} at ${clockOf(shape['fromMs'])}${shape['toMs'] === undefined ? '' : ` to ${clockOf(shape['toMs'])}`}` },
  { members: ['materialRevision'], say: (shape, say) => `the record up to No. ${say(shape['materialRevision'])}` },
  {
    members: ['finding'],
    say: (shape, say) => `${say(shape['finding'])} (${say(shape['authority'])}). For: ${say(shape['factsFor'])}. Against: ${say(shape['factsAgainst'])}`,
  },
  { members: ['violation', 'agent'], say: (shape, say) => `${say(shape['violation'])} by ${say(shape['agent'])}` },
  { members: ['code', 'text'], say: (shape, say) => say(shape['text']) },
  { members: ['kind', 'id'], say: (shape, say) => say(shape['id']) },
];

function sayObject(value: object, say: Say): string {
  const entries = Object.entries(value).filter(([, member]) => member !== null && !(Array.isArray(member) && member.length === 0));
  const composite = composites.find(({ members }) => members.every((member) => member in value));
  if (composite !== undefined) return composite.say(Object.fromEntries(entries), say);
  if ('kind' in value && entries.length === 2) return say(entries.find(([key]) => key !== 'kind')?.[1]);
  return entries.length === 0 ? 'not given' : entries.map(([key, member]) => `${labelOf(key)}: ${say(member)}`).join(', ');
}

function sayWhen(when: Shape, say: Say): string {
  const { earliest, latest, precision, source } = when;
  if (earliest === undefined) return `at an unknown time (says ${say(source)})`;
  const span = latest === undefined || latest === earliest ? say(earliest) : `between ${say(earliest)} and ${say(latest)}`;
  return `${span} (precision: ${say(precision)}; says ${say(source)})`;
}

/** Milliseconds into a recording as minutes and seconds. */
export function clockOf(ms: unknown): string {
  if (typeof ms !== 'number') return '?';
  const seconds = Math.floor(ms / 1_000);
  const rest = ms % 1_000;
  const tail = rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}${tail}`;
}

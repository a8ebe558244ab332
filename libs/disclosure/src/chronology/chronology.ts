import type { Ground } from '../verifier/manifest.js';
import type { VerifiedEvent } from '../verifier/verify.js';
import { accessLines } from './access.js';
import { type By, isText, whoIs } from './who.js';
import { custodyTables, type CustodyTable } from './custody.js';
import { localTimeIn } from './local-time.js';
import { clockOf, Facts, madeBy, speaker, type Speaker } from './say.js';
import { sentenceOf } from './sentences.js';
import { inWords, labelOf } from './vocabulary.js';

/** A case as a judge reads it: one line for each event, in order, with what corrects it beside it. Made from what a bundle shows, and from nothing else. */
export interface Chronology {
  readonly lines: readonly Line[];
  readonly access: readonly Line[];
  readonly custody: readonly CustodyTable[];
}

export interface Line {
  /** The event's number in the bundle. */
  readonly number: number;
  readonly title: string;
  /** When the service recorded it, in local time with its offset. */
  readonly recorded: string;
  readonly who: string;
  readonly authority: string;
  readonly text: string | null;
  readonly details: readonly { readonly label: string; readonly text: string }[];
  /** What is not shown, by ground. */
  readonly withheld: readonly { readonly fields: readonly string[]; readonly ground: string }[];
  /** Later events that correct this one. */
  readonly corrections: readonly Correction[];
}

export interface Correction {
  readonly by: number;
  readonly recorded: string;
  readonly who: string;
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

/** Kept for machines: nothing that a reader of a chronology would look for. */
const silent: ReadonlySet<string> = new Set(['@by', '@command', 'material', 'policyVersion', 'timeMarks', 'namesNobody', 'allDecided', 'submissionBound', 'person', 'agent', 'kind']);
/** Fields of silence that still count where a sentence does not use them. */
const spoken: Readonly<Record<string, readonly string[]>> = { MedicalAidRecorded: ['person', 'agent'], FederalSupervisorIdentificationAttempted: ['agent'], FederalSupervisorIdentified: ['agent'] };
const milliseconds: ReadonlySet<string> = new Set(['fromMs', 'toMs', 'durationMs']);
const countedFromZero: ReadonlySet<string> = new Set(['element']);

export interface ChronologyParts {
  readonly zone: string;
  readonly grounds: readonly Ground[];
  readonly events: readonly VerifiedEvent[];
  readonly access: readonly VerifiedEvent[];
}

/** @throws RangeError for a zone that this runtime does not know */
export function chronologyOf({ zone, grounds, events, access }: ChronologyParts): Chronology {
  const facts = events.map((event) => new Facts(event));
  const voice = speaker(facts, localTimeIn(zone));
  const groundText = (code: string): string => grounds.find((ground) => ground.code === code)?.text ?? code;
  const corrections = correctionsOf(facts, voice);
  const line = (one: Facts): Line => ({ ...lineOf(one, voice, groundText), corrections: corrections.get(one.event.head.id) ?? [] });
  return {
    lines: facts.map(line),
    access: access.flatMap((event) => accessLines(new Facts(event), voice, grounds)),
    custody: custodyTables(facts, voice, whoOf),
  };
}

type GroundText = (code: string) => string;

function lineOf(facts: Facts, voice: Speaker, groundText: GroundText): Omit<Line, 'corrections'> {
  const { head, number } = facts.event;
  const used = new Set<string>();
  const { title, text } = sentenceOf(head.type, (name) => {
    used.add(name);
    return sayField(facts, name, voice);
  });
  const listed = facts.names().filter((name) => !used.has(name) && isListed(facts, name));
  return {
    number,
    title,
    recorded: voice.localTime(head.recordedAt),
    who: whoOf(facts),
    authority: authorityOf(facts),
    // A sentence of which everything is withheld says nothing.
    text: used.size > 0 && [...used].every((name) => facts.ground(name) !== null) ? null : text,
    details: listed.map((name) => ({ label: labelOf(name), text: sayField(facts, name, voice) })),
    withheld: withheldOf(facts, groundText),
  };
}

function isListed(facts: Facts, name: string): boolean {
  const { type } = facts.event.head;
  if (facts.ground(name) !== null || name === madeBy(type)) return false;
  if (silent.has(name) && !(spoken[type] ?? []).includes(name)) return false;
  const value = facts.get(name);
  return value !== null && value !== false && !(Array.isArray(value) && value.length === 0);
}

function sayField(facts: Facts, name: string, voice: Speaker): string {
  if (facts.ground(name) !== null) return '[withheld]';
  const value = facts.get(name);
  if (milliseconds.has(name)) return clockOf(value);
  if (name === 'clockOffsetMs' && typeof value === 'number') return `${value / 1_000} s`;
  if (countedFromZero.has(name) && typeof value === 'number') return String(value + 1);
  if (name === 'field' && typeof value === 'string') return labelOf(value);
  return voice.say(value);
}

function withheldOf(facts: Facts, groundText: GroundText): Line['withheld'] {
  const byGround = new Map<string, string[]>();
  for (const name of facts.names()) {
    const ground = facts.ground(name);
    if (ground === null || name === '@command') continue;
    byGround.set(ground, [...(byGround.get(ground) ?? []), labelOf(name)]);
  }
  return [...byGround].map(([ground, fields]) => ({ fields, ground: groundText(ground) }));
}


const byOf = (facts: Facts): By | null => {
  const by = facts.get('@by');
  return typeof by === 'object' && by !== null ? by : null;
};

const whoOf = (facts: Facts): string => whoIs(byOf(facts));

function authorityOf(facts: Facts): string {
  const by = byOf(facts);
  if (by === null) return '';
  const roles = Array.isArray(by.roles) ? by.roles.filter(isText).map(inWords).join(', ') : '';
  const stated = isText(by.authority) ? by.authority : null;
  const purpose = isText(by.purpose) ? ` Stated purpose: ${by.purpose}` : '';
  return `${stated ?? (roles === 'system' ? 'The service itself, by its policy' : `By office: ${roles}`)}${purpose}`;
}

function correctionsOf(all: readonly Facts[], voice: Speaker): ReadonlyMap<string, readonly Correction[]> {
  const corrections = new Map<string, Correction[]>();
  for (const facts of all) {
    const event = facts.text('event');
    if (facts.event.head.type !== 'FactCorrected' || event === null) continue;
    const isProtected = facts.get('protectedTo') !== null;
    const correction: Correction = {
      by: facts.event.number,
      recorded: voice.localTime(facts.event.head.recordedAt),
      who: whoOf(facts),
      field: sayField(facts, 'field', voice),
      from: isProtected ? 'as recorded above' : sayField(facts, 'from', voice),
      to: sayField(facts, isProtected ? 'protectedTo' : 'to', voice),
      reason: sayField(facts, 'reason', voice),
    };
    corrections.set(event, [...(corrections.get(event) ?? []), correction]);
  }
  return corrections;
}

import type { AgentId, FootageId, PersonId } from '../kernel/ids.js';
import { isObject, type Json, sameJson } from '../kernel/json.js';
import type { Instant, OccurredAt, Precision } from '../kernel/time.types.js';
import { resolveWhen } from '../kernel/when.js';
import { isSufficientBasis } from './agents.decider.js';
import { isBlank, refuseTimecode } from './checks.js';
import type { RefusalCode } from './refusals.js';
import type { Case } from './state.js';
import { type IdentityBasis, identityBases, type Timecode } from './values.js';

/**
 * What a corrected value may be. A correction arrives as JSON of any shape, past the input classes that check a command's other fields;
 * what is let through here is folded as if it had been recorded at first, so it has to be a value that the first recording could have held.
 */
export interface FieldKind<out T> {
  /** For the message: `a time in the past`. */
  readonly words: string;
  /** Why the value is none of this kind, or null. */
  readonly problem: (value: Json, ground: KindGround) => RefusalCode | null;
  readonly [kindType]?: T;
}
declare const kindType: unique symbol;

/** What the check of a value may depend on. */
export interface KindGround {
  readonly state: Case;
  readonly now: Instant;
}

/** Characters of a corrected clear text; protected texts have the limit of their input. */
export const correctedTextCharsMax = 10_000;
/** Members of a corrected list. */
export const correctedListMax = 200;

const fits = (ok: boolean): RefusalCode | null => (ok ? null : 'VALUE_IMPOSSIBLE');

/** Text that says something; also the id of a person of the service. */
export function text<T extends string = string>(): FieldKind<T> {
  return {
    words: 'a text',
    problem: (value) => fits(typeof value === 'string' && !isBlank(value) && value.length <= correctedTextCharsMax),
  };
}

export function oneOf<const T extends readonly string[]>(values: T): FieldKind<T[number]> {
  return { words: `one of ${values.join(', ')}`, problem: (value) => fits(typeof value === 'string' && values.includes(value)) };
}

export const truth: FieldKind<boolean> = { words: 'true or false', problem: (value) => fits(typeof value === 'boolean') };

export const integer: FieldKind<number> = { words: 'a whole number', problem: (value) => fits(Number.isSafeInteger(value)) };

export const count: FieldKind<number> = {
  words: 'a whole number from 0',
  problem: (value) => fits(typeof value === 'number' && Number.isSafeInteger(value) && value >= 0),
};

/** A UTC instant to the millisecond. */
export const instant: FieldKind<Instant> = {
  words: 'a time like 2026-11-22T10:15:30.123Z',
  problem: (value) => fits(typeof value === 'string' && isInstant(value)),
};

/** A time at which something is said to have happened. */
export const pastInstant: FieldKind<Instant> = {
  words: 'a time in the past, like 2026-11-22T10:15:30.123Z',
  problem: (value, { now }) => {
    if (typeof value !== 'string' || !isInstant(value)) return 'VALUE_IMPOSSIBLE';
    return value > now ? 'TIME_IN_FUTURE' : null;
  },
};

function isInstant(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/.test(value)) return false;
  const at = new Date(value);
  return !Number.isNaN(at.getTime()) && at.toISOString() === value;
}

export function nullable<T>(kind: FieldKind<T>): FieldKind<T | null> {
  return { words: `${kind.words}, or null`, problem: (value, ground) => (value === null ? null : kind.problem(value, ground)) };
}

export function listOf<T>(kind: FieldKind<T>): FieldKind<readonly T[]> {
  return {
    words: `a list, each member ${kind.words}`,
    problem: (value, ground) => {
      if (!Array.isArray(value) || value.length > correctedListMax) return 'VALUE_IMPOSSIBLE';
      const members: readonly Json[] = value;
      return firstProblem(members.map((member) => kind.problem(member, ground)));
    },
  };
}

/** An object with exactly these members. */
export function record<T extends object>(members: { readonly [K in keyof T]-?: FieldKind<T[K]> }): FieldKind<T> {
  const kinds = Object.entries<FieldKind<unknown>>(members);
  return {
    words: `an object of ${kinds.map(([name, kind]) => `${name} (${kind.words})`).join(', ')}`,
    problem: (value, ground) => {
      if (!isObject(value) || Object.keys(value).length !== kinds.length) return 'VALUE_IMPOSSIBLE';
      return firstProblem(
        kinds.map(([name, kind]) => {
          const member = Object.hasOwn(value, name) ? value[name] : undefined;
          return member === undefined ? 'VALUE_IMPOSSIBLE' : kind.problem(member, ground);
        }),
      );
    },
  };
}

const firstProblem = (problems: readonly (RefusalCode | null)[]): RefusalCode | null => problems.find((code) => code !== null) ?? null;

const member = <T>(words: string, code: RefusalCode, has: (state: Case, id: string) => boolean): FieldKind<T> => ({
  words,
  problem: (value, { state }) => {
    if (typeof value !== 'string') return 'VALUE_IMPOSSIBLE';
    return has(state, value) ? null : code;
  },
});

const ids = (keys: Iterable<string>, id: string): boolean => [...keys].includes(id);
export const knownAgent = member<AgentId>('an agent of this case', 'AGENT_UNKNOWN', (state, id) => ids(state.agents.keys(), id));
export const knownPerson = member<PersonId>('a person of this case', 'PERSON_UNKNOWN', (state, id) => ids(state.persons.keys(), id));
export const knownFootage = member<FootageId>('footage of this case', 'FOOTAGE_UNKNOWN', (state, id) => ids(state.footage.keys(), id));

const timecodeShape = record<Timecode>({ footage: knownFootage, fromMs: count, toMs: nullable(count) });
export const timecode: FieldKind<Timecode> = {
  words: timecodeShape.words,
  problem: (value, ground) => {
    const shape = timecodeShape.problem(value, ground);
    if (shape !== null || !isObject(value)) return shape ?? 'VALUE_IMPOSSIBLE';
    const { fromMs, toMs } = value;
    const footage = [...ground.state.footage.keys()].find((id) => id === value['footage']);
    if (footage === undefined || typeof fromMs !== 'number' || (typeof toMs === 'object') !== (toMs === null)) return 'VALUE_IMPOSSIBLE';
    return refuseTimecode(ground.state, { footage, fromMs, toMs: typeof toMs === 'number' ? toMs : null })?.code ?? null;
  },
};

/** The bases of an identity: a face match may be among them, never alone. */
export const sufficientBases: FieldKind<readonly IdentityBasis[]> = {
  words: `some of ${identityBases.join(', ')}; a face match alone is none`,
  problem: (value, ground) => {
    const problem = listOf(oneOf(identityBases)).problem(value, ground);
    if (problem !== null) return problem;
    const bases = identityBases.filter((basis) => Array.isArray(value) && value.includes(basis));
    return isSufficientBasis(bases) ? null : 'NO_BASIS';
  },
};

const precisions = ['EXACT', 'MINUTE', 'DAY', 'APPROXIMATE', 'UNKNOWN'] as const satisfies readonly Precision[];
const occurredShape = record<OccurredAt>({
  earliest: nullable(pastInstant),
  latest: nullable(instant),
  precision: oneOf(precisions),
  source: text(),
  zone: text(),
});
/** A span as a report would have recorded it: both ends or none, in order, in a zone that there is. */
export const occurredAt: FieldKind<OccurredAt> = {
  words: occurredShape.words,
  problem: (value, ground) => {
    const problem = occurredShape.problem(value, ground);
    if (problem !== null || !isObject(value)) return problem ?? 'VALUE_IMPOSSIBLE';
    const { earliest, latest, source, zone } = value;
    const precision = precisions.find((known) => known === value['precision']);
    if (precision === undefined || typeof source !== 'string' || typeof zone !== 'string') return 'VALUE_IMPOSSIBLE';
    const end = (at: Json | undefined) => (typeof at === 'string' ? { instant: at } : null);
    const read = resolveWhen({ earliest: end(earliest), latest: end(latest), precision, source, zone }, 'REFUSE');
    return read.kind === 'OK' && sameJson({ ...read.when }, value) ? null : 'TIME_IMPOSSIBLE';
  },
};

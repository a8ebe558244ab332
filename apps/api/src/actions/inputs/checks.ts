// Node 24 has isWellFormed; the project's target is older.
/// <reference lib="es2024.string" />
import { findUnstorable, isUuid, type UnstorableReason } from '#libs/envelope';
import { isOffset, isPrintedInstant, localTimeOf } from '../../graphql/time-texts.js';
import { inputLimits } from './limits.js';

/** What is wrong with a value, in words that complete 'the field …', or null. Never repeats the value: it may be protected. */
export type Check = (value: unknown) => string | null;

const blank = /^\s*$/u;

export const text =
  (charsMax: number): Check =>
  (value) => {
    if (typeof value !== 'string') return 'must be text';
    if (value.length > charsMax) return `must have at most ${charsMax} characters`;
    if (blank.test(value)) return 'must not be blank: leave it out if it is not known';
    if (value.includes('\0')) return 'must not contain the character NUL';
    return value.isWellFormed() ? null : 'must be well-formed Unicode: it has half of a surrogate pair';
  };

export const line = text(inputLimits.lineCharsMax);
export const paragraph = text(inputLimits.paragraphCharsMax);
export const narrative = text(inputLimits.narrativeCharsMax);
export const user = text(inputLimits.userCharsMax);

export const uuid: Check = (value) => (isUuid(value) ? null : 'must be a UUID');

const sha256Form = /^[0-9a-f]{64}$/;
export const sha256: Check = (value) =>
  typeof value === 'string' && sha256Form.test(value) ? null : 'must be a SHA-256: 64 hexadecimal digits in lower case';

export const instant: Check = (value) =>
  typeof value === 'string' && isPrintedInstant(value) ? null : 'must be an instant in UTC to the millisecond';

export const localTime: Check = (value) =>
  typeof value === 'string' && localTimeOf(value) !== null ? null : 'must be a date that exists, with or without a time';

export const offset: Check = (value) => (typeof value === 'string' && isOffset(value) ? null : 'must be an offset from UTC like -06:00');

export const flag: Check = (value) => (typeof value === 'boolean' ? null : 'must be true or false');

export const wholeNumber =
  (min: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && Number(value) >= min ? null : `must be a whole number of at least ${min}`;

export const oneOf = (values: readonly string[]): Check => {
  const known = new Set<unknown>(values);
  return (value) => (known.has(value) ? null : `must be one of ${values.join(', ')}`);
};

/** At most `itemsMax` items, each of them right, none twice. */
export const listOf =
  (check: Check, itemsMax: number = inputLimits.listItemsMax): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    if (value.length > itemsMax) return `must have at most ${itemsMax} items`;
    for (let i = 0; i < value.length; i += 1) {
      const problem = check(value[i]);
      if (problem !== null) return `item ${i} ${problem}`;
    }
    return new Set(value).size === value.length ? null : 'must not name the same item twice';
  };

export const object: Check = (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'must be an object');

/** Items are checked one by one by their own class. */
export const objects =
  (itemsMin: number, itemsMax: number): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'must be a list';
    if (value.length < itemsMin) return `must have at least ${itemsMin} items`;
    return value.length > itemsMax ? `must have at most ${itemsMax} items` : null;
  };

/** An object of which exactly one of the named members is given. */
export const exactlyOne =
  (...names: readonly string[]): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return 'must be an object';
    const given = names.filter((name) => (Reflect.get(value, name) ?? null) !== null);
    return given.length === 1 ? null : `must give exactly one of ${names.join(', ')}`;
  };

const unstorable: Record<UnstorableReason, string> = {
  NOT_JSON: 'must be JSON',
  NUMBER_NOT_FINITE: 'must have finite numbers',
  LONE_SURROGATE: 'must be well-formed Unicode',
  NUL_CHARACTER: 'must not contain the character NUL',
  RESERVED_KEY: 'must not have keys that begin with @ or are reserved',
  TOO_DEEP: 'must not nest so deep',
};
export const json: Check = (value) => {
  const found = findUnstorable(value);
  return found === null ? null : unstorable[found.reason];
};

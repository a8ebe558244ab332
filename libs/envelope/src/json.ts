// Node 24 has it; the project's target is older.
/// <reference lib="es2024.string" />
import { envelopeLimits } from './limits.js';

export type UnstorableReason =
  /** undefined, a function, symbol, bigint, Date, Map, typed array: JSON would drop or change it. */
  | 'NOT_JSON'
  /** NaN and the infinities, which JSON prints as null. */
  | 'NUMBER_NOT_FINITE'
  /** A string or key with an unpaired surrogate: it has no UTF-8. */
  | 'LONE_SURROGATE'
  /** U+0000 in a string or key: PostgreSQL's text can't hold it, so no read model could. */
  | 'NUL_CHARACTER'
  /** `__proto__`, or a key that begins with @ (so that clear data never looks like a sealed value). */
  | 'RESERVED_KEY'
  | 'TOO_DEEP';

export interface Unstorable {
  readonly reason: UnstorableReason;
  /** Where in the value: keys and indices joined by dots; empty for the value itself. */
  readonly path: string;
}

/**
 * The first thing in a value that an event can't keep exactly, or null. Edges call it to refuse input by field; `formEvent` calls it again.
 * Two tolerances, both lossless: -0 is printed as 0, and an object's member that is undefined is left out.
 */
export function findUnstorable(value: unknown, path = '', depth = 0): Unstorable | null {
  switch (typeof value) {
    case 'string':
      return findInText(value, path);
    case 'number':
      return Number.isFinite(value) ? null : { reason: 'NUMBER_NOT_FINITE', path };
    case 'boolean':
      return null;
    case 'object':
      if (value === null) return null;
      if (depth >= envelopeLimits.depthMax) return { reason: 'TOO_DEEP', path };
      return Array.isArray(value) ? findInArray(value, path, depth) : findInObject(value, path, depth);
    case 'undefined':
    case 'function':
    case 'symbol':
    case 'bigint':
      return { reason: 'NOT_JSON', path };
  }
}

function findInText(text: string, path: string): Unstorable | null {
  if (!text.isWellFormed()) return { reason: 'LONE_SURROGATE', path };
  if (text.includes('\0')) return { reason: 'NUL_CHARACTER', path };
  return null;
}

function findInArray(items: readonly unknown[], path: string, depth: number): Unstorable | null {
  if ('toJSON' in items && typeof items.toJSON === 'function') return { reason: 'NOT_JSON', path };
  for (let i = 0; i < items.length; i += 1) {
    const found = findUnstorable(items[i], join(path, String(i)), depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function findInObject(value: object, path: string, depth: number): Unstorable | null {
  if (!isRecord(value)) return { reason: 'NOT_JSON', path };
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    if (key === '__proto__' || key.startsWith('@')) return { reason: 'RESERVED_KEY', path: join(path, key) };
    const found = findInText(key, join(path, key)) ?? findUnstorable(item, join(path, key), depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/**
 * Objects whose own members are all there is to them: literals, class instances, `JSON.parse` results of any realm; no Date, Map or
 * Buffer.
 */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  if (Object.prototype.toString.call(value) !== '[object Object]') return false;
  return !('toJSON' in value && typeof value.toJSON === 'function');
}

/**
 * JSON text with the keys of every object in the order of their UTF-16 code units, no space between, members that are undefined left out:
 * equal input has equal text whatever the order in which a client sent it. For the command hash alone; stored texts are never sorted.
 * @throws TypeError for what {@link findUnstorable} names; call that first.
 */
export function canonicalJson(value: unknown): string {
  const unstorable = findUnstorable(value);
  if (unstorable !== null) throw new TypeError(`${unstorable.reason} at ${unstorable.path || 'the value itself'}`);
  return print(value);
}

function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item !== undefined) members.push(`${JSON.stringify(key)}:${print(item)}`);
  }
  return `{${members.join(',')}}`;
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

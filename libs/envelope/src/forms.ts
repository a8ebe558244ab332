import { isDigestText } from './bytes.js';
import { byKeys, type By, type EventHead } from './event.js';
import { isUuid, type EventId, type Uuid } from './ids.js';
import { findUnstorable, isRecord } from './json.js';
import { envelopeLimits } from './limits.js';
import { EnvelopeRefused } from './refusal.js';

const streamForm = /^[a-z]+(?:-[a-z0-9._]+)+$/;
const STREAM_CHARS_MAX = 200;
const typeForm = /^[A-Z][A-Za-z0-9]{0,99}$/;
const timeForm = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** Every month has these days; a later one is looked up. */
const LAST_SAFE_DAY = '28';
const TYPE_VERSION_MAX = 65_535;
const fieldNameForm = /^[a-z][A-Za-z0-9]*$/;

/** Names that every object answers to, or that a language runtime calls by itself: a lookup of them may find what no event said. */
const treacherousNames: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'toJSON', 'then']);

const bad = (where: string, detail: string): never => {
  throw new EnvelopeRefused('BAD_FORM', where, detail);
};

export const asUuid = (value: unknown, where: string): Uuid => (isUuid(value) ? value : bad(where, 'must be a UUID in lower case'));

export function asEventId(value: unknown): EventId {
  const id = asUuid(value, 'head.id');
  // A codec: version 8 is what the brand stands for.
  return id[14] === '8' ? (id as EventId) : bad('head.id', 'must be a UUID of version 8');
}

export const asDigest = (value: unknown, where: string): string =>
  isDigestText(value) ? value : bad(where, 'must be 32 bytes of base64url without padding');

export function asStream(value: unknown): string {
  const ok = typeof value === 'string' && value.length <= STREAM_CHARS_MAX && streamForm.test(value);
  return ok ? value : bad('head.stream', 'must be a category, a hyphen and a name in lower case');
}

export const asType = (value: unknown): string =>
  typeof value === 'string' && typeForm.test(value) ? value : bad('head.type', 'must be a name in PascalCase');

export const asRevision = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0)
    ? value
    : bad('head.revision', 'must be a whole number from 0 on');

export const asTypeVersion = (value: unknown): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= TYPE_VERSION_MAX
    ? value
    : bad('head.typeVersion', `must be a whole number from 1 to ${TYPE_VERSION_MAX}`);

/** A real instant in UTC with milliseconds: 30 February is refused, by being printed again. */
export function asTime(value: unknown): string {
  if (typeof value !== 'string' || !timeForm.test(value)) return bad('head.recordedAt', 'must be like 2026-11-22T10:15:30.123Z');
  if (value.slice(8, 10) <= LAST_SAFE_DAY) return value;
  const time = new Date(value);
  return !Number.isNaN(time.getTime()) && time.toISOString() === value ? value : bad('head.recordedAt', 'is not a time that exists');
}

/** The first event of a stream has no `prev`; every other has one. */
export function asPrev(value: unknown, revision: EventHead['revision']): string | null {
  if (revision === 0) return value === null ? null : bad('head.prev', 'must be null at revision 0');
  return asDigest(value, 'head.prev');
}

export function asBy(value: unknown): By {
  if (!isRecord(value)) return bad('body.@by', 'must be an object');
  const { actor, roles, unit, purpose, authority } = value;
  if (typeof actor !== 'string' || actor === '') return bad('body.@by.actor', 'must be a text that is not empty');
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) return bad('body.@by.roles', 'must be a list of texts');
  const by = { actor, roles, unit: asNote(unit, 'unit'), purpose: asNote(purpose, 'purpose'), authority: asNote(authority, 'authority') };
  checkStorable(by, 'body.@by');
  return by;
}

const asNote = (value: unknown, key: (typeof byKeys)[number]): string | null =>
  value === null || typeof value === 'string' ? value : bad(`body.@by.${key}`, 'must be a text or null');

export function checkFieldName(name: string): void {
  if (name.length <= envelopeLimits.fieldNameCharsMax && fieldNameForm.test(name) && !treacherousNames.has(name)) return;
  throw new EnvelopeRefused('BAD_FIELD_NAME', `body.${name}`, 'a field is named in camelCase ASCII, 64 characters at most');
}

export function checkStorable(value: unknown, where: string): void {
  const found = findUnstorable(value);
  if (found === null) return;
  throw new EnvelopeRefused('UNSTORABLE_VALUE', found.path === '' ? where : `${where}.${found.path}`, found.reason);
}

/** @throws EnvelopeRefused WRONG_KEYS */
export function checkKeys(value: Record<string, unknown>, keys: readonly string[], where: string): void {
  const actual = Object.keys(value);
  if (actual.length === keys.length && keys.every((key, i) => actual[i] === key)) return;
  throw new EnvelopeRefused('WRONG_KEYS', where, `must hold ${keys.join(', ')}, in this order and nothing else`);
}

/** @throws EnvelopeRefused TOO_LARGE */
export function checkSize(head: string, body: string): void {
  // UTF-8 has at most three bytes a unit: most events are cleared without counting.
  if ((head.length + body.length) * 3 <= envelopeLimits.eventBytesMax) return;
  const bytes = Buffer.byteLength(head, 'utf8') + Buffer.byteLength(body, 'utf8');
  if (bytes <= envelopeLimits.eventBytesMax) return;
  throw new EnvelopeRefused('TOO_LARGE', 'event', `${bytes} bytes, ${envelopeLimits.eventBytesMax} at most`);
}

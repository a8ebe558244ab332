import { faulty } from './fault.js';
import { verifierLimits } from './ports.js';
import { hasKeys, isCount, isDigestText, isRecord, isTime, parseReprint } from './text.js';

/** One line of events.ndjson or access.ndjson: the forms alone. What the hashes say is for proof.ts. */

export interface ItemHead {
  readonly v: 1;
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly typeVersion: number;
  readonly recordedAt: string;
  readonly commandId: string;
  readonly $correlationId: string;
  readonly $causationId: string | null;
  readonly prev: string | null;
  readonly body: string;
  readonly fields: string;
}

export interface ShownField {
  readonly name: string;
  readonly salt: string;
  /** The JSON text that was committed to. */
  readonly value: string;
}
export interface WithheldField {
  readonly name: string;
  readonly commitment: string;
  readonly ground: string;
}
export type ItemField = ShownField | WithheldField;

export interface Item {
  readonly headText: string;
  readonly head: ItemHead;
  readonly leafIndex: number;
  readonly proof: readonly string[];
  readonly fields: readonly ItemField[];
}

const itemKeys = ['head', 'leafIndex', 'proof', 'fields'];
const headKeys = [
  'v',
  'id',
  'stream',
  'revision',
  'type',
  'typeVersion',
  'recordedAt',
  'commandId',
  '$correlationId',
  '$causationId',
  'prev',
  'body',
  'fields',
];
const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_VERSION_AT = 14;
const streamForm = /^[a-z]+(?:-[a-z0-9._]+)+$/;
const streamCharsMax = 200;
const typeForm = /^[A-Z][A-Za-z0-9]{0,99}$/;
const fieldNameForm = /^[a-z][A-Za-z0-9]{0,63}$/;
const typeVersionMax = 65_535;
const ownFields = ['@by', '@command'];

const isUuid = (value: unknown): value is string => typeof value === 'string' && uuidForm.test(value);

/** @param where the file and the event's number, for a fault @throws Faulty */
export function readItem(line: string, grounds: ReadonlySet<string>, where: { readonly file: string; readonly event: number }): Item {
  const bad = (what: string) => faulty('EVENT_FORM', where.file, `event ${where.event} was changed: ${what}`, where.event);
  const value = parseReprint(line);
  if (!isRecord(value) || !hasKeys(value, itemKeys)) throw bad('its line is not the one printed form of an event');
  const { head: headText, leafIndex, proof, fields } = value;
  if (typeof headText !== 'string') throw bad('it has no head');
  const head = readHead(headText);
  if (head === null) throw bad('its head is not of its form');
  if (!isCount(leafIndex)) throw bad('its place in the ledger is not a number');
  if (!Array.isArray(proof) || proof.length > verifierLimits.proofHashesMax || !proof.every(isDigestText)) throw bad('its proof is not of its form');
  if (!Array.isArray(fields) || fields.length > verifierLimits.fieldsMax || fields.length < ownFields.length) throw bad('its fields are not of their form');
  const names = new Set<string>();
  for (const [at, field] of fields.entries()) {
    const name = checkField(field, at, grounds);
    if (name === null) throw bad(`field ${at + 1} is not of its form`);
    if (names.has(name)) throw bad(`the field ${name} stands twice`);
    names.add(name);
  }
  // A codec: each was checked just now.
  return { headText, head, leafIndex, proof, fields: fields as ItemField[] };
}

/** The form of each of the head's fields; what depends on another field is checked where both are at hand. */
const headForms: Readonly<Record<keyof ItemHead, (value: unknown) => boolean>> = {
  v: (value) => value === 1,
  id: (value) => isUuid(value) && value[UUID_VERSION_AT] === '8',
  stream: (value) => typeof value === 'string' && value.length <= streamCharsMax && streamForm.test(value),
  revision: isCount,
  type: (value) => typeof value === 'string' && typeForm.test(value),
  typeVersion: (value) => isCount(value) && value >= 1 && value <= typeVersionMax,
  recordedAt: isTime,
  commandId: isUuid,
  $correlationId: isUuid,
  $causationId: (value) => value === null || isUuid(value),
  prev: (value) => value === null || isDigestText(value),
  body: isDigestText,
  fields: isDigestText,
};
const headFields = Object.entries(headForms);

export function readHead(text: string): ItemHead | null {
  const head = text.isWellFormed() ? parseReprint(text) : undefined;
  if (!isRecord(head) || !hasKeys(head, headKeys)) return null;
  const formed = headFields.every(([name, isFormed]) => isFormed(head[name]));
  // A stream's first event follows none, each other one its predecessor.
  const chained = (head['revision'] === 0) === (head['prev'] === null);
  // A codec: all thirteen were checked just now.
  return formed && chained ? (head as unknown as ItemHead) : null;
}

/** Its name, or null where it is not of its form. */
function checkField(field: unknown, at: number, grounds: ReadonlySet<string>): string | null {
  if (!isRecord(field)) return null;
  const { name } = field;
  if (typeof name !== 'string') return null;
  const own = ownFields[at];
  if (own === undefined ? !fieldNameForm.test(name) : name !== own) return null;
  if (hasKeys(field, ['name', 'salt', 'value'])) return isDigestText(field['salt']) && isValue(field['value']) ? name : null;
  if (!hasKeys(field, ['name', 'commitment', 'ground'])) return null;
  const { commitment, ground } = field;
  return isDigestText(commitment) && typeof ground === 'string' && grounds.has(ground) ? name : null;
}

/** Its bytes are held by the commitment; here it must only be JSON that can be shown. */
function isValue(value: unknown): value is string {
  if (typeof value !== 'string' || !value.isWellFormed()) return false;
  try {
    JSON.parse(value);
    return true;
  } catch {
    return false;
  }
}

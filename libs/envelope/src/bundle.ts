import { fromBase64url, isDigestText, toBase64url } from './bytes.js';
import { clearSalt, fieldCommitment, fieldsRoot, leafHash, type NamedCommitment } from './commitments.js';
import { bodyKeys, type EventHead } from './event.js';
import { checkFieldName } from './forms.js';
import { isRecord } from './json.js';
import { envelopeLimits } from './limits.js';
import { readHead, readWhole } from './read.js';
import { EnvelopeRefused } from './refusal.js';
import { sliceFields } from './slice.js';
import { checkLink, refusalOf, type PreviousEvent, type Refusal } from './verify.js';

/** `value` is the field's very JSON text, as a string: whoever checks it hashes it as it stands and prints nothing again. */
export interface DisclosedField {
  readonly name: string;
  /** 32 bytes, base64url. */
  readonly salt: string;
  readonly value: string;
}

export interface WithheldField {
  readonly name: string;
  /** 32 bytes, base64url. */
  readonly commitment: string;
  /** The legal ground, as a code of the disclosure policy. */
  readonly ground: string;
}

export type BundleField = DisclosedField | WithheldField;

export type FieldDisclosure =
  | { readonly kind: 'DISCLOSE' }
  /** A sealed field, opened with its key: what its box held. `salt` is 32 bytes of base64url. */
  | { readonly kind: 'DISCLOSE_OPENED'; readonly salt: string; readonly text: string }
  | { readonly kind: 'WITHHOLD'; readonly ground: string };

/**
 * A bundle item's fields, all but @seed, in body order; `decide` says for each what becomes of it. An opened text that is not what was
 * committed to is refused here, not at the court.
 * @throws EnvelopeRefused
 */
export function bundleFields(
  head: string,
  body: string,
  decide: (name: string, form: 'CLEAR' | 'SEALED') => FieldDisclosure,
): BundleField[] {
  const { seed, sealedCommitments } = readWhole(head, body);
  const seedBytes = fromBase64url(seed);
  const fields: BundleField[] = [];
  for (const { name, text } of sliceFields(body)) {
    if (name === '@seed') continue;
    const commitment = sealedCommitments.get(name);
    const disclosure = decide(name, commitment === undefined ? 'CLEAR' : 'SEALED');
    fields.push(
      commitment === undefined ? clearField(name, text, clearSalt(seedBytes, name), disclosure) : sealedField(name, commitment, disclosure),
    );
  }
  return fields;
}

function clearField(name: string, text: string, salt: Buffer, disclosure: FieldDisclosure): BundleField {
  switch (disclosure.kind) {
    case 'DISCLOSE':
      return { name, salt: toBase64url(salt), value: text };
    case 'WITHHOLD':
      return { name, commitment: toBase64url(fieldCommitment(salt, name, text)), ground: disclosure.ground };
    case 'DISCLOSE_OPENED':
      throw new EnvelopeRefused('BAD_FORM', `body.${name}`, 'is clear: there is nothing to open');
  }
}

function sealedField(name: string, commitment: string, disclosure: FieldDisclosure): BundleField {
  switch (disclosure.kind) {
    case 'DISCLOSE':
      throw new EnvelopeRefused('BAD_FORM', `body.${name}`, 'is sealed: open it, or withhold it');
    case 'WITHHOLD':
      return { name, commitment, ground: disclosure.ground };
    case 'DISCLOSE_OPENED': {
      const { salt, text } = disclosure;
      const same = isDigestText(salt) && toBase64url(fieldCommitment(fromBase64url(salt), name, text)) === commitment;
      if (!same) throw new EnvelopeRefused('BAD_SEALED_VALUE', `body.${name}`, 'the opened text is not what was committed to');
      return { name, salt, value: text };
    }
  }
}

export type BundleItemVerification =
  | {
      readonly kind: 'VERIFIED';
      readonly head: EventHead;
      readonly leafHash: string;
      /** The values of what is disclosed. */
      readonly disclosed: ReadonlyMap<string, unknown>;
      /** The grounds of what is withheld. */
      readonly withheld: ReadonlyMap<string, string>;
    }
  | Refusal;

/**
 * Checks one item of a bundle as it came from a stranger: recomputes each c_f, the fields root and the leaf hash, and `prev` where the
 * event before is given. Needs neither body nor key. That the leaf is in the ledger is the proof's part.
 */
export function verifyBundleItem(
  item: { readonly head: string; readonly fields: readonly unknown[] },
  previous?: PreviousEvent | null,
): BundleItemVerification {
  return refusalOf(() => {
    const head = readHead(item.head);
    if (item.fields.length + 1 > envelopeLimits.fieldsMax) throw new EnvelopeRefused('TOO_LARGE', 'fields', 'too many');
    const disclosed = new Map<string, unknown>();
    const withheld = new Map<string, string>();
    const commitments: NamedCommitment[] = [];
    for (const [i, candidate] of item.fields.entries()) {
      const field = readField(candidate, i);
      if (disclosed.has(field.name) || withheld.has(field.name)) {
        throw new EnvelopeRefused('BAD_FIELD_NAME', `fields.${field.name}`, 'stands twice');
      }
      if ('value' in field) {
        disclosed.set(field.name, parseValue(field));
        commitments.push({ name: field.name, commitment: fieldCommitment(fromBase64url(field.salt), field.name, field.value) });
      } else {
        withheld.set(field.name, field.ground);
        commitments.push({ name: field.name, commitment: fromBase64url(field.commitment) });
      }
    }
    if (fieldsRoot(commitments) !== head.fields)
      throw new EnvelopeRefused('FIELDS_ROOT_DIFFERS', 'head.fields', 'is not the root of the fields');
    if (previous !== undefined) checkLink(head, previous);
    return { kind: 'VERIFIED', head, leafHash: leafHash(item.head), disclosed, withheld };
  });
}

/** @by and @command stand first in every body, so they do in every item. */
function readField(value: unknown, index: number): BundleField {
  const where = `fields.${index}`;
  if (!isRecord(value)) throw new EnvelopeRefused('BAD_FORM', where, 'must be an object');
  const { name, salt, value: text, commitment, ground } = value;
  if (typeof name !== 'string') throw new EnvelopeRefused('BAD_FORM', `${where}.name`, 'must be a text');
  const own = bodyKeys[index + 1];
  if (own === undefined) checkFieldName(name);
  else if (name !== own) throw new EnvelopeRefused('WRONG_KEYS', `${where}.name`, `must be ${own}`);
  const keys = Object.keys(value).sort().join();
  if (keys === 'name,salt,value' && isDigestText(salt) && typeof text === 'string') return { name, salt, value: text };
  if (keys === 'commitment,ground,name' && isDigestText(commitment) && typeof ground === 'string') return { name, commitment, ground };
  throw new EnvelopeRefused('BAD_FORM', `fields.${name}`, 'must hold salt and value, or commitment and ground');
}

function parseValue({ name, value }: DisclosedField): unknown {
  if (value.length > envelopeLimits.eventBytesMax) throw new EnvelopeRefused('TOO_LARGE', `fields.${name}`, 'longer than any event');
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch (cause) {
    throw new EnvelopeRefused('NOT_JSON', `fields.${name}`, 'is not JSON', { cause });
  }
  return parsed;
}

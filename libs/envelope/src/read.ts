import { isDigestText } from './bytes.js';
import { bodyKeys, byKeys, headKeys, type EventHead, type ReadEvent } from './event.js';
import {
  asBy,
  asDigest,
  asEventId,
  asPrev,
  asRevision,
  asStream,
  asTime,
  asType,
  asTypeVersion,
  asUuid,
  checkFieldName,
  checkKeys,
  checkSize,
  checkStorable,
} from './forms.js';
import { isRecord } from './json.js';
import { envelopeLimits } from './limits.js';
import { EnvelopeRefused } from './refusal.js';
import { isSealed, readSealed, sealingPlace } from './sealed.js';

/**
 * Reads an event's two texts and refuses all that `formEvent` couldn't have written; hashes are `verifyEvent`'s part.
 * @throws EnvelopeRefused naming the first thing wrong
 */
export function readEvent(head: string, body: string): ReadEvent {
  return readWhole(head, body).event;
}

/** What verification and disclosure need beside the event. Stays inside this library: it holds the seed. */
export interface WholeEvent {
  readonly event: ReadEvent;
  /** base64url */
  readonly seed: string;
  readonly sealedCommitments: ReadonlyMap<string, string>;
}

export function readWhole(headText: string, bodyText: string): WholeEvent {
  checkSize(headText, bodyText);
  const head = readHead(headText);
  const fields = readObject(bodyText, 'body');
  const names = Object.keys(fields);
  if (!bodyKeys.every((key, i) => names[i] === key)) {
    throw new EnvelopeRefused('WRONG_KEYS', 'body', `must begin with ${bodyKeys.join(', ')}, in this order`);
  }
  if (names.length > envelopeLimits.fieldsMax) throw new EnvelopeRefused('TOO_LARGE', 'body', `${names.length} fields are too many`);
  const by = fields['@by'];
  if (isRecord(by)) checkKeys(by, byKeys, 'body.@by');
  const data: Record<string, unknown> = {};
  const sealedCommitments = new Map<string, string>();
  for (const name of names.slice(bodyKeys.length)) {
    checkFieldName(name);
    const value = fields[name];
    if (isSealed(value)) {
      const sealed = readSealed(value, `body.${name}`);
      sealedCommitments.set(name, sealed['@sealed'].commitment);
      data[name] = { ...sealed, '@at': sealingPlace(head.stream, head.id, name) };
    } else {
      checkStorable(value, `body.${name}`);
      data[name] = value;
    }
  }
  const event = { head, by: asBy(by), commandHash: readCommand(fields['@command']), data };
  return { event, seed: asDigest(fields['@seed'], 'body.@seed'), sealedCommitments };
}

/** The head alone, as a bundle holds it. @throws EnvelopeRefused */
export function readHead(text: string): EventHead {
  const head = readObject(text, 'head');
  checkKeys(head, headKeys, 'head');
  if (head['v'] !== 1) throw new EnvelopeRefused('BAD_FORM', 'head.v', 'must be 1');
  const revision = asRevision(head['revision']);
  return {
    v: 1,
    id: asEventId(head['id']),
    stream: asStream(head['stream']),
    revision,
    type: asType(head['type']),
    typeVersion: asTypeVersion(head['typeVersion']),
    recordedAt: asTime(head['recordedAt']),
    commandId: asUuid(head['commandId'], 'head.commandId'),
    $correlationId: asUuid(head['$correlationId'], 'head.$correlationId'),
    $causationId: head['$causationId'] === null ? null : asUuid(head['$causationId'], 'head.$causationId'),
    prev: asPrev(head['prev'], revision),
    body: asDigest(head['body'], 'head.body'),
    fields: asDigest(head['fields'], 'head.fields'),
  };
}

function readCommand(value: unknown): string | null {
  if (value === null) return null;
  if (!isRecord(value)) throw new EnvelopeRefused('BAD_FORM', 'body.@command', 'must be null or hold a hash');
  checkKeys(value, ['hash'], 'body.@command');
  const { hash } = value;
  if (!isDigestText(hash)) throw new EnvelopeRefused('BAD_FORM', 'body.@command.hash', 'must be 32 bytes of base64url');
  return hash;
}

/** Parses a text that must be its own reprint: this alone rules out spaces, doubled keys, other spellings and numbers that lose digits. */
function readObject(text: string, where: 'head' | 'body'): Record<string, unknown> {
  let value: unknown;
  let reprint: string;
  try {
    value = JSON.parse(text);
    reprint = JSON.stringify(value);
  } catch (cause) {
    // A RangeError is nesting beyond the stack: as unreadable as any other.
    throw new EnvelopeRefused('NOT_JSON', where, 'is not JSON', { cause });
  }
  if (reprint !== text) throw new EnvelopeRefused('NOT_ITS_OWN_REPRINT', where, 'differs from what JSON prints for it');
  if (!isRecord(value)) throw new EnvelopeRefused('WRONG_KEYS', where, 'must be an object');
  return value;
}

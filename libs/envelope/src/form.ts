import { DIGEST_BYTES, hashText, toBase64url } from './bytes.js';
import { leafHash, rootOfBody } from './commitments.js';
import { bodyKeys, type EventHead, type EventInput, type FormedEvent } from './event.js';
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
  checkSize,
  checkStorable,
} from './forms.js';
import { envelopeLimits } from './limits.js';
import { EnvelopeRefused } from './refusal.js';
import { readSealed } from './sealed.js';
import { sliceFields } from './slice.js';

/**
 * Forms an event's two texts: one `JSON.stringify` each, and the commitments over the very slices of the body that came out.
 * @throws EnvelopeRefused where a part of the input has not its form, a value can't be kept exactly, or the event is over a limit
 */
export function formEvent(input: EventInput): FormedEvent {
  const { seed } = input;
  if (seed.length !== DIGEST_BYTES) throw new EnvelopeRefused('BAD_FORM', 'body.@seed', `must be ${DIGEST_BYTES} bytes`);
  const { body, sealedCommitments } = formBody(input);
  const revision = asRevision(input.revision);
  const head = JSON.stringify({
    v: 1,
    id: asEventId(input.id),
    stream: asStream(input.stream),
    revision,
    type: asType(input.type),
    typeVersion: asTypeVersion(input.typeVersion),
    recordedAt: asTime(input.recordedAt),
    commandId: asUuid(input.commandId, 'head.commandId'),
    $correlationId: asUuid(input.correlationId, 'head.$correlationId'),
    $causationId: input.causationId === null ? null : asUuid(input.causationId, 'head.$causationId'),
    prev: asPrev(input.prev, revision),
    body: hashText(body),
    fields: rootOfBody(sliceFields(body), seed, sealedCommitments),
  } satisfies EventHead);
  checkSize(head, body);
  return { head, body, leafHash: leafHash(head) };
}

interface FormedBody {
  readonly body: string;
  readonly sealedCommitments: ReadonlyMap<string, string>;
}

function formBody({ seed, by, commandHash, fields }: EventInput): FormedBody {
  if (fields.length + bodyKeys.length > envelopeLimits.fieldsMax) {
    throw new EnvelopeRefused('TOO_LARGE', 'body', `${fields.length} data fields are too many`);
  }
  const body: Record<string, unknown> = {
    '@seed': toBase64url(seed),
    '@by': asBy(by),
    '@command': commandHash === null ? null : { hash: asDigest(commandHash, 'body.@command.hash') },
  };
  const sealedCommitments = new Map<string, string>();
  for (const field of fields) {
    const { name } = field;
    checkFieldName(name);
    if (Object.hasOwn(body, name)) throw new EnvelopeRefused('BAD_FIELD_NAME', `body.${name}`, 'stands twice');
    if ('sealed' in field) {
      const sealed = readSealed(field.sealed, `body.${name}`);
      sealedCommitments.set(name, sealed['@sealed'].commitment);
      body[name] = sealed;
    } else {
      checkStorable(field.clear, `body.${name}`);
      body[name] = field.clear;
    }
  }
  return { body: JSON.stringify(body), sealedCommitments };
}

/**
 * Is the append as a whole within its limits? Each event was checked when it was formed.
 * @throws EnvelopeRefused TOO_LARGE
 */
export function checkAppend(events: readonly FormedEvent[]): void {
  if (events.length > envelopeLimits.appendEventsMax) {
    throw new EnvelopeRefused('TOO_LARGE', 'append', `${events.length} events, ${envelopeLimits.appendEventsMax} at most`);
  }
  let bytes = 0;
  for (const { head, body } of events) bytes += Buffer.byteLength(head, 'utf8') + Buffer.byteLength(body, 'utf8');
  if (bytes <= envelopeLimits.appendBytesMax) return;
  throw new EnvelopeRefused('TOO_LARGE', 'append', `${bytes} bytes, ${envelopeLimits.appendBytesMax} at most`);
}

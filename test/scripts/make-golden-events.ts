/**
 * Adds stored events of types and versions that the golden folder lacks: `node --import ./test/support/source-hooks.js
 * test/scripts/make-golden-events.ts`. It appends and never rewrites: what is there has been stored somewhere.
 */
import { createHash, createSecretKey } from 'node:crypto';
import { appendFileSync, existsSync } from 'node:fs';
import { fieldsToStore } from '#libs/codec';
import type { NewCaseEvent } from '#libs/domain';
import { commandHash, derivedId, eventId, formEvent } from '#libs/envelope';
import { seal } from '#libs/keys';
import { goldenCase, goldenFile, goldenKey, presentShapes, readGolden, type Samples } from '../support/golden-events.js';
import { allegationsSamples } from '../support/samples/allegations.samples.js';
import { footageSamples } from '../support/samples/footage.samples.js';
import { peopleSamples } from '../support/samples/people.samples.js';
import { reportSamples } from '../support/samples/report.samples.js';
import { reviewSamples } from '../support/samples/review.samples.js';
import { sealingSamples } from '../support/samples/sealing.samples.js';

const samples: Samples = { ...reportSamples, ...peopleSamples, ...footageSamples, ...allegationsSamples, ...reviewSamples, ...sealingSamples };
const pepper = createSecretKey(createHash('sha256').update('golden pepper: no secret').digest());
const stream = `case-${goldenCase}`;

/** Repeatable bytes, so that the file can be made again and compared. */
function randomOf(label: string): (bytes: number) => Buffer {
  let n = 0;
  return (bytes) => createHash('sha256').update(`${label}/${(n += 1)}`).digest().subarray(0, bytes);
}

const known = existsSync(goldenFile) ? readGolden() : [];
let prev = known.at(-1)?.leafHash ?? null;
let revision = known.length;
for (const { type, version } of presentShapes()) {
  if (known.some((event) => event.type === type && event.version === version)) continue;
  const event = { type, data: samples[type] } as NewCaseEvent; // A sample of its type.
  const commandId = derivedId('golden command', type, String(version));
  const id = eventId(stream, commandId, 0);
  const random = randomOf(`${type}/${version}`);
  const opened: Record<string, unknown> = {};
  const fields = fieldsToStore(event).map((field) => {
    if ('clear' in field) return field;
    opened[field.name] = field.plaintext;
    return { name: field.name, sealed: seal(goldenKey, { stream, eventId: id, name: field.name }, field.plaintext, random) };
  });
  const formed = formEvent({
    id,
    stream,
    revision,
    type,
    typeVersion: version,
    recordedAt: new Date(Date.UTC(2026, 2, 2, 15, revision)).toISOString(),
    commandId,
    correlationId: commandId,
    causationId: null,
    prev,
    by: { actor: 'golden-actor', roles: ['SUPERVISOR'], unit: 'golden-unit', purpose: null, authority: null },
    commandHash: commandHash(pepper, [goldenKey], { type }),
    seed: random(32),
    fields,
  });
  appendFileSync(goldenFile, `${JSON.stringify({ type, version, stream, ...formed, opened })}\n`);
  prev = formed.leafHash;
  revision += 1;
}

/**
 * Adds stored events of types and versions that the golden folder lacks: `node --import ./test/support/source-hooks.js
 * test/scripts/make-golden-events.ts`. It appends and never rewrites: what is there has been stored somewhere.
 */
import { createHash, createSecretKey } from 'node:crypto';
import { appendFileSync, existsSync } from 'node:fs';
import { clearFieldsOf, fieldsToStore } from '#libs/codec';
import type { NewCaseEvent } from '#libs/domain';
import { commandHash, derivedId, eventId, formEvent, leafHash } from '#libs/envelope';
import type { AppendResult, EventStore, EventToAppend } from '#libs/event-store';
import { seal } from '#libs/keys';
import type { KeyStore } from '#libs/keys/port';
import { GroupingReadRecorder, readsRecorded } from '#libs/reads';
import { goldenCase, goldenFile, goldenKey, presentShapes, readGolden, type Samples } from '../support/golden-events.js';
import { goldenReads, goldenStreamOf, goldenStreamsFile, readGoldenStreams, streamKinds, streamSamples } from '../support/golden-streams.js';
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

const knownOfStreams = existsSync(goldenStreamsFile) ? readGoldenStreams() : [];
const has = (type: string, version: number): boolean => knownOfStreams.some((event) => event.type === type && event.version === version);

for (const kind of streamKinds) {
  const stream = goldenStreamOf(kind.category);
  const before = knownOfStreams.filter((event) => event.stream === stream);
  let [prev, revision] = [before.at(-1)?.leafHash ?? null, before.length];
  for (const [type, { version }] of Object.entries(kind.events)) {
    if (has(type, version)) continue;
    const data = streamSamples[type];
    if (data === undefined) throw new Error(`there is no sample of ${type} in test/support/golden-streams.ts`);
    const commandId = derivedId('golden command', type, String(version));
    const formed = formEvent({
      id: eventId(stream, commandId, 0),
      stream,
      revision,
      type,
      typeVersion: version,
      recordedAt: new Date(Date.UTC(2026, 2, 2, 15, revision)).toISOString(),
      commandId,
      correlationId: commandId,
      causationId: null,
      prev,
      by: { actor: 'golden-admin', roles: ['ADMIN'], unit: null, purpose: null, authority: null },
      commandHash: commandHash(pepper, [], { type }),
      seed: randomOf(`${type}/${version}`)(32),
      fields: clearFieldsOf({ type, data }, kind.events),
    });
    appendFileSync(goldenStreamsFile, `${JSON.stringify({ type, version, stream, revision, ...formed, opened: {} })}\n`);
    [prev, revision] = [formed.leafHash, revision + 1];
  }
}

if (!has(readsRecorded.type, readsRecorded.version)) {
  // As the service itself forms it; it only appends, and asks for one key.
  const store = {
    append: (stream: string, _expected: unknown, [event]: readonly EventToAppend[]): Promise<AppendResult> => {
      if (event === undefined) throw new Error('unreachable: it appends one event');
      const { type, head, body } = event;
      const opened = Object.fromEntries(goldenReads.flatMap(({ what: { words } }, index) => (words === null ? [] : [[`words${index}`, words]])));
      appendFileSync(goldenStreamsFile, `${JSON.stringify({ type, version: readsRecorded.version, stream, revision: 0, head, body, leafHash: leafHash(head), opened })}\n`);
      return Promise.resolve({ kind: 'APPENDED', repeated: false, events: [] });
    },
  } as unknown as EventStore;
  const keys = { ensureKey: () => Promise.resolve(goldenKey) } as unknown as KeyStore;
  const now = (): Date => new Date(Date.UTC(2026, 2, 2, 15));
  await new GroupingReadRecorder({ store, keys, log: console, now, random: randomOf(readsRecorded.type) }).record(goldenReads);
}

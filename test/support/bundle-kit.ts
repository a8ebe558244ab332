import { createHash } from 'node:crypto';
import { fieldsToStore } from '#libs/codec';
import type { Actor, NewCaseEvent, Role, UserId } from '#libs/domain';
import { derivedId, eventId, formEvent, type By } from '#libs/envelope';
import { seal } from '#libs/keys';
import { loadCertificate, loadDisclosurePolicy } from '#infra/disclosure';
import { type Audience, type BundleInput, discloseItems, type ProvenEvent } from '#libs/disclosure';
import { cosignatureLine, formatCheckpoint, formatVerifierKey, growTiles, hashLeaf, MemoryTiles, noteSigner, signHandOver, signNote, TreeReader } from '#libs/ledger';
import { goldenKey } from './golden-events.js';
import { peopleSamples } from './samples/people.samples.js';
import { reportSamples } from './samples/report.samples.js';

/** Invented cases with a ledger in memory, for bundles. The same call makes the same bytes. */

export const bundleStream = 'case-0190b5a0-0000-8000-8000-00000000b0b0';
export const bundleOrigin = 'ledger.example/invented-city';
export const firstSigner = noteSigner(bundleOrigin, 'ED25519', new Uint8Array(32).fill(21));
export const nextSigner = noteSigner(bundleOrigin, 'ED25519', new Uint8Array(32).fill(22));
export const witnessSigner = noteSigner('witness.example/invented', 'COSIGNATURE', new Uint8Array(32).fill(23));
export const strangeWitness = noteSigner('witness.example/stranger', 'COSIGNATURE', new Uint8Array(32).fill(24));
export const ledgerKey = formatVerifierKey(firstSigner.key);
const witnessKey = formatVerifierKey(witnessSigner.key);
const cosignedAtSeconds = 1_772_500_000;
const createdAt = '2026-03-09T18:30:00.000Z';

export const eventIdOf = (stream: string, revision: number): string => eventId(stream, commandIdOf(stream, revision), 0);
const commandIdOf = (stream: string, revision: number): string => derivedId('bundle kit', stream, String(revision));

export interface FormedText {
  readonly head: string;
  readonly body: string;
  readonly leafHash: string;
}

/** An instant, `minutes` after the start of the invented story. */
const at = (minutes: number): string => new Date(Date.parse('2026-03-02T15:00:00.000Z') + minutes * 60_000).toISOString();

const person = (name: string, ...roles: Role[]): Actor => ({ actor: name as UserId, roles, unit: 'unit-1', purpose: null, authority: null });
const footageId = 'footage-1';

/** What happened: an event, by whom, when. */
export interface Given {
  readonly event: NewCaseEvent;
  readonly by: Actor;
  readonly at?: string;
}

/** Clear fields, or the fields of a case's event with the protected ones sealed under the golden key. */
export type ToForm = { readonly event: NewCaseEvent } | { readonly type: string; readonly fields: Readonly<Record<string, unknown>> };

/** Forms a stream's events as the recorder would. */
export function formStream(stream: string, given: readonly (ToForm & { readonly by: By; readonly at?: string })[]): FormedText[] {
  const formed: FormedText[] = [];
  for (const [revision, one] of given.entries()) {
    const id = eventIdOf(stream, revision);
    const random = randomOf(`${stream}/${revision}`);
    const fields =
      'event' in one
        ? fieldsToStore(one.event).map((field) =>
            'clear' in field ? field : { name: field.name, sealed: seal(goldenKey, { stream, eventId: id, name: field.name }, field.plaintext, random) },
          )
        : Object.entries(one.fields).map(([name, clear]) => ({ name, clear }));
    const commandId = commandIdOf(stream, revision);
    formed.push(
      formEvent({
        id,
        stream,
        revision,
        type: 'event' in one ? one.event.type : one.type,
        typeVersion: 1,
        recordedAt: one.at ?? at(revision * 7),
        commandId,
        correlationId: commandId,
        causationId: null,
        prev: formed.at(-1)?.leafHash ?? null,
        by: one.by,
        commandHash: null,
        seed: random(32),
        fields,
      }),
    );
  }
  return formed;
}

function randomOf(label: string): (bytes: number) => Buffer {
  let n = 0;
  return (bytes) => createHash('sha256').update(`${label}/${(n += 1)}`).digest().subarray(0, bytes);
}

/** A short case with a correction, a confidential and a named person, a compelled statement and a recording: 13 events. */
export function sampleCase(stream = bundleStream): readonly Given[] {
  const officer = { ...person('officer-1', 'OFFICER'), authority: 'Special order 26-04 (invented)' };
  const investigator = person('investigator-1', 'INVESTIGATOR');
  const intake = person('intake-1', 'INTAKE');
  const named = { ...peopleSamples.PersonRecorded, person: 'person-2', identity: 'NAMED', minor: 'NO', designation: null, name: 'Invented Nadia Example', contact: 'invented@example.test' };
  const confidential = { ...peopleSamples.PersonRecorded, person: 'person-1', identity: 'CONFIDENTIAL', minor: 'NO', designation: 'C-1', name: 'Invented Hidden Person', contact: '555-0100 (invented)' };
  const statement = { ...peopleSamples.StatementTaken, statement: 'statement-1', voluntariness: 'VOLUNTARY', giver: { kind: 'PERSON', person: 'person-2' }, person: 'person-2', recording: null, guardian: null, reader: null, material: true, text: 'Invented: the vans came from the north.' };
  const compelled = { ...statement, statement: 'statement-2', voluntariness: 'COMPELLED', giver: { kind: 'CITY_MEMBER', user: 'officer-2' }, person: null, reader: 'legal-2', material: false, text: 'Invented compelled words.' };
  const correction = { event: eventIdOf(stream, 0), field: 'camera', from: 'camera-1', to: 'camera-7', protectedTo: null, person: null, reason: 'Invented: the number was misread.', material: true };
  const made = <T>(type: string, data: T, by: Given['by']): Given => ({ event: { type, data } as unknown as NewCaseEvent, by });
  return [
    made('ReportFiled', { ...reportSamples.ReportFiled, narrative: 'Invented: officer-1 saw the affected person pushed.' }, officer),
    made('AgentRecorded', peopleSamples.AgentRecorded, officer),
    made('PersonRecorded', named, intake),
    made('PersonRecorded', confidential, intake),
    made('StatementTaken', statement, intake),
    made('StatementTaken', compelled, intake),
    made('FactCorrected', correction, officer),
    made('FootageRegistered', footage, officer),
    made('FootageHoldPlaced', { footage: footageId, ground: 'Federal agents on scene', policyVersion: 1 }, officer),
    made('FootageVerified', { footage: footageId, fingerprint: fingerprint('a'), first: true, differsFrom: [] }, person('custodian-1', 'CUSTODIAN')),
    made('CustodyTransferred', { footage: footageId, exhibit: null, from: 'custodian-1', to: 'custodian-2', reason: 'Invented: change of shift' }, person('custodian-1', 'CUSTODIAN')),
    made('CustodyAccepted', { footage: footageId, exhibit: null, from: 'custodian-1', by: 'custodian-2' }, person('custodian-2', 'CUSTODIAN')),
    made('ContraryFactMarked', { event: eventIdOf(stream, 5), why: 'Invented: speaks against it, and quotes compelled words.', cityWitness: true }, investigator),
  ];
}

const footage = {
  footage: footageId,
  kind: 'BODY_WORN',
  sourceSystem: 'evidence-store (invented)',
  sourceReference: 'REC-0417',
  wearer: null,
  camera: 'camera-1',
  startedAt: '2026-03-02T14:00:00.000Z',
  endedAt: '2026-03-02T14:30:00.000Z',
  durationMs: 1_800_000,
  timeMarks: [],
  clockOffsetMs: -2_500,
  custodian: 'custodian-1',
  description: null,
};
const fingerprint = (digit: string) => ({ sha256: digit.repeat(64), sizeBytes: 734_003_200, fileName: 'invented-0417.mp4', format: 'mp4', exportId: 'EX-1', tool: 'sha256sum' });

/** Records of access, in a stream of their own: reads of the case stand beside those of another one. */
export const accessStream = 'access-0190b5a0-0000-8000-8000-00000000acce';
export const otherCase = '0190b5a0-0000-8000-8000-00000000077e';
export const accessRecords = (stream = bundleStream) =>
  (['CaseViewed', 'FootageViewed', 'ExportMade'] as const).map((kind, n) => ({
    type: 'ReadsRecorded',
    fields: { read0: read(kind, stream.slice('case-'.length), n, n === 1 ? [`footage:${footageId}`] : []), read1: read('CaseViewed', otherCase, n, []) },
    by: { actor: 'caseledger', roles: ['SYSTEM'], unit: null, purpose: null, authority: null },
    at: at(100 + n),
  }));

const read = (kind: string, of: string, n: number, things: readonly string[]) => ({
  kind,
  outcome: 'SHOWN',
  at: at(100 + n),
  actor: 'oversight-1',
  roles: ['OVERSIGHT'],
  unit: null,
  purpose: 'Invented: yearly review',
  source: 'Query.case',
  case: of,
  things,
  detail: null,
  channel: 'HTTP',
  address: '192.0.2.7',
  session: 'inventedSession0',
  correlation: '0190b5a0-0000-7000-8000-0000000000c0',
});

export interface Ledger {
  readonly events: readonly ProvenEvent[];
  readonly access: readonly ProvenEvent[];
  readonly checkpoint: string;
  readonly handOvers: readonly string[];
}

export interface LedgerOptions {
  /** Leaves of others between two events of the case. */
  readonly noise?: number;
  /** Whether the key was handed over before the checkpoint. */
  readonly handedOver?: boolean;
}

/** Puts the events into a tree with others between them, and proves each against its signed and cosigned end. */
export async function ledgerOf(texts: readonly FormedText[], access: readonly FormedText[], { noise = 3, handedOver = false }: LedgerOptions = {}): Promise<Ledger> {
  const leaves: Buffer[] = [];
  const addNoise = (): void => {
    for (let n = 0; n < noise; n += 1) leaves.push(hashLeaf(`another event ${leaves.length}`));
  };
  const add = ({ leafHash }: FormedText): number => {
    addNoise();
    return leaves.push(Buffer.from(leafHash, 'base64url')) - 1;
  };
  const places = texts.map(add);
  const accessPlaces = access.map(add);
  addNoise();
  const tiles = new MemoryTiles();
  tiles.write(growTiles(0, new Map(), leaves).tiles);
  const reader = new TreeReader(tiles);
  const size = leaves.length;
  const proven = (all: readonly FormedText[], indices: readonly number[]): Promise<ProvenEvent[]> =>
    Promise.all(
      all.map(async ({ head, body }, i) => {
        const leafIndex = indices[i] ?? -1;
        const proof = await reader.inclusionProof(leafIndex, size);
        return { head, body, leafIndex, proof: proof.map((hash) => Buffer.from(hash).toString('base64url')) };
      }),
    );
  const text = formatCheckpoint({ origin: bundleOrigin, size, root: await reader.root(size) });
  const signer = handedOver ? nextSigner : firstSigner;
  const half = Math.floor(size / 2);
  const handOver = signHandOver({ origin: bundleOrigin, tree: { size: half, root: await reader.root(half) }, at: at(50) }, firstSigner, nextSigner);
  const cosigned = [witnessSigner, strangeWitness].map((witness) => cosignatureLine(text, witness, cosignedAtSeconds)).join('');
  return {
    events: await proven(texts, places),
    access: await proven(access, accessPlaces),
    checkpoint: signNote(text, [signer]) + cosigned,
    handOvers: handedOver ? [handOver] : [],
  };
}

export const disclosurePolicy = loadDisclosurePolicy();
const certificate = loadCertificate();

/** Answers the golden key for every id that is asked for, and counts. */
export const goldenKeys = { getKeys: (keyIds: readonly string[]) => Promise.resolve(new Map(keyIds.filter((id) => id === goldenKey.keyId).map((id) => [id, goldenKey]))) };

export interface BundleChange extends LedgerOptions {
  readonly audience?: Audience;
  readonly documents?: BundleInput['documents'];
  readonly page?: string;
  readonly keys?: typeof goldenKeys;
  readonly given?: readonly (ToForm & { readonly by: By; readonly at?: string })[];
  readonly stream?: string;
  readonly input?: Partial<BundleInput>;
}

/** What `writeBundle` takes, of the sample case unless another is given. */
export async function bundleInput(change: BundleChange = {}): Promise<BundleInput> {
  const { audience = 'COURT', documents = 'NONE', page = '<!doctype html>', keys = goldenKeys, stream = bundleStream, given = sampleCase(stream) } = change;
  const { events, access, checkpoint, handOvers } = await ledgerOf(formStream(stream, given), formStream(accessStream, accessRecords(stream)), change);
  const disclosed = await discloseItems(events, access, { policy: disclosurePolicy.value, audience, keys });
  return {
    case: { stream, number: '2026-000001' },
    audience,
    createdAt,
    zone: 'America/Chicago',
    items: disclosed.items,
    access: disclosed.access,
    grounds: disclosurePolicy.value.grounds,
    ledger: { origin: bundleOrigin, firstKey: ledgerKey, handOvers, witnesses: [witnessKey], checkpoint, timeStamps: [{ note: signNoteOf(checkpoint), token: Buffer.from('invented token') }] },
    signer: handOvers.length > 0 ? nextSigner : firstSigner,
    policies: [disclosurePolicy],
    certificate: certificate.value,
    page,
    documents,
    ...change.input,
  };
}

/** The checkpoint as it was stamped: before any witness cosigned. */
function signNoteOf(checkpoint: string): string {
  const [text = '', lines = ''] = checkpoint.split('\n\n');
  return `${text}\n\n${lines.slice(0, lines.indexOf('\n') + 1)}`;
}

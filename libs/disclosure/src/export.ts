import { isRecord } from './verifier/text.js';
import { discloseItems, type ProvenEvent } from './items.js';
import { type CertificateTemplate, exportLimits, type ExportSources, type LedgerAnswers } from './port.js';
import type { Audience, DisclosurePolicy } from './redaction.js';
import { type BundleInput, writeBundle } from './write.js';
import { formatVerifierKey, type NoteSigner } from '#libs/ledger';
import type { SignedCheckpoint } from '#libs/ledger-feed/port';

export interface ExportRequest {
  /** `case-<uuid>` */
  readonly stream: string;
  readonly audience: Audience;
  readonly createdAt: string;
  readonly zone: string;
  readonly signer: NoteSigner;
  readonly policy: DisclosurePolicy;
  readonly policies: BundleInput['policies'];
  readonly certificate: CertificateTemplate;
  readonly page: string;
  readonly documents: BundleInput['documents'];
}

export type ExportOutcome =
  | { readonly kind: 'EXPORTED'; readonly bundle: Uint8Array; readonly events: number; readonly access: number; readonly treeSize: number }
  | { readonly kind: 'REFUSED'; readonly code: 'CASE_UNKNOWN' | 'NO_CHECKPOINT' | 'NOT_COVERED' | 'TOO_LARGE'; readonly message: string };

type Refused = Extract<ExportOutcome, { kind: 'REFUSED' }>;
const refused = (code: Refused['code'], message: string): Refused => ({ kind: 'REFUSED', code, message });

interface StoredTexts {
  readonly id: string;
  readonly head: string;
  readonly body: string;
}

/**
 * Exports a case as it stands now: its events, each proven against one signed checkpoint. A cosigned checkpoint is taken where one covers the
 * whole case, else the last one.
 * @throws what the sources throw, EnvelopeRefused, UnsealFailed, BundleNotSound
 */
export async function exportCase(sources: ExportSources, request: ExportRequest): Promise<ExportOutcome> {
  const { store, ledger, keys } = sources;
  const events = await readAtMost(store.readStream(request.stream), exportLimits.eventsMax);
  const access = await readAtMost(sources.accessTo?.(request.stream) ?? none(), exportLimits.accessMax);
  if (events === null || access === null) return refused('TOO_LARGE', 'The case has more events than one bundle holds.');
  const last = events.at(-1);
  if (last === undefined) return refused('CASE_UNKNOWN', 'There is no such case.');
  const checkpoint = await coveringCheckpoint(ledger, last);
  if (checkpoint === null) return refused('NO_CHECKPOINT', 'No signed checkpoint covers the case’s last event yet: try again in a few seconds.');
  const proven = await prove(ledger, events, checkpoint.size);
  // What was looked at after the checkpoint is part of the next bundle.
  const provenAccess = (await prove(ledger, access, checkpoint.size, true)) ?? [];
  if (proven === null) return refused('NOT_COVERED', 'The ledger has no proof for an event of the case: run the audit.');
  const { items, access: shownAccess } = await discloseItems(proven, provenAccess, { policy: request.policy, audience: request.audience, keys });
  const [{ origin, keys: logKeys, handOvers }, witnesses] = await Promise.all([ledger.wellKnown(), ledger.witnesses()]);
  const bundle = await writeBundle({
    ...request,
    case: { stream: request.stream, number: caseNumberIn(events) },
    items,
    access: shownAccess,
    grounds: request.policy.grounds,
    ledger: {
      origin,
      firstKey: logKeys[0] ?? formatVerifierKey(request.signer.key),
      handOvers,
      witnesses: witnesses.map(({ verifierKey }) => verifierKey),
      checkpoint: checkpoint.note,
      timeStamps: (await sources.timeStampsOf?.(checkpoint.size)) ?? [],
    },
  });
  return { kind: 'EXPORTED', bundle, events: items.length, access: shownAccess.length, treeSize: checkpoint.size };
}

async function* none(): AsyncIterable<StoredTexts> {
  // No source of access records.
}

/** Null where there are more. */
async function readAtMost(events: AsyncIterable<StoredTexts>, max: number): Promise<StoredTexts[] | null> {
  const read: StoredTexts[] = [];
  for await (const { id, head, body } of events) {
    if (read.length === max) return null;
    read.push({ id, head, body });
  }
  return read;
}

async function coveringCheckpoint(ledger: LedgerAnswers, last: StoredTexts): Promise<SignedCheckpoint | null> {
  for (const checkpoint of [await ledger.latestCosignedCheckpoint(), await ledger.latestCheckpoint()]) {
    if (checkpoint === null) continue;
    if ((await ledger.inclusionProofs([last.id], checkpoint.size)).has(last.id)) return checkpoint;
  }
  return null;
}

/** Null where an event has no proof, unless such are to be left out. */
async function prove(ledger: LedgerAnswers, events: readonly StoredTexts[], treeSize: number, leaveOut = false): Promise<ProvenEvent[] | null> {
  const proven: ProvenEvent[] = [];
  for (let start = 0; start < events.length; start += exportLimits.proofsAtOnceMax) {
    const page = events.slice(start, start + exportLimits.proofsAtOnceMax);
    const proofs = await ledger.inclusionProofs(page.map(({ id }) => id), treeSize);
    for (const { id, head, body } of page) {
      const found = proofs.get(id);
      if (found !== undefined) proven.push({ head, body, leafIndex: found.leafIndex, proof: found.proof.map((hash) => Buffer.from(hash).toString('base64url')) });
      else if (!leaveOut) return null;
    }
  }
  return proven;
}

/** The number that the first report gave the case; a clear field, read for the bundle's name alone. */
function caseNumberIn(events: readonly StoredTexts[]): string | null {
  const body: unknown = JSON.parse(events[0]?.body ?? 'null');
  const number = isRecord(body) ? body['caseNumber'] : null;
  return typeof number === 'string' ? number : null;
}

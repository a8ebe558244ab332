import { createHash } from 'node:crypto';
import { leafHash } from '#libs/envelope';
import { formatVerifierKey, type NoteSigner, parseCheckpoint, parseNote, parseVerifierKey, formatSignatureLine, signNote } from '#libs/ledger';
import { writeDocuments } from './documents.js';
import type { BundleItem } from './items.js';
import type { CertificateTemplate, TimeStamp } from './port.js';
import type { Audience, DisclosurePolicy } from './redaction.js';
import { verifyBundle } from './verify.node.js';
import type { BundleFault } from './verifier/fault.js';
import { accessName, checkpointName, eventsName, type Manifest, manifestName, statementName } from './verifier/manifest.js';
import { type FileToWrite, writeContainer } from './zip.write.js';

export interface BundleInput {
  readonly case: { readonly stream: string; readonly number: string | null };
  readonly audience: Audience;
  /** The time of the bundle: `2026-11-22T10:15:30.123Z`. */
  readonly createdAt: string;
  /** IANA zone of the documents' local times. */
  readonly zone: string;
  /** Revisions 0 to n. */
  readonly items: readonly BundleItem[];
  /** Records of access to the case, by leaf index. */
  readonly access: readonly BundleItem[];
  readonly grounds: DisclosurePolicy['grounds'];
  readonly ledger: {
    readonly origin: string;
    /** Verifier key of the log's first key. */
    readonly firstKey: string;
    readonly handOvers: readonly string[];
    /** Verifier keys; lines of others are left out of the checkpoint. */
    readonly witnesses: readonly string[];
    /** The signed note whose tree the proofs lead to. */
    readonly checkpoint: string;
    readonly timeStamps: readonly TimeStamp[];
  };
  /** The log's current key: it signs the statement. */
  readonly signer: NoteSigner;
  /** Policy files in force: name and bytes. */
  readonly policies: readonly { readonly fileName: string; readonly bytes: Uint8Array }[];
  readonly certificate: CertificateTemplate;
  /** verify.html; see `verifierPage`. */
  readonly page: string;
  /** `HTML`: no PDF, for small bundles. */
  readonly documents: 'NONE' | 'HTML' | 'HTML_AND_PDF';
}

/** What was written does not verify: its parts don't belong together. It is never handed out. */
export class BundleNotSound extends Error {
  override readonly name = 'BundleNotSound';
  constructor(readonly fault: BundleFault) {
    super(`the bundle would not verify: ${fault.message}`);
  }
}

/**
 * Writes a bundle (docs/bundle-format.md). The same input gives the same bytes. It is verified before it is answered.
 * @throws BundleNotSound, RangeError
 */
export async function writeBundle(input: BundleInput): Promise<Uint8Array> {
  const checkpoint = knownLines(input.ledger.checkpoint, input.ledger);
  const events = Buffer.from(input.items.map(printItem).join(''), 'utf8');
  const access = Buffer.from(input.access.map(printItem).join(''), 'utf8');
  const listed: FileToWrite[] = [
    { name: eventsName, bytes: events },
    { name: accessName, bytes: access },
    { name: checkpointName, bytes: utf8(checkpoint) },
    ...input.ledger.handOvers.map((note, i) => ({ name: `hand-overs/${ordinal(i)}.note`, bytes: utf8(note) })),
    ...input.ledger.timeStamps.flatMap(({ note, token }, i) => [
      { name: `time-stamps/${ordinal(i)}.note`, bytes: utf8(note) },
      { name: `time-stamps/${ordinal(i)}.tsr`, bytes: token },
    ]),
    ...input.policies.map(({ fileName, bytes }) => ({ name: `policies/${fileName}`, bytes })),
  ];
  const core = manifestOf(input, listed);
  if (input.documents !== 'NONE') listed.push({ name: 'verify.html', bytes: utf8(input.page) }, ...(await writeDocuments(input, core, checkpoint)));
  const files = listed.sort((a, b) => (a.name < b.name ? -1 : 1));
  const manifest = utf8(JSON.stringify(manifestOf(input, files)));
  const statement = utf8(statementOf(input, checkpoint, manifest));
  const bundle = writeContainer([{ name: manifestName, bytes: manifest }, { name: statementName, bytes: statement }, ...files]);
  const result = await verifyBundle(bundle, { trusted: { ledgerKeys: [formatVerifierKey(input.signer.key)] } });
  // A key that took over after the checkpoint did not sign it; then the first key leads to both.
  const answer = result.kind === 'REFUSED' && result.fault.code === 'UNTRUSTED_KEY' ? await verifyBundle(bundle, { trusted: { ledgerKeys: [input.ledger.firstKey] } }) : result;
  if (answer.kind === 'REFUSED') throw new BundleNotSound(answer.fault);
  return bundle;
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const ordinal = (index: number): string => String(index + 1).padStart(4, '0');

function printItem({ head, leafIndex, proof, fields }: BundleItem): string {
  const printed = fields.map((field) =>
    'value' in field ? { name: field.name, salt: field.salt, value: field.value } : { name: field.name, commitment: field.commitment, ground: field.ground },
  );
  return `${JSON.stringify({ head, leafIndex, proof, fields: printed })}\n`;
}

function manifestOf(input: BundleInput, files: readonly FileToWrite[]): Manifest {
  const { ledger, grounds } = input;
  return {
    format: 'caseledger-bundle',
    version: 1,
    case: { stream: input.case.stream, number: input.case.number },
    audience: input.audience,
    createdAt: input.createdAt,
    zone: input.zone,
    ledger: { origin: ledger.origin, key: ledger.firstKey, witnesses: [...ledger.witnesses] },
    events: input.items.length,
    access: input.access.length,
    grounds: Object.entries(grounds)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { text, citation }]) => ({ code, text: `${text} (${citation})` })),
    files: files.map(({ name, bytes }) => ({ name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') })),
  };
}

/** The checkpoint with the lines of the log's keys and of the named witnesses alone: in a bundle nothing stands that nobody can check. */
function knownLines(note: string, { origin, witnesses }: BundleInput['ledger']): string {
  const parsed = parseNote(note);
  if (parsed.kind === 'REFUSED') throw new RangeError(`The checkpoint is not a signed note: ${parsed.message}.`);
  const keys = witnesses.map((text) => parseVerifierKey(text));
  const lines = parsed.signatures.filter(({ name, id }) => name === origin || keys.some((key) => key?.name === name && key.id === id));
  return `${parsed.text}\n${lines.map(formatSignatureLine).join('')}`;
}

function statementOf({ case: { stream }, items, createdAt, signer, ledger }: BundleInput, checkpoint: string, manifest: Uint8Array): string {
  const last = items.at(-1);
  const tree = parseCheckpoint(checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1));
  if (last === undefined || tree === null) throw new RangeError('A bundle has an event and a checkpoint.');
  const lines = [
    'caseledger bundle statement v1',
    ledger.origin,
    stream,
    String(items.length - 1),
    Buffer.from(leafHash(last.head), 'base64url').toString('base64'),
    String(tree.size),
    createHash('sha256').update(manifest).digest('base64'),
    createdAt,
  ];
  return signNote(`${lines.join('\n')}\n`, [signer]);
}

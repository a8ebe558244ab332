import { faulty } from './fault.js';
import { checkpointName, type Manifest, manifestName, statementName } from './manifest.js';
import { openNote, parseKey, parseNote, type SignedBy, type VerifierKey } from './note.js';
import { type Digest, type VerifierCrypto, verifierLimits } from './ports.js';
import { fromBase64, fromDecimal, isTime, toDigest } from './text.js';

/** What a bundle's signatures say: which keys the ledger had, which tree it signed, and what it states about this bundle. */

/** A key of the log with the tree sizes that it may sign. */
interface LogKey {
  readonly key: VerifierKey;
  readonly from: number;
  readonly until: number | null;
}

export interface Trusted {
  /** Verifier keys of the ledger that you know from elsewhere. Empty: the bundle's own word is taken, and the result says so. */
  readonly ledgerKeys: readonly string[];
  /** Verifier keys of witnesses that you know from elsewhere. */
  readonly witnessKeys: readonly string[];
}

export interface Tree {
  readonly size: number;
  readonly root: Digest;
}

export interface SignedParts {
  readonly tree: Tree;
  readonly signer: VerifierKey;
  readonly cosigned: readonly SignedBy[];
  /** Whether a key that was given leads to the signer. */
  readonly trusted: boolean;
  readonly keys: readonly LogKey[];
  readonly text: string;
}

const handOverTitle = 'caseledger key hand-over v1';
const statementTitle = 'caseledger bundle statement v1';
const timeLine = 6;

function logKey(text: string, origin: string, crypto: VerifierCrypto): Promise<VerifierKey | null> {
  return parseKey(text, crypto).then((key) => (key !== null && key.type === 'ED25519' && key.name === origin ? key : null));
}

function tree(sizeText: string | undefined, rootText: string | undefined): Tree | null {
  const size = sizeText === undefined ? null : fromDecimal(sizeText);
  const root = rootText === undefined ? null : fromBase64(rootText);
  return size === null || root === null || root.length !== 32 ? null : { size, root: toDigest(root) };
}

interface HandOver {
  readonly from: string | undefined;
  readonly to: VerifierKey;
  readonly at: Tree;
}

/** What the note says, of its one form; null for any other. */
async function readHandOver(note: string | null, origin: string, crypto: VerifierCrypto): Promise<HandOver | null> {
  const lines = parseNote(note)?.text.split('\n') ?? [];
  const [title, said, from, toText, sizeText, rootText] = lines;
  const to = toText === undefined ? null : await logKey(toText, origin, crypto);
  const at = tree(sizeText, rootText);
  const formed = lines.length === timeLine + 2 && lines.at(-1) === '' && title === handOverTitle && said === origin && isTime(lines[timeLine]);
  return formed && to !== null && at !== null ? { from, to, at } : null;
}

/** The log's keys from the first on, each hand-over signed by both. `notes` in their order. @throws Faulty */
export async function followKeys(manifest: Manifest, notes: readonly { readonly name: string; readonly text: string | null }[], crypto: VerifierCrypto): Promise<readonly LogKey[]> {
  const { origin, key: firstText } = manifest.ledger;
  const first = await logKey(firstText, origin, crypto);
  if (first === null) throw faulty('KEYS', manifestName, 'the manifest names no proper key of the ledger');
  const keys: LogKey[] = [];
  let current: LogKey = { key: first, from: 0, until: null };
  for (const { name, text } of notes) {
    const handOver = await readHandOver(text, origin, crypto);
    const inTurn = handOver !== null && handOver.from === current.key.text && handOver.at.size >= current.from;
    if (!inTurn || [...keys, current].some(({ key }) => key.text === handOver.to.text)) {
      throw faulty('KEYS', name, `${name} hands over to no other key of the ledger, or out of turn`);
    }
    const { to, at } = handOver;
    const { signed } = await openNote(text, [current.key, to], crypto, { code: 'KEYS', file: name, what: name });
    if (signed.length !== 2) throw faulty('KEYS', name, `${name} is not signed by the two keys that it names`);
    keys.push({ ...current, until: at.size });
    current = { key: to, from: at.size, until: null };
  }
  return [...keys, current];
}

/** @throws Faulty */
export async function openCheckpoint(
  manifest: Manifest,
  note: string | null,
  keys: readonly LogKey[],
  trusted: Trusted,
  crypto: VerifierCrypto,
  file: string = checkpointName,
): Promise<SignedParts> {
  const witnesses = await witnessKeys(manifest, crypto);
  const what = file === checkpointName ? 'the ledger’s checkpoint' : `the checkpoint in ${file}`;
  const { text, signed } = await openNote(note, [...keys.map(({ key }) => key), ...witnesses], crypto, { code: 'CHECKPOINT', file, what });
  const [origin, sizeText, rootText, end, ...rest] = text.split('\n');
  const at = tree(sizeText, rootText);
  if (origin !== manifest.ledger.origin || end !== '' || rest.length > 0 || at === null || at.size === 0) {
    throw faulty('CHECKPOINT', file, `${what} is not one of ${manifest.ledger.origin}`);
  }
  const inTime = keys.findLastIndex(
    ({ key, from, until }) => at.size >= from && (until === null || at.size <= until) && signed.some((one) => one.key === key),
  );
  const signer = keys[inTime];
  if (signer === undefined) throw faulty('CHECKPOINT', file, `${what} is not signed by a key that the ledger had for it`);
  const known = keys.findIndex(({ key }) => trusted.ledgerKeys.includes(key.text));
  if (trusted.ledgerKeys.length > 0 && (known < 0 || known > inTime)) {
    throw faulty('UNTRUSTED_KEY', file, `${what} is signed by key ${signer.key.id}, and no key that you trust is that one or handed over to it`);
  }
  return { tree: at, signer: signer.key, cosigned: signed.filter(({ key }) => key.type === 'COSIGNATURE'), trusted: known >= 0, keys, text };
}

async function witnessKeys(manifest: Manifest, crypto: VerifierCrypto): Promise<readonly VerifierKey[]> {
  const keys: VerifierKey[] = [];
  for (const text of manifest.ledger.witnesses) {
    const key = await parseKey(text, crypto);
    if (key === null || key.type !== 'COSIGNATURE' || keys.some((other) => other.text === text)) {
      throw faulty('KEYS', manifestName, 'the manifest names a witness key that is none');
    }
    keys.push(key);
  }
  return keys;
}

export interface Statement {
  /** The case's last event, as the service asserts. */
  readonly revision: number;
  /** That event's leaf hash. */
  readonly leaf: Digest;
}

interface StatementText extends Statement {
  readonly origin: string | undefined;
  readonly stream: string | undefined;
  readonly size: number | null;
  /** Of the manifest. */
  readonly bound: Digest;
  readonly createdAt: string | undefined;
}

/** What the statement says, of its one form; null for any other. */
function readStatement(text: string): StatementText | null {
  const [title, origin, stream, revisionText, leafText, sizeText, manifestText, createdAt, end, ...rest] = text.split('\n');
  const revision = fromDecimal(revisionText ?? '');
  const leaf = fromBase64(leafText ?? '');
  const bound = fromBase64(manifestText ?? '');
  const formed = title === statementTitle && end === '' && rest.length === 0;
  if (!formed || revision === null || leaf?.length !== 32 || bound?.length !== 32) return null;
  return { origin, stream, revision, leaf: toDigest(leaf), size: fromDecimal(sizeText ?? ''), bound: toDigest(bound), createdAt };
}

/** The signed statement binds the manifest, and by it every file. @throws Faulty */
export async function openStatement(manifest: Manifest, note: string | null, manifestDigest: Digest, { keys, tree: covered }: SignedParts, crypto: VerifierCrypto): Promise<Statement> {
  const last = keys.at(-1);
  if (last === undefined) throw faulty('KEYS', manifestName, 'the ledger has no key');
  const { text } = await openNote(note, [last.key], crypto, { code: 'STATEMENT', file: statementName, what: 'the signed statement about this bundle' });
  const bad = (why: string) => faulty('STATEMENT', statementName, `the signed statement is about another bundle: ${why}`);
  const said = readStatement(text);
  if (said === null) throw bad('it is not of the form of one');
  if (said.bound !== manifestDigest) throw faulty('STATEMENT', manifestName, 'the manifest is not the one that the ledger’s key signed for this bundle');
  if (said.origin !== manifest.ledger.origin || said.stream !== manifest.case.stream) throw bad('it names another ledger or case');
  if (said.createdAt !== manifest.createdAt || said.size !== covered.size) throw bad('it names another time or checkpoint');
  if (said.revision !== manifest.events - 1) throw bad('it names another last event');
  return { revision: said.revision, leaf: said.leaf };
}

/** @throws Faulty for more hand-overs than any ledger has */
export function checkHandOverCount(count: number): void {
  if (count > verifierLimits.handOversMax) throw faulty('TOO_LARGE', null, 'the bundle holds more key hand-overs than any ledger has');
}

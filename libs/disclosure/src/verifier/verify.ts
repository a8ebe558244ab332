import { type BundleFault, Faulty, faulty } from './fault.js';
import { type Item, type ItemField, type ItemHead, readItem } from './item.js';
import { LineBatches } from './lines.js';
import { accessName, checkpointName, eventsName, type Manifest, type ManifestFile, manifestName, readManifest, requiredFiles, statementName } from './manifest.js';
import { AccessOrder, CaseOrder, type ItemFile, type ItemOrder } from './order.js';
import { type ByteSource, type Digest, type VerifierCrypto, verifierLimits } from './ports.js';
import { type CheckedItem, type Place, ProofChecker } from './proof.js';
import { checkHandOverCount, followKeys, openCheckpoint, openStatement, type SignedParts, type Trusted } from './signed.js';
import { fromUtf8, toBase64url, toHex } from './text.js';
import { crc32, readContainer, type ZipEntry } from './zip.js';

/** An event that was checked: what it shows is what the ledger holds. */
export interface VerifiedEvent {
  readonly file: ItemFile;
  /** Its number: in EVENTS the revision in the case's stream, in ACCESS the line from 0. */
  readonly number: number;
  readonly head: ItemHead;
  readonly leafIndex: number;
  readonly fields: readonly ItemField[];
}

export interface VerifiedBundle {
  readonly manifest: Manifest;
  /** Of manifest.json, lower-case hex: it stands for every file. */
  readonly manifestSha256: string;
  readonly tree: { readonly size: number; readonly root: string };
  readonly signer: { readonly name: string; readonly id: string; readonly key: string };
  /** `GIVEN`: a key that you gave signed, or handed over to the one that did. `OWN_WORD`: you gave none, so compare the key yourself. */
  readonly trust: 'GIVEN' | 'OWN_WORD';
  readonly witnesses: readonly { readonly name: string; readonly id: string; readonly key: string; readonly at: string; readonly trusted: boolean }[];
  /** RFC 3161 tokens; their signatures are not checked here. */
  readonly timeStamps: readonly string[];
  /** The last event, as the signed statement asserts. */
  readonly last: { readonly revision: number; readonly leaf: string };
  readonly counts: { readonly events: number; readonly access: number; readonly shown: number; readonly withheld: number };
}

export type BundleVerification =
  | { readonly kind: 'VERIFIED'; readonly bundle: VerifiedBundle }
  | { readonly kind: 'REFUSED'; readonly fault: BundleFault };

export interface VerifyOptions {
  readonly trusted?: Partial<Trusted>;
  /** Called with each event once it is checked, in order. What it is told holds only if the verification then ends with VERIFIED. */
  readonly onEvent?: (event: VerifiedEvent) => void;
}

/** Checks a bundle and answers the first thing that is wrong with it, or that nothing is. */
export async function verify(source: ByteSource, crypto: VerifierCrypto, options: VerifyOptions = {}): Promise<BundleVerification> {
  try {
    return { kind: 'VERIFIED', bundle: await new Verification(source, crypto, options).run() };
  } catch (error) {
    if (error instanceof Faulty) return { kind: 'REFUSED', fault: error.fault };
    throw error;
  }
}

class Verification {
  private readonly trusted: Trusted;
  private entries: ReadonlyMap<string, ZipEntry> = new Map();
  private shown = 0;
  private withheld = 0;

  constructor(
    private readonly source: ByteSource,
    private readonly crypto: VerifierCrypto,
    private readonly options: VerifyOptions,
  ) {
    this.trusted = { ledgerKeys: options.trusted?.ledgerKeys ?? [], witnessKeys: options.trusted?.witnessKeys ?? [] };
  }

  async run(): Promise<VerifiedBundle> {
    const entries = await readContainer(this.source);
    this.entries = new Map(entries.map((entry) => [entry.name, entry]));
    const manifestBytes = await this.readSmall(manifestName, verifierLimits.manifestBytesMax);
    const manifest = readManifest(fromUtf8(manifestBytes));
    checkFiles(manifest, entries);
    const [manifestDigest = ''] = await this.crypto.digestAll([manifestBytes]);
    const names = manifest.files.map(({ name }) => name);
    const handOvers = numbered(names, 'hand-overs/', '.note');
    checkHandOverCount(handOvers.length);
    const keys = await followKeys(manifest, await Promise.all(handOvers.map(async (name) => ({ name, text: await this.readNote(name) }))), this.crypto);
    const signed = await openCheckpoint(manifest, await this.readNote(checkpointName), keys, this.trusted, this.crypto);
    const statement = await openStatement(manifest, await this.readNote(statementName), manifestDigest, signed, this.crypto);
    const timeStamps = await this.checkTimeStamps(manifest, names, signed);
    const last = await this.checkItems(manifest, fileOf(manifest, eventsName), signed, new CaseOrder(manifest));
    if (last !== statement.leaf) throw faulty('STATEMENT', eventsName, 'the last event is not the one that the signed statement names', manifest.events - 1);
    await this.checkItems(manifest, fileOf(manifest, accessName), signed, new AccessOrder());
    for (const file of manifest.files) if (file.name !== eventsName && file.name !== accessName) await this.checkFile(file, () => undefined);
    for (const name of [manifestName, statementName]) await this.checkSum(name);
    return { ...this.result(manifest, signed, statement.revision, last, timeStamps), manifestSha256: toHex(manifestDigest) };
  }

  private result(manifest: Manifest, { tree, signer, cosigned, trusted }: SignedParts, revision: number, leaf: Digest, timeStamps: readonly string[]): Omit<VerifiedBundle, 'manifestSha256'> {
    return {
      manifest,
      tree: { size: tree.size, root: toBase64url(tree.root) },
      signer: { name: signer.name, id: signer.id, key: signer.text },
      trust: trusted ? 'GIVEN' : 'OWN_WORD',
      witnesses: cosigned.map(({ key, time }) => ({
        name: key.name,
        id: key.id,
        key: key.text,
        at: new Date((time ?? 0) * 1_000).toISOString(),
        trusted: this.trusted.witnessKeys.includes(key.text),
      })),
      timeStamps,
      last: { revision, leaf: toBase64url(leaf) },
      counts: { events: manifest.events, access: manifest.access, shown: this.shown, withheld: this.withheld },
    };
  }

  private entry(name: string): ZipEntry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw faulty('FILES', name, `${name} is missing from the bundle`);
    return entry;
  }

  private async readSmall(name: string, bytesMax: number): Promise<Uint8Array> {
    const { offset, size } = this.entry(name);
    if (size > bytesMax) throw faulty('TOO_LARGE', name, `${name} is larger than any such file may be`);
    return this.source.read(offset, size);
  }

  private async readNote(name: string): Promise<string | null> {
    return fromUtf8(await this.readSmall(name, verifierLimits.noteBytesMax));
  }

  /** Each token stands beside the checkpoint that it stamps, which must be the bundle's own tree. */
  private async checkTimeStamps(manifest: Manifest, names: readonly string[], signed: SignedParts): Promise<readonly string[]> {
    const notes = numbered(names, 'time-stamps/', '.note');
    const tokens = numbered(names, 'time-stamps/', '.tsr');
    if (notes.length !== tokens.length) throw faulty('TIME_STAMP', manifestName, 'a time stamp is without the checkpoint that it stamps');
    for (const name of notes) {
      const stamped = await openCheckpoint(manifest, await this.readNote(name), signed.keys, this.trusted, this.crypto, name);
      if (stamped.text !== signed.text) throw faulty('TIME_STAMP', name, `${name} stamps another checkpoint than the bundle's`);
    }
    return tokens;
  }

  /** Answers the leaf hash of the last event. */
  private async checkItems(manifest: Manifest, file: ManifestFile, { tree }: SignedParts, order: ItemOrder): Promise<Digest> {
    const grounds = new Set(manifest.grounds.map(({ code }) => code));
    const checker = new ProofChecker(tree, this.crypto);
    const lines = new LineBatches(file.name);
    let number = 0;
    await this.checkFile(file, async (piece) => {
      for (const batch of lines.push(piece)) {
        const place = { file: file.name, first: number };
        await this.checkBatch(batch, place, grounds, checker, order);
        number += batch.length;
        if (number > order.count(manifest)) throw faulty('EVENT_CHAIN', file.name, 'there are more events than the manifest says', order.count(manifest));
      }
    }, () => lines.finish());
    if (number !== order.count(manifest)) throw faulty('EVENT_CHAIN', file.name, `event ${number} is missing: the manifest names ${order.count(manifest)} events`, number);
    return order.last;
  }

  private async checkBatch(lines: readonly string[], place: Place, grounds: ReadonlySet<string>, checker: ProofChecker, order: ItemOrder): Promise<void> {
    const items: Item[] = [];
    let formFault: unknown = null;
    for (const [i, line] of lines.entries()) {
      try {
        items.push(readItem(line, grounds, { file: place.file, event: place.first + i }));
      } catch (error) {
        // The events before it are checked first: the first bad one is named.
        formFault = error;
        break;
      }
    }
    const checked = await checker.check(items, place);
    for (const [i, item] of items.entries()) {
      this.accept(item, checked[i], place.first + i, order);
    }
    if (formFault !== null) throw formFault;
  }

  private accept(item: Item, checked: CheckedItem | undefined, number: number, order: ItemOrder): void {
    const fault = checked?.fault ?? null;
    if (fault !== null) throw fault;
    order.next(item, checked?.leaf ?? '', number);
    for (const field of item.fields) {
      if ('value' in field) this.shown += 1;
      else this.withheld += 1;
    }
    const { head, leafIndex, fields } = item;
    this.options.onEvent?.({ file: order.file, number, head, leafIndex, fields });
  }

  /** Hands the file on in pieces, then holds it to the manifest and to the container. `done` runs before that. */
  private async checkFile(file: ManifestFile, onPiece: (piece: Uint8Array) => Promise<void> | void, done?: () => void): Promise<void> {
    const { offset, size, crc32: said } = this.entry(file.name);
    const digest = this.crypto.startDigest();
    let sum = 0;
    for (let at = 0; at < size; at += verifierLimits.chunkBytes) {
      const piece = await this.source.read(offset + at, Math.min(verifierLimits.chunkBytes, size - at));
      digest.update(piece);
      sum = this.sumOf(piece, sum);
      await onPiece(piece);
    }
    done?.();
    if (toHex(await digest.finish()) !== file.sha256) throw faulty('FILE_CHANGED', file.name, `${file.name} was changed: it is not the file that the manifest names`);
    if (sum !== said) throw faulty('CONTAINER', file.name, `the check sum of ${file.name} in the bundle is wrong`);
  }

  private async checkSum(name: string): Promise<void> {
    const { offset, size, crc32: said } = this.entry(name);
    if (this.sumOf(await this.source.read(offset, size), 0) !== said) throw faulty('CONTAINER', name, `the check sum of ${name} in the bundle is wrong`);
  }

  private sumOf(bytes: Uint8Array, before: number): number {
    return this.crypto.crc32?.(bytes, before) ?? crc32(bytes, before);
  }
}

/** The manifest, the statement, then exactly the manifest's files in its order and of its sizes. */
function checkFiles(manifest: Manifest, entries: readonly ZipEntry[]): void {
  const expected = [manifestName, statementName, ...manifest.files.map(({ name }) => name)];
  const sizes = new Map(manifest.files.map(({ name, size }) => [name, size]));
  for (const name of requiredFiles) if (!sizes.has(name)) throw faulty('FILES', name, `the manifest names no ${name}`);
  for (const [i, { name, size }] of entries.entries()) {
    if (name !== expected[i]) throw faulty('FILES', name, `${name} is not a file that the manifest names at this place`);
    if (name !== manifestName && name !== statementName && size !== sizes.get(name)) throw faulty('FILES', name, `${name} is not as long as the manifest says`);
  }
  const missing = expected[entries.length];
  if (missing !== undefined) throw faulty('FILES', missing, `${missing} is missing from the bundle`);
}

function fileOf({ files }: Manifest, name: string): ManifestFile {
  const file = files.find((one) => one.name === name);
  if (file === undefined) throw faulty('FILES', name, `the manifest names no ${name}`);
  return file;
}

/** `0001`, `0002`, … without a gap. @throws Faulty */
function numbered(names: readonly string[], folder: string, ending: string): readonly string[] {
  const found = names.filter((name) => name.startsWith(folder) && name.endsWith(ending));
  for (const [i, name] of found.entries()) {
    if (name !== `${folder}${String(i + 1).padStart(4, '0')}${ending}`) throw faulty('FILES', name, `${name} is out of turn`);
  }
  return found;
}

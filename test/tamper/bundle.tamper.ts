import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { writeBundle } from '#libs/disclosure';
import type { BundleVerification, VerifyOptions } from '#libs/disclosure';
import { bundleInput, ledgerKey } from '../support/bundle-kit.js';
import { unzip } from '../support/rebuild-bundle.js';
import type { TamperCount, TamperPart } from './part.js';

/** Flips and corrupts a small reference bundle, and asks copies of the verifier that lie outside it. */

export type Entry = (bundle: Uint8Array, options?: VerifyOptions) => Promise<BundleVerification>;
export interface Entries {
  readonly node: Entry;
  readonly web: Entry;
  close(): void;
}

const trusted = { ledgerKeys: [ledgerKey], witnessKeys: [] };
const root = fileURLToPath(new URL('../..', import.meta.url));
const referenceBytesMax = 64 * 1024;
/** `--long`. */
const corruptions = 1_000_000;
const corruptionsShort = 2_000;
const corruptedBytesMax = 64;

export async function referenceBundle(): Promise<Buffer> {
  const bundle = Buffer.from(await writeBundle(await bundleInput()));
  if (bundle.length > referenceBytesMax) throw new Error('the reference bundle has grown too large to flip every byte of it');
  return bundle;
}

/** Both entries, built into one file each, in a folder of their own: nothing of the bundle or of the repository is near them. */
export async function copiedEntries(): Promise<Entries> {
  const folder = mkdtempSync(join(tmpdir(), 'caseledger-verifier-'));
  const { build } = await import('esbuild');
  const made = async (entry: string): Promise<Record<string, unknown>> => {
    const outfile = join(folder, `${entry}.mjs`);
    await build({ absWorkingDir: root, entryPoints: [`libs/disclosure/src/${entry}.ts`], bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' });
    return (await import(pathToFileURL(outfile).href)) as Record<string, unknown>; // Any module.
  };
  const node = await made('verify.node');
  const web = await made('verify.browser');
  // The two modules' own exports.
  return { node: node['verifyBundle'] as Entry, web: web['verifyInBrowser'] as Entry, close: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Span {
  readonly start: number;
  readonly end: number;
  /** The event whose line it is; null: no event's. */
  readonly event: number | null;
  readonly file: string | null;
}

/** Which event each byte belongs to. */
export function spansOf(bundle: Buffer): readonly Span[] {
  const spans: Span[] = [];
  for (const { name, bytes } of unzip(bundle)) {
    if (!name.endsWith('.ndjson')) continue;
    const start = bundle.indexOf(bytes);
    let at = start;
    for (const [event, line] of bytes.toString('utf8').trimEnd().split('\n').entries()) {
      const end = at + Buffer.byteLength(line) + 1;
      spans.push({ start: at, end, event, file: name });
      at = end;
    }
  }
  return spans;
}

/** Null where the change was found and the right event named; else what went wrong. */
export async function missedFlip(entry: Entry, bundle: Buffer, at: number, flip: number, spans: readonly Span[]): Promise<string | null> {
  const byte = bundle[at] ?? 0;
  bundle[at] = byte ^ flip;
  try {
    const result = await entry(bundle, { trusted });
    if (result.kind === 'VERIFIED') return `byte ${at}: not found`;
    const span = spans.find(({ start, end }) => at >= start && at < end);
    if (span === undefined) return null;
    // A line that loses its newline swallows the next: the earlier of the two is named.
    const { event, file } = result.fault;
    return event === span.event && file === span.file ? null : `byte ${at}: event ${span.event} of ${span.file} was changed, and ${event} of ${file} named`;
  } finally {
    bundle[at] = byte;
  }
}

/** A flip of byte `at` that differs from place to place, and is never none. */
export const flipAt = (at: number): number => 1 + ((at * 167) % 255);

export async function everyFlip(entries: Entries, bundle: Buffer, every = 1): Promise<readonly TamperCount[]> {
  const spans = spansOf(bundle);
  const counts: TamperCount[] = [];
  for (const [name, entry] of [['node entry', entries.node], ['browser entry (WebCrypto)', entries.web]] as const) {
    const missed: string[] = [];
    let tried = 0;
    for (let at = 0; at < bundle.length; at += every) {
      const complaint = await missedFlip(entry, bundle, at, flipAt(at), spans);
      tried += 1;
      if (complaint !== null) missed.push(complaint);
    }
    counts.push({ what: `bytes of a bundle of ${bundle.length} flipped, ${name}`, tried, found: tried - missed.length, missed });
  }
  return counts;
}

/** xorshift32: repeatable, and good enough to choose places and bytes. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Several bytes overwritten, a run cut out, doubled or exchanged; the last three may change the length. */
export function corrupt(bundle: Buffer, random: (below: number) => number): Buffer {
  const at = random(bundle.length);
  const length = 1 + random(corruptedBytesMax);
  const run = bundle.subarray(at, at + length);
  const to = random(bundle.length);
  const copy = Buffer.from(bundle);
  switch (random(4)) {
    case 0:
      for (let n = 0; n < length; n += 1) copy[random(copy.length)] = random(256);
      return copy;
    case 1:
      return Buffer.concat([bundle.subarray(0, at), bundle.subarray(at + length)]);
    case 2:
      return Buffer.concat([bundle.subarray(0, to), run, bundle.subarray(to)]);
    default:
      run.copy(copy, to);
      return copy;
  }
}

async function randomCorruptions(entry: Entry, bundle: Buffer, count: number): Promise<TamperCount> {
  const random = seeded(20_261_122);
  const missed: string[] = [];
  let tried = 0;
  while (tried < count) {
    const changed = corrupt(bundle, random);
    if (changed.equals(bundle)) continue;
    tried += 1;
    const result = await entry(changed, { trusted });
    if (result.kind === 'VERIFIED') missed.push(`corruption ${tried}: not found`);
  }
  return { what: 'random corruptions of 1 to 64 bytes, node entry', tried, found: tried - missed.length, missed };
}

export const bundlePart: TamperPart = {
  name: 'bundle',
  async run({ long, print }) {
    const bundle = await referenceBundle();
    const entries = await copiedEntries();
    try {
      const flips = await everyFlip(entries, bundle);
      for (const { missed } of flips) for (const line of missed.slice(0, 20)) print(line);
      return [...flips, await randomCorruptions(entries.node, bundle, long ? corruptions : corruptionsShort)];
    } finally {
      entries.close();
    }
  },
};

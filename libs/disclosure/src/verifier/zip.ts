import { faulty } from './fault.js';
import { type ByteSource, verifierLimits } from './ports.js';
import { fromUtf8, toUtf8 } from './text.js';

/** The container: PKZIP APPNOTE 6.3.10 with every choice taken. docs/bundle-format.md, 'The container', has the tables. */

export interface ZipEntry {
  readonly name: string;
  /** Where its bytes begin and how many they are. */
  readonly offset: number;
  readonly size: number;
  readonly crc32: number;
}

const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const localMark = 0x04034b50;
const centralMark = 0x02014b50;
const endMark = 0x06054b50;
/** 2.0, MS-DOS. */
const zipVersion = 20;
/** 1980-01-01, the first day that the format knows: a bundle's times stand in its manifest. */
const fixedDate = 0x0021;

const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/;
export const isFileName = (name: string): boolean => name.length <= verifierLimits.fileNameBytesMax && nameForm.test(name);

type EntryHead = Pick<ZipEntry, 'name' | 'size' | 'crc32'>;

function writeShared(view: DataView, at: number, { name, size, crc32 }: EntryHead): void {
  view.setUint16(at, zipVersion, true);
  view.setUint16(at + 2, 0, true);
  view.setUint16(at + 4, 0, true);
  view.setUint16(at + 6, 0, true);
  view.setUint16(at + 8, fixedDate, true);
  view.setUint32(at + 10, crc32, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, name.length, true);
}

export function localHeader(entry: EntryHead): Uint8Array {
  const bytes = new Uint8Array(LOCAL_BYTES + entry.name.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, localMark, true);
  writeShared(view, 4, entry);
  bytes.set(toUtf8(entry.name), LOCAL_BYTES);
  return bytes;
}

/** Everything after the last file's bytes. */
export function directory(entries: readonly ZipEntry[], offset: number): Uint8Array {
  const size = entries.reduce((sum, { name }) => sum + CENTRAL_BYTES + name.length, 0);
  const bytes = new Uint8Array(size + END_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const entry of entries) {
    view.setUint32(at, centralMark, true);
    view.setUint16(at + 4, zipVersion, true);
    writeShared(view, at + 6, entry);
    view.setUint32(at + 42, entry.offset - LOCAL_BYTES - entry.name.length, true);
    bytes.set(toUtf8(entry.name), at + CENTRAL_BYTES);
    at += CENTRAL_BYTES + entry.name.length;
  }
  view.setUint32(at, endMark, true);
  view.setUint16(at + 8, entries.length, true);
  view.setUint16(at + 10, entries.length, true);
  view.setUint32(at + 12, size, true);
  view.setUint32(at + 16, offset, true);
  return bytes;
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, i) => byte === b[i]);

/**
 * The container's entries. Every byte that is not a file's own is rebuilt and compared; whether a file's bytes have the CRC-32 that its
 * header says is for whoever reads them. @throws Faulty
 */
export async function readContainer(source: ByteSource): Promise<readonly ZipEntry[]> {
  if (source.size > verifierLimits.bundleBytesMax) throw faulty('TOO_LARGE', null, 'the bundle is larger than any bundle may be');
  const entries: ZipEntry[] = [];
  let at = 0;
  while (at + LOCAL_BYTES <= source.size) {
    const head = await source.read(at, LOCAL_BYTES);
    const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
    if (view.getUint32(0, true) !== localMark) break;
    if (entries.length === verifierLimits.filesMax) throw faulty('TOO_LARGE', null, 'the bundle holds more files than any bundle may');
    const entry = await readEntry(source, at, view, entries.length);
    entries.push(entry);
    at = entry.offset + entry.size;
  }
  const expected = directory(entries, at);
  if (at + expected.length !== source.size) throw faulty('CONTAINER', null, 'the bundle is cut short, or something stands before, between or after its files');
  if (!same(await source.read(at, expected.length), expected)) throw faulty('CONTAINER', null, "the bundle's table of contents is not that of its files");
  return entries;
}

async function readEntry(source: ByteSource, at: number, view: DataView, ordinal: number): Promise<ZipEntry> {
  const nameLength = view.getUint16(26, true);
  const size = view.getUint32(18, true);
  const offset = at + LOCAL_BYTES + nameLength;
  const cut = faulty('CONTAINER', null, `the header of file ${ordinal + 1} in the bundle is damaged`);
  if (nameLength > verifierLimits.fileNameBytesMax || offset + size > source.size) throw cut;
  const header = await source.read(at, LOCAL_BYTES + nameLength);
  const name = fromUtf8(header.subarray(LOCAL_BYTES));
  if (name === null || !isFileName(name)) throw cut;
  const entry = { name, offset, size, crc32: view.getUint32(14, true) };
  if (!same(header, localHeader(entry))) throw faulty('CONTAINER', name, `the header of ${name} in the bundle is damaged`);
  return entry;
}

const crcTable = new Uint32Array(256).map((_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = (c & 1) === 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

export function crc32(bytes: Uint8Array, before = 0): number {
  let c = ~before >>> 0;
  for (const byte of bytes) c = (crcTable[(c ^ byte) & 0xff] ?? 0) ^ (c >>> 8);
  return ~c >>> 0;
}

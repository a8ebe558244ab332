import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type NoteSigner, parseNote, signNote } from '#libs/ledger';
import type { BundleItem } from '#libs/disclosure';

/** Takes bundles apart and puts them together again with all sums right: what somebody can do who has every tool but the ledger's key. */

export interface UnzippedFile {
  readonly name: string;
  bytes: Buffer;
  readonly crc?: number;
}

export function unzip(bundle: Uint8Array): UnzippedFile[] {
  const zip = Buffer.from(bundle);
  const files: UnzippedFile[] = [];
  for (let at = 0; zip.readUInt32LE(at) === 0x04034b50; ) {
    const start = at + 30 + zip.readUInt16LE(at + 26);
    const end = start + zip.readUInt32LE(at + 18);
    files.push({ name: zip.toString('latin1', at + 30, start), bytes: Buffer.from(zip.subarray(start, end)), crc: zip.readUInt32LE(at + 14) });
    at = end;
  }
  return files;
}

/** Changes files, then makes the manifest and the container fit; with a signer also the statement. */
export function rebuild(bundle: Uint8Array, change: (files: UnzippedFile[]) => void, resign: NoteSigner | null): Buffer {
  const [manifestFile, statementFile, ...files] = unzip(bundle);
  if (manifestFile === undefined || statementFile === undefined) throw new Error('that is no bundle');
  change(files);
  const manifest = JSON.parse(manifestFile.bytes.toString('utf8')) as Record<string, unknown>; // Our own.
  manifest['files'] = files.map(({ name, bytes }) => ({ name, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }));
  manifestFile.bytes = Buffer.from(JSON.stringify(manifest));
  const statement = parseNote(statementFile.bytes.toString('utf8'));
  if (statement.kind === 'REFUSED') throw new Error('that is no statement');
  if (resign !== null) {
    const lines = statement.text.split('\n');
    lines[6] = createHash('sha256').update(manifestFile.bytes).digest('base64');
    statementFile.bytes = Buffer.from(signNote(lines.join('\n'), [resign]));
  }
  return zipOf([manifestFile, statementFile, ...files]);
}

function zipOf(files: readonly UnzippedFile[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x21, 8);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const offset = Buffer.alloc(14);
    offset.writeUInt32LE(at, 10);
    central.push(Buffer.from('504b01021400', 'hex'), shared, offset, Buffer.from(name));
    parts.push(Buffer.from('504b0304', 'hex'), shared, Buffer.from(name), bytes);
    at += 30 + name.length + bytes.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, directory, end]);
}

/** The ground on which a field of an item is withheld; false where it is shown. */
export function isWithheld({ fields }: BundleItem, name: string): string | false {
  const field = fields.find((one) => one.name === name);
  if (field === undefined) throw new Error(`there is no field ${name}`);
  return 'ground' in field ? field.ground : false;
}

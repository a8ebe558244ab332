import { crc32 } from 'node:zlib';
import { directory, isFileName, localHeader, type ZipEntry } from './verifier/zip.js';
import { verifierLimits } from './verifier/ports.js';

export interface FileToWrite {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The one container of these files in this order (docs/bundle-format.md). @throws RangeError for a name or a size that no bundle has */
export function writeContainer(files: readonly FileToWrite[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const entries: ZipEntry[] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    if (!isFileName(name) || entries.some((entry) => entry.name === name)) throw new RangeError(`${name} can't be a file of a bundle, or stands twice.`);
    const head = { name, size: bytes.length, crc32: crc32(bytes) };
    const header = localHeader(head);
    entries.push({ ...head, offset: at + header.length });
    parts.push(header, bytes);
    at += header.length + bytes.length;
  }
  parts.push(directory(entries, at));
  const bundle = Buffer.concat(parts);
  if (bundle.length > verifierLimits.bundleBytesMax) throw new RangeError(`A bundle has at most ${verifierLimits.bundleBytesMax} bytes.`);
  return bundle;
}

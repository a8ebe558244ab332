import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import type { CertificateTemplate, DisclosurePolicy } from '#libs/disclosure/port';
import { disclosurePolicySchema } from './schema.js';

export type { CertificateTemplate };

/** Folders to climb from this module to the package's root: from source there are three, from `dist` four. */
const levelsMax = 8;

/** A file that can't be used, and why. */
export class DisclosureFileError extends Error {
  override readonly name = 'DisclosureFileError';
  constructor(
    readonly file: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${problem}`, options);
  }
}

const words = z.string().trim().min(1);
const certificateSchema: z.ZodType<CertificateTemplate> = z.strictObject({
  name: words,
  version: z.int().positive(),
  title: words,
  /** Shown above everything: what it is and what it is not. */
  notice: words,
  paragraphs: z.array(words).min(1),
  blanks: z.array(words).min(1),
});

/** A loaded file with its very bytes, which go into the bundle. */
export interface LoadedFile<T> {
  readonly value: T;
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

export const shippedAudiences = (): string => shippedFile(join('infra', 'disclosure', 'audiences.v1.yaml'));
export const shippedCertificate = (): string => shippedFile(join('infra', 'certificates', 'fre-902-13-14.v1.yaml'));

/** @throws DisclosureFileError */
export const loadDisclosurePolicy = (path: string = shippedAudiences()): LoadedFile<DisclosurePolicy> => load(path, disclosurePolicySchema);

/** @throws DisclosureFileError */
export const loadCertificate = (path: string = shippedCertificate()): LoadedFile<CertificateTemplate> => load(path, certificateSchema);

function load<T>(path: string, schema: z.ZodType<T>): LoadedFile<T> {
  const { bytes, value } = read(path);
  const result = schema.safeParse(value);
  const fileName = path.slice(path.lastIndexOf('/') + 1);
  if (result.success) return { value: result.data, fileName, bytes };
  const first = result.error.issues[0];
  throw new DisclosureFileError(path, first === undefined ? 'it is not valid' : `${first.path.map(String).join('.')}: ${first.message}`, { cause: result.error });
}

function read(path: string): { readonly bytes: Uint8Array; readonly value: unknown } {
  try {
    const bytes = readFileSync(path);
    return { bytes, value: parse(bytes.toString('utf8')) };
  } catch (cause) {
    throw new DisclosureFileError(path, "it can't be read", { cause });
  }
}

function shippedFile(shipped: string): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let level = 0; level < levelsMax; level += 1) {
    const file = join(folder, shipped);
    if (existsSync(join(folder, 'package.json')) && existsSync(file)) return file;
    folder = dirname(folder);
  }
  throw new DisclosureFileError(shipped, 'it is not part of this installation');
}

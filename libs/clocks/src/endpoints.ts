import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Endpoint } from './port.js';

export const endpointLimits = {
  /** Endpoints of one file. */
  endpointsMax: 20,
  urlCharsMax: 2_048,
} as const;

/** A file of endpoints that can't be used. The message names the key, never a secret. */
export class EndpointsRefused extends Error {
  override readonly name = 'EndpointsRefused';
}

/** Standard Webhooks: 24 to 64 bytes in base64 after `whsec_`. */
const secret = z.string().refine((text) => text.startsWith('whsec_') && isBetween(Buffer.from(text.slice(6), 'base64').length, 24, 64), 'whsec_ and 24 to 64 bytes in base64');
const isBetween = (value: number, low: number, high: number): boolean => value >= low && value <= high;

const schema = z.strictObject({
  endpoints: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9-]{1,40}$/, 'lower-case letters, digits and hyphens'),
        url: z.string().max(endpointLimits.urlCharsMax).url(),
        secret,
        kinds: z.array(z.enum(['WARNING', 'BREACH'])).min(1).default(['BREACH']),
        privateNetwork: z.boolean().default(false),
      }),
    )
    .max(endpointLimits.endpointsMax),
});

/** Reads the file of endpoints; none where no file is named. `production`: only https, but in a private network on purpose. @throws EndpointsRefused */
export function readEndpoints(path: string | null, production: boolean): readonly Endpoint[] {
  if (path === null) return [];
  let file: unknown;
  try {
    file = parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new EndpointsRefused(`${path} can't be read as YAML`, { cause });
  }
  const parsed = schema.safeParse(file);
  if (!parsed.success) throw new EndpointsRefused(`${path}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`);
  const { endpoints } = parsed.data;
  for (const { name, url, privateNetwork } of endpoints) {
    const { protocol, username, password } = new URL(url);
    if (protocol !== 'https:' && !(protocol === 'http:' && (privateNetwork || !production))) throw new EndpointsRefused(`${path}: ${name}: https`);
    if (username !== '' || password !== '') throw new EndpointsRefused(`${path}: ${name}: no user and password in the address; the signature says who sends`);
  }
  if (new Set(endpoints.map(({ name }) => name)).size < endpoints.length) throw new EndpointsRefused(`${path}: two endpoints have one name`);
  return endpoints;
}

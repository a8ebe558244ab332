/** Relay's global id: opaque to clients, `Type:uuid` inside, base64url. */
export function globalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`, 'utf8').toString('base64url');
}

/** What a global id says; null for anything that {@link globalId} did not print. */
export function parseGlobalId(text: string): { readonly type: string; readonly id: string } | null {
  if (text.length > globalIdCharsMax) return null;
  const plain = Buffer.from(text, 'base64url').toString('utf8');
  const [, type, id] = /^([A-Za-z]+):(.+)$/.exec(plain) ?? [];
  return type === undefined || id === undefined || globalId(type, id) !== text ? null : { type, id };
}

const globalIdCharsMax = 200;

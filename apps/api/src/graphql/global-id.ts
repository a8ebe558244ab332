/** Relay's global id: opaque to clients, `Type:uuid` inside, base64url. */
export function globalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`, 'utf8').toString('base64url');
}

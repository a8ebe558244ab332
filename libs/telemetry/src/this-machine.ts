import type { IncomingHttpHeaders } from 'node:http';

/** Who asks, as the server saw it. */
export interface Asker {
  readonly ip: string;
  readonly headers: IncomingHttpHeaders;
}

const addresses: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const names: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);
/** What a proxy adds, most of them: behind one, every asker in the world has the proxy's address. */
const ofProxies = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'] as const;

/**
 * Whether a program on this machine asks, by this machine's own name. The name counts because a web page elsewhere can point its own name here (DNS
 * rebinding), and would then read the answers as its own. Where `trustsThisMachine` is false, nobody is: a proxy on this machine that adds no header can't be told from a
 * program on it.
 */
export function isOfThisMachine({ ip, headers }: Asker, { trustsThisMachine }: { readonly trustsThisMachine: boolean }): boolean {
  if (!trustsThisMachine) return false;
  const name = (headers.host ?? '').replace(/:\d{1,5}$/, '').toLowerCase();
  return addresses.has(ip) && names.has(name) && ofProxies.every((header) => headers[header] === undefined);
}

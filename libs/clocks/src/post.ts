import { lookup as resolve } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

export const postLimits = {
  /** From the first byte to the answer's head, in milliseconds. */
  timeoutMs: 10_000,
} as const;

/** What came of one try: the status of the answer, or why there was none, in words that name no host and no address: they are kept and shown. */
export type PostOutcome = { readonly status: number } | { readonly error: string };

const inPrivateNetwork = 'the address lies in a private network';

export interface Post {
  readonly url: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The endpoint may lie in a private network. */
  readonly privateNetwork: boolean;
}

/** Loopback, link-local (where clouds answer with credentials), private, shared and reserved networks: RFC 6890 and what it was updated by. */
const inner = new BlockList();
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 3]] as const) inner.addSubnet(net, bits, 'ipv4'); // prettier-ignore
for (const [net, bits] of [['::', 96], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['fec0::', 10], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8], ['2002::', 16]] as const) inner.addSubnet(net, bits, 'ipv6');

export function isInner(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return inner.check(mapped, 'ipv4');
  return isIP(address) === 6 ? inner.check(address, 'ipv6') : inner.check(address, 'ipv4');
}

class InPrivateNetwork extends Error {
  override readonly name = 'InPrivateNetwork';
}

/** Checks what a name stands for at the moment of connecting: a name that changes between check and use gains nothing. */
const outerLookup: LookupFunction = (host, options, callback) => {
  resolve(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0);
    const [first] = addresses;
    if (first === undefined || addresses.some(({ address }) => isInner(address))) return callback(new InPrivateNetwork(inPrivateNetwork), '', 0);
    return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
  });
};

/** Posts once. Follows no redirect, reads no body of the answer, and ends within `timeoutMs`. Never throws. */
export function post({ url, body, headers, privateNetwork }: Post, timeoutMs: number = postLimits.timeoutMs): Promise<PostOutcome> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  // An address in figures is never looked up.
  if (!privateNetwork && isIP(host) !== 0 && isInner(host)) return Promise.resolve({ error: inPrivateNetwork });
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((settle) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const options = { method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) }, agent: false as const, signal };
    const request = send(target, privateNetwork ? options : { ...options, lookup: outerLookup }, (answer) => {
      settle({ status: answer.statusCode ?? 0 });
      answer.destroy();
    });
    request.on('error', (error) => settle({ error: signal.aborted ? 'no answer in time' : reasonOf(error) }));
    request.end(body);
  });
}

/** As Node and OpenSSL spell their codes: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
const codeForm = /^[A-Z][A-Z0-9_]{1,79}$/;

/** The code alone: the message beside it quotes the name, the address or the certificate. */
function reasonOf(error: Error): string {
  if (error instanceof InPrivateNetwork) return inPrivateNetwork;
  return 'code' in error && typeof error.code === 'string' && codeForm.test(error.code) ? error.code : 'the connection failed';
}

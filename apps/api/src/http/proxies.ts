import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

/**
 * Which neighbours are our own proxies, and so may say for whom they ask. Everybody else's `x-forwarded-for` is a claim: believed, it would let anyone choose
 * the address that is recorded of them; with no proxy believed, all the world behind one has one address, one rate and one count of failed sign-ins.
 */
export class Proxies {
  private readonly known = new BlockList();

  /** @param trusted addresses, or networks as `10.0.0.0/8` */
  constructor(private readonly trusted: readonly string[]) {
    for (const one of trusted) {
      const [network = '', prefix] = one.split('/');
      const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.known.addAddress(network, family);
      else this.known.addSubnet(network, Number(prefix), family);
    }
  }

  trusts(address: string): boolean {
    if (this.trusted.length === 0) return false;
    const family = isIP(address);
    return family !== 0 && this.known.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }

  /** Whom a connection is from: the last hop that no proxy of ours vouches for. The same as Fastify's `request.ip`, for what Fastify does not see. */
  addressOf({ socket, headers }: Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } }): string | undefined {
    let address = socket.remoteAddress;
    const said = headers['x-forwarded-for'];
    const hops = (Array.isArray(said) ? said.join(',') : (said ?? '')).split(',').map((hop) => hop.trim()).filter((hop) => hop !== '');
    while (address !== undefined && this.trusts(address) && hops.length > 0) address = hops.pop();
    return address;
  }
}

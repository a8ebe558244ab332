import { isIPv6 } from 'node:net';
import { Injectable, Inject } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Config } from '#libs/config';
import { CONFIG } from '#libs/service';

export const rateLimits = {
  /** Askers remembered. The one unseen for longest is forgotten first, and by then its bucket is full again. */
  askersMax: 50_000,
  /** At once, as seconds of the steady rate. */
  burstSeconds: 10,
  /** Sign-ins that fail, from one address: so many at once, in production and elsewhere, then so many a second. */
  failedSignInsMax: { production: 100, elsewhere: 10_000 },
  failedSignInsPerSecond: 1,
} as const;

interface Bucket {
  left: number;
  atMs: number;
}

/** A token bucket for each key, in bounded memory. */
export class Buckets {
  private readonly buckets = new LRUCache<string, Bucket>({ max: rateLimits.askersMax });

  constructor(
    private readonly perSecond: number,
    private readonly most: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Whether there is one left, without taking it. */
  has(key: string): boolean {
    return this.filled(key).left >= 1;
  }

  /** Takes one. False: there was none left. */
  take(key: string): boolean {
    const bucket = this.filled(key);
    if (bucket.left < 1) return false;
    bucket.left -= 1;
    return true;
  }

  private filled(key: string): Bucket {
    const nowMs = this.nowMs();
    const bucket = this.buckets.get(key) ?? { left: this.most, atMs: nowMs };
    bucket.left = Math.min(this.most, bucket.left + ((nowMs - bucket.atMs) / 1000) * this.perSecond);
    bucket.atMs = nowMs;
    this.buckets.set(key, bucket);
    return bucket;
  }
}

/** One asker's network: a whole /64 of IPv6 is one household's, so it counts as one. */
export function networkOf(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice('::ffff:'.length);
  if (!isIPv6(address)) return address;
  const [before = '', after] = address.split('%')[0]?.split('::') ?? [];
  const head = before.split(':').filter((part) => part !== '');
  const tail = (after ?? '').split(':').filter((part) => part !== '');
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  return [...head, ...Array<string>(Math.max(0, zeros)).fill('0'), ...tail].slice(0, 4).join(':');
}

/** How often one user and one address may ask, over HTTP and by messages of a socket alike. */
@Injectable()
export class RateLimits {
  private readonly users: Buckets;
  private readonly addresses: Buckets;
  private readonly failures: Buckets;

  constructor(@Inject(CONFIG) { limits, production }: Config) {
    this.failures = new Buckets(rateLimits.failedSignInsPerSecond, rateLimits.failedSignInsMax[production ? 'production' : 'elsewhere']);
    this.users = new Buckets(limits.requestsPerUser, limits.requestsPerUser * rateLimits.burstSeconds);
    this.addresses = new Buckets(limits.requestsPerAddress, limits.requestsPerAddress * rateLimits.burstSeconds);
  }

  ofAddress = (address: string | undefined): boolean => this.addresses.take(networkOf(address));
  ofUser = (user: string): boolean => this.users.take(user);
  maySignIn = (address: string | undefined): boolean => this.failures.has(networkOf(address));
  failed = (address: string | undefined): boolean => this.failures.take(networkOf(address));
}

/** An orchestrator asks these all day. */
const uncounted: ReadonlySet<string> = new Set(['/health', '/ready']);

/** Refuses an address that asks too often before anything of its request is read. */
export function limitAddresses(fastify: FastifyInstance, limits: RateLimits): void {
  fastify.addHook('onRequest', async (request, reply) => {
    if (uncounted.has(request.url) || limits.ofAddress(request.ip)) return;
    const error = { message: 'Too many requests. Wait a moment and try again.', extensions: { code: 'RATE_LIMITED', retryable: true } };
    await reply.status(429).header('retry-after', '1').send({ errors: [error] });
  });
}

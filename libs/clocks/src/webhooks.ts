import type { Pool } from 'pg';
import { Webhook } from 'standardwebhooks';
import { clockLimits, type Endpoint } from './port.js';
import { post, type PostOutcome } from './post.js';

export const webhookLimits = {
  /** How often waiting deliveries are looked for, in milliseconds. */
  pollMs: 1_000,
  /** Deliveries under way at once. */
  batchMax: 10,
  /** Tries before a delivery is dead: with the waits below, about three days. */
  attemptsMax: 12,
  /** Each wait is four times the one before, from the first to the longest, in milliseconds. */
  firstWaitMs: 5_000,
  longestWaitMs: 12 * 3_600_000,
  /** A claimed delivery whose process ended is taken up again after this, in milliseconds. */
  leaseMs: 60_000,
  /** Delivered ones are kept this long after they were taken, in days; dead ones until somebody decides. */
  keepDays: 90,
  /** Of those kept for long enough, removed in one look. */
  purgedMax: 1_000,
} as const;

export interface SenderOptions {
  readonly pool: Pool;
  readonly endpoints: readonly Endpoint[];
  readonly log: { warn(message: string): void };
  readonly now?: () => Date;
}

interface Claimed {
  readonly delivery_id: string;
  readonly endpoint: string;
  readonly payload: string;
  readonly attempts: number;
  readonly retries: number;
}

/**
 * Sends waiting deliveries, signed by Standard Webhooks (standardwebhooks.com): the same id and bytes at every try, so that a receiver can tell a
 * repeat. At least once; an endpoint that does not take one is tried again at growing intervals, then the delivery is dead and shown.
 */
export class WebhookSender {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<unknown> = Promise.resolve();
  private stopped = true;
  private readonly endpoints: ReadonlyMap<string, Endpoint>;

  constructor(private readonly options: SenderOptions) {
    this.endpoints = new Map(options.endpoints.map((endpoint) => [endpoint.name, endpoint]));
  }

  start(): void {
    if (!this.stopped || this.endpoints.size === 0) return;
    this.stopped = false;
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.running = this.send()
        .catch((error: unknown) => this.options.log.warn(`webhooks: ${error instanceof Error ? error.message : String(error)}`))
        .finally(() => {
          if (!this.stopped) this.schedule();
        });
    }, webhookLimits.pollMs);
  }

  /** Sends what is due now, one batch; answers how many were tried. */
  async send(): Promise<number> {
    const { pool } = this.options;
    const now = this.now();
    await this.purge(now);
    // The lease is the claim: a process that ends leaves its deliveries to the next look after it.
    const { rows } = await pool.query<Claimed>(
      `UPDATE webhook_delivery SET next_at = $1::timestamptz + $2 * interval '1 millisecond', attempts = attempts + 1
       WHERE delivery_id IN (SELECT delivery_id FROM webhook_delivery WHERE state = 'PENDING' AND next_at <= $1 AND endpoint = ANY($4) ORDER BY next_at LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING delivery_id, endpoint, payload, attempts, retries`,
      [now, webhookLimits.leaseMs, webhookLimits.batchMax, [...this.endpoints.keys()]],
    );
    // One whose outcome can't be written down must not end the look, and with it a stop, before the others have theirs.
    const ends = await Promise.allSettled(rows.map((row) => this.sendOne(row)));
    for (const one of ends) if (one.status === 'rejected') throw one.reason;
    return rows.length;
  }

  private async purge(now: Date): Promise<void> {
    await this.options.pool.query(
      `DELETE FROM webhook_delivery WHERE delivery_id IN (
         SELECT delivery_id FROM webhook_delivery WHERE state = 'DELIVERED' AND settled_at < $1::timestamptz - make_interval(days => $2) ORDER BY settled_at LIMIT $3 FOR UPDATE SKIP LOCKED)`,
      [now, webhookLimits.keepDays, webhookLimits.purgedMax],
    );
  }

  private async sendOne(delivery: Claimed): Promise<void> {
    const endpoint = this.endpoints.get(delivery.endpoint);
    if (endpoint === undefined) return;
    const at = this.now();
    const { delivery_id: id, payload: body } = delivery;
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(endpoint.secret).sign(id, at, body),
    };
    await this.settle(delivery, await post({ url: endpoint.url, body, headers, privateNetwork: endpoint.privateNetwork }));
  }

  /** Only while this try is the last one: its lease may have run out, and another try, or a retry of the whole delivery, counts since. */
  private async settle({ delivery_id: id, attempts, retries, endpoint }: Claimed, outcome: PostOutcome): Promise<void> {
    const now = this.now();
    const status = 'status' in outcome ? outcome.status : null;
    const delivered = status !== null && status >= 200 && status < 300;
    // 410 Gone: the receiver asks not to be told again (Standard Webhooks).
    const dead = !delivered && (attempts >= webhookLimits.attemptsMax || status === 410);
    const waitMs = Math.min(webhookLimits.longestWaitMs, webhookLimits.firstWaitMs * 4 ** (attempts - 1));
    const { rowCount } = await this.options.pool.query(
      `UPDATE webhook_delivery SET state = $2, last_status = $3, last_error = $4, next_at = $5, settled_at = CASE WHEN $2 = 'PENDING' THEN NULL ELSE $6::timestamptz END
       WHERE delivery_id = $1 AND state = 'PENDING' AND attempts = $7 AND retries = $8`,
      [id, delivered ? 'DELIVERED' : dead ? 'DEAD' : 'PENDING', status, 'error' in outcome ? outcome.error : null, new Date(now.getTime() + waitMs), now, attempts, retries],
    );
    if (dead && rowCount === 1) this.options.log.warn(`webhook ${id} to ${endpoint} is dead after ${attempts} tries`);
  }

  private now(): Date {
    return (this.options.now ?? (() => new Date()))();
  }
}

/** Deliveries that wait and that were given up, each counted as far as {@link clockLimits.backlogMax}. */
export async function countDeliveries(pool: Pick<Pool, 'query'>): Promise<Readonly<Record<'PENDING' | 'DEAD', number>>> {
  const of = (state: string): string => `(SELECT count(*)::int FROM (SELECT FROM webhook_delivery WHERE state = '${state}' LIMIT ${clockLimits.backlogMax}) d)`;
  const { rows } = await pool.query<{ pending: number; dead: number }>(`SELECT ${of('PENDING')} AS pending, ${of('DEAD')} AS dead`);
  return { PENDING: rows[0]?.pending ?? 0, DEAD: rows[0]?.dead ?? 0 };
}

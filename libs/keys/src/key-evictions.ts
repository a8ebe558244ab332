import pg from 'pg';
import { keyEvictionChannel, type KeyStore } from './port.js';

/** How long after losing the connection it is made again, in milliseconds: the longest that a key destroyed elsewhere meanwhile is remembered here. */
const reconnectMs = 1_000;
const connectMs = 5_000;

export interface KeyEvictionOptions {
  /** Of the service's role; a session is kept open for it. */
  readonly databaseUrl: string;
  readonly keys: Pick<KeyStore, 'evict'>;
  readonly log: { warn(message: string): void };
}

/** Forgets the keys that any process destroys, as soon as they are gone. While it can't listen, this process remembers no key for longer than a second. */
export class KeyEvictions {
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly options: KeyEvictionOptions) {}

  /** Told after each notice, and after each time that notices may have been missed. */
  onEvicted(listener: () => void): void {
    this.listeners.push(listener);
  }

  async start(): Promise<void> {
    const client = new pg.Client({ connectionString: this.options.databaseUrl, connectionTimeoutMillis: connectMs, application_name: 'caseledger-keys' });
    client.on('notification', ({ payload }) => {
      this.options.keys.evict(payload === undefined || payload === '' ? undefined : payload.split(','));
      for (const listener of this.listeners) listener();
    });
    const lost = (): void => this.again(client);
    client.on('error', lost);
    client.on('end', lost);
    this.client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${keyEvictionChannel}`);
    } catch {
      return this.again(client);
    }
    // What was destroyed before the first notice could come.
    this.options.keys.evict();
    for (const listener of this.listeners) listener();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private again(client: pg.Client): void {
    if (this.stopped || this.client !== client) return;
    this.client = null;
    this.options.keys.evict();
    this.options.log.warn('notices of destroyed keys are not received; the connection is made again');
    void client.end().catch(() => undefined);
    this.timer = setTimeout(() => void this.start(), reconnectMs);
  }
}

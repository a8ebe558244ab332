import { type BaseOptions, EventStoreDBClient } from '@eventstore/db-client';
import type { CheckedAppend } from './append.check.js';
import { appendCall } from './eventstoredb.append-call.js';
import { type Attempt, attemptOf } from './eventstoredb.errors.js';
import type { EventStoreDbLimits } from './eventstoredb.limits.js';

/**
 * The client with what this adapter always gives it. Three clients, as one of them that meets an error closes its channel under every call of its
 * own: a read that fails can't trouble an append.
 */
export class Connection {
  readonly appends: EventStoreDBClient;
  readonly reads: EventStoreDBClient;
  readonly doorbell: EventStoreDBClient;
  readonly #limits: EventStoreDbLimits;
  /**
   * Given with every call. With credentials the client itself, too, appends by the unary RPC, which has a gRPC deadline; without, by the batch RPC,
   * whose promises outlive a server that ends the stream. Without TLS the client drops them: then any will do, and no secret is needed.
   */
  readonly options: Pick<BaseOptions, 'credentials' | 'requiresLeader'>;

  /** @throws Error for a URL that can't work */
  constructor(url: string, limits: EventStoreDbLimits) {
    this.#limits = limits;
    const { address, credentials } = readUrl(url);
    this.options = { credentials, requiresLeader: true };
    const open = () => EventStoreDBClient.connectionString(address);
    this.appends = open();
    this.reads = open();
    this.doorbell = open();
  }

  /** One attempt; answers within the deadline and its grace, whatever the client does. */
  async append(asked: CheckedAppend, deadlineMs: number): Promise<Attempt> {
    try {
      const callArguments = this.appends['callArguments']({ ...this.options, deadline: deadlineMs });
      return await within(appendCall(this.appends, asked, callArguments), deadlineMs + this.#limits.graceMs);
    } catch (error) {
      return attemptOf(error);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.appends, this.reads, this.doorbell].map((client) => closeClient(client, this.#limits.graceMs)));
  }
}

/** The client's settings that this adapter decides itself. */
const ownSettings = new Set(['throwonappendfailure', 'defaultdeadline']);

function readUrl(url: string): { address: string; credentials: { username: string; password: string } } {
  const [before = '', query = ''] = url.split('?', 2);
  const settings = query.split('&').filter((pair) => pair !== '' && !ownSettings.has((pair.split('=')[0] ?? '').toLowerCase().replace(/[_-]/g, '')));
  const [, username, password] = /^[^:]+:\/\/([^:/@]+):([^@]+)@/.exec(before) ?? [];
  const address = settings.length === 0 ? before : `${before}?${settings.join('&')}`;
  if (username !== undefined && password !== undefined) {
    return { address, credentials: { username: decodeURIComponent(username), password: decodeURIComponent(password) } };
  }
  if (!settings.some((pair) => pair.toLowerCase() === 'tls=false')) throw new Error('EVENTSTORE_URL names no user and password, which a server with TLS asks for.');
  return { address, credentials: { username: 'none', password: 'none' } };
}

/** Ends what is under way, and the connection. The client's own dispose leaves the connection open. */
async function closeClient(client: EventStoreDBClient, msMax: number): Promise<void> {
  await within(client.dispose(), msMax).catch(() => undefined);
  // A protected member, by the one notation that reaches it: there is no other way to the channel.
  await within(client['getChannel'](), msMax).then((channel) => channel.close(), () => undefined);
}

/** The outcome, or an error once so many milliseconds have passed; a later outcome is dropped. */
export function within<T>(outcome: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
    outcome.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

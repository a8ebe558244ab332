import { decodeClearEvent } from '#libs/codec';
import { type UserId, userStream, type UserStanding } from '#libs/domain';
import type { EventStore, StoredEvent } from '#libs/event-store';
import { userStreamId } from './user-stream.js';

export const standingLimits = {
  /** Pause before the log is subscribed to again, in milliseconds: until then nobody is let in. */
  retryMs: 200,
  /** How often the log is asked whether it is still there, and how long it may take to say so, in milliseconds. */
  probeMs: 1_000,
  probeTimeoutMs: 3_000,
} as const;

/** Who is disabled can't be known now, so that nobody is let in. Retryable. */
export class StandingsUnknown extends Error {
  override readonly name = 'StandingsUnknown';
}

type Disabled = (user: UserId) => void;

/**
 * The disabled users, as the log has them: rebuilt at the start, then followed as it happens, in every process by itself. Only those who are disabled
 * take memory. While the log can't be followed, nobody counts as allowed.
 */
export class UserStandings {
  private readonly disabled = new Map<string, UserStanding>();
  private readonly listeners = new Set<Disabled>();
  private readonly stopping = new AbortController();
  private following = false;
  private answering = true;
  private running: Promise<void> | null = null;
  private probe: NodeJS.Timeout | null = null;

  constructor(
    private readonly store: EventStore,
    private readonly issuer: string,
    private readonly log: { warn(message: string): void },
  ) {}

  /** Answers once all that was recorded before is known. */
  async start(): Promise<void> {
    const { promise: ready, resolve } = Promise.withResolvers<void>();
    this.running ??= this.run(resolve);
    await ready;
    this.probe = setInterval(() => void this.ask(), standingLimits.probeMs);
    this.probe.unref();
  }

  async stop(): Promise<void> {
    if (this.probe !== null) clearInterval(this.probe);
    this.stopping.abort();
    await this.running;
  }

  /** @throws StandingsUnknown */
  isDisabled(subject: UserId): boolean {
    if (!this.following || !this.answering) throw new StandingsUnknown('The event log can’t be followed right now.');
    // Most of the time nobody is, and the id, a hash, need not be formed for every request.
    return this.disabled.size > 0 && this.disabled.has(`${userStream.category}-${userStreamId(this.issuer, subject)}`);
  }

  /** Called at once when a user is disabled. @returns what takes the listener away */
  onDisabled(listener: Disabled): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private async run(ready: () => void): Promise<void> {
    const { signal } = this.stopping;
    let after: StoredEvent['position'] | undefined;
    while (!signal.aborted) {
      try {
        for await (const message of this.store.subscribe({ ...(after === undefined ? {} : { after }), categories: [userStream.category], signal })) {
          if (message.kind === 'EVENTS') for (const event of message.events) this.take(event);
          after = message.kind === 'EVENTS' ? (message.events.at(-1)?.position ?? after) : (message.position ?? after);
          if (message.kind === 'CAUGHT_UP') {
            this.following = true;
            ready();
          }
        }
      } catch (error) {
        this.log.warn(`who is disabled can’t be followed, so nobody is let in: ${error instanceof Error ? error.message : String(error)}`);
      }
      this.following = false;
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, standingLimits.retryMs));
    }
    ready();
  }

  private take(stored: StoredEvent): void {
    const event = decodeClearEvent(stored, userStream.events);
    const state = userStream.evolve(this.disabled.get(stored.stream) ?? userStream.initial, event, event.meta);
    if (!state.disabled) return void this.disabled.delete(stored.stream);
    this.disabled.set(stored.stream, state);
    const user = event.data['user'] as UserId; // A codec: both events of a user name them.
    for (const listener of this.listeners) listener(user);
  }

  /** A subscription outlives a lost connection and says nothing of it: whether the log answers is asked apart. */
  private async ask(): Promise<void> {
    const late = new Promise<false>((resolve) => setTimeout(() => resolve(false), standingLimits.probeTimeoutMs).unref());
    this.answering = await Promise.race([this.store.head().then(() => true, () => false), late]);
  }
}

import { decodeClearEvent } from '#libs/codec';
import { type Adoption, type Adoptions, type Instant, type Policy, policyInForce, policyStreamOf } from '#libs/domain';
import type { EventStore, StoredEvent } from '#libs/event-store/port';

export const adoptedPolicyLimits = {
  /** Pause before the log is subscribed to again, in milliseconds. */
  retryMs: 1_000,
} as const;

/** What was reckoned under one version must not come to be reckoned under another: the service does not start. */
export class PolicyFileChanged extends Error {
  override readonly name = 'PolicyFileChanged';
}

/**
 * The versions of the policy, as the log has them: read at the start, then followed in every process by itself. A version is adopted some time before
 * it is in force, so that a process that follows a moment late still reckons by the right one; one that can't follow goes on with what it knows.
 */
export class AdoptedPolicies {
  private adopted: Adoptions = [];
  private readonly kind;
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;

  constructor(
    readonly baseline: Policy,
    private readonly store: EventStore,
    private readonly log: { warn(message: string): void },
  ) {
    this.kind = policyStreamOf(baseline);
  }

  /** All that is recorded by now, for a process that ends before long. @throws PolicyFileChanged, and what the log throws */
  async load(): Promise<this> {
    let adopted: Adoptions = [];
    for await (const stored of this.store.readStream(this.stream)) adopted = this.taken(adopted, stored);
    const before = adopted[0]?.previous ?? this.baseline.version;
    if (before !== this.baseline.version) {
      throw new PolicyFileChanged(`version ${before} of the policy '${this.baseline.name}' was in force before the first adoption, and the file is version ${this.baseline.version}: start with the file of version ${before}, and adopt later ones.`);
    }
    this.adopted = adopted;
    return this;
  }

  /** Answers once all that was recorded before is known, and goes on following. @throws what the log throws */
  async start(): Promise<this> {
    await this.load();
    this.running ??= this.follow();
    return this;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** The version in force now. */
  current(): Policy {
    return this.at(new Date().toISOString());
  }

  /** The version in force at that time. */
  at(time: Instant): Policy {
    return policyInForce(this.baseline, this.adopted, time);
  }

  /** Null: none of that number. */
  ofVersion(version: number): Policy | null {
    if (version === this.baseline.version) return this.baseline;
    return this.adopted.find(({ policy }) => policy.version === version)?.policy ?? null;
  }

  /** Those adopted by an event, in their order. */
  adoptions(): readonly Adoption[] {
    return this.adopted;
  }

  private get stream(): string {
    return `${this.kind.category}-${this.baseline.name}`;
  }

  private taken(adopted: Adoptions, stored: StoredEvent): Adoptions {
    const event = decodeClearEvent(stored, this.kind.events);
    return this.kind.evolve(adopted, event, event.meta);
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        // From the beginning each time: a version is one event, and there are few.
        let adopted: Adoptions = [];
        for await (const message of this.store.subscribe({ categories: [this.kind.category], signal })) {
          if (message.kind !== 'EVENTS') continue;
          for (const event of message.events) if (event.stream === this.stream) adopted = this.taken(adopted, event);
          if (adopted.length > this.adopted.length) this.adopted = adopted;
        }
      } catch (error) {
        this.log.warn(`versions of the policy can't be followed: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, adoptedPolicyLimits.retryMs));
    }
  }
}

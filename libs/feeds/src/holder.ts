import type { EventStore, Position, StoredEvent } from '#libs/event-store/port';
import { allOf } from './all-of.js';
import { advance, type Claim, claimFeed } from './checkpoint.js';
import { mayPass } from './failures.js';
import type { Taken } from './intake.js';
import { deleteParked, listParked, type ParkedStream, Parking } from './parking.js';
import { type FeedDefinition, type FeedLimits, type Poison, UnitFailed } from './port.js';
import type { Session } from './session.js';

/** What the one holder of a feed does, each in one transaction: a batch, or a retry of what is parked. */
export class Holder {
  private constructor(
    private readonly session: Session,
    private readonly definition: FeedDefinition,
    private readonly store: EventStore,
    private readonly limits: FeedLimits,
    private claim: Claim,
    private parking: Parking,
  ) {}

  /** The session holds the feed's lock. */
  static async claim(session: Session, definition: FeedDefinition, store: EventStore, limits: FeedLimits): Promise<Holder> {
    const claim = await claimFeed(session, definition, store.logId);
    return new Holder(session, definition, store, limits, claim, await Parking.load(session, definition, limits));
  }

  get position(): Position | null {
    return this.claim.position;
  }

  get epoch(): bigint {
    return this.claim.epoch;
  }

  get parked(): number {
    return this.parking.count;
  }

  /** Handles what was taken, and commits it with the checkpoint; or throws, and nothing has happened. */
  async handle(taken: Taken): Promise<void> {
    const to = taken.caughtUp ?? taken.events.at(-1)?.position ?? null;
    if (to === null || (this.claim.position !== null && to.n <= this.claim.position.n && taken.events.length === 0)) return;
    try {
      await this.commit(to, taken.events, false);
    } catch (error) {
      if (mayPass(error) || !this.isOfTheEvents(error)) throw error;
      await this.commit(to, taken.events, true);
    }
  }

  private isOfTheEvents(error: unknown): boolean {
    // A lost holder or a refused feed is not an event's fault.
    return !(error instanceof Error && ['HolderLost', 'FeedRefused'].includes(error.name)) && !this.session.signal.aborted;
  }

  private async commit(to: Position, events: readonly StoredEvent[], isolating: boolean): Promise<void> {
    if (events.length === 0) {
      // One statement, which is its own transaction.
      await advance(this.session, this.definition, this.claim, to, 0);
      this.claim = { ...this.claim, position: to };
      return;
    }
    const parking = this.parking.copy();
    await this.session.transaction(async () => {
      // The handler's statements follow at once: they are answered after the checkpoint has moved, and are not committed where it has not.
      const moved = advance(this.session, this.definition, this.claim, to, events.length);
      const handled = (isolating ? this.isolate(events, parking) : this.handleAll(events, parking)).then(() => parking.countWaiting(this.session, events));
      await allOf([moved, handled]);
    });
    this.claim = { ...this.claim, position: to };
    this.parking = parking;
  }

  private async handleAll(events: readonly StoredEvent[], parking: Parking): Promise<void> {
    for (const poison of await this.definition.handle({ events, waits: parking.waits, isRetry: false, epoch: this.epoch }, this.session)) await parking.park(this.session, poison);
  }

  /** Halves the batch until each event that the handler throws at stands alone, and parks its stream. */
  private async isolate(events: readonly StoredEvent[], parking: Parking): Promise<void> {
    try {
      await this.session.savepoint(() => this.handleAll(events, parking));
    } catch (error) {
      if (mayPass(error) || !this.isOfTheEvents(error)) throw error;
      const [event] = events;
      if (event === undefined) throw error;
      if (events.length > 1) {
        const middle = Math.ceil(events.length / 2);
        await this.isolate(events.slice(0, middle), parking);
        await this.isolate(events.slice(middle), parking);
        return;
      }
      const failed = error instanceof UnitFailed ? [error.unit] : this.definition.units.filter((unit) => !parking.waits(unit, event.stream));
      const newlyFailed = failed.filter((unit) => !parking.waits(unit, event.stream));
      if (newlyFailed.length === 0) throw error; // The handler ignores `waits`: a bug that parking can't end.
      for (const unit of newlyFailed) await parking.park(this.session, { unit, event, error });
      await this.isolate(events, parking);
    }
  }

  /** Handles again, from the poison on, the parked streams whose retry was asked for; those that fail again stay parked. Answers how many were tried. */
  async retry(): Promise<number> {
    if (this.parking.count === 0) return 0;
    const due = await listParked(this.session, this.definition, { due: true });
    for (const parked of due) await this.retryOne(parked);
    return due.length;
  }

  private async retryOne(parked: ParkedStream): Promise<void> {
    const through = this.claim.position;
    if (through === null) return;
    const events = await this.waitingEvents(parked, through);
    const parking = this.parking.copy();
    parking.release(parked.unit, parked.stream);
    await this.session.transaction(async () => {
      await advance(this.session, this.definition, this.claim, through, 0);
      await deleteParked(this.session, this.definition, parked);
      const poison = await this.firstPoison(parked.unit, events);
      if (poison === null) return;
      const waiting = events.filter((event) => event.revision > poison.event.revision).length;
      await parking.park(this.session, poison, waiting, parked.attempts + 1);
    });
    this.parking = parking;
  }

  /** Handles a stream's events for one unit alone; the first that fails, if one does. */
  private async firstPoison(unit: string, events: readonly StoredEvent[]): Promise<Poison | null> {
    const waits = (other: string): boolean => other !== unit;
    for (let start = 0; start < events.length; start += this.limits.batchEventsMax) {
      const page = events.slice(start, start + this.limits.batchEventsMax);
      const poison = await this.session.savepoint(() => this.definition.handle({ events: page, waits, isRetry: true, epoch: this.epoch }, this.session)).catch((error: unknown) => {
        if (mayPass(error) || !this.isOfTheEvents(error)) throw error;
        return null;
      });
      if (poison !== null && poison[0] !== undefined) return poison[0];
      if (poison === null) return this.firstPoisonSingly(unit, page);
    }
    return null;
  }

  private async firstPoisonSingly(unit: string, events: readonly StoredEvent[]): Promise<Poison | null> {
    const waits = (other: string): boolean => other !== unit;
    for (const event of events) {
      try {
        const [poison] = await this.session.savepoint(() => this.definition.handle({ events: [event], waits, isRetry: true, epoch: this.epoch }, this.session));
        if (poison !== undefined) return poison;
      } catch (error) {
        if (mayPass(error) || !this.isOfTheEvents(error)) throw error;
        return { unit, event, error };
      }
    }
    return null;
  }

  /** The poison and what waits behind it, up to the checkpoint: later events come with later batches. */
  private async waitingEvents(parked: ParkedStream, through: Position): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const event of this.store.readStream(parked.stream, { from: parked.revision })) {
      if (event.position.n > through.n) break;
      if (events.length >= this.limits.retryEventsMax) {
        throw new Error(`${parked.stream} has over ${this.limits.retryEventsMax} events to retry`);
      }
      events.push(event);
    }
    return events;
  }
}

import type { StoredEvent } from './port.js';
import type { Page, PageRange, PageReader } from './subscription.js';

export interface TailLimits {
  /** The newest events that are kept, and the UTF-16 units of their heads and bodies. */
  readonly tailEventsMax: number;
  readonly tailCharsMax: number;
}

/**
 * The newest events of the log, read once for all subscriptions that have caught up: each is given the same objects, so that what one of them derives from
 * an event can be kept beside it for the others. Whoever is further behind reads from the log alone.
 */
export class Tail implements PageReader {
  /** Without a gap, from the position after {@link before} on. */
  private events: readonly StoredEvent[] = [];
  private before = -1n;
  private chars = 0;
  /** The one read under way that makes the tail longer. */
  private growing: Promise<void> | null = null;

  constructor(
    private readonly log: PageReader,
    private readonly limits: TailLimits,
  ) {}

  head(): Promise<bigint> {
    return this.log.head();
  }

  assertReached(after: bigint, head: bigint): void {
    this.log.assertReached(after, head);
  }

  async *pages({ after, to, categories }: PageRange): AsyncGenerator<Page, void, void> {
    for (let at = after; at < to; ) {
      if (this.holdsNextOf(at)) {
        const upTo = to < this.end ? to : this.end;
        yield { events: this.between(at, upTo, categories), upTo };
        at = upTo;
      } else if (to - at > BigInt(this.limits.tailEventsMax) || (at < this.before && this.events.length > 0)) {
        // Far behind: a page that only this reader wants.
        for await (const page of this.log.pages({ after: at, to, categories })) {
          yield page;
          at = page.upTo;
          if (this.holdsNextOf(at)) break;
        }
      } else {
        this.growing ??= this.grow(at, to).finally(() => {
          this.growing = null;
        });
        await this.growing;
      }
    }
  }

  private get end(): bigint {
    return this.before + BigInt(this.events.length);
  }

  private holdsNextOf(at: bigint): boolean {
    return at >= this.before && at < this.end;
  }

  private between(after: bigint, upTo: bigint, categories: readonly string[] | undefined): readonly StoredEvent[] {
    const events = this.events.slice(Number(after - this.before), Number(upTo - this.before));
    return categories === undefined ? events : events.filter(({ stream }) => categories.includes(categoryOf(stream)));
  }

  /** By one page at least; where nobody read for a while it begins anew at `at`. */
  private async grow(at: bigint, to: bigint): Promise<void> {
    if (at !== this.end) [this.events, this.before, this.chars] = [[], at, 0];
    for await (const { events } of this.log.pages({ after: this.end, to, categories: undefined })) {
      const kept = [...this.events, ...events];
      for (const event of events) this.chars += sizeOf(event);
      let dropped = 0;
      // The page just read stays whole, whatever its size: somebody waits for it.
      for (const event of kept.slice(0, this.events.length)) {
        if (kept.length - dropped <= this.limits.tailEventsMax && this.chars <= this.limits.tailCharsMax) break;
        this.chars -= sizeOf(event);
        dropped += 1;
      }
      this.events = kept.slice(dropped);
      this.before += BigInt(dropped);
      return;
    }
  }
}

const sizeOf = ({ head, body }: StoredEvent): number => head.length + body.length;

/** `case` of `case-<uuid>`. */
function categoryOf(stream: string): string {
  const dash = stream.indexOf('-');
  return dash === -1 ? stream : stream.slice(0, dash);
}

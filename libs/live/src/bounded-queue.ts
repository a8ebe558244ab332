/** Its reader was too slow. It can resume from the last position that it was given. */
export class SubscriberTooSlow extends Error {
  override readonly name = 'SubscriberTooSlow';
  constructor(max: number) {
    super(`${max} messages waited; read faster, or resume from the last position received`);
  }
}

/**
 * Between one writer and one reader. It never makes the writer wait: a reader that falls behind by more than `max` items loses its place with a
 * clear error, instead of slowing everyone or filling memory.
 */
export class BoundedQueue<T> implements AsyncIterable<T> {
  private items: T[] = [];
  private wake: (() => void) | null = null;
  private ended: { readonly error: Error | null } | null = null;

  constructor(private readonly max: number) {}

  push(item: T): void {
    if (this.ended !== null) return;
    if (this.items.length >= this.max) {
      this.items = [];
      this.end(new SubscriberTooSlow(this.max));
      return;
    }
    this.items.push(item);
    this.wakeReader();
  }

  /** What was pushed before is still read, then the reader ends, or fails with the error. */
  end(error: Error | null = null): void {
    this.ended ??= { error };
    this.wakeReader();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      const { items } = this;
      this.items = [];
      yield* items;
      if (this.items.length > 0) continue;
      if (this.ended !== null) {
        if (this.ended.error !== null) throw this.ended.error;
        return;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private wakeReader(): void {
    const { wake } = this;
    this.wake = null;
    wake?.();
  }
}

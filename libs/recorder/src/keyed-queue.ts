/**
 * Runs the work of one key in order, different keys side by side. Two commands for one case in one process would only conflict with each
 * other; in line, the second decides on what the first recorded.
 */
export class KeyedQueue<K> {
  private readonly tails = new Map<K, { readonly done: Promise<void>; waiting: number }>();

  constructor(private readonly waitingMax: number) {}

  /** @throws QueueFull when `waitingMax` wait for this key already */
  async run<T>(key: K, work: () => Promise<T>): Promise<T> {
    const tail = this.tails.get(key);
    const waiting = (tail?.waiting ?? 0) + 1;
    if (waiting > this.waitingMax) throw new QueueFull(this.waitingMax);
    const before = tail?.done ?? Promise.resolve();
    const result = before.then(work);
    const entry = {
      done: result.then(
        () => undefined,
        () => undefined,
      ),
      waiting,
    };
    this.tails.set(key, entry);
    try {
      return await result;
    } finally {
      const current = this.tails.get(key);
      if (current === entry) this.tails.delete(key);
      else if (current !== undefined) current.waiting -= 1;
    }
  }
}

export class QueueFull extends Error {
  override readonly name = 'QueueFull';
  constructor(max: number) {
    super(`${max} commands wait for this case already`);
  }
}

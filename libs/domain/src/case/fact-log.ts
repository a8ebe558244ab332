/**
 * An append-only list that can be extended without copying: versions share one array, each seeing its own length. Folding n events costs
 * O(n), where copying an array at each event would cost O(n²). An extension of an older version copies once and goes its own way.
 */
export class FactLog<T> {
  private constructor(
    private readonly items: T[],
    readonly length: number,
  ) {}

  static empty<T>(): FactLog<T> {
    return new FactLog<T>([], 0);
  }

  append(item: T): FactLog<T> {
    const items = this.items.length === this.length ? this.items : this.items.slice(0, this.length);
    items.push(item);
    return new FactLog(items, this.length + 1);
  }

  at(index: number): T | undefined {
    return index < this.length ? this.items[index] : undefined;
  }

  find(matches: (item: T) => boolean): T | undefined {
    for (let i = 0; i < this.length; i += 1) {
      const item = this.items[i] as T; // within length: present
      if (matches(item)) return item;
    }
    return undefined;
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let i = 0; i < this.length; i += 1) yield this.items[i] as T; // within length: present
  }
}

/** From so many events on, a stream's ids get an index of their own; a shorter one is looked through. */
const indexedFrom = 32;

interface Ids {
  /** By revision. */
  readonly list: string[];
  places: Map<string, number> | null;
}

/**
 * The ids of each stream's events, as far as this process has read or written them. The server doesn't look at the ids of an append at the
 * stream's head: it would store an event a second time. Whoever knows every id up to the expected revision knows whether that would happen, as
 * the server takes the append only if nothing else stands in the stream. Most streams are short and many: a list takes a fifth of a map's memory.
 */
export class SeenIds {
  readonly #streams = new Map<string, Ids>();
  readonly #idsMax: number;
  #count = 0;

  constructor(idsMax: number) {
    this.#idsMax = idsMax;
  }

  /** The last revision up to which every id is known; -1 if none is. */
  upTo(stream: string): bigint {
    return BigInt(this.#streams.get(stream)?.list.length ?? 0) - 1n;
  }

  /** Where the event stands in the stream, if it is known. */
  find(stream: string, id: string): bigint | undefined {
    const ids = this.#streams.get(stream);
    if (ids === undefined) return undefined;
    if (ids.places === null && ids.list.length >= indexedFrom) ids.places = new Map(ids.list.map((one, revision) => [one, revision]));
    const place = ids.places === null ? ids.list.indexOf(id) : (ids.places.get(id) ?? -1);
    return place < 0 ? undefined : BigInt(place);
  }

  /** Notes a stored event; one that doesn't follow what is known is left out. */
  add(stream: string, revision: bigint, id: string): void {
    const known = this.#streams.get(stream);
    const ids = known ?? { list: [], places: null };
    if (revision !== BigInt(ids.list.length)) return;
    ids.places?.set(id, ids.list.length);
    ids.list.push(id);
    // The stream used last stands last; the first ones are forgotten.
    if (known !== undefined) this.#streams.delete(stream);
    this.#streams.set(stream, ids);
    this.#count++;
    for (const [name, { list }] of this.#streams) {
      if (this.#count <= this.#idsMax || name === stream) break;
      this.#streams.delete(name);
      this.#count -= list.length;
    }
  }
}

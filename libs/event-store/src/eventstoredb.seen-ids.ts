/**
 * The ids of each stream's events, as far as this process has read or written them. The server doesn't look at the ids of an append at the
 * stream's head: it would store an event a second time. Whoever knows every id up to the expected revision knows whether that would happen, as
 * the server takes the append only if nothing else stands in the stream.
 */
export class SeenIds {
  readonly #streams = new Map<string, Map<string, bigint>>();
  readonly #idsMax: number;
  #count = 0;

  constructor(idsMax: number) {
    this.#idsMax = idsMax;
  }

  /** The last revision up to which every id is known; -1 if none is. */
  upTo(stream: string): bigint {
    return BigInt(this.#streams.get(stream)?.size ?? 0) - 1n;
  }

  /** Where the event stands in the stream, if it is known. */
  find(stream: string, id: string): bigint | undefined {
    return this.#streams.get(stream)?.get(id);
  }

  /** Notes a stored event; one that doesn't follow what is known is left out. */
  add(stream: string, revision: bigint, id: string): void {
    const known = this.#streams.get(stream) ?? new Map<string, bigint>();
    if (revision !== BigInt(known.size)) return;
    known.set(id, revision);
    // The stream used last stands last; the first ones are forgotten.
    this.#streams.delete(stream);
    this.#streams.set(stream, known);
    this.#count++;
    for (const [name, ids] of this.#streams) {
      if (this.#count <= this.#idsMax || name === stream) break;
      this.#streams.delete(name);
      this.#count -= ids.size;
    }
  }
}

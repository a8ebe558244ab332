import { emptyRoot, hashNode, isHash, isTreeSize, type TreeHead, treeSizeMax } from './hashing.js';
import { foldNodes, nodesOf } from './ranges.js';

/**
 * The right edge of a tree: the roots of the perfect subtrees that it falls into, largest first (a compact range). Enough to append to the
 * tree and to tell its root, in at most 53 hashes.
 */
export class Frontier {
  private constructor(
    private count: number,
    private readonly edge: Uint8Array[],
  ) {}

  static empty(): Frontier {
    return new Frontier(0, []);
  }

  /** @throws RangeError where a tree of this size has not as many subtrees */
  static restore(size: number, hashes: readonly Uint8Array[]): Frontier {
    if (!isTreeSize(size) || !hashes.every(isHash)) throw new RangeError('A frontier is a size and hashes of 32 bytes.');
    if (nodesOf({ start: 0, end: size }).length !== hashes.length) throw new RangeError(`${hashes.length} hashes are not the right edge of ${size} leaves.`);
    return new Frontier(size, [...hashes]);
  }

  get size(): number {
    return this.count;
  }

  /** The subtrees' roots, largest first. */
  get hashes(): readonly Uint8Array[] {
    return this.edge;
  }

  append(leafHash: Uint8Array): void {
    if (this.count >= treeSizeMax) throw new RangeError('The tree is full.');
    let hash = leafHash;
    // Each trailing one of the size is a subtree as large as what is appended by now: they become one.
    for (let rest = this.count; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.edge.pop();
      if (left === undefined) throw new Error('unreachable: the edge has a subtree for each one in the size');
      hash = hashNode(left, hash);
    }
    this.edge.push(hash);
    this.count += 1;
  }

  root(): Uint8Array {
    return this.count === 0 ? emptyRoot() : foldNodes(this.edge);
  }

  head(): TreeHead {
    return { size: this.count, root: this.root() };
  }
}

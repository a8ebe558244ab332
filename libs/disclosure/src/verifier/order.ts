import { faulty } from './fault.js';
import type { Item } from './item.js';
import { accessName, eventsName, type Manifest } from './manifest.js';
import type { Digest } from './ports.js';
import { toBase64url } from './text.js';

/** Which of the bundle's two files of events. */
export type ItemFile = 'EVENTS' | 'ACCESS';

/** How the events of a file follow one another. */
export abstract class ItemOrder {
  abstract readonly file: ItemFile;
  /** The leaf hash of the last event. */
  last: Digest = '';
  private leafIndex = -1;

  abstract count(manifest: Manifest): number;
  protected abstract check(item: Item, number: number): string | null;
  protected abstract readonly fileName: string;

  /** @throws Faulty */
  next(item: Item, leaf: Digest, number: number): void {
    const why = item.leafIndex > this.leafIndex ? this.check(item, number) : 'is not after the event before it in the ledger';
    if (why !== null) throw faulty('EVENT_CHAIN', this.fileName, `event ${number} ${why}`, number);
    this.leafIndex = item.leafIndex;
    this.accepted(item, leaf);
    this.last = leaf;
  }

  protected abstract accepted(item: Item, leaf: Digest): void;
}

/** Revisions 0 to n of one stream without a gap, each naming the leaf hash of the one before. */
export class CaseOrder extends ItemOrder {
  readonly file = 'EVENTS';
  protected readonly fileName = eventsName;
  private recordedAt = '';

  constructor(private readonly manifest: Manifest) {
    super();
  }

  count(manifest: Manifest): number {
    return manifest.events;
  }

  protected check({ head }: Item, number: number): string | null {
    if (head.stream !== this.manifest.case.stream) return 'belongs to another case';
    if (head.revision !== number) return `is missing: event ${head.revision} stands in its place`;
    if (number > 0 && head.prev !== toBase64url(this.last)) return 'does not follow the event before it';
    // Both are of one fixed form in UTC, so their texts compare as their times do.
    return head.recordedAt < this.recordedAt ? 'was recorded before the event before it' : null;
  }

  protected accepted({ head }: Item): void {
    this.recordedAt = head.recordedAt;
  }
}

/** Records of access lie in streams of their own, between others of no concern: only neighbours are held to each other. */
export class AccessOrder extends ItemOrder {
  readonly file = 'ACCESS';
  protected readonly fileName = accessName;
  private readonly before = new Map<string, { readonly revision: number; readonly leaf: Digest }>();

  count(manifest: Manifest): number {
    return manifest.access;
  }

  protected check({ head }: Item): string | null {
    const before = this.before.get(head.stream);
    if (before === undefined) return null;
    if (head.revision <= before.revision) return 'is not after the event before it in its stream';
    return head.revision === before.revision + 1 && head.prev !== toBase64url(before.leaf) ? 'does not follow the event before it in its stream' : null;
  }

  protected accepted({ head }: Item, leaf: Digest): void {
    this.before.set(head.stream, { revision: head.revision, leaf });
  }
}

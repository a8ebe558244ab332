import { type Refusal, verifyEvent } from '#libs/envelope';
import type { StoredEvent } from '#libs/event-store/port';
import { sameHash } from '#libs/ledger';
import { type Difference, type Finding, found } from './audit.report.js';
import type { LastOfStreams } from './audit.streams.js';
import { foreignLeafHash, headLeaf } from './leaf.js';
import type { StoredLeaf } from './port.js';

export interface TreeView {
  /** The leaf's hash as the tiles hold it; null where they don't. */
  leafInTiles(index: number): Promise<Uint8Array | null>;
  /** Do the tiles lead to the first checkpoint that covers the leaf? */
  tilesAreSigned(index: number): Promise<boolean>;
  /** Where the ledger has this event, if it has. */
  indexOf(eventId: string): Promise<number | null>;
}

const aboutEvent = ({ id, stream, revision, position }: StoredEvent, leaf: StoredLeaf | null): Partial<Finding> => ({
  leafIndex: leaf?.leafIndex ?? null,
  eventId: id,
  stream,
  revision: revision.toString(),
  position: position.n.toString(),
});

export const missing = (leaf: StoredLeaf): Error =>
  found('EVENT_MISSING', `Event ${leaf.eventId}, leaf ${leaf.leafIndex}, no longer stands at position ${leaf.position}.`, {
    leafIndex: leaf.leafIndex,
    eventId: leaf.eventId,
    position: leaf.position.toString(),
  });

/** Compares an event with the row of the leaf that it should be. @throws Found */
export async function compareWithLeaf(event: StoredEvent, leaf: StoredLeaf, tree: TreeView): Promise<void> {
  const own = leaf.foreign ? foreignLeafHash(event) : headLeaf(event);
  const sameHashes = sameHash(own, leaf.hash);
  if (sameHashes && event.id === leaf.eventId && event.position.n === leaf.position) return;
  const inTree = await tree.leafInTiles(leaf.leafIndex);
  // Whether the leaf is foreign is the row's word: the tree knows the hash alone.
  const otherwise = leaf.foreign ? headLeaf(event) : foreignLeafHash(event);
  const asInTree = inTree !== null && (sameHash(own, inTree) || sameHash(otherwise, inTree));
  const about = aboutEvent(event, leaf);
  if (event.id !== leaf.eventId && asInTree && idInHead(event) !== event.id) {
    throw found('EVENT_CHANGED', `Event ${leaf.eventId}: the index copy of its id was changed.`, { ...about, eventId: leaf.eventId, column: 'id' });
  }
  if (asInTree) throw found('LEAF_ROW_CHANGED', `The ledger's row of leaf ${leaf.leafIndex} is not what tree and event say.`, about);
  await checkPlace(event, leaf, tree);
  if (sameHashes && !(await tree.tilesAreSigned(leaf.leafIndex))) {
    throw found('TILE_CHANGED', `The tile of leaf ${leaf.leafIndex} is not what event and row say, nor what was signed.`, about);
  }
  throw found('EVENT_CHANGED', `Event ${event.id}: its ${leaf.foreign ? 'texts were' : 'head was'} changed.`, { ...about, column: 'head' });
}

/** Is it the event that was numbered here? @throws Found */
async function checkPlace(event: StoredEvent, leaf: StoredLeaf, tree: TreeView): Promise<void> {
  const about = aboutEvent(event, leaf);
  if (event.position.n > leaf.position) throw missing(leaf);
  if (event.position.n < leaf.position) throw found('EVENT_INSERTED', `Event ${event.id} stands before event ${leaf.eventId}, though it was never numbered.`, about);
  if (event.id === leaf.eventId) return;
  const elsewhere = await tree.indexOf(event.id);
  if (elsewhere === null) throw found('EVENT_REPLACED', `Event ${event.id} stands where event ${leaf.eventId} was numbered ${leaf.leafIndex}.`, { ...about, eventId: leaf.eventId });
  throw found('EVENT_REORDERED', `Event ${event.id} was numbered ${elsewhere} and stands where event ${leaf.eventId} was numbered ${leaf.leafIndex}.`, { ...about, eventId: leaf.eventId });
}

function idInHead({ head }: StoredEvent): string | null {
  return /^\{"v":1,"id":"([^"]*)"/.exec(head)?.[1] ?? null;
}

/** Recomputes all that the event says about itself and its stream. `leaf` is null while the ledger has not numbered it. @throws Found */
export async function checkEnvelope(event: StoredEvent, leaf: StoredLeaf | null, streams: LastOfStreams): Promise<void> {
  if (leaf?.foreign === true) return;
  const about = aboutEvent(event, leaf);
  const before = await streams.before(event);
  const { id, stream, revision, type } = event;
  const verified = verifyEvent(event.head, event.body, { id, stream, revision, type, ...(before === 'FOREIGN' || before === 'NONE' ? {} : { previous: before }) });
  if (verified.kind === 'VERIFIED' && before === 'NONE') {
    throw found('EVENT_NOT_VALID', `Event ${event.id} continues its stream after a revision that is not there.`, about);
  }
  if (verified.kind === 'VERIFIED') return;
  const column = columnOf(verified);
  // The head is what the ledger holds: a column that contradicts it was changed after it was numbered.
  const kind = leaf !== null && column !== 'head' ? 'EVENT_CHANGED' : 'EVENT_NOT_VALID';
  throw found(kind, `Event ${event.id}: ${verified.code} (${verified.where}).`, { ...about, column });
}

const indexCopies = { 'head.id': 'id', 'head.stream': 'stream', 'head.revision': 'revision', 'head.type': 'type' } as const;

function columnOf({ code, where }: Refusal): Difference['column'] {
  if (code === 'INDEX_COPY_DIFFERS') for (const [place, column] of Object.entries(indexCopies)) if (place === where) return column;
  return code === 'BODY_HASH_DIFFERS' || where.startsWith('body') ? 'body' : 'head';
}

// Node 24 has it; the project's target is older.
/// <reference lib="es2024.string" />
import type { StoredEvent } from '#libs/event-store/port';
import { type FeedDefinition, FeedRefused, type FeedTransaction } from '#libs/feeds';
import { growTiles } from '#libs/ledger';
import { leafOf } from './leaf.js';
import type { LedgerClock, StoredLeaf } from './port.js';
import { raiseAlarm, readEdge, readState, rootOfEdge, writeLeaves, writeState, writeTiles } from './tables.js';

export const ledgerFeedId = { name: 'ledger', version: 1 } as const;

/**
 * Numbers the events of all categories 0, 1, 2… in the log's order: leaves, tiles and state in the transaction of the feed's checkpoint. It has
 * no units: nothing can be parked, no leaf left out. An event without a valid head becomes a foreign leaf with an alarm.
 */
export function ledgerFeed(clock: LedgerClock): FeedDefinition {
  return {
    ...ledgerFeedId,
    categories: 'ALL',
    units: [],
    // Signed once a second at most; a commit that waits for the disk is dear.
    gatherMs: 100,
    // A checkpoint is signed of what is here.
    durable: true,
    handle: async ({ events }, tx) => {
      try {
        await append(events, tx, clock);
      } catch (error) {
        if (isUniqueViolation(error)) throw new FeedRefused('An event that comes in now was numbered before: the log or the ledger was changed or restored.', { cause: error });
        throw error;
      }
      return [];
    },
  };
}

async function append(events: readonly StoredEvent[], tx: FeedTransaction, clock: LedgerClock): Promise<void> {
  const state = await readState(tx, true);
  const last = events.at(-1);
  if (last === undefined) return;
  checkOrder(state.lastPosition, events);
  const leaves: StoredLeaf[] = [];
  for (const event of events) {
    const { hash, foreign } = leafOf(event);
    const leaf = { leafIndex: state.size + leaves.length, position: event.position.n, eventId: event.id, hash, foreign: foreign !== null };
    leaves.push(leaf);
    if (foreign !== null) await raiseAlarm(tx, { kind: 'FOREIGN_LEAF', detail: `Event ${event.id}: ${foreign}`, leafIndex: leaf.leafIndex, eventId: event.id }, clock);
  }
  const growth = growEdge(state.size, await readEdge(tx, state.size), leaves);
  await writeLeaves(tx, leaves);
  await writeTiles(tx, growth.tiles);
  await writeState(tx, { size: growth.size, root: await rootOfEdge(growth.size, growth.edge), lastPosition: last.position.n });
}

function growEdge(size: number, edge: Parameters<typeof growTiles>[1], leaves: readonly StoredLeaf[]): ReturnType<typeof growTiles> {
  try {
    return growTiles(size, edge, leaves.map(({ hash }) => hash));
  } catch (error) {
    if (error instanceof RangeError) throw new FeedRefused(`The ledger's tiles are not those of ${size} leaves: ${error.message}`, { cause: error });
    throw error;
  }
}

function checkOrder(lastPosition: bigint | null, events: readonly StoredEvent[]): void {
  let before = lastPosition;
  for (const { position, id } of events) {
    if (before !== null && position.n <= before) throw new FeedRefused(`Event ${id} at position ${position.n} comes after ${before} was numbered: the log was changed or restored.`);
    before = position.n;
  }
}

const isUniqueViolation = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '23505';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LedgerKit, ledgerSigner } from '../support/ledger-kit.js';
import { missedBy, openTampered, tamperings } from './audit.tamper.js';

/** A sample of `npm run test:tamper`: every way of tampering, on every thirteenth event. */
const every = 13;

describe('the audit', () => {
  let kit: LedgerKit;

  beforeAll(async () => {
    kit = await openTampered();
  });
  afterAll(async () => kit?.close());

  it('finds and names every edited column, deleted, inserted and reordered row, cut tail, changed ledger and restored backup', async () => {
    const missed: string[] = [];
    let tried = 0;
    for (const tampering of await tamperings(kit, every)) {
      const complaint = await missedBy(kit, tampering);
      tried += 1;
      if (complaint !== null) missed.push(`${tampering.group}, ${tampering.what}: ${complaint}`);
    }
    expect(missed).toEqual([]);
    expect(tried).toBeGreaterThan(70);
  }, 120_000);

  it('says between which checkpoints an event was changed', async () => {
    await kit.tamper("UPDATE event SET type = 'Tampered' WHERE position = 30");
    const result = await kit.audit();
    await kit.restore('whole');
    expect(result).toMatchObject({ kind: 'DIFFERENT', difference: { kind: 'EVENT_CHANGED', leafIndex: 30, column: 'type', before: { size: 21 }, after: { size: 45 } } });
  });

  it('goes on from an earlier audit, and reads nothing before it', async () => {
    const whole = await kit.audit();
    if (whole.kind !== 'SOUND') throw new Error(whole.difference.detail);
    expect(whole.counts).toMatchObject({ events: 60, leaves: 60, pending: 0, foreign: 1, checkpoints: 4, pins: 4, unreadablePins: 0 });
    await kit.restore('older');
    const older = await kit.audit({ pinsFolder: null });
    if (older.kind !== 'SOUND') throw new Error(older.difference.detail);
    await kit.restore('whole');
    const later = await kit.audit({ from: older.tree });
    expect(later).toMatchObject({ kind: 'SOUND', from: 45, tree: whole.tree, counts: { events: 15, checkpoints: 1, pins: 1 } });
    await kit.tamper("UPDATE event SET type = 'Tampered' WHERE position = 50");
    expect(await kit.audit({ from: older.tree })).toMatchObject({ kind: 'DIFFERENT', difference: { leafIndex: 50, before: { size: 45 }, after: { size: 60 } } });
    await kit.restore('whole');
    expect(await kit.audit({ from: { size: 45, root: whole.tree.root } })).toMatchObject({ difference: { kind: 'TILE_CHANGED' } });
  });

  it('finds the same when it remembers a single stream', async () => {
    expect((await kit.audit({ streamsKept: 1 })).kind).toBe('SOUND');
    await kit.tamper("UPDATE event SET body = body || ' ' WHERE position = 59");
    expect(await kit.audit({ streamsKept: 1 })).toMatchObject({ difference: { leafIndex: 59, column: 'body' } });
    await kit.restore('whole');
  });

  it("takes no key of the database for the log's first, where that is known", async () => {
    const other = { ...ledgerSigner.key, publicKey: new Uint8Array(32).fill(1) };
    expect(await kit.audit({ firstKey: other })).toMatchObject({ difference: { kind: 'KEYS_DIFFER' } });
  });
});

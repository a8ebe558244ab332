import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cosignatureLine, fromBase64, hashLeaf, noteSigner, openCheckpoint, signCheckpoint, TreeReader, verifyConsistency, verifyInclusion } from '#libs/ledger';
import { startFeed } from '#libs/feeds';
import { LedgerKit, ledgerOrigin, ledgerSigner } from '../../../test/support/ledger-kit.js';
import { query } from '../../../test/support/sql.js';
import { ledgerFeed, pinFileName, readLogKeys, readPins, rotateKey } from './index.js';
import { openLedgerSigner, rotateKeyFile } from './module.js';
import { readState, sqlOf, sqlOfOne, tilesOf, writeLeaves } from './tables.js';

const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const hashes = (proof: readonly string[]): Uint8Array[] => proof.map((text) => fromBase64(text) ?? Buffer.alloc(0));
const log = { origin: ledgerOrigin, keys: [{ key: ledgerSigner.key, from: 0, until: null }] };

describe('the ledger', () => {
  let kit: LedgerKit;

  beforeEach(async () => {
    kit = await LedgerKit.open({ limits: { pinEveryMs: 0 } });
  });
  afterEach(async () => kit.close());

  const numbered = async (count: number): Promise<void> => {
    await kit.append(count);
    await kit.number();
  };
  const signed = async () => {
    const outcome = await kit.service.sign();
    if (outcome.kind !== 'SIGNED') throw new Error(`not signed: ${JSON.stringify(outcome)}`);
    return outcome.checkpoint;
  };

  describe('numbers', () => {
    it('the events of all streams in the order of the log, from 0, whatever the batches', async () => {
      await numbered(7);
      await numbered(300);
      const rows = await query(kit.database.serviceUrl, 'SELECT l.leaf_index::int, l.position::int, l.event_id = e.id AS same FROM ledger_leaf l JOIN event e USING (position) ORDER BY 1');
      expect(rows).toEqual(Array.from({ length: 307 }, (_, n) => ({ leaf_index: n, position: n, same: true })));
      expect(await kit.service.state()).toMatchObject({ size: 307, lastPosition: 306n });
    });

    it('an event without a valid head over its raw texts, with an alarm, and goes on', async () => {
      await numbered(2);
      await kit.insertForeign();
      await numbered(2);
      expect((await kit.service.state()).size).toBe(5);
      expect(await kit.service.alarms()).toMatchObject([{ kind: 'FOREIGN_LEAF', leafIndex: 2, eventId: '00000000-0000-4000-8000-00000000f0f0', times: 1 }]);
      await signed();
      expect((await kit.audit()).kind).toBe('SOUND');
    });

    it('a tree of several tiles that one connection reads, a statement at a time', async () => {
      await numbered(300);
      const { size, root } = await readState(sqlOf(kit.pool));
      const client = await kit.pool.connect();
      let [asked, most] = [0, 0];
      const counting = {
        async query(text: string, values: unknown[]) {
          asked += 1;
          most = Math.max(most, asked);
          return client.query(text, values).finally(() => (asked -= 1));
        },
      };
      const reader = new TreeReader(tilesOf(sqlOfOne(counting as unknown as typeof client)));
      expect(Buffer.from(await reader.root(size))).toEqual(Buffer.from(root));
      client.release();
      expect(most).toBe(1);
    });

    it('no event twice: a second holder on an older state is refused, and nothing of it is kept', async () => {
      await numbered(5);
      const before = await readState(sqlOf(kit.pool));
      await query(kit.database.ownerUrl, "UPDATE feed_checkpoint SET position = NULL WHERE feed = 'ledger'");
      const refused = new Promise<string | null>((resolve) => {
        startFeed({
          definition: ledgerFeed(kit.clock),
          store: kit.store,
          databaseUrl: kit.database.serviceUrl,
          onStatus: ({ state, lastError }) => state === 'REFUSED' && resolve(lastError),
        });
      });
      expect(await refused).toContain('was numbered');
      expect(await readState(sqlOf(kit.pool))).toEqual(before);
    });

    it('no leaf number twice, whoever writes', async () => {
      await numbered(2);
      const leaf = { leafIndex: 1, position: 99n, eventId: '99999999-9999-8999-8999-999999999999', hash: hashLeaf('x'), foreign: false };
      await expect(writeLeaves(sqlOf(kit.pool), [leaf])).rejects.toMatchObject({ code: '23505' });
    });

    it('and lets nobody change or remove what it wrote, not even the owner', async () => {
      await numbered(3);
      await signed();
      const { ownerUrl, serviceUrl } = kit.database;
      for (const table of ['ledger_leaf', 'ledger_checkpoint', 'ledger_key']) {
        await expect(query(ownerUrl, `DELETE FROM ${table}`)).rejects.toMatchObject({ code: '23001' });
        await expect(query(ownerUrl, `TRUNCATE ${table}`)).rejects.toMatchObject({ code: '23001' });
        await expect(query(serviceUrl, `DELETE FROM ${table}`)).rejects.toMatchObject({ code: '42501' });
      }
      await expect(query(serviceUrl, `UPDATE ledger_tile SET hashes = decode(repeat('00', 96), 'hex')`)).rejects.toMatchObject({ code: '23001' });
      await expect(query(ownerUrl, 'DELETE FROM ledger_tile')).rejects.toMatchObject({ code: '23001' });
    });
  });

  describe('signs', () => {
    it('a checkpoint over all that is numbered, and none without something new', async () => {
      expect((await kit.service.sign()).kind).toBe('NOTHING_NEW');
      await numbered(3);
      const { note, size } = await signed();
      expect(openCheckpoint(note, log)).toMatchObject({ kind: 'CHECKPOINT', checkpoint: { size: 3 } });
      expect(size).toBe(3);
      expect((await kit.service.sign()).kind).toBe('NOTHING_NEW');
      expect((await kit.service.latestCheckpoint())?.note).toBe(note);
    });

    it('within the interval after new events while it runs, and what is left at its end', async () => {
      const service = kit.another({ limits: { signEveryMs: 20, pinEveryMs: 0 }, feedLimits: { standbyPollMs: 20, heartbeatMs: 20 } });
      service.start();
      await kit.append(4);
      const until = performance.now() + 10_000;
      while ((await service.latestCheckpoint())?.size !== 4 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 5));
      expect((await service.latestCheckpoint())?.size).toBe(4);
      await service.stop();
      expect((await readPins(kit.pinsFolder)).pins.at(-1)?.note).toBe((await service.latestCheckpoint())?.note);
    });

    it('one checkpoint a size, however many processes try', async () => {
      await numbered(9);
      const outcomes = await Promise.all([kit.service, kit.another(), kit.another()].map((one) => one.sign()));
      expect(outcomes.filter(({ kind }) => kind === 'SIGNED')).toHaveLength(1);
    });

    it.each<[string, string[], string]>([
      ['the log ends before the last signed event', ['DELETE FROM event WHERE position = 9', 'UPDATE log_head SET next_position = 9'], 'LOG_SHORTER'],
      ['the last signed event is another', [`UPDATE event SET head = replace(head, '2026', '2025') WHERE position = 9`], 'LOG_DIFFERS'],
      ['the last signed event is gone', ['DELETE FROM event WHERE position = 9'], 'LOG_DIFFERS'],
      ['the tiles are not those that were signed', [`UPDATE ledger_tile SET hashes = set_byte(hashes, 3, get_byte(hashes, 3) # 1)`], 'LEDGER_DIFFERS'],
      ['the state is shorter than the last checkpoint', ['UPDATE ledger_state SET size = 0, root = sha256(\'\')'], 'LEDGER_SHORTER'],
      ['the row of the checkpoint was edited', [`UPDATE ledger_checkpoint SET root = sha256('x')`], 'LEDGER_DIFFERS'],
      ['the checkpoint that it signed is gone', ['DELETE FROM ledger_checkpoint'], 'LEDGER_SHORTER'],
    ])('nothing more where %s, and raises the alarm', async (_, statements, kind) => {
      await numbered(10);
      await signed();
      await kit.tamper(...statements);
      expect(await kit.service.sign()).toMatchObject({ kind: 'STOPPED', alarm: { kind } });
      expect(await kit.service.sign()).toMatchObject({ kind: 'STOPPED' });
      expect(await kit.service.alarms()).toMatchObject([{ kind, times: 2 }]);
    });

    it('nothing after an older state was restored: the pins tell at the next start', async () => {
      await numbered(4);
      await signed();
      await kit.backUp('older');
      await numbered(4);
      await signed();
      await kit.restore('older');
      expect(await kit.service.sign()).toMatchObject({ kind: 'STOPPED', alarm: { kind: 'LEDGER_SHORTER' } });
      const restarted = kit.another();
      expect(await restarted.sign()).toMatchObject({ kind: 'STOPPED', alarm: { kind: 'PIN_DIFFERS' } });
      await rm(join(kit.pinsFolder, pinFileName));
      expect((await kit.another().sign()).kind).toBe('NOTHING_NEW');
    });

    it('nothing where the pins are of another tree', async () => {
      await numbered(4);
      await signed();
      const forged = signCheckpoint({ origin: ledgerOrigin, size: 3, root: hashLeaf('another') }, ledgerSigner);
      await writeFile(join(kit.pinsFolder, pinFileName), `${JSON.stringify({ pinnedAt: '2026-11-22T10:15:30.123Z', note: forged })}\n`);
      expect(await kit.another().sign()).toMatchObject({ kind: 'STOPPED', alarm: { kind: 'PIN_DIFFERS' } });
    });
  });

  it('keeps pins in a file that only grows, past a torn line', async () => {
    await numbered(1);
    await signed();
    await writeFile(join(kit.pinsFolder, pinFileName), `${await readFile(join(kit.pinsFolder, pinFileName), 'utf8')}{"pinnedAt":"20`);
    await numbered(1);
    await signed();
    const { pins, unreadable } = await readPins(kit.pinsFolder);
    expect([pins.length, unreadable]).toEqual([2, [2]]);
    expect((await stat(join(kit.pinsFolder, pinFileName))).mode & 0o777).toBe(0o600);
  });

  it('has its checkpoints stamped by an outside authority, and goes on signing where that fails', async () => {
    const asked: string[] = [];
    const timeStamper = {
      authority: 'tsa.example',
      stamp: async (text: string) => {
        asked.push(text);
        if (asked.length === 2) throw new Error('the authority does not answer');
        return { token: Buffer.from('an invented token'), at: new Date('2026-11-22T10:15:30.000Z') };
      },
    };
    const service = kit.another({ timeStamper, limits: { pinEveryMs: 0 } });
    for (const size of [1, 2, 3]) {
      await numbered(1);
      expect(await service.sign()).toMatchObject({ kind: 'SIGNED', checkpoint: { size, note: asked.at(-1) } });
    }
    const rows = await query(kit.database.serviceUrl, 'SELECT size::int, authority FROM ledger_time_stamp ORDER BY size');
    expect(rows).toEqual([1, 3].map((size) => ({ size, authority: 'tsa.example' })));
  });

  describe('proves', () => {
    it('that an event is in the signed tree, and that the tree only grew', async () => {
      await numbered(5);
      const older = await signed();
      await numbered(295);
      const newer = await signed();
      for (const leafIndex of [0, 4, 255, 256, 299]) {
        const answer = await kit.service.inclusionProof({ leafIndex });
        if (answer.kind !== 'PROOF') throw new Error(answer.kind);
        expect(verifyInclusion({ index: leafIndex, hash: answer.leaf.hash }, hashes(answer.proof), newer).kind).toBe('VERIFIED');
        expect(await kit.service.inclusionProof({ eventId: answer.leaf.eventId })).toMatchObject({ kind: 'PROOF', leaf: { leafIndex } });
      }
      const grown = await kit.service.consistencyProof(5, 300);
      if (grown.kind !== 'PROOF') throw new Error(grown.kind);
      expect(verifyConsistency(older, newer, hashes(grown.proof)).kind).toBe('VERIFIED');
      expect(await kit.service.consistencyProof(5, 301)).toMatchObject({ kind: 'OUT_OF_RANGE' });
      expect(await kit.service.consistencyProof(6, 5)).toMatchObject({ kind: 'OUT_OF_RANGE' });
    });

    it('many events at once as it proves each, and leaves out those that are not there or not covered', async () => {
      await numbered(280);
      const { size } = await signed();
      await numbered(1);
      const rows = await query(kit.database.serviceUrl, 'SELECT event_id FROM ledger_leaf ORDER BY leaf_index');
      const ids = rows.map((row) => String(row['event_id']));
      const proofs = await kit.service.inclusionProofs([...ids, '99999999-9999-8999-8999-999999999999'], size);
      expect(proofs.size).toBe(size);
      for (const eventId of ids.slice(0, size)) {
        const single = await kit.service.inclusionProof({ eventId }, size);
        if (single.kind !== 'PROOF') throw new Error(single.kind);
        const many = proofs.get(eventId);
        expect({ leafIndex: many?.leafIndex, proof: many?.proof.map((hash) => Buffer.from(hash).toString('base64')) }).toEqual({ leafIndex: single.leaf.leafIndex, proof: single.proof });
      }
    });

    it('from the middles of full tiles, which the audit recomputes', async () => {
      await numbered(260);
      const tree = await signed();
      const tamper = `UPDATE ledger_tile SET middle = set_byte(middle, 40, get_byte(middle, 40) # 1) WHERE level = 0 AND tile_index = 0`;
      expect((await kit.audit()).kind).toBe('SOUND');
      await kit.tamper(tamper);
      const answer = await kit.another().inclusionProof({ leafIndex: 0 });
      if (answer.kind !== 'PROOF') throw new Error(answer.kind);
      expect(verifyInclusion({ index: 0, hash: answer.leaf.hash }, hashes(answer.proof), tree).kind).toBe('REFUSED');
      expect(await kit.audit()).toMatchObject({ difference: { kind: 'TILE_CHANGED', leafIndex: 0 } });
      expect((await kit.another().sign()).kind).toBe('NOTHING_NEW');
    });

    it('nothing for an event that is not there, or not covered yet', async () => {
      await numbered(2);
      expect(await kit.service.inclusionProof({ eventId: '99999999-9999-8999-8999-999999999999' })).toEqual({ kind: 'NOT_IN_LEDGER' });
      expect(await kit.service.inclusionProof({ leafIndex: 1 })).toEqual({ kind: 'NOT_COVERED', leafIndex: 1, treeSize: 0 });
      await signed();
      expect(await kit.service.inclusionProof({ leafIndex: 1 }, 1)).toMatchObject({ kind: 'NOT_COVERED', treeSize: 1 });
    });

    it('by tiles, full and partial, and by no other path', async () => {
      await numbered(260);
      await signed();
      expect((await kit.service.readTile('tile/0/000'))?.length).toBe(256 * 32);
      expect((await kit.service.readTile('tile/0/001.p/4'))?.length).toBe(4 * 32);
      expect((await kit.service.readTile('tile/0/001.p/2'))?.length).toBe(2 * 32);
      expect((await kit.service.readTile('tile/1/000.p/1'))?.length).toBe(32);
      for (const path of ['tile/0/001', 'tile/0/001.p/5', 'tile/entries/000', 'tile/0/../../x']) expect(await kit.service.readTile(path)).toBeNull();
    });
  });

  describe('with witnesses', () => {
    const witness = noteSigner('witness.example/w1', 'COSIGNATURE', seedOf(21));
    const stranger = noteSigner('stranger.example', 'COSIGNATURE', seedOf(22));
    const cosigned = (note: string, by = witness): string => note + cosignatureLine(note.slice(0, note.lastIndexOf('\n\n') + 1), by, 1_800_000_000);

    it('records who has seen what, once, and shows it', async () => {
      const service = kit.another({ witnesses: [witness.key] });
      await numbered(3);
      const { note } = await signed();
      expect(await service.witnesses()).toMatchObject([{ witness: 'witness.example/w1', size: null }]);
      expect(await service.addCosignature(cosigned(note))).toEqual({ kind: 'RECORDED', size: 3, witnesses: ['witness.example/w1'] });
      expect((await service.addCosignature(cosigned(note))).kind).toBe('RECORDED');
      expect(await service.witnesses()).toMatchObject([{ size: 3, cosignedAt: new Date(1_800_000_000_000) }]);
      await numbered(3);
      await signed();
      expect((await service.latestCheckpoint())?.size).toBe(6);
      expect(await service.latestCosignedCheckpoint()).toMatchObject({ size: 3, note: cosigned(note) });
      const [first] = await query(kit.database.serviceUrl, 'SELECT event_id FROM ledger_leaf WHERE leaf_index = 0');
      expect(await service.proofForReceipt(String(first?.['event_id']))).toMatchObject({ kind: 'PROOF', checkpoint: { size: 3 } });
    });

    it('takes nothing from strangers, and nothing about another tree', async () => {
      const service = kit.another({ witnesses: [witness.key] });
      await numbered(3);
      const { note } = await signed();
      expect(await service.addCosignature(note)).toMatchObject({ code: 'NO_KNOWN_WITNESS' });
      expect(await service.addCosignature(cosigned(note, stranger))).toMatchObject({ code: 'NO_KNOWN_WITNESS' });
      expect(await service.addCosignature(cosigned(note).replace('\n3\n', '\n4\n'))).toMatchObject({ code: 'MALFORMED' });
      const unknown = signCheckpoint({ origin: ledgerOrigin, size: 9, root: hashLeaf('another') }, ledgerSigner);
      expect(await service.addCosignature(cosigned(unknown))).toMatchObject({ code: 'NOT_OUR_CHECKPOINT' });
      expect(await service.alarms()).toMatchObject([{ kind: 'LEDGER_DIFFERS' }]);
    });
  });

  describe('changes its key', () => {
    const next = noteSigner(ledgerOrigin, 'ED25519', seedOf(31));

    it('by a hand-over that both sign: from then on the new one signs, and the old one does not', async () => {
      await numbered(3);
      await signed();
      expect(await rotateKey(kit.pool, next, noteSigner(ledgerOrigin, 'ED25519', seedOf(32)), kit.clock)).toMatchObject({ kind: 'REFUSED' });
      expect(await rotateKey(kit.pool, ledgerSigner, next, kit.clock)).toMatchObject({ kind: 'ROTATED' });
      expect(await rotateKey(kit.pool, ledgerSigner, next, kit.clock)).toMatchObject({ kind: 'ALREADY_ROTATED' });
      expect(await kit.service.sign()).toMatchObject({ kind: 'STOPPED', alarm: { kind: 'KEY_UNKNOWN' } });
      const service = kit.another({ signer: next });
      expect(await service.sign()).toMatchObject({ kind: 'SIGNED', checkpoint: { size: 3, keyId: next.key.id } });
      await numbered(3);
      expect(await service.sign()).toMatchObject({ kind: 'SIGNED', checkpoint: { size: 6 } });
      const known = await readLogKeys(sqlOf(kit.pool));
      expect(known).toMatchObject({ kind: 'KEYS', keys: [{ until: 3 }, { from: 3, until: null }] });
      expect(await service.wellKnown()).toMatchObject({ origin: ledgerOrigin, keys: [expect.any(String), expect.any(String)], handOvers: [expect.stringContaining('hand-over v1')] });
      expect((await kit.audit()).kind).toBe('SOUND');
    });

    it('in its file, whole at every interruption, and readable by the owner alone', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'caseledger-secrets-'));
      const files = { pool: kit.pool, origin: ledgerOrigin, folder, fromEnvironment: null };
      const first = await openLedgerSigner(files);
      expect((await openLedgerSigner(files)).key).toEqual(first.key);
      expect((await stat(join(folder, 'ledger.key'))).mode & 0o777).toBe(0o600);
      expect(await rotateKeyFile(files, kit.clock)).toMatchObject({ kind: 'ROTATED' });
      const second = await openLedgerSigner(files);
      expect(second.key.id).not.toBe(first.key.id);
      // Interrupted after it was recorded: the next start finishes it.
      await writeFile(join(folder, 'ledger.key.next'), `${Buffer.from(seedOf(41)).toString('base64')}\n`, { mode: 0o600 });
      const third = noteSigner(ledgerOrigin, 'ED25519', seedOf(41));
      expect(await rotateKey(kit.pool, second, third, kit.clock)).toMatchObject({ kind: 'ROTATED' });
      expect((await openLedgerSigner(files)).key).toEqual(third.key);
      await chmod(join(folder, 'ledger.key'), 0o644);
      await expect(openLedgerSigner(files)).rejects.toThrow('chmod 600');
      await rm(join(folder, 'ledger.key'));
      await expect(openLedgerSigner(files)).rejects.toThrow('missing');
      await rm(folder, { recursive: true });
    });
  });
});

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { growTiles, hashLeaf, MemoryTiles, type NoteSigner, noteSigner, openCheckpoint, parseTilePath, signCheckpoint, signHandOver, TreeReader } from '#libs/ledger';
import { witnessOnce, type WitnessOutcome } from './index.js';

const origin = 'ledger.example/invented-city';
const logSigner = noteSigner(origin, 'ED25519', new Uint8Array(32).fill(1));
const nextSigner = noteSigner(origin, 'ED25519', new Uint8Array(32).fill(2));
const witness = noteSigner('witness.example/w1', 'COSIGNATURE', new Uint8Array(32).fill(3));

/** A log as files over HTTP. */
class PublishedLog {
  checkpoint = '';
  handOvers: string[] = [];
  private tiles = new MemoryTiles();

  async show(leaves: readonly string[], signer: NoteSigner = logSigner): Promise<void> {
    this.tiles = new MemoryTiles();
    this.tiles.write(growTiles(0, new Map(), leaves.map((leaf) => hashLeaf(leaf))).tiles);
    this.checkpoint = signCheckpoint({ origin, size: leaves.length, root: await new TreeReader(this.tiles).root(leaves.length) }, signer);
  }

  async answer(path: string): Promise<string | Uint8Array | null> {
    if (path === 'log/checkpoint') return this.checkpoint;
    if (path === 'log/keys') return JSON.stringify({ handOvers: this.handOvers });
    const tile = parseTilePath(path.replace(/^log\//, ''));
    const bytes = tile === null ? null : await this.tiles.readTile(tile);
    return tile === null || bytes === null ? null : bytes.subarray(0, tile.width * 32);
  }
}

const leaves = (count: number, changed = -1): string[] => Array.from({ length: count }, (_, n) => (n === changed ? 'changed' : `invented leaf ${n}`));

describe('a witness', () => {
  let log: PublishedLog;
  let server: Server;
  let folder: string;
  let prefix: string;

  beforeEach(async () => {
    log = new PublishedLog();
    folder = await mkdtemp(join(tmpdir(), 'caseledger-witness-'));
    server = createServer((request, response) => {
      void log.answer((request.url ?? '/').slice(1)).then((body) => {
        response.statusCode = body === null ? 404 : 200;
        response.end(body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    prefix = `http://127.0.0.1:${address.port}/log/`;
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const look = (): Promise<WitnessOutcome> =>
    witnessOnce({ prefix, logKey: logSigner.key, signer: witness, stateFile: join(folder, 'seen'), clock: { now: () => new Date(1_800_000_000_000) }, fetch });

  it('cosigns a log that grows, and remembers it before', async () => {
    for (const [size, previousSize] of [[3, null], [3, 3], [300, 3], [1_000, 300]] as const) {
      await log.show(leaves(size));
      const outcome = await look();
      expect(outcome).toMatchObject({ kind: 'COSIGNED', size, previousSize });
      const note = outcome.kind === 'COSIGNED' ? outcome.note : '';
      expect(openCheckpoint(note, { origin, keys: [{ key: logSigner.key, from: 0, until: null }] }, [witness.key])).toMatchObject({ cosigned: [{ time: 1_800_000_000 }] });
      expect(await readFile(join(folder, 'seen'), 'utf8')).toBe(log.checkpoint);
    }
    expect(await readdir(folder)).toEqual(['seen']);
  });

  it.each([
    ['a leaf that it saw was changed', 600, 50, 'NOT_CONSISTENT'],
    ['another tree of the same size is shown', 500, 499, 'NOT_CONSISTENT'],
    ['the log went back', 499, -1, 'WENT_BACK'],
  ])('raises the alarm and signs nothing when %s', async (_, size, changed, alarm) => {
    await log.show(leaves(500));
    await look();
    const seen = log.checkpoint;
    await log.show(leaves(size, changed));
    expect(await look()).toMatchObject({ kind: 'ALARM', alarm, seen, shown: log.checkpoint });
    expect(await readFile(join(folder, 'seen'), 'utf8')).toBe(seen);
  });

  it('is not deceived by the tiles of the old tree under the checkpoint of another', async () => {
    await log.show(leaves(500));
    await look();
    await log.show(leaves(600, 50));
    const forged = log.checkpoint;
    await log.show(leaves(600));
    log.checkpoint = forged;
    expect(await look()).toMatchObject({ kind: 'ALARM', alarm: 'NOT_CONSISTENT' });
  });

  it('follows a key that was handed over, and no other', async () => {
    await log.show(leaves(10));
    await look();
    const tree = { size: 10, root: await new TreeReader({ readTile: async (tile) => (await log.answer(`log/tile/0/000.p/${tile.width}`)) as Uint8Array }).root(10) };
    await log.show(leaves(20), nextSigner);
    expect(await look()).toMatchObject({ kind: 'ALARM', alarm: 'NOT_SIGNED' });
    log.handOvers = [signHandOver({ origin, tree, at: '2026-11-22T10:15:30.123Z' }, logSigner, nextSigner)];
    expect(await look()).toMatchObject({ kind: 'COSIGNED', size: 20, previousSize: 10 });
    await log.show(leaves(30), logSigner);
    expect(await look()).toMatchObject({ kind: 'ALARM', alarm: 'NOT_SIGNED' });
  });

  it('raises the alarm when its own memory was changed', async () => {
    await log.show(leaves(10));
    await look();
    await writeFile(join(folder, 'seen'), log.checkpoint.replace('\n10\n', '\n1\n'));
    expect(await look()).toMatchObject({ kind: 'ALARM', alarm: 'STATE_UNREADABLE' });
  });

  it('learns nothing from a log that does not answer, answers nonsense or too much', async () => {
    await log.show(leaves(10));
    await look();
    log.checkpoint = 'x'.repeat(300 * 1024);
    expect(await look()).toMatchObject({ kind: 'UNREACHABLE' });
    log.checkpoint = 'nonsense';
    expect(await look()).toMatchObject({ kind: 'ALARM', alarm: 'NOT_SIGNED' });
    const outcome = await witnessOnce({ prefix: `${prefix}nowhere`, logKey: logSigner.key, signer: witness, stateFile: join(folder, 'other'), clock: { now: () => new Date() }, fetch });
    expect(outcome).toMatchObject({ kind: 'UNREACHABLE' });
    expect(await readdir(folder)).toEqual(['seen']);
  });
});

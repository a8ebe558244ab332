import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hashFromBase64, openCheckpoint, parseVerifierKey, verifyConsistency, verifyInclusion } from '#libs/ledger';
import { type RunningApp, startApp } from '../../../../test/support/app.js';

const fileReport = /* GraphQL */ `
  mutation ($input: FileReportInput!) { fileReport(input: $input) { ... on Recorded { eventIds leafHash } } }
`;
const input = {
  origin: 'OFFICER',
  incident: {},
  place: {},
  occurredAt: { precision: 'UNKNOWN', source: 'officer', zone: 'America/Chicago' },
  narrative: 'An invented account.',
  injuries: 'UNKNOWN',
};

interface Proof {
  readonly leafIndex: number;
  readonly leafHash: string;
  readonly treeSize: number;
  readonly root: string;
  readonly hashes: readonly string[];
  readonly checkpoint: { readonly note: string; readonly size: number; readonly root: string };
}

let service: RunningApp;
let base: string;
let officer: string;

beforeAll(async () => {
  service = await startApp();
  base = service.url.replace('/graphql', '');
  officer = await service.token('officer-1', 'OFFICER');
});
afterAll(() => service.close());

async function file(): Promise<{ readonly eventId: string; readonly leafHash: string }> {
  const { data } = await service.graphql<{ fileReport: { eventIds: string[]; leafHash: string } }>(officer, fileReport, { input });
  const [eventId] = data?.fileReport.eventIds ?? [];
  if (data === null || eventId === undefined) throw new Error('nothing was recorded');
  return { eventId, leafHash: data.fileReport.leafHash };
}

/** A checkpoint follows within a second or so; asked until then. */
async function proofOf(eventId: string): Promise<Proof> {
  const query = /* GraphQL */ `
    query ($e: UUID!) { inclusionProof(event: $e) { leafIndex leafHash treeSize root hashes checkpoint { note size root } } }
  `;
  const until = Date.now() + 20_000;
  while (Date.now() < until) {
    const { data } = await service.graphql<{ inclusionProof: Proof | null }>(officer, query, { e: eventId });
    if (data !== null && data.inclusionProof !== null) return data.inclusionProof;
  }
  throw new Error('no checkpoint covers the event');
}

const bytes = (text: string): Uint8Array => {
  const hash = hashFromBase64(text);
  if (hash === null) throw new Error('not a hash');
  return hash;
};

describe('the ledger, as an outsider checks it', () => {
  it('exchanges a receipt for a proof that leads from its leaf hash to a signed checkpoint', async () => {
    const { eventId, leafHash } = await file();
    const proof = await proofOf(eventId);
    const { keys, origin } = (await (await fetch(`${base}/.well-known/caseledger-ledger.json`)).json()) as { keys: string[]; origin: string };
    const key = parseVerifierKey(keys[0] ?? '');
    if (key === null) throw new Error('no key is published');
    const opened = openCheckpoint(proof.checkpoint.note, { origin, keys: [{ key, from: 0, until: null }] });
    expect(opened).toMatchObject({ kind: 'CHECKPOINT' });
    expect(Buffer.from(proof.leafHash, 'base64').toString('base64url')).toBe(leafHash);
    const leaf = { index: proof.leafIndex, hash: bytes(proof.leafHash) };
    expect(verifyInclusion(leaf, proof.hashes.map(bytes), { size: proof.treeSize, root: bytes(proof.checkpoint.root) })).toMatchObject({ kind: 'VERIFIED' });
  });

  it('proves that the tree only grew', async () => {
    const first = await proofOf((await file()).eventId);
    const second = await proofOf((await file()).eventId);
    const query = 'query ($from: SafeInt!, $to: SafeInt!) { consistencyProof(from: $from, to: $to) { hashes } }';
    const { data } = await service.graphql<{ consistencyProof: { hashes: string[] } }>(officer, query, { from: first.treeSize, to: second.treeSize });
    const heads = [first, second].map(({ treeSize, root }) => ({ size: treeSize, root: bytes(root) }));
    const [older, newer] = heads;
    if (older === undefined || newer === undefined) throw new Error('unreachable');
    expect(verifyConsistency(older, newer, (data?.consistencyProof.hashes ?? []).map(bytes))).toMatchObject({ kind: 'VERIFIED' });
  });

  it('serves checkpoint and tiles to everybody, and nothing else under that path', async () => {
    await proofOf((await file()).eventId);
    const checkpoint = await fetch(`${base}/ledger/checkpoint`);
    expect([checkpoint.status, checkpoint.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    const size = Number((await checkpoint.text()).split('\n')[1]);
    const tile = await fetch(`${base}/ledger/tile/0/000.p/${size}`);
    expect([tile.status, (await tile.arrayBuffer()).byteLength]).toEqual([200, size * 32]);
    for (const path of ['tile/0/000.p/0', 'tile/0/../checkpoint', 'tile/entries/000', 'tile/9/000', 'tile/']) {
      expect((await fetch(`${base}/ledger/${path}`)).status).toBeGreaterThanOrEqual(400);
    }
  });

  it('refuses a cosignature of nobody it knows', async () => {
    await proofOf((await file()).eventId);
    const note = await (await fetch(`${base}/ledger/checkpoint`)).text();
    const answer = await fetch(`${base}/ledger/cosignatures`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ note }) });
    expect(answer.status).toBe(400);
  });
});

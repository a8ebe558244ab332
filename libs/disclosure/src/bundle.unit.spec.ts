import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { formatVerifierKey, signNote } from '#libs/ledger';
import { verifyBundleItem } from '#libs/envelope';
import { accessRecords, bundleInput, type BundleChange, bundleStream, eventIdOf, firstSigner, goldenKeys, ledgerKey, nextSigner, sampleCase, witnessSigner, otherCase } from '../../../test/support/bundle-kit.js';
import { miniVerify } from '../../../test/support/mini-verifier.js';
import { isWithheld, rebuild, unzip } from '../../../test/support/rebuild-bundle.js';
import { webCrypto } from './verify.browser.js';
import { bytesSource, verifyBundle } from './verify.node.js';
import { verify, type VerifiedEvent } from './verifier/verify.js';
import { BundleNotSound, writeBundle } from './write.js';

const trusted = { ledgerKeys: [ledgerKey], witnessKeys: [] };
const make = async (change: BundleChange = {}) => Buffer.from(await writeBundle(await bundleInput(change)));
const small = await make();

async function eventsOf(bundle: Uint8Array): Promise<readonly VerifiedEvent[]> {
  const events: VerifiedEvent[] = [];
  const result = await verifyBundle(bundle, { trusted, onEvent: (event) => events.push(event) });
  if (result.kind === 'REFUSED') throw new Error(result.fault.message);
  return events;
}

describe('a bundle', () => {
  it('is the same bytes for the same input, PDFs included', async () => {
    const change = { documents: 'HTML_AND_PDF' } as const;
    const [one, other] = [await make(change), await make(change)];
    expect(one.equals(other)).toBe(true);
    expect(unzip(one).map(({ name }) => name)).toEqual([
      'manifest.json',
      'statement.note',
      'README.txt',
      'access.ndjson',
      'certificate.html',
      'certificate.pdf',
      'checkpoint.note',
      'chronology.html',
      'chronology.pdf',
      'events.ndjson',
      'policies/audiences.v1.yaml',
      'time-stamps/0001.note',
      'time-stamps/0001.tsr',
      'verify.html',
    ]);
  });

  it.each<[string, BundleChange]>([
    ['full', {}],
    ['redacted for the public', { audience: 'PUBLIC', documents: 'HTML' }],
    ['of an oversight body', { audience: 'OVERSIGHT' }],
    ['after a hand-over of the key', { handedOver: true }],
    ['of a ledger with nothing else in it', { noise: 0 }],
    ['from a large ledger', { noise: 300 }],
  ])('verifies by three verifiers: %s', async (_, change) => {
    const bundle = await make(change);
    const node = await verifyBundle(bundle, { trusted });
    expect(node).toMatchObject({ kind: 'VERIFIED', bundle: { trust: 'GIVEN', last: { revision: 12 }, counts: { events: 13, access: 3 } } });
    expect(await verify(bytesSource(bundle), webCrypto, { trusted })).toEqual(node);
    if (node.kind === 'REFUSED') throw new Error('refused');
    const { tree, last } = node.bundle;
    expect(miniVerify(bundle, ledgerKey)).toEqual({ events: 13, access: 3, leaf: last.leaf, root: tree.root });
  });

  it('names the witness that cosigned, leaves out what nobody could check, and says what is not checked', async () => {
    const result = await verifyBundle(small, { trusted: { ledgerKeys: [ledgerKey], witnessKeys: [formatVerifierKey(witnessSigner.key)] } });
    expect(result).toMatchObject({ bundle: { witnesses: [{ name: 'witness.example/invented', trusted: true }], timeStamps: ['time-stamps/0001.tsr'] } });
  });

  it('says that the key is its own word when none was given, and is refused for another key', async () => {
    expect(await verifyBundle(small)).toMatchObject({ kind: 'VERIFIED', bundle: { trust: 'OWN_WORD' } });
    const stranger = await verifyBundle(small, { trusted: { ledgerKeys: [formatVerifierKey(nextSigner.key)] } });
    expect(stranger).toMatchObject({ kind: 'REFUSED', fault: { code: 'UNTRUSTED_KEY' } });
  });

  it('is trusted by the first key through the hand-over, and by the last key alone, but not the other way round', async () => {
    const bundle = await make({ handedOver: true });
    for (const { key } of [firstSigner, nextSigner]) {
      expect(await verifyBundle(bundle, { trusted: { ledgerKeys: [formatVerifierKey(key)] } })).toMatchObject({ bundle: { trust: 'GIVEN', signer: { id: nextSigner.key.id } } });
    }
  });

  it('holds the very items that the envelope verifies', async () => {
    const lines = Buffer.from(unzip(small).find(({ name }) => name === 'events.ndjson')?.bytes ?? []).toString('utf8').trimEnd().split('\n');
    for (const line of lines) expect(verifyBundleItem(JSON.parse(line) as { head: string; fields: unknown[] }).kind).toBe('VERIFIED');
  });

  it('is not written of parts that do not belong together', async () => {
    const input = await bundleInput();
    const other = await bundleInput({ noise: 5 });
    await expect(writeBundle({ ...input, ledger: other.ledger })).rejects.toThrow(BundleNotSound);
    await expect(writeBundle({ ...input, items: input.items.slice(1) })).rejects.toThrow(BundleNotSound);
  });
});

describe('disclosure', () => {
  const secrets = ['Invented Nadia Example', 'Invented Hidden Person', 'invented@example.test', '555-0100', 'the vans came from the north', 'Invented compelled words', 'officer-1 saw the affected person pushed'];
  const found = (bundle: Uint8Array) => secrets.filter((secret) => Buffer.from(bundle).includes(secret));

  it('shows a court everything but contacts, confidential people and what was compelled', async () => {
    expect(found(await make({ documents: 'HTML' }))).toEqual(['Invented Nadia Example', 'the vans came from the north', 'officer-1 saw the affected person pushed']);
  });

  it('shows oversight narratives and no person’s own data', async () => {
    expect(found(await make({ audience: 'OVERSIGHT', documents: 'HTML' }))).toEqual(['officer-1 saw the affected person pushed']);
  });

  it('never shows the public anything that is protected, nor who acted', async () => {
    const bundle = await make({ audience: 'PUBLIC', documents: 'HTML' });
    expect(found(bundle)).toEqual([]);
    const { items } = await bundleInput({ audience: 'PUBLIC' });
    for (const { fields } of items) expect(fields[0]).toMatchObject({ name: '@by', ground: expect.stringMatching(/^(PERSONAL_PRIVACY|COMPELLED_STATEMENT)$/) });
  });

  it('leaves root, leaves and places as they are, whatever is withheld', async () => {
    const [court, open] = [await eventsOf(small), await eventsOf(await make({ audience: 'PUBLIC' }))];
    expect(open.map(({ head, leafIndex }) => [head, leafIndex])).toEqual(court.map(({ head, leafIndex }) => [head, leafIndex]));
  });

  it('walls off a compelled statement for every audience, with everything that points to it', async () => {
    for (const audience of ['COURT', 'OVERSIGHT', 'PUBLIC'] as const) {
      const { items } = await bundleInput({ audience });
      for (const [revision, { fields }] of items.entries()) {
        const walled = fields.every((field) => 'ground' in field && field.ground === 'COMPELLED_STATEMENT');
        expect([revision, walled]).toEqual([revision, revision === 5 || revision === 12]);
      }
    }
  });

  it('shows a correction where the corrected field is shown, and withholds it where that is withheld', async () => {
    const correct = (field: string, to: unknown) => {
      const data = { event: eventIdOf(bundleStream, 2), field, from: null, to: null, protectedTo: to, person: 'person-2', reason: 'Invented', material: false };
      return [...sampleCase(), { ...sampleCase()[6]!, event: { type: 'FactCorrected', data } as never }];
    };
    const named = await bundleInput({ given: correct('name', 'Corrected Name') });
    expect(isWithheld(named.items[13]!, 'protectedTo')).toBe(false);
    const contact = await bundleInput({ given: correct('contact', 'Corrected contact') });
    expect(isWithheld(contact.items[13]!, 'protectedTo')).toBe('PRIVATE_CONTACT');
    expect(isWithheld(contact.items[13]!, 'from')).toBe('PRIVATE_CONTACT');
    const open = await bundleInput({ audience: 'PUBLIC' });
    expect(isWithheld(open.items[6]!, 'from')).toBe('INQUIRY');
  });

  it('withholds as expunged what no key opens any more, and still verifies', async () => {
    const keys = { getKeys: () => Promise.resolve(new Map()) };
    const input = await bundleInput({ keys: keys as typeof goldenKeys });
    expect(isWithheld(input.items[0]!, 'narrative')).toBe('EXPUNGED');
    expect((await verifyBundle(await writeBundle(input))).kind).toBe('VERIFIED');
  });

  it('asks for no key that nothing shown needs', async () => {
    const asked: string[] = [];
    const keys = { getKeys: (ids: readonly string[]) => (asked.push(...ids), goldenKeys.getKeys(ids)) };
    await bundleInput({ audience: 'PUBLIC', keys });
    expect(asked).toEqual([]);
  });
});

/** An attacker who can compute every hash and write every file, but has no key: whatever follows is refused, and the event is named. */
describe('a rebuilt bundle, all its sums made right again,', () => {
  const edit = (change: (lines: string[]) => void, options: { readonly resign?: boolean } = {}) =>
    rebuild(small, (files) => {
      const file = files.find(({ name }) => name === 'events.ndjson')!;
      const lines = file.bytes.toString('utf8').trimEnd().split('\n');
      change(lines);
      file.bytes = Buffer.from(`${lines.join('\n')}\n`);
    }, options.resign === true ? firstSigner : null);
  const fault = async (bundle: Uint8Array) => {
    const result = await verifyBundle(bundle, { trusted });
    return result.kind === 'REFUSED' ? result.fault : null;
  };

  it('is refused for its manifest, which the signed statement binds', async () => {
    expect(await fault(edit((lines) => (lines[2] = lines[2]!.replace('"ground":"PRIVATE_CONTACT"', '"ground":"PERSONAL_PRIVACY"'))))).toMatchObject({ code: 'STATEMENT', file: 'manifest.json' });
  });

  // Even one who had the key to sign statements can't change an event: the checkpoint was signed, cosigned and stamped before.
  it.each<[string, (lines: string[]) => void, string, number]>([
    ['a changed value', (l) => (l[7] = l[7]!.replace('REC-0417', 'REC-0418')), 'EVENT_CHANGED', 7],
    ['a changed salt', (l) => (l[2] = l[2]!.replace(/"salt":"./, (s) => `"salt":"${s.endsWith('A') ? 'B' : 'A'}`)), 'EVENT_CHANGED', 2],
    ['a changed time', (l) => (l[4] = l[4]!.replace('T15:28', 'T15:27')), 'EVENT_NOT_IN_LEDGER', 4],
    ['another place', (l) => (l[4] = l[4]!.replace(/"leafIndex":(\d+)/, (_, n) => `"leafIndex":${Number(n) + 1}`)), 'EVENT_NOT_IN_LEDGER', 4],
    ['a place beyond the tree', (l) => (l[4] = l[4]!.replace(/"leafIndex":\d+/, '"leafIndex":4000')), 'EVENT_NOT_IN_LEDGER', 4],
    ['a shorter proof', (l) => (l[4] = l[4]!.replace(/"proof":\["[^"]+",/, '"proof":[')), 'EVENT_NOT_IN_LEDGER', 4],
    ['an event left out', (l) => l.splice(5, 1), 'EVENT_CHAIN', 5],
    ['the last event left out', (l) => l.pop(), 'EVENT_CHAIN', 12],
    ['two events exchanged', (l) => l.splice(3, 2, l[4]!, l[3]!), 'EVENT_CHAIN', 3],
    ['an event twice', (l) => l.splice(5, 0, l[4]!), 'EVENT_CHAIN', 5],
    ['a space', (l) => (l[9] = l[9]!.replace(':', ': ')), 'EVENT_FORM', 9],
    ['a key twice', (l) => (l[9] = l[9]!.replace('{"head"', '{"head":"","head"')), 'EVENT_FORM', 9],
    ['another spelling of a hash', (l) => (l[9] = l[9]!.replace(/(.)",("[^"]{43}")/, (_, c, rest) => `${c}=",${rest}`)), 'EVENT_FORM', 9],
    ['an unknown ground', (l) => (l[3] = l[3]!.replace('CONFIDENTIAL_SOURCE', 'CONFIDENTIAL_SOURCF')), 'EVENT_FORM', 3],
    ['a shown field as withheld without a ground', (l) => (l[3] = l[3]!.replace(',"ground":"CONFIDENTIAL_SOURCE"', '')), 'EVENT_FORM', 3],
    ['an empty line', (l) => l.splice(6, 0, ''), 'EVENT_FORM', 6],
  ])('is refused with %s, even if the statement is signed anew', async (_, change, code, event) => {
    expect(await fault(edit(change, { resign: true }))).toMatchObject({ code, event, file: 'events.ndjson' });
  });

  it('is refused with the first event wrong of several', async () => {
    const twice = edit((l) => {
      l[9] = `${l[9]} `;
      l[7] = l[7]!.replace('REC-0417', 'REC-0418');
    }, { resign: true });
    expect(await fault(twice)).toMatchObject({ event: 7 });
  });

  it.each<[string, Parameters<typeof rebuild>[1], string]>([
    ['an unknown file', (files) => void files.push({ name: 'zz.txt', bytes: Buffer.from('hello') }), 'MANIFEST'],
    ['a file less', (files) => void files.splice(files.findIndex(({ name }) => name === 'access.ndjson'), 1), 'FILES'],
    ['other access records', (files) => void (files.find(({ name }) => name === 'access.ndjson')!.bytes = Buffer.alloc(0)), 'EVENT_CHAIN'],
    ['a changed checkpoint', (files) => swap(files, 'checkpoint.note', (text) => text.replace(/\n(\d+)\n/, (_, n) => `\n${Number(n) - 1}\n`)), 'CHECKPOINT'],
    ['a signature less', (files) => swap(files, 'checkpoint.note', (text) => text.replace(/— ledger[^\n]+\n/, '')), 'CHECKPOINT'],
    ['another stamped checkpoint', (files) => swap(files, 'time-stamps/0001.note', () => signNote(`${firstSigner.key.name}\n1\n${Buffer.alloc(32).toString('base64')}\n`, [firstSigner])), 'TIME_STAMP'],
    ['a time stamp without its checkpoint', (files) => void files.splice(files.findIndex(({ name }) => name === 'time-stamps/0001.note'), 1), 'TIME_STAMP'],
  ])('is refused with %s', async (_, change, code) => {
    expect(await fault(rebuild(small, change, firstSigner))).toMatchObject({ code });
  });

  it('that anybody else signed is refused where the key is known', async () => {
    const input = await bundleInput();
    const forged = await writeBundle({ ...input, ledger: { ...input.ledger } });
    expect((await verifyBundle(forged, { trusted: { ledgerKeys: [formatVerifierKey(nextSigner.key)] } })).kind).toBe('REFUSED');
  });
});

function swap(files: { name: string; bytes: Buffer }[], name: string, change: (text: string) => string): void {
  const file = files.find((one) => one.name === name)!;
  file.bytes = Buffer.from(change(file.bytes.toString('utf8')));
}

describe('the container', () => {
  const fault = async (bundle: Uint8Array) => {
    const result = await verifyBundle(bundle);
    return result.kind === 'REFUSED' ? result.fault.code : null;
  };
  it.each<[string, () => Uint8Array]>([
    ['bytes after its end', () => Buffer.concat([small, Buffer.of(0)])],
    ['bytes before its start', () => Buffer.concat([Buffer.of(0), small])],
    ['a missing end', () => small.subarray(0, -1)],
    ['nothing', () => new Uint8Array()],
    ['a comment', () => Buffer.concat([small.subarray(0, -2), Buffer.from([1, 0, 65])])],
  ])('is refused with %s', async (_, bundle) => {
    expect(await fault(bundle())).toMatch(/CONTAINER|FILES/);
  });

  it('is what other programs take for a ZIP file with right sums', () => {
    for (const { bytes, crc } of unzip(small)) expect(crc32(bytes)).toBe(crc);
  });

  it('names each file’s SHA-256 in its manifest', () => {
    const files = unzip(small);
    const { files: listed } = JSON.parse(files[0]!.bytes.toString('utf8')) as { files: { name: string; sha256: string }[] };
    for (const { name, sha256 } of listed) expect(sha256).toBe(createHash('sha256').update(files.find((file) => file.name === name)!.bytes).digest('hex'));
    expect(accessRecords()).toHaveLength(3);
  });

  it('discloses of a record of access the reads of its own case alone, and says of the others that they are none of it', async () => {
    const { access } = await bundleInput();
    for (const { fields } of access) {
      const [mine, other] = ['read0', 'read1'].map((name) => fields.find((field) => field.name === name));
      expect(mine).toMatchObject({ value: expect.stringContaining(bundleStream.slice('case-'.length)) });
      expect(other).toMatchObject({ ground: 'OTHER_CASE' });
      expect(JSON.stringify(fields)).not.toContain(otherCase);
    }
  });
});

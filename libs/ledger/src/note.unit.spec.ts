import { describe, expect, it } from '@jest/globals';
import {
  cosignatureLine,
  followHandOvers,
  formatCheckpoint,
  formatSignerKey,
  formatVerifierKey,
  hashLeaf,
  type LogKey,
  type NoteKey,
  noteKey,
  noteSigner,
  openCheckpoint,
  openHandOver,
  openNote,
  parseCheckpoint,
  parseNote,
  parseSignerKey,
  parseTilePath,
  parseVerifierKey,
  partialTiles,
  signCheckpoint,
  signHandOver,
  signNote,
  tilePath,
} from './index.js';

/** Published notes with their keys. */
const published = {
  // golang.org/x/mod, sumdb/note, the package's documentation (BSD-3-Clause).
  go: {
    signer: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
    key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    note: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n",
  },
  // https://c2sp.org/signed-note, the example (CC BY 4.0).
  c2sp: {
    key: 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    note: 'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n',
  },
  // A checkpoint of a public firmware log, cosigned by two public witnesses: transparency-dev/distributor, README (Apache-2.0). The log's key is
  // from transparency-dev/armored-witness; the witness's from the Sigsum policy sigsum-generic-2025-1.
  witnessed: {
    origin: 'transparency.dev/armored-witness/firmware_transparency/ci/3',
    key: 'transparency.dev-aw-ftlog-ci-3+3f689522+Aa1Eifq6rRC8qiK+bya07yV1fXyP156pEMsX7CFBC6gg',
    witness: 'ArmoredWitness-floral-sky',
    witnessKey: 'e90299398a4d39d030da888a0923ecf16786881ac12243db73c9f0cf2a2d80e6',
    note:
      'transparency.dev/armored-witness/firmware_transparency/ci/3\n59\nkOFMkeamIdrYFLx5zbWFhflak6dlEEDOU++fxYEZMBw=\n\n' +
      '— transparency.dev-aw-ftlog-ci-3 P2iVIt3Jsaha3E2i0MHdKZ6fgYJTgXO86nUsxKPVq6uTwRSclTSh/ELnDGbNL+XDyD3EkWIdL2AGGNmbN7IN2rB/7gE=\n' +
      '— ArmoredWitness-weathered-rain CnjfIAAAAABnGRrHjQi7IZQqVea4YnU/ADsv844r1ezGjvubUy1MMJm4as9bRiT70xNWQ67RCA76LMy7SdX4qJNIzL3eSS1BGFWqCw==\n' +
      '— ArmoredWitness-floral-sky x88LbQAAAABnGRrDEq4Tfy7IIVPqkdXbcufUkCzRRbE3fABZ/jvtg5aFHVMuMR8cV6dVqECDBiH1zRxhNaCQOXSwNLSeJs+NzWt1BA==\n',
  },
};

const known = (text: string): NoteKey => {
  const key = parseVerifierKey(text);
  if (key === null) throw new Error(`no key: ${text}`);
  return key;
};
const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);
const origin = 'ledger.example/city';
const logSigner = noteSigner(origin, 'ED25519', seedOf(1));
const nextSigner = noteSigner(origin, 'ED25519', seedOf(2));
const witness = noteSigner('witness.example/w1', 'COSIGNATURE', seedOf(3));
const always = (key: NoteKey): LogKey => ({ key, from: 0, until: null });
const log = { origin, keys: [always(logSigner.key)] };
const tree = { origin, size: 5, root: hashLeaf('an invented root') };
const signed = signCheckpoint(tree, logSigner);
const text = formatCheckpoint(tree);

describe('a signed note', () => {
  it.each([published.go, published.c2sp])('opens as published: $key', ({ key, note }) => {
    expect(openNote(note, [known(key)])).toMatchObject({ kind: 'OPENED', text: note.slice(0, note.lastIndexOf('\n\n') + 1) });
  });

  it('is signed to the byte as the Go tools sign it', () => {
    const signer = parseSignerKey(published.go.signer);
    if (signer === null) throw new Error('the published key was refused');
    expect(formatVerifierKey(signer.key)).toBe(published.go.key);
    expect(signNote(published.go.note.slice(0, published.go.note.lastIndexOf('\n\n') + 1), [signer])).toBe(published.go.note);
    expect(formatSignerKey(logSigner.key, seedOf(1))).toMatch(/^PRIVATE\+KEY\+ledger\.example\/city\+[0-9a-f]{8}\+/);
  });

  it('is refused when any byte of it differs', () => {
    const bytes = Buffer.from(published.go.note, 'utf8');
    for (let at = 0; at < bytes.length; at += 1) {
      for (const flip of [1, 0x20]) {
        const changed = Buffer.from(bytes);
        changed[at] = changed.readUInt8(at) ^ flip;
        expect(openNote(changed.toString('utf8'), [known(published.go.key)]).kind).toBe('REFUSED');
      }
    }
  });

  it('ignores unknown keys, and is refused where a known one did not sign', () => {
    const both = signNote(text, [logSigner, nextSigner]);
    expect(openNote(both, [logSigner.key])).toMatchObject({ kind: 'OPENED', unknown: [{ id: nextSigner.key.id }] });
    expect(openNote(both, [witness.key])).toMatchObject({ kind: 'REFUSED', code: 'NO_KNOWN_SIGNATURE' });
    const wrong = both.replace(/(— \S+ )(\S)(\S+)\n$/, (_, who: string, first: string, rest: string) => `${who}${first}${rest.replace(/.{6}==$|.{5}=$/, 'AAAAA=')}\n`);
    expect(openNote(wrong, [logSigner.key, nextSigner.key]).kind).toBe('REFUSED');
    expect(openNote(wrong, [logSigner.key]).kind).toBe('OPENED');
  });

  it.each<[string, string, string]>([
    ['no signature', text, 'MALFORMED'],
    ['an empty text', `\n\n${signed.split('\n\n')[1]}`, 'MALFORMED'],
    ['no last newline', signed.slice(0, -1), 'MALFORMED'],
    ['a further empty line', `${signed}\n`, 'MALFORMED'],
    ['a tab', signed.replace('5\n', '5\t\n'), 'MALFORMED'],
    ['a carriage return', signed.replaceAll('\n', '\r\n'), 'MALFORMED'],
    ['a hyphen for the dash', signed.replace('—', '-'), 'MALFORMED'],
    ['two spaces in a line', signed.replace('— ', '—  '), 'MALFORMED'],
    ['base64 without its padding', signed.replace(/=+\n$/, '\n'), 'MALFORMED'],
    ['base64 of a URL', signed.replace(/ (\S+)\n$/, (_, b: string) => ` ${b.replaceAll('+', '-').replaceAll('/', '_')}\n`), 'MALFORMED'],
    ['half a surrogate pair', `\ud800${signed}`, 'MALFORMED'],
    ['the same line twice', signed + (signed.split('\n\n')[1] ?? ''), 'REPEATED_SIGNATURE'],
    ['65 signatures', signed + Array.from({ length: 64 }, (_, n) => `— k${n} AAAAAAAA\n`).join(''), 'TOO_LARGE'],
    ['more than 64 KiB', `${'x'.repeat(64 * 1024)}\n\n— k AAAAAAAA\n`, 'TOO_LARGE'],
  ])('refuses %s', (_, note, code) => {
    expect(note).not.toBe(signed);
    expect(parseNote(note)).toMatchObject({ kind: 'REFUSED', code });
  });
});

describe('a verifier key', () => {
  it('is refused in every other spelling', () => {
    const { key } = published.go;
    for (let at = 0; at < key.length; at += 1) {
      const changed = key.slice(0, at) + String.fromCharCode(key.charCodeAt(at) ^ 1) + key.slice(at + 1);
      expect(parseVerifierKey(changed)).toBeNull();
      expect(parseVerifierKey(key.slice(0, at))).toBeNull();
      expect(at === 0 || parseVerifierKey(key.slice(at)) === null).toBe(true);
    }
    // golang.org/x/mod, sumdb/note/note_test.go: a longer key and another algorithm, with their right ids.
    expect(parseVerifierKey('PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==')).toBeNull();
    expect(parseVerifierKey('PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')).toBeNull();
    expect(parseVerifierKey(key.replace('c74f20a3', 'C74F20A3'))).toBeNull();
  });

  it.each(['', 'a b', 'a+b', 'a\u0085b', 'a\u00a0b', 'a\nb', 'x'.repeat(201), '\ud800'])('has no name like %j', (name) => {
    expect(() => noteKey(name, 'ED25519', seedOf(1))).toThrow(RangeError);
  });
});

describe('a checkpoint', () => {
  it("opens with its log's key and its witnesses', as published by a public log", () => {
    const { origin: published_, key, witness: name, witnessKey, note } = published.witnessed;
    const cosigner = noteKey(name, 'COSIGNATURE', Buffer.from(witnessKey, 'hex'));
    const opened = openCheckpoint(note, { origin: published_, keys: [always(known(key))] }, [cosigner]);
    expect(opened).toMatchObject({ kind: 'CHECKPOINT', checkpoint: { size: 59 }, cosigned: [{ key: { name }, time: 1_729_698_499 }], unknown: [{ name: 'ArmoredWitness-weathered-rain' }] });
  });

  it('is trusted by its own log and its own keys alone', () => {
    expect(openCheckpoint(signed, log)).toMatchObject({ kind: 'CHECKPOINT', checkpoint: tree });
    expect(openCheckpoint(signed, { origin: 'other.example', keys: log.keys })).toMatchObject({ code: 'WRONG_ORIGIN' });
    expect(openCheckpoint(signed, { origin, keys: [always(nextSigner.key)] })).toMatchObject({ code: 'NO_KNOWN_SIGNATURE' });
    expect(openCheckpoint(signed.replace('\n5\n', '\n6\n'), log)).toMatchObject({ code: 'BAD_SIGNATURE' });
    expect(openCheckpoint(signNote('no checkpoint\n', [logSigner]), log)).toMatchObject({ code: 'NOT_A_CHECKPOINT' });
    expect(() => signCheckpoint({ ...tree, origin: 'other.example' }, logSigner)).toThrow(RangeError);
  });

  it('is not made by a witness alone', () => {
    const byWitness = `${text}\n${cosignatureLine(text, witness, 1_800_000_000)}`;
    expect(openCheckpoint(byWitness, log, [witness.key])).toMatchObject({ code: 'NO_KNOWN_SIGNATURE' });
  });

  it("refuses a cosignature whose time or tree is not the signed one, or that is the log's own", () => {
    const line = cosignatureLine(text, witness, 1_800_000_000);
    expect(openCheckpoint(signed + line, log, [witness.key])).toMatchObject({ cosigned: [{ time: 1_800_000_000 }] });
    const bytes = Buffer.from(line.split(' ')[2] ?? '', 'base64');
    bytes.writeUInt8(bytes.readUInt8(11) ^ 1, 11);
    expect(openCheckpoint(`${signed}— ${witness.key.name} ${bytes.toString('base64')}\n`, log, [witness.key])).toMatchObject({ code: 'BAD_SIGNATURE' });
    const other = cosignatureLine(text.replace('\n5\n', '\n4\n'), witness, 1_800_000_000);
    expect(openCheckpoint(signed + other, log, [witness.key])).toMatchObject({ code: 'BAD_SIGNATURE' });
    expect(() => cosignatureLine(text, logSigner, 1)).toThrow(RangeError);
    expect(() => signNote(text, [witness])).toThrow(RangeError);
  });

  it.each([
    ['a size with a zero before it', text.replace('\n5\n', '\n05\n')],
    ['a size with a sign', text.replace('\n5\n', '\n+5\n')],
    ['a size that is no safe integer', text.replace('\n5\n', '\n9007199254740993\n')],
    ['an extension line', `${text}more\n`],
    ['no last newline', text.slice(0, -1)],
    ['a root without its padding', text.replace('=\n', '\n')],
    ['a root of 33 bytes', text.replace(/\n[^\n]+\n$/, `\n${Buffer.alloc(33).toString('base64')}\n`)],
    ['no origin', text.replace(/^[^\n]+/, '')],
    ['an empty tree with a root', text.replace('\n5\n', '\n0\n')],
  ])('is refused with %s', (_, changed) => {
    expect(changed).not.toBe(text);
    expect(parseCheckpoint(changed)).toBeNull();
  });
});

describe('a key hand-over', () => {
  const at = '2026-11-22T10:15:30.123Z';
  const note = signHandOver({ origin, tree, at }, logSigner, nextSigner);

  it('is the one link from a key to the next', () => {
    expect(openHandOver(note, logSigner.key)).toMatchObject({ kind: 'HANDED_OVER', handOver: { to: nextSigner.key, tree: { size: 5 }, at } });
    expect(openHandOver(note, nextSigner.key)).toMatchObject({ code: 'BROKEN_CHAIN' });
    const [first] = note.split('\n\n');
    expect(openHandOver(`${first}\n\n${note.split('\n').at(-2)}\n`, logSigner.key)).toMatchObject({ code: 'NOT_SIGNED_BY_BOTH' });
    expect(openHandOver(note.replace('\n5\n', '\n6\n'), logSigner.key)).toMatchObject({ code: 'BAD_SIGNATURE' });
    expect(openHandOver(signed, logSigner.key)).toMatchObject({ code: 'NOT_A_HAND_OVER' });
    expect(() => signHandOver({ origin, tree, at }, logSigner, logSigner)).toThrow(RangeError);
    expect(() => signHandOver({ origin, tree, at: 'today' }, logSigner, nextSigner)).toThrow(RangeError);
  });

  it('ends what the old key may sign, and begins what the new one may', () => {
    const followed = followHandOvers(logSigner.key, [note]);
    if (followed.kind === 'REFUSED') throw new Error(followed.message);
    const after = { origin, keys: followed.keys };
    const by = (size: number, signer: typeof logSigner) => openCheckpoint(signCheckpoint({ ...tree, size }, signer), after);
    expect([by(5, logSigner).kind, by(5, nextSigner).kind, by(6, nextSigner).kind]).toEqual(['CHECKPOINT', 'CHECKPOINT', 'CHECKPOINT']);
    expect(by(6, logSigner)).toMatchObject({ code: 'KEY_OUT_OF_ITS_TIME' });
    expect(by(4, nextSigner)).toMatchObject({ code: 'KEY_OUT_OF_ITS_TIME' });
    const third = noteSigner(origin, 'ED25519', seedOf(4));
    const smaller = signHandOver({ origin, tree: { ...tree, size: 4 }, at }, nextSigner, third);
    expect(followHandOvers(logSigner.key, [note, smaller])).toMatchObject({ code: 'BROKEN_CHAIN' });
    expect(followHandOvers(logSigner.key, [note, signHandOver({ origin, tree, at }, nextSigner, logSigner)])).toMatchObject({ code: 'BROKEN_CHAIN' });
  });
});

describe('a tile', () => {
  it('has the path that the specification gives', () => {
    // https://c2sp.org/tlog-tiles: the index 1234067, and the tree of 70,000 leaves.
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067');
    expect(partialTiles(70_000)).toEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]);
    expect(partialTiles(256)).toEqual([{ level: 1, index: 0, width: 1 }]);
    for (const tile of [...partialTiles(70_000), { level: 6, index: 0, width: 255 }, { level: 1, index: 999_999, width: 256 }]) expect(parseTilePath(tilePath(tile))).toEqual(tile);
  });

  it.each(['tile/entries/000', 'tile/0/0', 'tile/0/x000/001', 'tile/00/000', 'tile/64/000', 'tile/7/000', 'tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/000.p/01', 'tile/0/001/234', '/tile/0/000', 'tile/0/000\n'])(
    'is not named by %j',
    (path) => expect(parseTilePath(path)).toBeNull(),
  );
});

// A third verifier, written from docs/bundle-format.md and nothing else: no import of ours, another style, a plain function that throws.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { crc32 } from 'node:zlib';

const sha = (...parts: (string | Uint8Array)[]) => {
  const h = createHash('sha256');
  for (const p of parts) h.update(p);
  return h.digest();
};
function must(ok: unknown, what: string): asserts ok {
  if (!ok) throw new Error(what);
}
const b64 = (s: string) => {
  const b = Buffer.from(s, 'base64');
  must(b.toString('base64') === s, 'base64');
  return b;
};
const b64u32 = (s: unknown) => {
  must(typeof s === 'string', 'digest text');
  const b = Buffer.from(s, 'base64url');
  must(b.length === 32 && b.toString('base64url') === s, 'digest text');
  return b;
};
const json = <T extends object>(s: string, keys: string): T => {
  const v = JSON.parse(s) as T; // What a stranger's text is, the checks below find out.
  must(JSON.stringify(v) === s, 'not its own reprint');
  only(v, keys);
  return v;
};
const only = (v: object, keys: string) => must(Object.keys(v).join(' ') === keys, `keys must be ${keys}`);
const whole = (s: string) => {
  must(/^(0|[1-9]\d*)$/.test(s) && Number(s) <= Number.MAX_SAFE_INTEGER, 'whole number');
  return Number(s);
};
const utf8 = (b: Uint8Array) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(b);

interface Manifest { format: string; version: number; case: { stream: string }; createdAt: string; ledger: { origin: string; key: string; witnesses: string[] }; events: number; access: number; grounds: { code: string }[]; files: { name: string; size: number; sha256: string }[] }
interface Item { head: string; leafIndex: number; proof: string[]; fields: { name: string; salt?: string; value?: string; commitment?: string; ground?: string }[] }
interface Head { stream: string; revision: number; prev: string | null; recordedAt: string; fields: string }
interface Checked { head: Head; leaf: Buffer; leafIndex: number }

interface Key { text: string; name: string; id: string; type: number; spki: ReturnType<typeof createPublicKey> }
function key(text: string, type: number): Key {
  const [name = '', id = '', ...rest] = text.split('+');
  const raw = b64(rest.join('+'));
  must(raw.length === 33 && raw[0] === type && sha(`${name}\n`, raw).toString('hex', 0, 4) === id, `key ${text}`);
  return { text, name, id, type, spki: createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw.subarray(1)]), format: 'der', type: 'spki' }) };
}

/** The lines of a note's text, and who signed. */
function note(bytes: Uint8Array, keys: Key[]): { lines: string[]; by: Key[]; text: string } {
  const s = utf8(bytes);
  const at = s.lastIndexOf('\n\n');
  // oxlint-disable-next-line no-control-regex
  must(at > 0 && s.endsWith('\n') && !/[\u0000-\u0009\u000b-\u001f]/.test(s), 'note');
  const text = s.slice(0, at + 1);
  const by = s.slice(at + 2, -1).split('\n').map((line) => {
    const m = /^— (\S+) (\S+)$/.exec(line);
    must(m, 'signature line');
    const raw = b64(m[2]!);
    const k = keys.find((one) => one.name === m[1] && one.id === raw.toString('hex', 0, 4));
    must(k, `unknown signer ${m[1]}`);
    const timed = k.type === 4;
    must(raw.length === (timed ? 76 : 68), 'signature length');
    const message = timed ? `cosignature/v1\ntime ${raw.readBigUInt64BE(4)}\n${text}` : text;
    must(verify(null, Buffer.from(message), k.spki, raw.subarray(timed ? 12 : 4)), `signature of ${k.name}`);
    return k;
  });
  must(new Set(by).size === by.length, 'a key signed twice');
  return { lines: text.slice(0, -1).split('\n'), by, text };
}

function container(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const central: Buffer[] = [];
  let at = 0;
  while (zip.readUInt32LE(at) === 0x04034b50) {
    const [size, n] = [zip.readUInt32LE(at + 18), zip.readUInt16LE(at + 26)];
    const name = zip.toString('latin1', at + 30, at + 30 + n);
    const bytes = zip.subarray(at + 30 + n, at + 30 + n + size);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(0x21, 8);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(n, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), shared, Buffer.from(name, 'latin1')]);
    must(local.equals(zip.subarray(at, at + local.length)) && !files.has(name), `local header of ${name}`);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    central.push(Buffer.from('504b01021400', 'hex'), shared.subarray(0, 24), Buffer.alloc(2), tail, Buffer.from(name, 'latin1'));
    files.set(name, bytes);
    at += local.length + size;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.size, 8);
  end.writeUInt16LE(files.size, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  must(Buffer.concat([directory, end]).equals(zip.subarray(at)), 'central directory');
  return files;
}

const headKeys = 'v id stream revision type typeVersion recordedAt commandId $correlationId $causationId prev body fields';

/** Leaf hash and head of one line. */
function item(line: string, grounds: Set<string>, size: number, root: Buffer): Checked {
  const it = json<Item>(line, 'head leafIndex proof fields');
  const head = json<Head>(it.head, headKeys);
  const names = it.fields.map((f) => f.name);
  must(names[0] === '@by' && names[1] === '@command' && new Set(names).size === names.length, 'field names');
  const rootInput: Buffer[] = [Buffer.of(0x12)];
  for (const f of it.fields) {
    let commitment: Buffer;
    if (f.value !== undefined) {
      only(f, 'name salt value');
      JSON.parse(f.value);
      commitment = sha(Buffer.of(0x11), b64u32(f.salt), f.name, Buffer.of(0), f.value);
    } else {
      only(f, 'name commitment ground');
      must(f.ground !== undefined && grounds.has(f.ground), 'ground');
      commitment = b64u32(f.commitment);
    }
    rootInput.push(Buffer.of(0, f.name.length), Buffer.from(f.name), commitment);
  }
  must(sha(...rootInput).toString('base64url') === head.fields, 'fields root');
  const leaf = sha(Buffer.of(0), it.head);
  must(Number.isSafeInteger(it.leafIndex) && it.leafIndex >= 0 && it.leafIndex < size, 'leafIndex');
  // RFC 9162, 2.1.3.2
  let [fn, sn, r]: [number, number, Buffer] = [it.leafIndex, size - 1, leaf];
  for (const p of it.proof) {
    must(sn > 0, 'proof too long');
    if (fn % 2 === 1 || fn === sn) {
      r = sha(Buffer.of(1), b64u32(p), r);
      while (fn % 2 === 0 && fn > 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    } else r = sha(Buffer.of(1), r, b64u32(p));
    [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
  }
  must(sn === 0 && r.equals(root), 'inclusion proof');
  return { head, leaf, leafIndex: it.leafIndex };
}

const linesOf = (b: Buffer) => {
  const s = utf8(b);
  must(s === '' || s.endsWith('\n'), 'last newline');
  return s === '' ? [] : s.slice(0, -1).split('\n');
};

/** Throws at the first thing wrong; answers how many events and fields it checked. */
export function miniVerify(bundle: Uint8Array, trustedFirstKey: string): { events: number; access: number; leaf: string; root: string } {
  const files = container(Buffer.from(bundle));
  const get = (name: string) => files.get(name) ?? must(false, `${name} is missing`)!;
  const m = json<Manifest>(utf8(get('manifest.json')!), 'format version case audience createdAt zone ledger events access grounds files');
  must(m.format === 'caseledger-bundle' && m.version === 1 && m.ledger.key === trustedFirstKey, 'format, version, key');
  must([...files.keys()].join() === ['manifest.json', 'statement.note', ...m.files.map((f) => f.name)].join(), 'files');
  const sorted = m.files.map((f) => f.name);
  must([...sorted].sort().join() === sorted.join(), 'order of files');
  for (const f of m.files) {
    only(f, 'name size sha256');
    must(f.size === get(f.name)!.length && f.sha256 === sha(get(f.name)!).toString('hex'), `hash of ${f.name}`);
  }
  let last = key(m.ledger.key, 1);
  const keys = [{ key: last, from: 0, until: Infinity }];
  for (const name of sorted.filter((n) => n.startsWith('hand-overs/'))) {
    const [title, origin, from, to, size] = utf8(get(name)!).split('\n');
    must(title === 'caseledger key hand-over v1' && origin === m.ledger.origin && from === last.text, name);
    const next = key(to!, 1);
    must(note(get(name)!, [last, next]).by.length === 2 && whole(size!) >= keys.at(-1)!.from, name);
    keys.at(-1)!.until = whole(size!);
    keys.push({ key: next, from: whole(size!), until: Infinity });
    last = next;
  }
  const witnesses = m.ledger.witnesses.map((w) => key(w, 4));
  const checkpoint = note(get('checkpoint.note')!, [...keys.map((k) => k.key), ...witnesses]);
  const [origin, sizeText, rootText] = checkpoint.lines;
  const [size, root] = [whole(sizeText!), b64(rootText!)];
  must(origin === m.ledger.origin && checkpoint.lines.length === 3 && root.length === 32, 'checkpoint');
  must(keys.some((k) => size >= k.from && size <= k.until && checkpoint.by.includes(k.key)), 'checkpoint signer');
  for (const name of sorted.filter((n) => /^time-stamps\/.*note$/.test(n))) must(note(get(name)!, keys.map((k) => k.key)).text === checkpoint.text, name);

  const grounds = new Set(m.grounds.map((g) => g.code));
  let before: Checked | null = null;
  const events = linesOf(get('events.ndjson')!);
  for (const [k, line] of events.entries()) {
    const e = item(line, grounds, size, root);
    must(e.head.stream === m.case.stream && e.head.revision === k, `event ${k}`);
    must(before === null ? e.head.prev === null : e.head.prev === before.leaf.toString('base64url') && e.head.recordedAt >= before.head.recordedAt && e.leafIndex > before.leafIndex, `event ${k}`);
    before = e;
  }
  must(before !== null && events.length === m.events, 'events');
  const access = linesOf(get('access.ndjson')!);
  let index = -1;
  for (const line of access) {
    const a = item(line, grounds, size, root);
    must(a.leafIndex > index, 'access');
    index = a.leafIndex;
  }
  must(access.length === m.access, 'access');
  const statement = note(get('statement.note')!, [last]);
  const expected = ['caseledger bundle statement v1', m.ledger.origin, m.case.stream, String(events.length - 1), before.leaf.toString('base64'), String(size), sha(get('manifest.json')!).toString('base64'), m.createdAt];
  must(statement.lines.join('\n') === expected.join('\n'), 'statement');
  return { events: events.length, access: access.length, leaf: before.leaf.toString('base64url'), root: root.toString('base64url') };
}

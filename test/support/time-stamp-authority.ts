import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';

const run = promisify(execFile);

const configuration = `
[ req ]
distinguished_name = name
prompt = no
[ name ]
CN = Invented time-stamp authority
[ root ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[ stamping ]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ tsa ]
default_tsa = authority
[ authority ]
dir = .
serial = ./serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
`;

export interface TimeStampAuthority {
  readonly url: string;
  readonly rootPem: string;
  /** Of another root: nothing that this authority signs ends in it. */
  readonly otherRootPem: string;
  /** What it does with the next requests. */
  behave(how: 'RIGHT' | 'ANOTHER_TEXT' | 'REPLAY' | 'DAMAGED' | 'ENDLESS'): void;
  /** Whether OpenSSL finds the token right for the text. */
  verifies(token: Uint8Array, text: string): Promise<boolean>;
  close(): Promise<void>;
}

export async function hasOpenssl(): Promise<boolean> {
  return run('openssl', ['version']).then(
    () => true,
    () => false,
  );
}

/** A time-stamp authority of the test's own: OpenSSL's, behind HTTP, with a root and a signer that it makes. */
export async function startTimeStampAuthority(): Promise<TimeStampAuthority> {
  const folder = await mkdtemp(join(tmpdir(), 'caseledger-tsa-'));
  const openssl = async (...args: string[]) => (await run('openssl', args, { cwd: folder, encoding: 'buffer', timeout: 20_000 })).stdout;
  await writeFile(join(folder, 'tsa.cnf'), configuration);
  await writeFile(join(folder, 'serial'), '01\n');
  for (const root of ['root', 'other']) {
    await openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${root}.key`, '-out', `${root}.pem`, '-days', '30', '-config', 'tsa.cnf', '-extensions', 'root', '-subj', `/CN=Invented ${root}`);
  }
  await openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'stamping.key', '-out', 'stamping.csr', '-config', 'tsa.cnf', '-subj', '/CN=Invented signer');
  await openssl('x509', '-req', '-in', 'stamping.csr', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-out', 'stamping.pem', '-days', '30', '-extfile', 'tsa.cnf', '-extensions', 'stamping');
  let behaviour: Parameters<TimeStampAuthority['behave']>[0] = 'RIGHT';
  let count = 0;
  let last: Buffer | null = null;
  const answer = async (query: Buffer): Promise<Buffer> => {
    if (behaviour === 'REPLAY' && last !== null) return last;
    const file = `query-${(count += 1)}`;
    await writeFile(join(folder, file), query);
    if (behaviour === 'ANOTHER_TEXT') {
      await writeFile(join(folder, 'other.txt'), 'another text');
      await openssl('ts', '-query', '-data', 'other.txt', '-sha256', '-cert', '-out', file);
    }
    await openssl('ts', '-reply', '-queryfile', file, '-config', 'tsa.cnf', '-section', 'authority', '-signer', 'stamping.pem', '-inkey', 'stamping.key', '-out', `${file}.tsr`);
    const reply = await readFile(join(folder, `${file}.tsr`));
    if (behaviour === 'DAMAGED') reply[reply.length - 20] = (reply[reply.length - 20] ?? 0) ^ 1;
    last = reply;
    return reply;
  };
  const server = createServer((request, response) => {
    if (behaviour === 'ENDLESS') return void response.end(Buffer.alloc(1024 * 1024));
    buffer(request).then(answer).then(
      (reply) => response.setHeader('content-type', 'application/timestamp-reply').end(reply),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    rootPem: await readFile(join(folder, 'root.pem'), 'utf8'),
    otherRootPem: await readFile(join(folder, 'other.pem'), 'utf8'),
    behave: (how) => (behaviour = how),
    async verifies(token, text) {
      await writeFile(join(folder, 'token.der'), token);
      await writeFile(join(folder, 'text.txt'), text);
      return openssl('ts', '-verify', '-data', 'text.txt', '-in', 'token.der', '-token_in', '-CAfile', 'root.pem').then(
        () => true,
        () => false,
      );
    },
    async close() {
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Accounts } from './access.js';
import type { EventStoreDbDouble } from './server.js';

const script = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'infra', 'eventstoredb', 'bootstrap.sh');

/** The accounts that the product's bootstrap leaves a server with. The passwords are invented. */
export const bootstrapAccounts = {
  admin: { password: 'invented-admin', groups: ['$admins'] },
  ops: { password: 'invented-ops', groups: ['$ops'] },
  caseledger: { password: 'invented-service', groups: [] },
} as const satisfies Accounts;

/** Writes to the double what `infra/eventstoredb/bootstrap.sh` posts to a server, read from that very file. */
export async function bootstrap(double: EventStoreDbDouble): Promise<void> {
  const posts = [...(await readFile(script, 'utf8')).matchAll(/^event '([^']+)' '?(\$?\w+)'? '(\{.*\})'$/gm)];
  if (posts.length !== 2) throw new Error('The bootstrap script no longer posts the two events that this reads.');
  for (const [nth, [, stream = '', type = '', data = '']] of posts.entries()) {
    const id = `00000000-0000-4000-9000-${String(nth).padStart(12, '0')}`;
    double.log.append(decodeURIComponent(stream), 'ANY', [{ id, type, contentType: 'application/json', data: Buffer.from(data), metadata: new Uint8Array() }]);
  }
}

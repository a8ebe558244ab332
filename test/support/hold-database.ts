/**
 * A service reduced to its database, for tests that kill it: `hold-database.ts FOLDER [UID]`. Prints one JSON line, then holds the database
 * until its stdin ends (it stops cleanly) or it is killed. With UID it drops root's rights first.
 */
import { type DatabaseError, startEmbeddedPostgres } from '#infra/postgres';

export type HoldAnswer =
  | { readonly ok: true; readonly adminUrl: string; readonly ownerUrl: string; readonly serviceUrl: string }
  | { readonly ok: false; readonly code: string; readonly message: string };

const [folder = '', uid] = process.argv.slice(2);
if (uid !== undefined) {
  process.setgroups?.([]);
  process.setgid?.(Number(uid));
  process.setuid?.(Number(uid));
}

function answer(line: HoldAnswer): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const toStderr = (message: string): void => void process.stderr.write(`${message}\n`);
try {
  const server = await startEmbeddedPostgres({ dataFolder: folder, log: { info: toStderr, warn: toStderr, error: toStderr } });
  const { adminUrl, ownerUrl, serviceUrl } = server;
  answer({ ok: true, adminUrl, ownerUrl, serviceUrl });
  process.stdin.resume().on('end', () => void server.stop().then(() => process.exit(0)));
} catch (error) {
  const { code, message } = error as DatabaseError; // Anything else shows as an undefined code, and the test fails on that.
  answer({ ok: false, code, message });
}

/**
 * Kills a service that holds the embedded database, again and again, at random moments under load, and counts what was lost.
 * `npm`-independent: `node --import ./test/support/source-hooks.js test/scripts/embedded-kill-loop.ts [ROUNDS=20] [SEED=1]`
 *
 * Each round: start, write rows one commit at a time, kill -9 after 50 to 800 ms (from the seed). Every third round the watchdog is killed
 * first, so an orphan stays; every third after that the server too, so a stale postmaster.pid stays.
 * A kill does not prove durability (the kernel still holds what was written): it proves that the service comes back, with all it acknowledged.
 */
import { mkdtemp, chmod, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { type HeldDatabase, holdDatabase, orphan } from '../support/held-database.js';
import { query } from '../support/sql.js';

const rounds = Number(process.argv[2] ?? 20);
let seed = Number(process.argv[3] ?? 1);

/** A linear congruential generator: the same seed, the same moments. */
function random(): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
}

const folder = await mkdtemp('/tmp/caseledger-kill-loop-');
await chmod(folder, 0o711);
const manners = ['service', 'watchdog, then service', 'watchdog, server, then service'] as const;
const starts: number[] = [];
let acknowledged = 0;
let lost = 0;

async function start(): Promise<HeldDatabase & { readonly ownerUrl: string }> {
  const began = performance.now();
  const held = await holdDatabase(folder);
  if (!held.answer.ok) throw new Error(held.answer.message);
  starts.push(performance.now() - began);
  return { ...held, ownerUrl: held.answer.ownerUrl };
}

async function writeUntil(url: string, killed: AbortSignal): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  while (!killed.aborted) {
    const next = acknowledged + 1;
    const done = await client.query('INSERT INTO kept VALUES ($1) ON CONFLICT DO NOTHING', [next]).then(
      () => true,
      () => false,
    );
    if (!done) return;
    acknowledged = next;
  }
}

async function kill(held: HeldDatabase, manner: (typeof manners)[number]): Promise<void> {
  const postmaster = Number.parseInt(await readFile(join(folder, 'postgres', 'data', 'postmaster.pid'), 'utf8'), 10);
  if (manner !== 'service') await orphan(held.process, postmaster);
  if (manner === 'watchdog, server, then service') process.kill(postmaster, 'SIGKILL');
  await held.kill();
}

for (let round = 0; round < rounds; round += 1) {
  const held = await start();
  await query(held.ownerUrl, 'CREATE TABLE IF NOT EXISTS kept (n int PRIMARY KEY)');
  const kept = await query(held.ownerUrl, 'SELECT count(*)::int AS n FROM kept');
  lost += Math.max(0, acknowledged - Number(kept[0]?.['n']));
  const killed = new AbortController();
  const writing = writeUntil(held.ownerUrl, killed.signal).catch(() => undefined);
  await delay(50 + random() * 750);
  const manner = manners[round % manners.length] ?? 'service';
  await kill(held, manner);
  killed.abort();
  await writing;
  process.stdout.write(
    `${round + 1}: killed ${manner}; ${acknowledged} rows acknowledged so far; start took ${starts.at(-1)?.toFixed(0)} ms\n`,
  );
}
const last = await start();
const rows = await query(last.ownerUrl, 'SELECT count(*)::int AS n, max(n) AS max FROM kept');
await last.end();
await rm(folder, { recursive: true, force: true });
lost += Math.max(0, acknowledged - Number(rows[0]?.['n']));
starts.sort((a, b) => a - b);
const median = starts[Math.floor(starts.length / 2)]?.toFixed(0);
process.stdout.write(
  `${rounds} kills, ${starts.length} starts of ${starts.length}, ${acknowledged} rows acknowledged, ${lost} lost; ` +
    `start incl. Node: median ${median} ms, longest ${starts.at(-1)?.toFixed(0)} ms\n`,
);
process.exitCode = lost === 0 ? 0 : 1;

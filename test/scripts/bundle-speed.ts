/**
 * How fast a bundle is verified, and in how much memory: `node --expose-gc --import ./test/support/source-hooks.js test/scripts/bundle-speed.ts
 * [EVENTS…]`. Every event is of the sample case's kinds, with three leaves of others between two. One core, the bundle read from disk.
 */
import { hash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyBundleFile, writeBundle } from '#libs/disclosure';
import { bundleInput, ledgerKey, sampleCase } from '../support/bundle-kit.js';

const sizes = process.argv.slice(2).map(Number);
const rounds = 3;
const megabyte = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'caseledger-bundle-speed-'));
const path = join(folder, 'bundle.zip');

async function write(events: number): Promise<void> {
  const sample = sampleCase();
  const first = sample.slice(0, 1);
  const later = sample.slice(1);
  const given = [...first, ...Array.from({ length: events - 1 }, (_, n) => later[n % later.length] ?? first[0])].filter((one) => one !== undefined);
  writeFileSync(path, await writeBundle(await bundleInput({ given, input: {} })));
}

/**
 * What no verifier of this format can do without, on this machine now, in events a second: each line parsed and printed again (it must be its own
 * reprint), and as many SHA-256 of as many bytes: a commitment for each field, fields root and leaf.
 */
function floor(events: number): number {
  const text = readFileSync(path).toString('latin1');
  // Those of the record of reads follow the case's.
  const lines = text.split('\n').filter((line) => line.includes('{"head":"{')).map((line) => line.slice(line.indexOf('{"head":"{'))).slice(0, events);
  const began = performance.now();
  let same = 0;
  for (const line of lines) {
    const item = JSON.parse(line) as { readonly head: string; readonly fields: readonly { readonly name: string; readonly value?: string }[] };
    if (JSON.stringify(item) === line && JSON.stringify(JSON.parse(item.head)) === item.head) same += 1;
    for (const { name, value } of item.fields) hash('sha256', name + (value ?? ''), 'binary');
    for (const input of [item.head, item.head]) hash('sha256', input, 'binary');
  }
  if (same !== events) throw new Error('a line is not its own reprint');
  return Math.round(events / ((performance.now() - began) / 1_000));
}

try {
  for (const events of sizes.length > 0 ? sizes : [1_000, 10_000, 50_000]) {
    await write(events);
    globalThis.gc?.();
    const before = process.memoryUsage();
    let peak = 0;
    let best = Infinity;
    let fields = 0;
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      let seen = 0;
      const result = await verifyBundleFile(path, {
        trusted: { ledgerKeys: [ledgerKey] },
        onEvent: () => {
          seen += 1;
          if (seen % 1_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed);
        },
      });
      if (result.kind === 'REFUSED') throw new Error(result.fault.message);
      fields = result.bundle.counts.shown + result.bundle.counts.withheld;
      best = Math.min(best, performance.now() - began);
    }
    const perSecond = Math.round(events / (best / 1_000));
    process.stdout.write(
      `${events} events, ${(fields / events).toFixed(1)} fields each, ${(statSync(path).size / megabyte).toFixed(1)} MiB: ${perSecond} events/s; parsing, printing and hashing alone ${floor(events)}; heap ${(before.heapUsed / megabyte).toFixed(0)} MiB before, ${(peak / megabyte).toFixed(0)} MiB at its peak\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

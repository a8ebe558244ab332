import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { quantile } from './stats.js';

const syncs = 400;
const blockBytes = 4_096;

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGib: number;
  readonly node: string;
  readonly load: readonly number[];
  readonly fdatasync: { readonly p50: number; readonly p99: number };
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGib: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: loadavg().map((value) => Math.round(value * 100) / 100),
    fdatasync: fdatasyncMs(),
  };
}

/** What the disk itself takes to make 4 KiB durable, in milliseconds: nothing durable is faster. */
function fdatasyncMs(): { p50: number; p99: number } {
  const folder = mkdtempSync(join(tmpdir(), 'caseledger-floor-'));
  const file = openSync(join(folder, 'file'), 'w');
  const times = Array.from({ length: syncs }, () => {
    const start = performance.now();
    writeSync(file, Buffer.alloc(blockBytes));
    fdatasyncSync(file);
    return performance.now() - start;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from './measure.js';
import { cpuSecondsOf } from './processes.js';

/** Processor seconds of the cluster's server: its living processes, whose parent is the postmaster. Those that ended in between are not counted. */
export function postgresCpuSeconds({ cluster }: Bench): number {
  const postmaster = Number(readFileSync(join(cluster.dataFolder, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(Number(name)) === postmaster);
  return [postmaster, ...children.map(Number)].reduce((sum, pid) => sum + seconds(pid), 0);
}

function seconds(pid: number): number {
  try {
    return cpuSecondsOf(pid);
  } catch {
    return 0; // Ended meanwhile.
  }
}

function parentOf(pid: number): number | null {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return null; // Ended meanwhile.
  }
}

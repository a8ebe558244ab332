import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.js';
import { exitCodes, Stop } from './exit-codes.js';

export interface Job {
  readonly id: string;
  readonly state: 'WAITING' | 'RUNNING' | 'DONE' | 'REFUSED' | 'FAILED';
  readonly path: string | null;
  readonly sha256: string | null;
  readonly events: number | null;
  readonly message: string | null;
}

export const jobFields = 'id state path sha256 events message';

const pollMs = 300;
/** A large case takes minutes; what takes longer than this is asked about by hand. */
const waitMsMax = 15 * 60_000;

/** Waits for an export and fetches it; never over a file that is there: it may be somebody's evidence. @throws Stop */
export async function fetchExport(client: Client, started: Job, path: string): Promise<Job> {
  const job = await finished(client, started);
  if (job.state !== 'DONE' || job.path === null) throw new Stop(exitCodes.failed, job.message ?? 'The export could not be made: the service’s log says why.');
  await pipeline(await client.download(job.path), createWriteStream(path, { flags: 'wx', mode: 0o600 })).catch((error: unknown) => {
    throw new Stop(exitCodes.failed, `${path} can't be written: ${error instanceof Error ? error.message : String(error)}`);
  });
  return job;
}

async function finished(client: Client, started: Job): Promise<Job> {
  const until = Date.now() + waitMsMax;
  let job = started;
  while (job.state === 'WAITING' || job.state === 'RUNNING') {
    if (Date.now() > until) throw new Stop(exitCodes.unreachable, `The export is not made yet; it is job ${job.id}.`);
    await pause(pollMs);
    const { exportJob } = await client.ask<{ exportJob: Job | null }>(`query ($id: ID!) { exportJob(id: $id) { ${jobFields} } }`, { id: started.id });
    if (exportJob === null) throw new Stop(exitCodes.failed, 'The service has forgotten the job: was it restarted? Ask again.');
    job = exportJob;
  }
  return job;
}

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExportOutcome } from '#libs/disclosure';

export const exportJobLimits = {
  /** Bundles made at once in this process: each holds its case in memory. */
  runningMax: 1,
  /** Jobs that may wait. */
  waitingMax: 16,
  /** Finished bundles kept on disk, the oldest going first. */
  keptMax: 64,
  /** How long a finished bundle can be fetched, in milliseconds. */
  keptMs: 60 * 60_000,
  /** A checkpoint that covers the case comes a second after its last event: how often and how long to wait for it. */
  checkpointTriesMax: 10,
  checkpointPauseMs: 500,
} as const;

export type ExportState =
  | { readonly kind: 'WAITING' }
  | { readonly kind: 'RUNNING' }
  | { readonly kind: 'DONE'; readonly sha256: string; readonly bytes: number; readonly events: number; readonly access: number; readonly treeSize: number }
  | { readonly kind: 'REFUSED'; readonly code: string; readonly message: string }
  /** Something went wrong that is no fault of the request; the incident is in the service's log. */
  | { readonly kind: 'FAILED' };

export interface ExportJob {
  readonly id: string;
  readonly owner: string;
  readonly caseId: string;
  readonly audience: string;
  readonly askedAt: string;
  readonly state: ExportState;
}

export class ExportsBusy extends Error {
  override readonly name = 'ExportsBusy';
}

export interface ExportJobsParts {
  /** Bundles lie here until they are fetched or expire; emptied at the start. */
  readonly folder: string;
  readonly now: () => Date;
  readonly onFailure: (jobId: string, error: unknown) => void;
}

/** Bundles under way and lately made, in this process: asked for by one request, fetched by another. A restart forgets them all. */
export class ExportJobs {
  private readonly jobs = new Map<string, ExportJob>();
  private readonly waiting: (() => Promise<void>)[] = [];
  private running = 0;

  private constructor(private readonly parts: ExportJobsParts) {}

  static async open(parts: ExportJobsParts): Promise<ExportJobs> {
    await rm(parts.folder, { recursive: true, force: true });
    await mkdir(parts.folder, { recursive: true, mode: 0o700 });
    return new ExportJobs(parts);
  }

  /** @throws ExportsBusy */
  start(asked: Pick<ExportJob, 'owner' | 'caseId' | 'audience'>, make: () => Promise<ExportOutcome>): ExportJob {
    if (this.waiting.length >= exportJobLimits.waitingMax) throw new ExportsBusy('Too many exports wait already: try again later.');
    const job: ExportJob = { ...asked, id: randomUUID(), askedAt: this.parts.now().toISOString(), state: { kind: 'WAITING' } };
    this.jobs.set(job.id, job);
    this.forgetOld();
    this.waiting.push(() => this.run(job, make));
    this.next();
    return job;
  }

  /** Null for a job that is unknown, expired or another's. */
  find(id: string, owner: string): ExportJob | null {
    this.forgetOld();
    const job = this.jobs.get(id);
    return job === undefined || job.owner !== owner ? null : job;
  }

  fileOf({ id }: ExportJob): string {
    return join(this.parts.folder, `${id}.zip`);
  }

  private next(): void {
    if (this.running >= exportJobLimits.runningMax) return;
    const work = this.waiting.shift();
    if (work === undefined) return;
    this.running += 1;
    void work().finally(() => {
      this.running -= 1;
      this.next();
    });
  }

  private async run(job: ExportJob, make: () => Promise<ExportOutcome>): Promise<void> {
    this.set(job, { kind: 'RUNNING' });
    try {
      const outcome = await once(make);
      if (outcome.kind === 'REFUSED') return this.set(job, outcome);
      const { bundle, events, access, treeSize } = outcome;
      await writeFile(this.fileOf(job), bundle, { mode: 0o600 });
      this.set(job, { kind: 'DONE', sha256: createHash('sha256').update(bundle).digest('hex'), bytes: bundle.length, events, access, treeSize });
    } catch (error) {
      this.parts.onFailure(job.id, error);
      this.set(job, { kind: 'FAILED' });
    }
  }

  private set(job: ExportJob, state: ExportState): void {
    if (this.jobs.has(job.id)) this.jobs.set(job.id, { ...job, state });
  }

  private forgetOld(): void {
    const until = this.parts.now().getTime() - exportJobLimits.keptMs;
    const over = this.jobs.size - exportJobLimits.keptMax;
    for (const [index, job] of [...this.jobs.values()].entries()) {
      const finished = job.state.kind !== 'WAITING' && job.state.kind !== 'RUNNING';
      if (!finished || (index >= over && Date.parse(job.askedAt) > until)) continue;
      this.jobs.delete(job.id);
      void rm(this.fileOf(job), { force: true });
    }
  }
}

/** Makes the bundle, waiting for a checkpoint that covers the case. */
async function once(make: () => Promise<ExportOutcome>): Promise<ExportOutcome> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await make();
    const early = outcome.kind === 'REFUSED' && (outcome.code === 'NO_CHECKPOINT' || outcome.code === 'NOT_COVERED');
    if (!early || tries >= exportJobLimits.checkpointTriesMax) return outcome;
    await delay(exportJobLimits.checkpointPauseMs);
  }
}

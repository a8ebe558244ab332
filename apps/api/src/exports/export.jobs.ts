import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Audience } from '#libs/disclosure';
import type { TrailFormatName } from './trail/trail-format.js';

export const exportJobLimits = {
  /** Made at once in this process: a bundle holds its case in memory. */
  runningMax: 1,
  /** Jobs that may wait. */
  waitingMax: 16,
  /** Finished files kept on disk, the oldest going first. */
  keptMax: 64,
  /** How long a finished one can be fetched, in milliseconds. */
  keptMs: 60 * 60_000,
  /** A checkpoint that covers the case comes a second after its last event: how often and how long to wait for it. */
  checkpointTriesMax: 10,
  checkpointPauseMs: 500,
} as const;

export type ExportState =
  | { readonly kind: 'WAITING' }
  | { readonly kind: 'RUNNING' }
  | { readonly kind: 'DONE'; readonly sha256: string; readonly bytes: number; readonly events: number; readonly access: number | null; readonly treeSize: number | null }
  | { readonly kind: 'REFUSED'; readonly code: string; readonly message: string }
  /** Something went wrong that is no fault of the request; the incident is in the service's log. */
  | { readonly kind: 'FAILED' };

/** The court bundle of a case, or the audit trail across cases. */
export type Exported =
  | { readonly kind: 'CASE'; readonly caseId: string; readonly audience: Audience }
  | { readonly kind: 'TRAIL'; readonly format: TrailFormatName };

/** What came of making one: the file is written, or it can't be made. */
export type Made =
  | { readonly kind: 'MADE'; readonly events: number; readonly access: number | null; readonly treeSize: number | null }
  | { readonly kind: 'REFUSED'; readonly code: string; readonly message: string };

/** Where the maker writes. */
export interface ExportFiles {
  readonly file: string;
  /** The cases that a trail tells of, one a line. */
  readonly casesFile: string;
}
type Make = (files: ExportFiles) => Promise<Made>;

export interface ExportJob {
  readonly id: string;
  readonly owner: string;
  readonly what: Exported;
  readonly askedAt: string;
  readonly state: ExportState;
}

export class ExportsBusy extends Error {
  override readonly name = 'ExportsBusy';
}

export interface ExportJobsParts {
  /** Files lie here until they are fetched or expire; emptied at the start. */
  readonly folder: string;
  readonly now: () => Date;
  readonly onFailure: (jobId: string, error: unknown) => void;
}

/** Exports under way and lately made, in this process: asked for by one request, fetched by another. A restart forgets them all. */
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
  start(asked: Pick<ExportJob, 'owner' | 'what'>, make: Make): ExportJob {
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

  filesOf({ id }: ExportJob): ExportFiles {
    return { file: join(this.parts.folder, `${id}.export`), casesFile: join(this.parts.folder, `${id}.cases`) };
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

  private async run(job: ExportJob, make: Make): Promise<void> {
    this.set(job, { kind: 'RUNNING' });
    const files = this.filesOf(job);
    try {
      const outcome = await once(() => make(files));
      if (outcome.kind === 'MADE') {
        const { events, access, treeSize } = outcome;
        return this.set(job, { kind: 'DONE', sha256: await sha256Of(files.file), bytes: (await stat(files.file)).size, events, access, treeSize });
      }
      this.set(job, outcome);
    } catch (error) {
      this.parts.onFailure(job.id, error);
      this.set(job, { kind: 'FAILED' });
    }
    await this.remove(job);
  }

  /** What was written, and may be half written. */
  private async remove(job: ExportJob): Promise<void> {
    const { file, casesFile } = this.filesOf(job);
    await Promise.all([rm(file, { force: true }), rm(casesFile, { force: true })]);
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
      void this.remove(job);
    }
  }
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer); // A stream without an encoding gives buffers.
  return hash.digest('hex');
}

/** Makes it; a bundle waits for a checkpoint that covers its case. */
async function once(make: () => Promise<Made>): Promise<Made> {
  for (let tries = 1; ; tries += 1) {
    const outcome = await make();
    const early = outcome.kind === 'REFUSED' && (outcome.code === 'NO_CHECKPOINT' || outcome.code === 'NOT_COVERED');
    if (!early || tries >= exportJobLimits.checkpointTriesMax) return outcome;
    await delay(exportJobLimits.checkpointPauseMs);
  }
}

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Controller, Get, Inject, NotFoundException, Param, Req, ServiceUnavailableException, StreamableFile, UnauthorizedException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { exportsTrails, type Viewer } from '#libs/access';
import type { CaseId } from '#libs/domain';
import { CaseGate, readerOf } from '../auth/case-gate.js';
import { READ_RECORDER, type ReadRecorder, type ReadWhat } from '#libs/reads/port';
import { type Attempt, SignIns } from '../auth/sign-ins.js';
import { correlationOf } from '../auth/viewer-context.js';
import { askedByHttp, readBy } from '../reads/asked.js';
import { type ExportJob, ExportJobs } from './export.jobs.js';
import { exportsPath } from './export.types.js';
import { TrailExporter } from './trail/trail-exporter.js';
import { trailFormats } from './trail/trail-format.js';

/** What else was typed in its place is not recorded. */
const exportId = /^[0-9a-f-]{36}$/;

/** Hands out finished exports to who asked for them. */
@Controller(exportsPath)
export class ExportController {
  constructor(
    @Inject(ExportJobs) private readonly jobs: ExportJobs,
    @Inject(SignIns) private readonly signIns: SignIns,
    @Inject(CaseGate) private readonly gate: CaseGate,
    @Inject(TrailExporter) private readonly trails: TrailExporter,
    @Inject(READ_RECORDER) private readonly reads: ReadRecorder,
  ) {}

  @Get(':id')
  async fetch(@Req() request: FastifyRequest, @Param('id') id: string): Promise<StreamableFile> {
    const { headers, ip } = request;
    const attempt = { authorization: headers.authorization, asked: askedByHttp(headers, ip), correlationId: correlationOf(headers['x-correlation-id']) };
    const viewer = await this.signIns.viewer(attempt).catch(() => null);
    if (viewer === null) throw new UnauthorizedException('Send a valid bearer token.');
    const job = this.jobs.find(id, viewer.actor.actor);
    if (job?.state.kind !== 'DONE' || !(await this.seesStill(job, viewer))) {
      await this.record(attempt, viewer, id, { kind: 'AccessDenied', outcome: 'DENIED', case: null });
      throw new NotFoundException('There is no such export.');
    }
    await this.record(attempt, viewer, id, { kind: 'ExportMade', outcome: 'SHOWN', case: job.what.kind === 'CASE' ? job.what.caseId : null });
    const [type, name] = formOf(job);
    return new StreamableFile(createReadStream(this.jobs.filesOf(job).file), { type, disposition: `attachment; filename="${name}"`, length: job.state.bytes });
  }

  /** That it was handed out, or asked for in vain. @throws ServiceUnavailableException where that can't be recorded: then nothing is handed out */
  private async record({ asked, correlationId }: Attempt, viewer: Viewer, id: string, said: Pick<ReadWhat, 'kind' | 'outcome' | 'case'>): Promise<void> {
    const things = exportId.test(id) ? [`export:${id}`] : [];
    const read = { by: readBy(viewer, asked, correlationId), what: { ...said, source: 'GET /exports', things, detail: null, words: null } };
    await this.reads.record([read]).catch(() => {
      throw new ServiceUnavailableException('That this was fetched could not be recorded, so it is not handed out. Try again.');
    });
  }

  /** A case may have been sealed, or who asked recused, since it was made. */
  private async seesStill(job: ExportJob, viewer: Viewer): Promise<boolean> {
    if (job.what.kind === 'CASE') return (await this.gate.find(readerOf(viewer), job.what.caseId as CaseId)) !== null; // It was the id of a case when it was asked for.
    const roles = exportsTrails(viewer.actor.roles);
    if (roles.length === 0) return false;
    const cases = (await readFile(this.jobs.filesOf(job).casesFile, 'utf8')).split('\n').filter((line) => line !== '');
    return this.trails.seesAll({ ...viewer, actor: { ...viewer.actor, roles } }, cases);
  }
}

/** Media type and name of the file. */
function formOf({ what, askedAt }: ExportJob): readonly [string, string] {
  if (what.kind === 'CASE') return ['application/zip', `case-${what.caseId}-${what.audience.toLowerCase()}.zip`];
  const { mediaType, extension } = trailFormats[what.format];
  return [mediaType, `audit-trail-${askedAt.slice(0, 10)}.${extension}`];
}

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Controller, Get, Inject, NotFoundException, Param, Req, StreamableFile, UnauthorizedException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { exportsTrails, type Viewer } from '#libs/access';
import type { CaseId } from '#libs/domain';
import { CaseGate, readerOf } from '../auth/case-gate.js';
import { SignIns } from '../auth/sign-ins.js';
import { correlationOf } from '../auth/viewer-context.js';
import { askedByHttp } from '../reads/asked.js';
import { type ExportJob, ExportJobs } from './export.jobs.js';
import { exportsPath } from './export.types.js';
import { TrailExporter } from './trail/trail-exporter.js';
import { trailFormats } from './trail/trail-format.js';

/** Hands out finished exports to who asked for them. */
@Controller(exportsPath)
export class ExportController {
  constructor(
    @Inject(ExportJobs) private readonly jobs: ExportJobs,
    @Inject(SignIns) private readonly signIns: SignIns,
    @Inject(CaseGate) private readonly gate: CaseGate,
    @Inject(TrailExporter) private readonly trails: TrailExporter,
  ) {}

  @Get(':id')
  async fetch(@Req() request: FastifyRequest, @Param('id') id: string): Promise<StreamableFile> {
    const { headers, ip } = request;
    const attempt = { authorization: headers.authorization, asked: askedByHttp(headers, ip), correlationId: correlationOf(headers['x-correlation-id']) };
    const viewer = await this.signIns.viewer(attempt).catch(() => null);
    if (viewer === null) throw new UnauthorizedException('Send a valid bearer token.');
    const job = this.jobs.find(id, viewer.actor.actor);
    if (job?.state.kind !== 'DONE' || !(await this.seesStill(job, viewer))) throw new NotFoundException('There is no such export.');
    const [type, name] = formOf(job);
    return new StreamableFile(createReadStream(this.jobs.filesOf(job).file), { type, disposition: `attachment; filename="${name}"`, length: job.state.bytes });
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

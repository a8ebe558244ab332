import { createReadStream } from 'node:fs';
import { Controller, Get, Inject, NotFoundException, Param, Req, StreamableFile, UnauthorizedException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { CaseId } from '#libs/domain';
import { CaseGate, readerOf } from '../auth/case-gate.js';
import { SignIns } from '../auth/sign-ins.js';
import { correlationOf } from '../auth/viewer-context.js';
import { askedByHttp } from '../reads/asked.js';
import { ExportJobs } from './export.jobs.js';
import { exportsPath } from './export.types.js';

/** Hands out finished bundles to who asked for them. */
@Controller(exportsPath)
export class ExportController {
  constructor(
    @Inject(ExportJobs) private readonly jobs: ExportJobs,
    @Inject(SignIns) private readonly signIns: SignIns,
    @Inject(CaseGate) private readonly gate: CaseGate,
  ) {}

  @Get(':id')
  async bundle(@Req() request: FastifyRequest, @Param('id') id: string): Promise<StreamableFile> {
    const { headers, ip } = request;
    const attempt = { authorization: headers.authorization, asked: askedByHttp(headers, ip), correlationId: correlationOf(headers['x-correlation-id']) };
    const viewer = await this.signIns.viewer(attempt).catch(() => null);
    if (viewer === null) throw new UnauthorizedException('Send a valid bearer token.');
    const job = this.jobs.find(id, viewer.actor.actor);
    // The case may have been sealed, or its asker recused, since it was made.
    const seen = job === null ? null : await this.gate.find(readerOf(viewer), job.caseId as CaseId); // It was the id of a case when it was asked for.
    if (job?.state.kind !== 'DONE' || seen === null) throw new NotFoundException('There is no such bundle.');
    const disposition = `attachment; filename="case-${job.caseId}-${job.audience.toLowerCase()}.zip"`;
    return new StreamableFile(createReadStream(this.jobs.fileOf(job)), { type: 'application/zip', disposition, length: job.state.bytes });
  }
}

import { writeFile } from 'node:fs/promises';
import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { exportsTrails, mayExport } from '#libs/access';
import type { Audience } from '#libs/disclosure';
import type { CaseId } from '#libs/domain';
import { BadInput } from '#libs/read-models';
import { CaseGate, type Reader } from '../auth/case-gate.js';
import { CurrentReader } from '../auth/current-reader.js';
import { notFound, unavailable } from '../graphql/errors.js';
import { UuidScalar } from '../graphql/scalars.js';
import { CaseExporter } from './case-exporter.js';
import { type Exported, type ExportFiles, type ExportJob, ExportJobs, ExportsBusy, type Made } from './export.jobs.js';
import { AudienceEnum, ExportJobNode, exportJobOf } from './export.types.js';
import { AuditFilter, TrailFormatEnum } from './trail/trail-export.inputs.js';
import { TrailExporter } from './trail/trail-exporter.js';
import type { TrailFormatName } from './trail/trail-format.js';

const purposeCharsMax = 500;

@Resolver()
export class ExportResolver {
  constructor(
    @Inject(CaseGate) private readonly gate: CaseGate,
    @Inject(CaseExporter) private readonly exporter: CaseExporter,
    @Inject(TrailExporter) private readonly trails: TrailExporter,
    @Inject(ExportJobs) private readonly jobs: ExportJobs,
  ) {}

  @Mutation(() => ExportJobNode, {
    description: 'Has the court bundle of a case made: its events with their proofs, redacted for the audience, with chronology, certificate draft and verifier.',
  })
  async exportCase(
    @CurrentReader() reader: Reader,
    @Args('caseId', { type: () => UuidScalar, description: 'The case.' }) caseId: string,
    @Args('audience', { type: () => AudienceEnum, description: 'Whom the bundle is for.' }) audience: Audience,
    @Args('purpose', { description: 'What the bundle is for, in your words; kept with the record of this export.' }) purpose: string,
  ): Promise<ExportJobNode> {
    const { actor } = reader.viewer;
    refuseUnstated(purpose);
    await this.gate.get(reader, caseId as CaseId); // The scalar takes one spelling of a UUID alone.
    if (!mayExport(actor.roles, audience)) throw notFound();
    return this.start(actor.actor, { kind: 'CASE', caseId, audience }, (files) => this.makeBundle(caseId as CaseId, audience, files));
  }

  @Mutation(() => ExportJobNode, {
    description: 'Has the audit trail across cases written to a file: the steps that you see, in the order in which they were recorded. For OVERSIGHT and RECORDS.',
  })
  async exportAuditTrail(
    @CurrentReader() { viewer }: Reader,
    @Args('format', { type: () => TrailFormatEnum, description: 'How it is written.' }) format: TrailFormatName,
    @Args('purpose', { description: 'What it is for, in your words; kept with the record of this export.' }) purpose: string,
    @Args('filter', { type: () => AuditFilter, nullable: true, description: 'Which steps.' }) filter: AuditFilter | null,
  ): Promise<ExportJobNode> {
    refuseUnstated(purpose);
    const roles = exportsTrails(viewer.actor.roles);
    if (roles.length === 0) throw notFound();
    // What another role of theirs sees is not for a file.
    const exporting = { ...viewer, actor: { ...viewer.actor, roles } };
    const asked = filter ?? {};
    await this.trails.check(exporting, asked);
    return this.start(viewer.actor.actor, { kind: 'TRAIL', format }, (files) => this.trails.export(exporting, asked, format, files));
  }

  @Query(() => ExportJobNode, { nullable: true, description: 'An export that you asked for; null where it is unknown, expired, or another’s.' })
  exportJob(@CurrentReader() { viewer }: Reader, @Args('id', { type: () => ID, description: 'The job.' }) id: string): ExportJobNode | null {
    const job = this.jobs.find(id, viewer.actor.actor);
    return job === null ? null : exportJobOf(job);
  }

  private async makeBundle(caseId: CaseId, audience: Audience, { file }: ExportFiles): Promise<Made> {
    const outcome = await this.exporter.export(caseId, audience);
    if (outcome.kind === 'REFUSED') return outcome;
    await writeFile(file, outcome.bundle, { mode: 0o600 });
    const { events, access, treeSize } = outcome;
    return { kind: 'MADE', events, access, treeSize };
  }

  private start(owner: ExportJob['owner'], what: Exported, make: (files: ExportFiles) => Promise<Made>): ExportJobNode {
    try {
      return exportJobOf(this.jobs.start({ owner, what }, make));
    } catch (error) {
      if (error instanceof ExportsBusy) throw unavailable(error.message);
      throw error;
    }
  }
}

/** @throws BadInput */
function refuseUnstated(purpose: string): void {
  if (purpose.trim() === '' || purpose.length > purposeCharsMax) throw new BadInput('purpose', `must say what the export is for, in at most ${purposeCharsMax} characters`);
}

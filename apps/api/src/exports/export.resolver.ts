import { Inject } from '@nestjs/common';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { mayExport } from '#libs/access';
import type { Audience } from '#libs/disclosure';
import type { CaseId } from '#libs/domain';
import { BadInput } from '#libs/read-models';
import { CaseGate, type Reader } from '../auth/case-gate.js';
import { CurrentReader } from '../auth/current-reader.js';
import { notFound, unavailable } from '../graphql/errors.js';
import { UuidScalar } from '../graphql/scalars.js';
import { CaseExporter } from './case-exporter.js';
import { ExportJobs, ExportsBusy } from './export.jobs.js';
import { AudienceEnum, ExportJobNode, exportJobOf } from './export.types.js';

const purposeCharsMax = 500;

@Resolver()
export class ExportResolver {
  constructor(
    @Inject(CaseGate) private readonly gate: CaseGate,
    @Inject(CaseExporter) private readonly exporter: CaseExporter,
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
    if (purpose.trim() === '' || purpose.length > purposeCharsMax) throw new BadInput('purpose', `must say what the bundle is for, in at most ${purposeCharsMax} characters`);
    await this.gate.get(reader, caseId as CaseId); // The scalar takes one spelling of a UUID alone.
    if (!mayExport(actor.roles, audience)) throw notFound();
    try {
      return exportJobOf(this.jobs.start({ owner: actor.actor, caseId, audience }, () => this.exporter.export(caseId as CaseId, audience)));
    } catch (error) {
      if (error instanceof ExportsBusy) throw unavailable(error.message);
      throw error;
    }
  }

  @Query(() => ExportJobNode, { nullable: true, description: 'An export that you asked for; null where it is unknown, expired, or another’s.' })
  exportJob(@CurrentReader() { viewer }: Reader, @Args('id', { type: () => ID, description: 'The job.' }) id: string): ExportJobNode | null {
    const job = this.jobs.find(id, viewer.actor.actor);
    return job === null ? null : exportJobOf(job);
  }
}

import { join } from 'node:path';
import { Logger, Module } from '@nestjs/common';
import type { Config } from '#libs/config';
import { CONFIG } from '#libs/service';
import { CaseGate } from '../auth/case-gate.js';
import { CaseExporter } from './case-exporter.js';
import { ExportController } from './export.controller.js';
import { ExportJobs } from './export.jobs.js';
import { ExportResolver } from './export.resolver.js';
import { TrailExporter } from './trail/trail-exporter.js';

const log = new Logger('Exports');

const jobs = {
  provide: ExportJobs,
  inject: [CONFIG],
  useFactory: ({ dataFolder }: Config): Promise<ExportJobs> =>
    ExportJobs.open({
      folder: join(dataFolder, 'exports'),
      now: () => new Date(),
      onFailure: (jobId, error) => log.error(`export ${jobId} failed: ${error instanceof Error ? error.stack : String(error)}`),
    }),
};

@Module({ providers: [jobs, CaseGate, CaseExporter, TrailExporter, ExportResolver], controllers: [ExportController] })
export class ExportsModule {}

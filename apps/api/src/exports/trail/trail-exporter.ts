import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { Viewer } from '#libs/access';
import { FeedProgress } from '#libs/feeds';
import { type AuditInput, type AuditNode, pageLimits, type Queries, readModelFeeds, type ReadModels } from '#libs/read-models';
import { READ_MODELS } from '#libs/service';
import type { Made } from '../export.jobs.js';
import { type TrailFormatName, trailFormats, trailTexts } from './trail-format.js';

export const trailExportLimits = {
  /** Steps of one file. Who needs more asks for stretches of time. */
  stepsMax: 100_000,
  /** Cases looked up at once when a file is handed out. */
  casesAtOnce: 1_000,
} as const;

export type TrailFilter = Omit<AuditInput, 'direction' | 'page' | 'through' | 'events'>;

class TooMany extends Error {}

/** Takes the audit trail across cases out into a file: as much of it as its asker sees, page by page. */
@Injectable()
export class TrailExporter {
  constructor(
    @Inject(READ_MODELS) private readonly readModels: ReadModels,
    @Inject(FeedProgress) private readonly progress: FeedProgress,
  ) {}

  /** Whether the filter can be asked for. @throws BadInput */
  async check(viewer: Viewer, filter: TrailFilter): Promise<void> {
    await this.readModels.queriesFor(viewer).auditTrail({ ...filter, page: { first: 0 } });
  }

  /** Everything that is shown by now; beside the file `casesFile`, the cases that it tells of. */
  async export(viewer: Viewer, filter: TrailFilter, format: TrailFormatName, to: { readonly file: string; readonly casesFile: string }): Promise<Made> {
    const through = (await this.progress.projectedThrough(readModelFeeds.cases))?.n ?? -1n;
    const cases = new Set<string>();
    let events = 0;
    const queries = this.readModels.queriesFor(viewer);
    const counted = async function* (pages: AsyncIterable<readonly AuditNode[]>): AsyncGenerator<readonly AuditNode[]> {
      for await (const page of pages) {
        events += page.length;
        if (events > trailExportLimits.stepsMax) throw new TooMany();
        for (const { case_id } of page) cases.add(case_id);
        yield page;
      }
    };
    const texts = trailTexts(counted(pagesOf(queries, { ...filter, through })), trailFormats[format].writer());
    try {
      await pipeline(Readable.from(texts), createWriteStream(to.file, { mode: 0o600 }));
    } catch (error) {
      if (!(error instanceof TooMany)) throw error;
      return { kind: 'REFUSED', code: 'TOO_LARGE', message: `There are more than ${trailExportLimits.stepsMax} steps: ask for a shorter stretch of time.` };
    }
    await writeFile(to.casesFile, [...cases].join('\n'), { mode: 0o600 });
    return { kind: 'MADE', events, access: null, treeSize: null };
  }

  /** Whether the viewer still sees every case that a file tells of. */
  async seesAll(viewer: Viewer, caseIds: readonly string[]): Promise<boolean> {
    const queries = this.readModels.queriesFor(viewer);
    for (let from = 0; from < caseIds.length; from += trailExportLimits.casesAtOnce) {
      const some = caseIds.slice(from, from + trailExportLimits.casesAtOnce);
      if ((await queries.visibleCases(some)).size < some.length) return false;
    }
    return true;
  }
}

async function* pagesOf(queries: Queries, filter: AuditInput): AsyncGenerator<readonly AuditNode[]> {
  for (let after: string | null = null; ; ) {
    const { edges, pageInfo } = await queries.auditTrail({ ...filter, direction: 'ASC', page: { first: pageLimits.rowsMax, after } });
    yield edges.map(({ node }) => node);
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return;
    after = pageInfo.endCursor;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { factsOf, maySee, type Viewer } from '#libs/access';
import type { Case, CaseId } from '#libs/domain';
import type { CaseLoader } from '#libs/recorder';
import { CASE_LOADER } from '#libs/service';
import { notFound } from '../graphql/errors.js';

/** One request's reading: who asks, and the cases that it has loaded, so that each is read and judged once. */
export interface Reader {
  readonly viewer: Viewer;
  readonly cases: Map<string, Promise<Case | null>>;
}

/** A reader of their own for what goes on after the request: a subscription judges each event afresh. */
export const readerOf = (viewer: Viewer): Reader => ({ viewer, cases: new Map() });

/**
 * The one way to a single case. Judged on the case as its stream has it now, never on a projection that may be behind; a case that the viewer
 * may not see is read all the same, and then answered like one that is not there.
 */
@Injectable()
export class CaseGate {
  constructor(@Inject(CASE_LOADER) private readonly loader: CaseLoader) {}

  /** Null where there is none that the reader may see. */
  find(reader: Reader, caseId: CaseId): Promise<Case | null> {
    const known = reader.cases.get(caseId) ?? this.judge(reader.viewer, caseId);
    reader.cases.set(caseId, known);
    return known;
  }

  /** @throws GraphQLError NOT_FOUND */
  async get(reader: Reader, caseId: CaseId): Promise<Case> {
    const found = await this.find(reader, caseId);
    if (found === null) throw notFound();
    return found;
  }

  private async judge({ actor }: Viewer, caseId: CaseId): Promise<Case | null> {
    const { state } = await this.loader.load(caseId);
    return state.exists && maySee(actor, factsOf(state), new Date().toISOString()) ? state : null;
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { EventStore } from '#libs/event-store';
import { changesBetween, happenedAt, type Step } from '#libs/history';
import type { AuditNode, PlacedEvent } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import type { Reader } from '../../auth/case-gate.js';
import { auditEntryOf } from '../lists/audit.list.js';
import { type CasePast, caseNodeOf } from '../types/case.types.js';
import { CaseHistories, wallFor } from './case-histories.js';
import type { CaseStep } from './history.types.js';

/** Steps of a case as they are shown. */
@Injectable()
export class CaseSteps {
  constructor(
    @Inject(CaseHistories) private readonly histories: CaseHistories,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  /** `rows`: of the trail, by event; `events`: all of the case. */
  async stepOf({ placed, before, after }: Step<PlacedEvent>, rows: ReadonlyMap<string, AuditNode>, events: readonly PlacedEvent[], reader: Reader): Promise<CaseStep> {
    const { event } = placed;
    const { revision, by, id } = event.meta;
    const row = rows.get(id);
    if (row === undefined || !after.exists) throw new Error('unreachable: every event has its row, and leaves a case');
    const past = (count: number): CasePast => ({ through: events[count - 1]?.position ?? placed.position, events: null, placed: events.slice(0, count) });
    return {
      revision,
      event: auditEntryOf(this.store.logId)(row),
      actor: by.actor,
      happenedAt: happenedAt(event),
      before: before.exists ? caseNodeOf(before, past(revision)) : null,
      after: caseNodeOf(after, past(revision + 1)),
      changes: await this.histories.visible(reader, changesBetween(before, after, wallFor(reader, events))),
    };
  }
}

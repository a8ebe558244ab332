import { Inject } from '@nestjs/common';
import { Args, Float, Resolver, Subscription } from '@nestjs/graphql';
import { mayKnowOf } from '#libs/access';
import type { CaseId } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { stepsOf } from '#libs/history';
import { auditRowsOf, BadInput } from '#libs/read-models';
import { EVENT_STORE } from '#libs/service';
import { CaseGate, type Reader } from '../../auth/case-gate.js';
import { CurrentReader } from '../../auth/current-reader.js';
import { PositionScalar, UuidScalar } from '../../graphql/scalars.js';
import { abortable } from '../../live/abortable.js';
import { positionOf } from '../../live/live-events.js';
import { CaseHistories } from './case-histories.js';
import { CaseSteps } from './case-steps.js';
import { CaseStep } from './history.types.js';

export const replayLimits = {
  /** Times as fast as it was recorded. */
  speedMin: 1,
  speedMax: 1e9,
  speedDefault: 3_600,
  /** The longest pause between two steps, in milliseconds: nobody waits through a night in which nothing happened. */
  pauseMsMax: 3_000,
} as const;

interface Message {
  readonly replay: CaseStep;
}

/** Plays a case from its beginning, or from where its reader had come. It holds no place: each step carries the position to resume at. */
@Resolver()
export class ReplaySubscription {
  constructor(
    @Inject(CaseHistories) private readonly histories: CaseHistories,
    @Inject(CaseSteps) private readonly steps: CaseSteps,
    @Inject(CaseGate) private readonly gate: CaseGate,
    @Inject(EVENT_STORE) private readonly store: EventStore,
  ) {}

  @Subscription(() => CaseStep, {
    description: 'Plays a case, step by step, so many times as fast as it was recorded, and ends after its last. To go on after a break, give the position of the last step as `after`.',
  })
  replay(
    @Args('caseId', { type: () => UuidScalar, description: 'Id of the case.' }) caseId: string,
    @Args('speed', { type: () => Float, nullable: true, description: `From ${replayLimits.speedMin} to 1,000,000,000; ${replayLimits.speedDefault}, an hour a second, where none is given. No pause is over 3 seconds.` }) speed: number | null,
    @Args('after', { type: () => PositionScalar, nullable: true, description: 'Go on after this position.' }) after: string | null,
    @CurrentReader() reader: Reader,
  ): AsyncGenerator<Message> {
    const rate = speed ?? replayLimits.speedDefault;
    if (!(rate >= replayLimits.speedMin && rate <= replayLimits.speedMax)) throw new BadInput('speed', `must be from ${replayLimits.speedMin} to ${replayLimits.speedMax}`);
    const from = positionOf(after, this.store.logId)?.n ?? -1n;
    const stopped = new AbortController();
    // A codec: the scalar took a UUID; whether a case has it is answered by the gate.
    return abortable(this.play(reader, caseId as CaseId, { rate, from, signal: stopped.signal }), stopped);
  }

  /** @throws GraphQLError NOT_FOUND, also in the midst of it, once the reader may no longer see the case */
  private async *play(reader: Reader, caseId: CaseId, { rate, from, signal }: { readonly rate: number; readonly from: bigint; readonly signal: AbortSignal }): AsyncGenerator<Message> {
    const events = await this.histories.get(reader, caseId);
    const rows = new Map(auditRowsOf(events).map((row) => [row.event_id as string, row]));
    let last: string | null = null;
    for (const step of stepsOf(events)) {
      const { event, position } = step.placed;
      if (position <= from || !mayKnowOf(reader.viewer.actor, event)) continue;
      const { recordedAt } = event.meta;
      if (last !== null) await pause(Math.min((Date.parse(recordedAt) - Date.parse(last)) / rate, replayLimits.pauseMsMax), signal);
      if (signal.aborted) return;
      last = recordedAt;
      // Judged afresh for each step, and for the texts below it.
      reader.cases.clear();
      await this.gate.get(reader, caseId);
      yield { replay: await this.steps.stepOf(step, rows, events, reader) };
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

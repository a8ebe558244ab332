import type { KeyObject } from 'node:crypto';
import { decodeCaseEvent } from '#libs/codec';
import { type CaseContext, type CaseId, caseStream, decideCase, isRefusal, type NewCaseEvent, type Policy } from '#libs/domain';
import { commandHash, derivedId, EnvelopeRefused, checkAppend, systemRandom } from '#libs/envelope';
import type { AppendResult, EventStore } from '#libs/event-store';
import type { KeyStore } from '#libs/keys/port';
import { printPosition } from '#libs/event-store';
import { CaseLoader } from './case-loader.js';
import { type ElsewhereSource, recordingAskedAbout } from './elsewhere.js';
import { KeyedQueue } from './keyed-queue.js';
import { extend, type LoadedCase } from './loaded-case.js';
import type { CaseRecorder, RecordOutcome, RecordRequest } from './outcome.js';
import { hashInput, nothingNew, numberOf } from './receipt.js';
import { answerRepeat } from './repeat.js';
import { eventsToForm, formAppend, type FormedCaseEvent, keysFor } from './sealing.js';

export const recorderLimits = {
  /** Decisions on one command after conflicts, when the client named no revision. */
  attemptsMax: 3,
  /** Commands that may wait for one case in this process. */
  waitingPerCaseMax: 256,
} as const;

export interface RecorderOptions {
  readonly store: EventStore;
  readonly keys: KeyStore;
  /** Keys the command hashes together with the data keys (envelope.md). */
  readonly pepper: KeyObject;
  readonly elsewhere: ElsewhereSource;
  /** The policy in force now. */
  readonly policy: () => Policy;
  readonly now?: () => Date;
  readonly random?: (bytes: number) => Uint8Array;
  readonly loader?: CaseLoader;
}

/** What came of one try. `STALE`: the log is ahead of what was decided on; load and decide again. */
type Attempt = RecordOutcome | { readonly kind: 'STALE'; readonly actual: number | null };

export function createCaseRecorder(options: RecorderOptions): CaseRecorder & { readonly loader: CaseLoader } {
  const { store, keys, pepper, elsewhere, policy, now = () => new Date(), random = systemRandom } = options;
  const loader = options.loader ?? new CaseLoader(store);
  const queue = new KeyedQueue<CaseId>(recorderLimits.waitingPerCaseMax);

  async function record(request: RecordRequest): Promise<RecordOutcome> {
    // A case in memory may be behind the log. What is recorded on it is checked by the append's exact revision, so deciding on it is safe;
    // what is refused on it is not, and is decided once more on the log's word.
    let loaded = loader.recall(request.caseId);
    if (loaded !== undefined) {
      const outcome = await attempt(request, loaded);
      if (outcome.kind === 'RECORDED' && outcome.receipt.eventIds.length > 0) return outcome;
    }
    for (let tries = 1; ; tries += 1) {
      loaded = await loader.load(request.caseId);
      const outcome = await attempt(request, loaded);
      if (outcome.kind !== 'STALE') return outcome;
      if (tries >= recorderLimits.attemptsMax) return { kind: 'CONFLICT', expected: request.expectedRevision, actual: outcome.actual };
    }
  }

  async function attempt(request: RecordRequest, loaded: LoadedCase): Promise<Attempt> {
    const first = loaded.findCommand(request.commandId);
    if (first !== undefined) return answerRepeat(request, loaded, first, { store, keys, pepper });
    if (request.expectedRevision !== null && request.expectedRevision !== loaded.revision) {
      return { kind: 'CONFLICT', expected: request.expectedRevision, actual: loaded.revision < 0 ? null : loaded.revision };
    }
    const recordedAt = laterOf(now().toISOString(), loaded.recordedAt);
    const decision = decideCase(request.command, loaded.state, await contextFor(request, loaded, recordedAt));
    if (isRefusal(decision)) return decision;
    if (decision.length === 0) return { kind: 'RECORDED', receipt: nothingNew(request, loaded) };
    return seal(request, loaded, decision, recordedAt);
  }

  async function contextFor(request: RecordRequest, loaded: LoadedCase, at: string): Promise<CaseContext> {
    const recording = recordingAskedAbout(request.command, loaded.state);
    return {
      now: at,
      actor: request.actor,
      caseId: request.caseId,
      policy: policy(),
      elsewhere: {
        caseNumber: loaded.state.exists ? '' : await elsewhere.caseNumber(),
        claims: recording === null ? [] : await elsewhere.claims({ ...recording, except: request.caseId }),
      },
      // The kinds of id are the domain's; the text is a UUID in its one spelling.
      newId: <Id extends string>(kind: string) => derivedId(kind, request.commandId) as string as Id,
    };
  }

  async function seal(request: RecordRequest, loaded: LoadedCase, decision: readonly NewCaseEvent[], recordedAt: string): Promise<Attempt> {
    const events = eventsToForm(decision);
    const dataKeys = await keysFor(events, request.caseId, keys);
    let formed: readonly FormedCaseEvent[];
    try {
      formed = formAppend(events, dataKeys, {
        ...request,
        recordedAt,
        commandHash: commandHash(pepper, [...dataKeys.values()], hashInput(request)),
        after: loaded,
        random,
      });
      checkAppend(formed);
    } catch (error) {
      if (error instanceof EnvelopeRefused && error.code === 'TOO_LARGE') return tooLarge(error.message);
      throw error;
    }
    const stream = caseStream(request.caseId);
    const result = await append(request.caseId, stream, loaded, formed);
    if (result.kind === 'CONFLICT') return { kind: 'STALE', actual: result.actual === null ? null : Number(result.actual) };
    return recorded(request, loaded, formed, result, stream);
  }

  async function append(caseId: CaseId, stream: string, loaded: LoadedCase, formed: readonly FormedCaseEvent[]): Promise<AppendResult> {
    try {
      return await store.append(stream, loaded.revision < 0 ? 'NO_STREAM' : BigInt(loaded.revision), formed);
    } catch (error) {
      // The outcome may be unknown: what is in memory is no ground to decide on.
      loader.forget(caseId);
      throw error;
    }
  }

  function recorded(
    request: RecordRequest,
    loaded: LoadedCase,
    formed: readonly FormedCaseEvent[],
    result: Extract<AppendResult, { kind: 'APPENDED' }>,
    stream: string,
  ): RecordOutcome {
    const after = extend(
      loaded,
      formed.map((event) => decodeCaseEvent({ ...event, stream, revision: BigInt(event.revision) })),
    );
    loader.remember(request.caseId, after);
    const last = result.events.at(-1);
    return {
      kind: 'RECORDED',
      receipt: {
        commandId: request.commandId,
        caseId: request.caseId,
        stream,
        caseNumber: numberOf(after),
        eventIds: formed.map((event) => event.id),
        eventTypes: formed.map((event) => event.type),
        revision: after.revision,
        position: last === undefined ? null : printPosition(last.position),
        leafHash: after.leaf,
        repeated: false,
      },
    };
  }

  return { loader, record: (request) => queue.run(request.caseId, () => record(request)) };
}

function tooLarge(message: string): RecordOutcome {
  return { kind: 'REFUSED', code: 'EVENT_TOO_LARGE', message, gaps: [] };
}

/** Times of this form sort as texts; a stream's times never go back, whatever the clock does. */
function laterOf(now: string, last: string | null): string {
  return last !== null && last > now ? last : now;
}


import type { KeyObject } from 'node:crypto';
import { decodeCaseEvent } from '#libs/codec';
import { type CaseContext, type CaseId, caseStream, decideCase, isRefusal, type NewCaseEvent, type Policy } from '#libs/domain';
import { commandHash, derivedId, EnvelopeRefused, checkAppend, pooledRandom } from '#libs/envelope';
import type { AppendResult, EventStore } from '#libs/event-store';
import type { KeyStore } from '#libs/keys/port';
import { printPosition } from '#libs/event-store';
import { CaseLoader } from './case-loader.js';
import { opensCase, recorderOf, refuseDenied } from './denial.js';
import { type ElsewhereSource, recordingAskedAbout } from './elsewhere.js';
import { destroyExpunged } from './expunging.js';
import { KeyedQueue } from './keyed-queue.js';
import { emptyCase, extend, type LoadedCase } from './loaded-case.js';
import type { CaseRecorder, RecordOutcome, RecordRequest } from './outcome.js';
import { hashInput, nothingNew, numberOf } from './receipt.js';
import { answerRepeat } from './repeat.js';
import { recorderLimits } from './limits.js';
import { eventsToForm, formAppend, type FormedCaseEvent, keysFor } from './sealing.js';

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

/** Load, decide, seal, append, answer: the way of one action (architecture.md). */
export class Recorder implements CaseRecorder {
  readonly loader: CaseLoader;
  /** Whether the last command that should open a case found it there: a file that is imported again repeats row after row. */
  private opensWhatIsThere = false;
  private readonly queue = new KeyedQueue<CaseId>(recorderLimits.waitingPerCaseMax);
  private readonly now: () => Date;
  private readonly random: (bytes: number) => Uint8Array;

  constructor(private readonly options: RecorderOptions) {
    this.loader = options.loader ?? new CaseLoader(options.store);
    this.now = options.now ?? (() => new Date());
    this.random = options.random ?? pooledRandom;
  }

  record(request: RecordRequest): Promise<RecordOutcome> {
    return this.queue.run(request.caseId, async () => {
      const outcome = await this.inTurn(request);
      const { command } = request;
      if (command.type === 'confirmShredding' && outcome.kind === 'RECORDED') {
        const { state } = await this.loader.load(request.caseId);
        await destroyExpunged(state, command.data.shredding, this.options.keys);
      }
      return outcome;
    });
  }

  private async inTurn(request: RecordRequest): Promise<RecordOutcome> {
    // A case in memory may be behind the log. What is recorded on it is checked by the append's exact revision, so deciding on it is safe;
    // what is refused on it is not, and is decided once more on the log's word.
    const opens = opensCase(request.command);
    let loaded = this.loader.recall(request.caseId) ?? (opens && !this.opensWhatIsThere ? emptyCase() : undefined);
    if (loaded !== undefined) {
      const outcome = await this.attempt(request, loaded);
      if (outcome.kind === 'RECORDED' && outcome.receipt.eventIds.length > 0) return outcome;
    }
    for (let tries = 1; ; tries += 1) {
      loaded = await this.loader.load(request.caseId);
      if (opens) this.opensWhatIsThere = loaded.state.exists;
      const outcome = await this.attempt(request, loaded);
      if (outcome.kind !== 'STALE') return outcome;
      if (tries >= recorderLimits.attemptsMax) return { kind: 'CONFLICT', expected: request.expectedRevision, actual: outcome.actual };
    }
  }

  private async attempt(request: RecordRequest, loaded: LoadedCase): Promise<Attempt> {
    const now = this.now().toISOString();
    const first = loaded.findCommand(request.commandId);
    // A repeat tells whoever recorded the command nothing that they did not do themselves, whatever they may see by now.
    if (first === undefined || recorderOf(loaded, first) !== request.actor.actor) {
      const denied = refuseDenied(request, loaded, now);
      if (denied !== null) return denied;
    }
    if (first !== undefined) return answerRepeat(request, loaded, first, this.options);
    if (request.expectedRevision !== null && request.expectedRevision !== loaded.revision) {
      return { kind: 'CONFLICT', expected: request.expectedRevision, actual: loaded.revision < 0 ? null : loaded.revision };
    }
    const recordedAt = laterOf(now, loaded.recordedAt);
    const decision = decideCase(request.command, loaded.state, await this.contextFor(request, loaded, recordedAt));
    if (isRefusal(decision)) return decision;
    if (decision.length === 0) return { kind: 'RECORDED', receipt: nothingNew(request, loaded) };
    return this.store(request, loaded, decision, recordedAt);
  }

  private async contextFor(request: RecordRequest, loaded: LoadedCase, at: string): Promise<CaseContext> {
    const { elsewhere, policy } = this.options;
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

  private async store(request: RecordRequest, loaded: LoadedCase, decision: readonly NewCaseEvent[], recordedAt: string): Promise<Attempt> {
    const events = eventsToForm(decision);
    const dataKeys = await keysFor(events, request.caseId, this.options.keys);
    let formed: readonly FormedCaseEvent[];
    try {
      formed = formAppend(events, dataKeys, {
        ...request,
        recordedAt,
        commandHash: commandHash(this.options.pepper, [...dataKeys.values()], hashInput(request)),
        after: loaded,
        random: this.random,
      });
      checkAppend(formed);
    } catch (error) {
      if (error instanceof EnvelopeRefused && error.code === 'TOO_LARGE') return tooLarge(error.message);
      throw error;
    }
    const result = await this.append(request.caseId, loaded, formed);
    // Recorded before, in another process: what is stored has other salts than what was just formed, and is read for the receipt.
    if (result.kind === 'APPENDED' && result.repeated) return { kind: 'STALE', actual: loaded.revision };
    if (result.kind === 'CONFLICT') return { kind: 'STALE', actual: result.actual === null ? null : Number(result.actual) };
    return this.remember(request, loaded, formed, result);
  }

  private async append(caseId: CaseId, loaded: LoadedCase, formed: readonly FormedCaseEvent[]): Promise<AppendResult> {
    try {
      return await this.options.store.append(caseStream(caseId), loaded.revision < 0 ? 'NO_STREAM' : BigInt(loaded.revision), formed);
    } catch (error) {
      // The outcome may be unknown: what is in memory is no ground to decide on.
      this.loader.forget(caseId);
      throw error;
    }
  }

  private remember(
    request: RecordRequest,
    loaded: LoadedCase,
    formed: readonly FormedCaseEvent[],
    result: Extract<AppendResult, { kind: 'APPENDED' }>,
  ): RecordOutcome {
    const stream = caseStream(request.caseId);
    const after = extend(
      loaded,
      formed.map((event) => decodeCaseEvent({ ...event, stream, revision: BigInt(event.revision) })),
    );
    this.loader.remember(request.caseId, after);
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
}

function tooLarge(message: string): RecordOutcome {
  return { kind: 'REFUSED', code: 'EVENT_TOO_LARGE', message, gaps: [] };
}

/** Times of this form sort as texts; a stream's times never go back, whatever the clock does. */
export function laterOf(now: string, last: string | null): string {
  return last !== null && last > now ? last : now;
}


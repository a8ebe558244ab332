import type { KeyObject } from 'node:crypto';
import { clearFieldsOf, commandOf, decodeClearEvent } from '#libs/codec';
import { type Actor, type CommandId, isRefusal, refuse, type StreamEvent, type StreamKind } from '#libs/domain';
import { checkAppend, commandHash, EnvelopeRefused, eventId, formEvent, type FormedEvent, leafHash, pooledRandom } from '#libs/envelope';
import { type EventStore, printPosition, type StoredEvent, type StoredEventRef } from '#libs/event-store';
import { KeyedQueue } from './keyed-queue.js';
import type { Receipt, RecordOutcome } from './outcome.js';
import { laterOf } from './recorder.js';
import { sameText } from './repeat.js';
import { recorderLimits } from './limits.js';
import { seedBytes } from './sealing.js';

/** One command for one stream that is no case. */
export interface StreamRequest<Command> {
  readonly commandId: CommandId;
  /** The stream is `<category>-<id>`. */
  readonly id: string;
  readonly command: Command;
  readonly actor: Actor;
  readonly expectedRevision: number | null;
  readonly correlationId: string;
  readonly causationId: string | null;
}

export type StreamReceipt = Omit<Receipt, 'caseId' | 'caseNumber'>;
export type StreamOutcome = { readonly kind: 'RECORDED'; readonly receipt: StreamReceipt } | Exclude<RecordOutcome, { readonly kind: 'RECORDED' }>;

export interface StreamRecorderOptions {
  readonly store: EventStore;
  readonly pepper: KeyObject;
  readonly now?: () => Date;
  readonly random?: (bytes: number) => Uint8Array;
}

/** A stream read whole. */
export interface LoadedStream<State> {
  readonly state: State;
  /** -1 while there is no event. */
  readonly revision: number;
  readonly events: readonly StoredEvent[];
}

type AnyCommand = { readonly type: string; readonly data: object };
type Formed = FormedEvent & { readonly id: string; readonly type: string; readonly revision: number };

/**
 * The way of an action on a stream that is no case: the same envelope, exact revisions, repeats and receipts as a case's, for streams that are short
 * enough to be read at every command, and hold nothing sealed.
 */
export class StreamRecorder<Command extends AnyCommand, State> {
  private readonly queue = new KeyedQueue<string>(recorderLimits.waitingPerCaseMax);
  private readonly now: () => Date;
  private readonly random: (bytes: number) => Uint8Array;

  constructor(
    private readonly kind: StreamKind<Command, State>,
    private readonly options: StreamRecorderOptions,
  ) {
    this.now = options.now ?? (() => new Date());
    this.random = options.random ?? pooledRandom;
  }

  /** @throws EventStoreUnavailable: retryable with the same command id, whatever became of the first try */
  record(request: StreamRequest<Command>): Promise<StreamOutcome> {
    const type: Command['type'] = request.command.type;
    const { allow } = this.kind.actions[type];
    if (!request.actor.roles.some((role) => allow.includes(role))) return Promise.resolve(refuse('ROLE_NOT_ALLOWED', `'${type}' is for ${allow.join(', ')}.`));
    return this.queue.run(request.id, async () => {
      for (let tries = 1; ; tries += 1) {
        const outcome = await this.attempt(request);
        if (outcome.kind !== 'STALE') return outcome;
        if (tries >= recorderLimits.attemptsMax) return { kind: 'CONFLICT', expected: request.expectedRevision, actual: outcome.actual };
      }
    });
  }

  /** The stream as the log has it now. @throws EventStoreUnavailable, UnreadableEvent */
  async load(id: string): Promise<LoadedStream<State>> {
    let state = this.kind.initial;
    const events: StoredEvent[] = [];
    for await (const stored of this.options.store.readStream(this.streamOf(id))) {
      const event = decodeClearEvent(stored, this.kind.events);
      state = this.kind.evolve(state, event, event.meta);
      events.push(stored);
    }
    return { state, revision: events.length - 1, events };
  }

  private streamOf(id: string): string {
    return `${this.kind.category}-${id}`;
  }

  private async attempt(request: StreamRequest<Command>): Promise<StreamOutcome | { readonly kind: 'STALE'; readonly actual: number | null }> {
    const loaded = await this.load(request.id);
    const hash = commandHash(this.options.pepper, [], { stream: this.streamOf(request.id), command: request.command });
    const before = loaded.events.filter((event) => commandOf(event).commandId === request.commandId);
    if (before.length > 0) {
      const [first] = before;
      if (first !== undefined && sameText(hash, commandOf(first).hash ?? '')) return { kind: 'RECORDED', receipt: this.receipt(request, before, before, true) };
      return { kind: 'REFUSED', code: 'COMMAND_ID_REUSED', message: 'Another command was recorded under this id. Give every command an id of its own.', gaps: [] };
    }
    if (request.expectedRevision !== null && request.expectedRevision !== loaded.revision) {
      return { kind: 'CONFLICT', expected: request.expectedRevision, actual: loaded.revision < 0 ? null : loaded.revision };
    }
    const last = loaded.events.at(-1);
    const recordedAt = laterOf(this.now().toISOString(), last === undefined ? null : decodeClearEvent(last, this.kind.events).meta.recordedAt);
    const decision = this.kind.decide(request.command, loaded.state, { now: recordedAt, actor: request.actor });
    if (isRefusal(decision)) return decision as Exclude<RecordOutcome, { readonly kind: 'RECORDED' }>; // Its code is one of the domain's.
    if (decision.length === 0) return { kind: 'RECORDED', receipt: { ...this.receipt(request, [], [], false), revision: loaded.revision } };
    return this.append(request, loaded, this.form(request, loaded, decision, { recordedAt, hash }));
  }

  private form(request: StreamRequest<Command>, loaded: LoadedStream<State>, decision: readonly StreamEvent[], at: { readonly recordedAt: string; readonly hash: string }): readonly Formed[] {
    const stream = this.streamOf(request.id);
    const { commandId, correlationId, causationId, actor: by } = request;
    const last = loaded.events.at(-1);
    let prev = last === undefined ? null : leafHash(last.head);
    return decision.map((event, index) => {
      const id = eventId(stream, commandId, index);
      const revision = loaded.revision + 1 + index;
      const formed = formEvent({
        id,
        stream,
        revision,
        type: event.type,
        typeVersion: this.kind.events[event.type]?.version ?? 1,
        recordedAt: at.recordedAt,
        commandId,
        correlationId,
        causationId,
        prev,
        by,
        commandHash: index === 0 ? at.hash : null,
        seed: this.random(seedBytes),
        fields: clearFieldsOf(event, this.kind.events),
      });
      prev = formed.leafHash;
      return { ...formed, id, type: event.type, revision };
    });
  }

  private async append(request: StreamRequest<Command>, loaded: LoadedStream<State>, formed: readonly Formed[]): Promise<StreamOutcome | { readonly kind: 'STALE'; readonly actual: number | null }> {
    try {
      checkAppend(formed);
    } catch (error) {
      if (error instanceof EnvelopeRefused && error.code === 'TOO_LARGE') return { kind: 'REFUSED', code: 'EVENT_TOO_LARGE', message: error.message, gaps: [] };
      throw error;
    }
    const result = await this.options.store.append(this.streamOf(request.id), loaded.revision < 0 ? 'NO_STREAM' : BigInt(loaded.revision), formed);
    // Recorded before, by another process: what is stored has another seed than what was just formed, and is read for the receipt.
    if (result.kind === 'APPENDED' && result.repeated) return { kind: 'STALE', actual: loaded.revision };
    if (result.kind === 'CONFLICT') return { kind: 'STALE', actual: result.actual === null ? null : Number(result.actual) };
    return { kind: 'RECORDED', receipt: this.receipt(request, formed, result.events, false) };
  }

  private receipt(request: StreamRequest<Command>, events: readonly Pick<StoredEvent, 'id' | 'type' | 'head'>[], places: readonly StoredEventRef[], repeated: boolean): StreamReceipt {
    const [last, place] = [events.at(-1), places.at(-1)];
    return {
      commandId: request.commandId,
      stream: this.streamOf(request.id),
      eventIds: events.map(({ id }) => id),
      eventTypes: events.map(({ type }) => type),
      revision: place === undefined ? -1 : Number(place.revision),
      position: place === undefined ? null : printPosition(place.position),
      leafHash: last === undefined ? null : leafHash(last.head),
      repeated,
    };
  }
}

import { DeliveryRetries, type RetryOptions } from '#libs/clocks';
import type { DeliveryCommand, StreamKind } from '#libs/domain';
import { EventStoreUnavailable } from '#libs/event-store';
import { KeysUnavailable } from '#libs/keys/port';
import { Recorder, type RecorderOptions, type RecordOutcome, type RecordRequest, type StreamOutcome, StreamRecorder, type StreamRecorderOptions, type StreamRequest } from '#libs/recorder';
import type { Metrics, Outcome, SpanFacts, Tracing } from '#libs/telemetry';

export interface Telemetry {
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/** Counts, times and traces every command for a case, whoever gives it: a mutation, an import, the clocks. */
export class ObservedRecorder extends Recorder {
  constructor(
    options: RecorderOptions,
    private readonly telemetry: Telemetry,
  ) {
    super(options);
  }

  override record(request: RecordRequest): Promise<RecordOutcome> {
    return observed(this.telemetry, { ...request, action: request.command.type }, () => super.record(request));
  }
}

/** The same of commands for a stream that is no case. */
export class ObservedStreamRecorder<Command extends { readonly type: string; readonly data: object }, State> extends StreamRecorder<Command, State> {
  constructor(
    kind: StreamKind<Command, State>,
    options: StreamRecorderOptions,
    private readonly telemetry: Telemetry,
  ) {
    super(kind, options);
  }

  override record(request: StreamRequest<Command>): Promise<StreamOutcome> {
    return observed(this.telemetry, { ...request, action: request.command.type }, () => super.record(request));
  }
}

/** The same of dead deliveries of webhooks that are to be sent again. */
export class ObservedDeliveryRetries extends DeliveryRetries {
  constructor(
    options: RetryOptions,
    private readonly telemetry: Telemetry,
  ) {
    super(options);
  }

  override record(request: StreamRequest<DeliveryCommand>): Promise<StreamOutcome> {
    return observed(this.telemetry, { ...request, action: request.command.type }, () => super.record(request));
  }
}

interface Observed {
  readonly action: string;
  readonly correlationId: string;
  readonly commandId: string;
}

async function observed<T extends RecordOutcome | StreamOutcome>({ metrics, tracing }: Telemetry, { action, correlationId, commandId }: Observed, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  let ended: Outcome = 'FAILED';
  try {
    const outcome = await tracing.span(`command ${action}`, { correlationId, commandId }, { action }, work, factsOf);
    ended = outcomeOf(outcome);
    return outcome;
  } catch (error) {
    if (error instanceof EventStoreUnavailable || error instanceof KeysUnavailable) ended = 'UNAVAILABLE';
    throw error;
  } finally {
    metrics.add('caseledger_commands_total', { action, outcome: ended });
    metrics.observe('caseledger_command_seconds', { outcome: ended }, (performance.now() - startedAt) / 1_000);
  }
}

function outcomeOf(outcome: RecordOutcome | StreamOutcome): Outcome {
  if (outcome.kind !== 'RECORDED') return outcome.kind;
  if (outcome.receipt.eventIds.length === 0) return 'UNCHANGED';
  return outcome.receipt.repeated ? 'REPEATED' : 'RECORDED';
}

function factsOf(outcome: RecordOutcome | StreamOutcome): SpanFacts {
  const { kind } = outcome;
  if (kind !== 'RECORDED') return { outcome: kind };
  const { eventTypes, position } = outcome.receipt;
  return { outcome: outcomeOf(outcome), eventTypes, ...(position === null ? {} : { position }) };
}

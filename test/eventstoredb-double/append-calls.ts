import shared from '@eventstore/db-client/generated/shared_pb.js';
import statuses from '@eventstore/db-client/generated/status_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { sendUnaryData, ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import { type Caller, mayDo } from './access.js';
import { type CallContext, identify, isFailure } from './context.js';
import type { Decision, Expected, Proposed } from './log.js';
import { expectedOf, type Failure, failures, identifierOf, proposedOf, sizeOf, streamName, successMessage, wrongVersionMessage } from './messages.js';

interface Append {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: readonly Proposed[];
}

/** The append with a request for each event and one answer. */
export function append(context: CallContext, call: ServerReadableStream<streams.AppendReq, streams.AppendResp>, answer: sendUnaryData<streams.AppendResp>): void {
  const caller = identify(context, call.metadata);
  let options: streams.AppendReq.Options | undefined;
  const events: (Proposed | { readonly missing: string })[] = [];
  call.on('data', (request: streams.AppendReq) => {
    const message = request.getProposedMessage();
    if (request.hasOptions()) options = request.getOptions();
    else if (message !== undefined) events.push(proposedOf(message));
  });
  call.on('error', () => undefined); // The client went away: nobody waits for an answer.
  // A request whose connection broke within it ends like a whole one, and is cancelled right after: the server never acts on a part of a request.
  call.on('end', () => setImmediate(() => {
    if (!call.cancelled) serve(context, caller, options, events, answer);
  }));
}

function serve(
  context: CallContext,
  caller: Caller | Failure,
  options: streams.AppendReq.Options | undefined,
  events: readonly (Proposed | { readonly missing: string })[],
  answer: sendUnaryData<streams.AppendResp>,
): void {
  if (isFailure(caller)) return answer(caller);
  if (options === undefined) return answer(failures.invalid('No options.'));
  const { host } = context;
  const asked = checked(context, caller, { stream: streamName(options.getStreamIdentifier()), expected: expectedOf(options), events });
  if (isFailure(asked)) return answer(asked);
  const decide = () => context.log.append(asked.stream, asked.expected, asked.events);
  const tell = (decision: Decision) => reply(context, asked, decision, answer);
  switch (context.strike('APPEND')) {
    case null:
      return tell(decide());
    case 'KILLED_CONNECTION':
    case 'CLEAN_END':
      return context.cut();
    case 'RESTART':
      return context.restart();
    case 'NO_ANSWER':
      return undefined;
    case 'NOT_LEADER':
      return answer(failures.notLeader(host, context.port()));
    case 'SLOW_ANSWER': {
      const decision = decide();
      return context.later(() => tell(decision));
    }
    case 'WRITTEN_LATE':
      return context.later(() => tell(decide()));
    case 'ANSWER_LOST':
      decide();
      return context.cut();
    case 'ANSWER_WITHHELD':
      decide();
      return undefined;
    case 'COMMIT_TIMEOUT':
      decide();
      return answer(failures.timeout());
    case 'DUPLICATE_DELIVERY':
      decide();
      return tell(decide());
  }
}

function checked(
  context: CallContext,
  caller: Caller,
  { stream, expected, events }: { stream: string; expected: Expected; events: readonly (Proposed | { readonly missing: string })[] },
): Append | Failure {
  if (!mayDo(context.log, caller, stream, '$w')) return failures.accessDenied();
  const whole: Proposed[] = [];
  for (const event of events) {
    if ('missing' in event) return failures.missing(event.missing);
    whole.push(event);
  }
  if (whole.reduce((bytes, event) => bytes + sizeOf(event), 0) > context.appendBytesMax) return failures.tooLarge(context.appendBytesMax);
  return { stream, expected, events: whole };
}

function reply(context: CallContext, { stream, expected }: Append, decision: Decision, answer: sendUnaryData<streams.AppendResp>): void {
  switch (decision.kind) {
    case 'WRITTEN':
    case 'REPEATED':
      return answer(null, successMessage(decision.revision, decision.position));
    case 'WRONG_VERSION':
      if (context.wrongVersionForm === 'ERROR') return answer(failures.wrongVersion(stream, expected, decision.current));
      return answer(null, wrongVersionMessage(expected, decision.current));
    case 'DELETED':
      return answer(failures.streamDeleted(stream));
  }
}

/** The append that shares one stream of requests and answers among all of a client's appends. */
export function batchAppend(context: CallContext, call: ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>): void {
  const caller = identify(context, call.metadata);
  const open = new Map<string, { options: streams.BatchAppendReq.Options | undefined; events: (Proposed | { readonly missing: string })[] }>();
  call.on('error', () => undefined);
  call.on('end', () => call.end());
  call.on('data', (request: streams.BatchAppendReq) => {
    if (isFailure(caller)) return void call.destroy(Object.assign(new Error(caller.details), caller));
    const id = request.getCorrelationId()?.getString() ?? '';
    const gathered = open.get(id) ?? { options: request.getOptions(), events: [] };
    open.set(id, gathered);
    gathered.events.push(...request.getProposedMessagesList().map(proposedOf));
    if (!request.getIsFinal()) return undefined;
    open.delete(id);
    const { options } = gathered;
    const expected = expectedOf({
      hasRevision: () => options?.hasStreamPosition() === true,
      getRevision: () => options?.getStreamPosition() ?? '0',
      hasNoStream: () => options?.hasNoStream() === true,
      hasStreamExists: () => options?.hasStreamExists() === true,
    });
    const asked = checked(context, caller, { stream: streamName(options?.getStreamIdentifier()), expected, events: gathered.events });
    const fault = context.strike('APPEND');
    if (fault === 'CLEAN_END') return void call.end();
    if (fault === 'KILLED_CONNECTION') return context.cut();
    if (fault === 'RESTART') return context.restart();
    if (fault === 'NO_ANSWER') return undefined;
    const decision = isFailure(asked) ? asked : context.log.append(asked.stream, asked.expected, asked.events);
    if (fault === 'ANSWER_LOST') return context.cut();
    if (fault === 'ANSWER_WITHHELD') return undefined;
    return void call.write(batchAnswer(request.getCorrelationId(), streamName(options?.getStreamIdentifier()), expected, decision));
  });
}

function batchAnswer(id: shared.UUID | undefined, stream: string, expected: Expected, decision: Decision | Failure): streams.BatchAppendResp {
  const answer = new streams.BatchAppendResp();
  answer.setCorrelationId(id);
  answer.setStreamIdentifier(identifierOf(stream));
  if (!isFailure(decision) && (decision.kind === 'WRITTEN' || decision.kind === 'REPEATED')) {
    const success = new streams.BatchAppendResp.Success();
    success.setCurrentRevision(decision.revision.toString());
    const place = new shared.AllStreamPosition();
    place.setCommitPosition(decision.position.toString());
    place.setPreparePosition(decision.position.toString());
    success.setPosition(place);
    answer.setSuccess(success);
    return answer;
  }
  answer.setError(batchError(expected, decision));
  return answer;
}

function batchError(expected: Expected, decision: Decision | Failure): statuses.Status {
  const error = new statuses.Status();
  const details = new anyMessages.Any();
  error.setDetails(details);
  if (isFailure(decision)) {
    error.setMessage(decision.details);
    details.pack(new shared.AccessDenied().serializeBinary(), 'event_store.client.AccessDenied');
  } else if (decision.kind === 'WRONG_VERSION') {
    const wrong = new shared.WrongExpectedVersion();
    if (decision.current >= 0n) wrong.setCurrentStreamRevision(decision.current.toString());
    if (typeof expected === 'bigint') wrong.setExpectedStreamPosition(expected.toString());
    error.setMessage('WrongExpectedVersion');
    details.pack(wrong.serializeBinary(), 'event_store.client.WrongExpectedVersion');
  } else {
    error.setMessage('StreamDeleted');
    details.pack(new shared.StreamDeleted().serializeBinary(), 'event_store.client.StreamDeleted');
  }
  return error;
}

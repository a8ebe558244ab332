import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { once } from 'node:events';
import { type Caller, mayDo } from './access.js';
import { type CallContext, identify, isFailure } from './context.js';
import type { FaultKind } from './faults.js';
import type { Recorded } from './log.js';
import { eventBytes, type Failure, failures, identifierOf, streamName } from './messages.js';

/** Answers are messages, or the bytes of one. */
export type ReadCall = ServerWritableStream<streams.ReadReq, streams.ReadResp | Buffer>;
type Options = streams.ReadReq.Options;
type Wanted = (event: Recorded) => boolean;

/** Reads and subscriptions, of a stream and of all streams. */
export function read(context: CallContext, call: ReadCall): void {
  const options = call.request.getOptions();
  const caller = identify(context, call.metadata);
  const refused = isFailure(caller) ? caller : options === undefined ? failures.invalid('No options.') : refusal(context, caller, options);
  if (refused !== null || options === undefined) {
    call.emit('error', refused);
    return;
  }
  const fault = context.strike(options.hasSubscription() ? 'SUBSCRIBE' : 'READ');
  if (struckBefore(context, call, fault, options)) return;
  const run = () => void (options.hasSubscription() ? subscribe(context, call, options, fault) : serve(context, call, options, fault)).catch(() => undefined); // Only a client that has gone throws here.
  call.on('error', () => undefined);
  if (fault === 'SLOW_ANSWER') context.later(run);
  else run();
}

function refusal(context: CallContext, caller: Caller, options: Options): Failure | null {
  const stream = options.hasAll() ? '$all' : streamName(options.getStream()?.getStreamIdentifier());
  if (!mayDo(context.log, caller, stream, '$r')) return failures.accessDenied();
  const position = options.getAll()?.getPosition()?.getCommitPosition();
  if (position !== undefined && !context.log.begins(BigInt(position))) return failures.invalid(`No event begins at ${position}.`);
  return context.log.isTombstoned(stream) ? failures.streamDeleted(stream) : null;
}

/** Whether the fault leaves nothing to serve. */
function struckBefore(context: CallContext, call: ReadCall, fault: FaultKind | null, options: Options): boolean {
  switch (fault) {
    case 'NO_ANSWER':
      return true;
    case 'NOT_LEADER':
      call.emit('error', failures.notLeader(context.host, context.port()));
      return true;
    case 'COMMIT_TIMEOUT':
      call.emit('error', failures.timeout());
      return true;
    case 'RESTART':
      context.restart();
      return true;
    case 'KILLED_CONNECTION':
      // A subscription is cut in its midst, when it has something to deliver.
      if (options.hasSubscription()) return false;
      context.cut();
      return true;
    case null:
    case 'CLEAN_END':
    case 'SLOW_ANSWER':
    case 'WRITTEN_LATE':
    case 'ANSWER_LOST':
    case 'ANSWER_WITHHELD':
    case 'DUPLICATE_DELIVERY':
      return false;
  }
}

async function serve(context: CallContext, call: ReadCall, options: Options, fault: FaultKind | null): Promise<void> {
  const found = options.hasAll() ? readAll(context, options) : readStream(context, options);
  if (found === null) {
    const missing = new streams.ReadResp.StreamNotFound();
    missing.setStreamIdentifier(options.getStream()?.getStreamIdentifier() ?? identifierOf(''));
    const answer = new streams.ReadResp();
    answer.setStreamNotFound(missing);
    call.write(answer);
    call.end();
    return;
  }
  const most = BigInt(options.getCount());
  let sent = 0n;
  for (const event of found) {
    if (sent >= most || call.cancelled) break;
    if (sent > 0n && fault === 'ANSWER_LOST') return context.cut();
    if (sent > 0n && fault === 'CLEAN_END' && options.hasAll()) break;
    if (!call.write(eventBytes(event))) await drained(call);
    sent++;
  }
  call.end();
}

const BACKWARDS = streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** Forwards from a position on, itself included; backwards from before it. */
function* readAll({ log }: CallContext, options: Options): Generator<Recorded, void, void> {
  const from = options.getAll();
  const backwards = options.getReadDirection() === BACKWARDS;
  const wanted = filterOf(options);
  const start = from?.hasStart() === true ? 0 : from?.hasEnd() === true ? log.all.length : log.indexOf(BigInt(from?.getPosition()?.getCommitPosition() ?? '0'));
  for (let index = backwards ? start - 1 : start; ; index += backwards ? -1 : 1) {
    const event = log.all[index];
    if (event === undefined) return;
    if (wanted(event)) yield event;
  }
}

function readStream({ log }: CallContext, options: Options): readonly Recorded[] | null {
  const from = options.getStream();
  const events = log.readable(streamName(from?.getStreamIdentifier()));
  if (events === null) return null;
  const revision = BigInt(from?.hasRevision() === true ? from.getRevision() : '0');
  if (options.getReadDirection() !== BACKWARDS) return from?.hasEnd() === true ? [] : events.filter((event) => event.revision >= revision);
  const before = from?.hasEnd() === true ? events : events.filter((event) => event.revision <= revision);
  return [...before].reverse();
}

function filterOf(options: Options): Wanted {
  const filter = options.getFilter();
  if (filter === undefined) return () => true;
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  const pattern = expression?.getRegex() ?? '';
  const prefixes = expression?.getPrefixList() ?? [];
  const matches = pattern === '' ? (text: string) => prefixes.some((prefix) => text.startsWith(prefix)) : (text: string) => new RegExp(pattern).test(text);
  return filter.hasStreamIdentifier() ? (event) => matches(event.stream) : (event) => matches(event.type);
}

/** Past events after a position, a mark that it has caught up, new ones; where filtered, a checkpoint for so many events looked at. */
async function subscribe(context: CallContext, call: ReadCall, options: Options, fault: FaultKind | null): Promise<void> {
  const gone = new AbortController();
  const { signal } = gone;
  call.on('cancelled', () => gone.abort());
  call.on('error', () => gone.abort());
  const { log } = context;
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId('double');
  const confirmed = new streams.ReadResp();
  confirmed.setConfirmation(confirmation);
  await send(call, confirmed, signal);
  const next = options.hasAll() ? allAfter(context, options) : streamAfter(context, options);
  const checkpoints = checkpointsOf(options);
  let sent = 0;
  let live = false;
  while (!signal.aborted) {
    const { looked, event } = next();
    if (looked === null) {
      if (!live) await send(call, caughtUp(), signal);
      live = true;
      await written(log, signal);
      continue;
    }
    if (event !== null) {
      if (fault === 'KILLED_CONNECTION' || fault === 'ANSWER_LOST') return context.cut();
      await send(call, eventBytes(event), signal);
      if (fault === 'DUPLICATE_DELIVERY') await send(call, eventBytes(event), signal);
      if (fault === 'CLEAN_END' && ++sent === 2) return void call.end();
    }
    const checkpoint = checkpoints(looked);
    if (checkpoint !== null) await send(call, checkpoint, signal);
  }
}

/** Steps through a log: what was looked at, null at its end; and that event, if it is wanted. */
type Step = () => { readonly looked: Recorded | null; readonly event: Recorded | null };

function allAfter({ log }: CallContext, options: Options): Step {
  const from = options.getAll();
  const wanted = filterOf(options);
  const after = BigInt(from?.getPosition()?.getCommitPosition() ?? '0');
  let index = from?.hasStart() === true ? 0 : from?.hasEnd() === true ? log.all.length : log.indexOf(after + 1n);
  return () => {
    const looked = log.all[index] ?? null;
    if (looked !== null) index++;
    return { looked, event: looked !== null && wanted(looked) ? looked : null };
  };
}

function streamAfter({ log }: CallContext, options: Options): Step {
  const from = options.getStream();
  const stream = streamName(from?.getStreamIdentifier());
  let last = from?.hasStart() === true ? -1n : from?.hasEnd() === true ? (log.readable(stream)?.at(-1)?.revision ?? -1n) : BigInt(from?.getRevision() ?? '0');
  return () => {
    const event = log.readable(stream)?.find(({ revision }) => revision > last) ?? null;
    if (event !== null) last = event.revision;
    return { looked: event, event };
  };
}

function checkpointsOf(options: Options): (looked: Recorded) => streams.ReadResp | null {
  const filter = options.getFilter();
  if (filter === undefined) return () => null;
  const every = (filter.hasMax() ? filter.getMax() : 32) * filter.getCheckpointintervalmultiplier();
  let since = 0;
  return ({ position }) => {
    if (++since < every) return null;
    since = 0;
    const checkpoint = new streams.ReadResp.Checkpoint();
    checkpoint.setCommitPosition(position.toString());
    checkpoint.setPreparePosition(position.toString());
    const answer = new streams.ReadResp();
    answer.setCheckpoint(checkpoint);
    return answer;
  };
}

function caughtUp(): streams.ReadResp {
  const answer = new streams.ReadResp();
  answer.setCaughtUp(new streams.ReadResp.CaughtUp());
  return answer;
}

async function written(log: CallContext['log'], signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = () => {
      stop();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stop = log.onWrite(done);
    signal.addEventListener('abort', done, { once: true });
  });
}

async function send(call: ReadCall, message: streams.ReadResp | Buffer, signal: AbortSignal): Promise<void> {
  if (!call.write(message)) await once(call, 'drain', { signal });
}

/** When there is room for more, or nobody to take it. */
function drained(call: ReadCall): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'cancelled', 'close'] as const;
    const done = () => {
      for (const event of events) call.off(event, done);
      resolve();
    };
    for (const event of events) call.on(event, done);
  });
}

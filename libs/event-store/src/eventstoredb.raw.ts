import streamService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Connection } from './eventstoredb.connection.js';
import { messageOf } from './eventstoredb.errors.js';
import { type EventStoreDbLimits, eventStoreDbLimits } from './eventstoredb.limits.js';
import { isOurs } from './eventstoredb.codec.js';
import { EventStoreUnavailable } from './port.js';

/** An event as the server holds it, to the byte: for an audit that trusts neither the client's JSON nor this adapter's reprint. */
export interface RawEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly head: Uint8Array;
  readonly body: Uint8Array;
}

/** Events that one call of an audit asks for. */
const pageEvents = 500;

/**
 * The events of the log in their order, as bytes, by the client's generated stubs. `after`: a position's number, exclusive; default: from the start.
 * @throws EventStoreUnavailable where a page can't be read; the caller goes on after the last event that it has
 */
export async function* readRawEvents(options: {
  readonly url: string;
  readonly after?: bigint;
  readonly limits?: Partial<EventStoreDbLimits>;
}): AsyncGenerator<RawEvent, void, void> {
  const limits: EventStoreDbLimits = { ...eventStoreDbLimits, ...options.limits };
  const connection = new Connection(options.url, limits);
  try {
    for (let after = options.after ?? -1n; ; ) {
      const page = await readRawPage(connection, { from: after, events: pageEvents, deadlineMs: limits.readMsMax });
      const fresh = page.filter(({ position }) => position > after);
      yield* fresh.filter(({ stream: streamId, type }) => isOurs({ streamId, type }));
      const last = fresh.at(-1);
      if (last === undefined) return;
      after = last.position;
    }
  } catch (cause) {
    throw new EventStoreUnavailable(`The event log could not be read: ${messageOf(cause)}`, 'REFUSED', { cause });
  } finally {
    await connection.close();
  }
}

export interface RawRange {
  /** The event at this position is the first; negative: the first of all. */
  readonly from: bigint;
  readonly events: number;
  readonly deadlineMs: number;
}

/** Events of all streams, the server's own among them. @throws what the client throws */
export async function readRawPage(connection: Connection, { from, events: count, deadlineMs }: RawRange): Promise<readonly RawEvent[]> {
  const client = connection.reads;
  // Protected members, by the one notation that reaches them: the client has no public way to its stubs.
  const [metadata, callOptions] = client['callArguments']({ ...connection.options, deadline: deadlineMs });
  const read = (stub: InstanceType<typeof streamService.StreamsClient>) =>
    new Promise<readonly RawEvent[]>((resolve, reject) => {
      const events: RawEvent[] = [];
      const call = stub.read(requestOf(from, count), metadata, callOptions);
      call.on('data', (answer: streams.ReadResp) => {
        const event = answer.getEvent()?.getEvent();
        if (event !== undefined) events.push(rawOf(event));
      });
      call.on('end', () => resolve(events));
      call.on('error', reject);
    });
  return client['execute'](streamService.StreamsClient, 'readRaw', read);
}

function requestOf(position: bigint, count: number): streams.ReadReq {
  const all = new streams.ReadReq.Options.AllOptions();
  if (position < 0n) {
    all.setStart(new shared.Empty());
  } else {
    const from = new streams.ReadReq.Options.Position();
    from.setCommitPosition(position.toString());
    from.setPreparePosition(position.toString());
    all.setPosition(from);
  }
  const ids = new streams.ReadReq.Options.UUIDOption();
  ids.setString(new shared.Empty());
  const options = new streams.ReadReq.Options();
  options.setAll(all);
  options.setReadDirection(streams.ReadReq.Options.ReadDirection.FORWARDS);
  options.setResolveLinks(false);
  options.setCount(String(count));
  options.setNoFilter(new shared.Empty());
  options.setUuidOption(ids);
  const request = new streams.ReadReq();
  request.setOptions(options);
  return request;
}

function rawOf(event: streams.ReadResp.ReadEvent.RecordedEvent): RawEvent {
  return {
    position: BigInt(event.getCommitPosition()),
    stream: Buffer.from(event.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString(),
    revision: BigInt(event.getStreamRevision()),
    id: event.getId()?.getString() ?? '',
    type: event.getMetadataMap().get('type') ?? '',
    head: event.getCustomMetadata_asU8(),
    body: event.getData_asU8(),
  };
}

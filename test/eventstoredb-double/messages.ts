/** Between the client's own protobuf messages and what the double works with. */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, status as codes, type StatusObject } from '@grpc/grpc-js';
import type { Expected, Proposed, Recorded } from './log.js';

const textOf = (bytes: Uint8Array | string): string => (typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : Buffer.from(bytes)).toString();

export function streamName(identifier: shared.StreamIdentifier | undefined): string {
  return textOf(identifier?.getStreamName() ?? '');
}

export function identifierOf(stream: string): shared.StreamIdentifier {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Uint8Array.from(Buffer.from(stream)));
  return identifier;
}

interface ProposedMessage {
  getId(): shared.UUID | undefined;
  getMetadataMap(): { get(key: string): string | undefined };
  getData_asU8(): Uint8Array;
  getCustomMetadata_asU8(): Uint8Array;
}

/** The name of the property that the server misses, if it misses one. */
export function proposedOf(message: ProposedMessage): Proposed | { readonly missing: string } {
  const [type, contentType] = [message.getMetadataMap().get('type'), message.getMetadataMap().get('content-type')];
  if (type === undefined) return { missing: 'type' };
  if (contentType === undefined) return { missing: 'content-type' };
  return { id: message.getId()?.getString() ?? '', type, contentType, data: message.getData_asU8(), metadata: message.getCustomMetadata_asU8() };
}

/** What counts against the largest append: type (two bytes a letter), data and metadata, and the id. */
export function sizeOf({ type, data, metadata }: Proposed): number {
  return type.length * 2 + data.length + metadata.length + 16;
}

export function expectedOf(options: {
  hasRevision(): boolean;
  getRevision(): string;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}): Expected {
  if (options.hasRevision()) return BigInt(options.getRevision());
  if (options.hasNoStream()) return 'NO_STREAM';
  return options.hasStreamExists() ? 'STREAM_EXISTS' : 'ANY';
}

function eventMessage(event: Recorded): streams.ReadResp {
  const record = new streams.ReadResp.ReadEvent.RecordedEvent();
  const id = new shared.UUID();
  id.setString(event.id);
  record.setId(id);
  record.setStreamIdentifier(identifierOf(event.stream));
  record.setStreamRevision(event.revision.toString());
  record.setCommitPosition(event.position.toString());
  record.setPreparePosition(event.position.toString());
  record.getMetadataMap().set('type', event.type);
  record.getMetadataMap().set('content-type', event.contentType);
  record.getMetadataMap().set('created', event.created.toString());
  record.setData(event.data);
  record.setCustomMetadata(event.metadata);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(record);
  read.setCommitPosition(event.position.toString());
  const answer = new streams.ReadResp();
  answer.setEvent(read);
  return answer;
}

/** Messages of events as they go over the wire: made once, as a server copies a record and forms nothing anew. */
const encoded = new WeakMap<Recorded, { readonly data: Uint8Array; readonly metadata: Uint8Array; readonly bytes: Buffer }>();

export function eventBytes(event: Recorded): Buffer {
  const known = encoded.get(event);
  // Tests change what is held behind the server's back.
  if (known !== undefined && known.data === event.data && known.metadata === event.metadata) return known.bytes;
  const bytes = Buffer.from(eventMessage(event).serializeBinary());
  encoded.set(event, { data: event.data, metadata: event.metadata, bytes });
  return bytes;
}

export function successMessage(revision: bigint, position: bigint): streams.AppendResp {
  const success = new streams.AppendResp.Success();
  success.setCurrentRevision(revision.toString());
  const place = new streams.AppendResp.Position();
  place.setCommitPosition(position.toString());
  place.setPreparePosition(position.toString());
  success.setPosition(place);
  const answer = new streams.AppendResp();
  answer.setSuccess(success);
  return answer;
}

export function wrongVersionMessage(expected: Expected, current: bigint): streams.AppendResp {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (current < 0n) wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(current.toString());
  if (expected === 'ANY') wrong.setExpectedAny(new shared.Empty());
  else if (expected === 'STREAM_EXISTS') wrong.setExpectedStreamExists(new shared.Empty());
  else if (expected === 'NO_STREAM') wrong.setExpectedNoStream(new shared.Empty());
  else wrong.setExpectedRevision(expected.toString());
  const answer = new streams.AppendResp();
  answer.setWrongExpectedVersion(wrong);
  return answer;
}

/** An error as the server sends it: a status, and what the client reads from the trailers. */
export type Failure = Pick<StatusObject, 'code' | 'details'> & { readonly metadata: Metadata };

function failure(code: codes, details: string, trailers: Readonly<Record<string, string>> = {}): Failure {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return { code, details, metadata };
}

export const failures = {
  accessDenied: () => failure(codes.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  unauthenticated: () => failure(codes.UNAUTHENTICATED, 'Unauthenticated'),
  notLeader: (host: string, port: number) =>
    failure(codes.NOT_FOUND, 'Leader info available', { exception: 'not-leader', 'leader-endpoint-host': host, 'leader-endpoint-port': `${port}` }),
  timeout: () => failure(codes.ABORTED, 'Operation timed out: CommitTimeout'),
  streamDeleted: (stream: string) =>
    failure(codes.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, { exception: 'stream-deleted', 'stream-name': stream }),
  wrongVersion: (stream: string, expected: Expected, current: bigint) =>
    failure(codes.FAILED_PRECONDITION, `Append failed due to WrongExpectedVersion. Stream: ${stream}`, {
      exception: 'wrong-expected-version',
      'stream-name': stream,
      'expected-version': `${typeof expected === 'bigint' ? expected : { NO_STREAM: -1, ANY: -2, STREAM_EXISTS: -4 }[expected]}`,
      ...(current < 0n ? {} : { 'actual-version': `${current}` }),
    }),
  tooLarge: (most: number) =>
    failure(codes.INVALID_ARGUMENT, `Maximum Append Size of ${most} Exceeded.`, { exception: 'maximum-append-size-exceeded', 'maximum-append-size': `${most}` }),
  missing: (property: string) =>
    failure(codes.INVALID_ARGUMENT, `Required Metadata Property '${property}' is missing`, {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': 'type,content-type',
    }),
  invalid: (what: string) => failure(codes.INVALID_ARGUMENT, what),
} as const;

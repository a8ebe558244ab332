import { convertToCommandError, type EventStoreDBClient } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streamService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type { CheckedAppend, CheckedEvent } from './append.check.js';
import { type Attempt, attemptOf } from './eventstoredb.errors.js';

type Stub = InstanceType<typeof streamService.StreamsClient>;

/**
 * One unary append by the client's generated stubs, with the events' own texts as UTF-8: what was checked and hashed is what is sent. The client's
 * `appendToStream` would print each text again, write it as base64 and read that back into bytes. Never rejects; answers by the call's deadline,
 * unless the client forgets to.
 */
export async function appendCall(client: EventStoreDBClient, asked: CheckedAppend, callArguments: ReturnType<EventStoreDBClient['callArguments']>): Promise<Attempt> {
  let begun = false;
  const call = (stub: Stub) =>
    new Promise<streams.AppendResp>((resolve, reject) => {
      const sink = stub.append(...callArguments, (error, answer) => (error === null ? resolve(answer) : reject(error)));
      begun = true;
      sink.on('error', reject);
      // Without a pause between them, so that no other call's failure closes the channel within. At most appendBytesMax waits to be sent.
      sink.write(headerOf(asked));
      for (const event of asked.events) sink.write(proposalOf(event));
      sink.end();
    });
  try {
    // A protected member, by the one notation that reaches it: it opens the channel, and gives up one that has failed.
    return attemptOfAnswer(await client['execute'](streamService.StreamsClient, 'append', call));
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    return begun ? attemptOf(convertToCommandError(error)) : { kind: 'REFUSED', error };
  }
}

function attemptOfAnswer(answer: streams.AppendResp): Attempt {
  const wrong = answer.getWrongExpectedVersion();
  if (wrong !== undefined) return { kind: 'CONFLICT', actual: wrong.hasCurrentRevision() ? BigInt(wrong.getCurrentRevision()) : null };
  const success = answer.getSuccess();
  if (success === undefined) return { kind: 'UNKNOWN', error: new Error('the server answered neither with a success nor with an error') };
  const position = success.getPosition()?.getCommitPosition();
  return { kind: 'DONE', position: position === undefined ? null : BigInt(position) };
}

const { Options, ProposedMessage } = streams.AppendReq;

function headerOf({ stream, expected }: CheckedAppend): streams.AppendReq {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(bytesOf(stream));
  const options = new Options();
  options.setStreamIdentifier(identifier);
  if (expected < 0n) options.setNoStream(new shared.Empty());
  else options.setRevision(expected.toString());
  const request = new streams.AppendReq();
  request.setOptions(options);
  return request;
}

function proposalOf({ id, type, head, body }: CheckedEvent): streams.AppendReq {
  const uuid = new shared.UUID();
  uuid.setString(id);
  const message = new ProposedMessage();
  message.setId(uuid);
  message.getMetadataMap().set('type', type).set('content-type', 'application/json');
  message.setCustomMetadata(bytesOf(head));
  message.setData(bytesOf(body));
  const request = new streams.AppendReq();
  request.setProposedMessage(message);
  return request;
}

/** The stubs take a Uint8Array itself for bytes; a Buffer they would take for base64. */
function bytesOf(text: string): Uint8Array {
  const { buffer, byteOffset, length } = Buffer.from(text);
  return new Uint8Array(buffer, byteOffset, length);
}

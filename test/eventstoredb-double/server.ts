/**
 * A server that speaks EventStoreDB's protocol, in memory: a part of the tests, never a mode of the product. Its rules, and where each comes
 * from, stand in RULES.md.
 */
import gossips from '@eventstore/db-client/generated/gossip_pb.js';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import featureService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import streamService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';
import { once } from 'node:events';
import { createServer, type Server as Listener, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { type Accounts, mayDo } from './access.js';
import { append, batchAppend } from './append-calls.js';
import { type CallContext, identify, isFailure } from './context.js';
import type { CallKind, FaultKind, FaultSource } from './faults.js';
import { ServerLog } from './log.js';
import { expectedOf, failures, streamName } from './messages.js';
import { read } from './read-calls.js';

export interface DoubleOptions {
  readonly faults?: FaultSource;
  /** With TLS the double asks for accounts, as a secure node does. */
  readonly tls?: { readonly key: Buffer; readonly certificate: Buffer; readonly accounts: Accounts };
  /** A statistics event among the others after so many appends. Default 7; 0: none. */
  readonly noiseEvery?: number;
  /** How late a slow answer and a late write come. Default 40 ms. */
  readonly slowMs?: number;
  /** How long a restart takes. Default 60 ms. */
  readonly downMs?: number;
  readonly wrongVersionForm?: 'ANSWER' | 'ERROR';
  /** Default 0: any free one. */
  readonly port?: number;
  /** What a server without batch appends, gossip or features answers; default: all are there. */
  readonly without?: readonly 'batchAppend'[];
}

/** The server's own default, as its documentation names it. */
const appendBytesMax = 1024 * 1024;

const { StreamsService } = streamService;
/** As generated; but reads may answer with bytes that are a message already. */
const servedStreams = {
  ...StreamsService,
  read: { ...StreamsService.read, responseSerialize: (answer: streams.ReadResp | Buffer): Buffer => (Buffer.isBuffer(answer) ? answer : StreamsService.read.responseSerialize(answer)) },
};

export class EventStoreDbDouble {
  readonly log: ServerLog;
  readonly #options: DoubleOptions;
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #faults: FaultSource | null;
  #listener: Listener | null = null;
  #server: Server | null = null;
  #port: number;
  #stopped = false;
  /** Calls served, by kind. */
  readonly calls: Record<CallKind, number> = { APPEND: 0, READ: 0, SUBSCRIBE: 0, FEATURES: 0 };

  private constructor(options: DoubleOptions) {
    this.#options = options;
    this.#faults = options.faults ?? null;
    this.#port = options.port ?? 0;
    this.log = new ServerLog({ noiseEvery: options.noiseEvery ?? 7 });
  }

  static async start(options: DoubleOptions = {}): Promise<EventStoreDbDouble> {
    const double = new EventStoreDbDouble(options);
    await double.#listen();
    return double;
  }

  get port(): number {
    return this.#port;
  }

  /** As `EVENTSTORE_URL` has it. */
  get url(): string {
    return this.#options.tls === undefined ? `esdb://127.0.0.1:${this.#port}?tls=false` : `esdb://localhost:${this.#port}`;
  }

  /** From now on; null: no more faults. */
  set faults(faults: FaultSource | null) {
    this.#faults = faults;
  }

  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Goes away until {@link resume}. */
  async suspend(): Promise<void> {
    const [listener, server] = [this.#listener, this.#server];
    this.#listener = null;
    this.#server = null;
    if (listener !== null) {
      const closed = once(listener, 'close');
      listener.close();
      this.cutConnections();
      await closed;
    }
    server?.forceShutdown();
  }

  async resume(): Promise<void> {
    if (!this.#stopped && this.#listener === null) await this.#listen();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.suspend();
  }

  #restart(): void {
    void this.suspend().then(() => this.#later(() => void this.resume(), this.#options.downMs ?? 60));
  }

  #later(run: () => void, ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }

  async #listen(): Promise<void> {
    const { tls } = this.#options;
    const server = new Server({ 'grpc.max_receive_message_length': 20 * 1024 * 1024, 'grpc.max_concurrent_streams': 1_000 });
    this.#serve(server);
    const credentials =
      tls === undefined ? ServerCredentials.createInsecure() : ServerCredentials.createSsl(null, [{ private_key: tls.key, cert_chain: tls.certificate }]);
    // The double owns its sockets, so that it can cut them: a server of its own would only let it shut down in order.
    const injector = server.createConnectionInjector(credentials);
    const listener = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
      injector.injectConnection(socket);
    });
    listener.listen(this.#port, '127.0.0.1');
    await once(listener, 'listening');
    const address = listener.address() as AddressInfo; // A TCP listener has no other kind of address.
    this.#port = address.port;
    this.#listener = listener;
    this.#server = server;
  }

  #context(): CallContext {
    const { tls, wrongVersionForm = 'ANSWER', slowMs = 40 } = this.#options;
    return {
      log: this.log,
      accounts: tls?.accounts ?? null,
      appendBytesMax,
      wrongVersionForm,
      slowMs,
      host: tls === undefined ? '127.0.0.1' : 'localhost',
      port: () => this.#port,
      strike: (call): FaultKind | null => {
        this.calls[call]++;
        return this.#faults?.next(call) ?? null;
      },
      cut: () => this.cutConnections(),
      restart: () => this.#restart(),
      later: (run) => this.#later(run, slowMs),
    };
  }

  #serve(server: Server): void {
    const context = this.#context();
    server.addService(servedStreams, {
      append: append.bind(null, context),
      batchAppend: batchAppend.bind(null, context),
      read: read.bind(null, context),
      delete: remove.bind(null, context, 'SOFT'),
      tombstone: remove.bind(null, context, 'TOMBSTONE'),
    });
    server.addService(featureService.ServerFeaturesService, {
      getSupportedMethods: (_: unknown, answer: sendUnaryData<features.SupportedMethods>) => {
        context.strike('FEATURES');
        answer(null, supported(this.#options.without ?? []));
      },
    });
    server.addService(gossipService.GossipService, {
      read: (_: unknown, answer: sendUnaryData<gossips.ClusterInfo>) => answer(null, membersOf(context)),
    });
  }
}

function remove(
  context: CallContext,
  how: 'SOFT' | 'TOMBSTONE',
  call: ServerUnaryCall<streams.DeleteReq | streams.TombstoneReq, streams.DeleteResp | streams.TombstoneResp>,
  answer: sendUnaryData<streams.DeleteResp | streams.TombstoneResp>,
): void {
  const caller = identify(context, call.metadata);
  const options = call.request.getOptions();
  if (isFailure(caller)) return answer(caller);
  if (options === undefined) return answer(failures.invalid('No options.'));
  const stream = streamName(options.getStreamIdentifier());
  if (!mayDo(context.log, caller, stream, '$d')) return answer(failures.accessDenied());
  const expected = expectedOf(options);
  const last = context.log.readable(stream)?.at(-1)?.revision ?? -1n;
  if (context.log.isTombstoned(stream)) return answer(failures.streamDeleted(stream));
  if (typeof expected === 'bigint' && expected !== last) return answer(failures.wrongVersion(stream, expected, last));
  if (how === 'SOFT') context.log.softDelete(stream);
  else context.log.tombstone(stream);
  return answer(null, how === 'SOFT' ? new streams.DeleteResp() : new streams.TombstoneResp());
}

function supported(without: readonly string[]): features.SupportedMethods {
  const answer = new features.SupportedMethods();
  answer.setEventStoreServerVersion('23.10.0-double');
  const service = 'event_store.client.streams.streams';
  const names = ['read', 'append', 'delete', 'tombstone', 'batchappend'].filter((name) => !without.some((one) => one.toLowerCase() === name));
  answer.setMethodsList(
    names.map((name) => {
      const method = new features.SupportedMethod();
      method.setServiceName(service);
      method.setMethodName(name);
      return method;
    }),
  );
  return answer;
}

function membersOf(context: CallContext): gossips.ClusterInfo {
  const id = new shared.UUID();
  id.setString('00000000-0000-4000-8000-0000000000ff');
  const end = new gossips.EndPoint();
  end.setAddress(context.host);
  end.setPort(context.port());
  const member = new gossips.MemberInfo();
  member.setInstanceId(id);
  member.setState(gossips.MemberInfo.VNodeState.LEADER);
  member.setIsAlive(true);
  member.setTimeStamp('0');
  member.setHttpEndPoint(end);
  const info = new gossips.ClusterInfo();
  info.setMembersList([member]);
  return info;
}

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { GraphQLSchemaHost } from '@nestjs/graphql';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { type Context, GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Config } from '#libs/config';
import { CONFIG } from '#libs/service';
import { SignIns } from '../auth/sign-ins.js';
import { correlationOf, type GraphqlContext } from '../auth/viewer-context.js';
import { Proxies } from '../http/proxies.js';
import { formatErrors, unauthenticated } from '../graphql/errors.js';
import { checkedDocument, protection, refuseCost } from '../graphql/limits.js';
import { graphqlPath } from '../graphql/path.js';
import { askedOver } from '../reads/asked.js';
import { OpenSockets } from './open-sockets.js';
import { socketOptions } from './socket-options.js';

export const socketLimits = {
  /** Bytes of one message; a larger one ends the connection. */
  messageBytesMax: 256 * 1024,
  /** How long a connection may wait before it says who it is, in milliseconds, and how many may at once. */
  initTimeoutMs: 3_000,
  unknownMax: 1_000,
  /** Operations under way on one connection. */
  operationsMax: 200,
  pingMs: 12_000,
} as const;

interface Extra {
  readonly socket: WebSocket;
  readonly address: string | undefined;
  viewer: GraphqlContext['viewer'];
}
type SocketContext = Context<Record<string, unknown>, Extra>;

const tooMuch = (message: string): readonly GraphQLError[] => [new GraphQLError(message, { extensions: { code: 'RATE_LIMITED', retryable: true } })];

/**
 * GraphQL over WebSocket (graphql-transport-ws). Who connects says who they are in `connection_init`; every operation is measured by the limits of HTTP and
 * asks again whether its user may go on. Nest's own server takes messages of 100 MiB and looks at no limit of a document.
 */
@Injectable()
export class SocketServer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Sockets');
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: socketLimits.messageBytesMax, handleProtocols });
  private readonly proxies: Proxies;
  private unknown = 0;
  private server: Server<Extra> | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(GraphQLSchemaHost) private readonly schemas: GraphQLSchemaHost,
    @Inject(SignIns) private readonly signIns: SignIns,
    @Inject(OpenSockets) private readonly open: OpenSockets,
  ) {
    this.proxies = new Proxies(config.trustedProxies);
  }

  onApplicationBootstrap(): void {
    this.server = this.serverOf(this.schemas.schema);
    this.host.httpAdapter.getHttpServer().on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => this.upgrade(request, socket, head));
  }

  async beforeApplicationShutdown(): Promise<void> {
    for (const socket of this.sockets.clients) socket.terminate();
    await new Promise<void>((resolve) => this.sockets.close(() => resolve()));
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const isOurs = request.url?.split('?')[0] === graphqlPath && (request.headers['sec-websocket-protocol'] ?? '').includes(GRAPHQL_TRANSPORT_WS_PROTOCOL);
    const status = !isOurs ? '400 Bad Request' : this.unknown >= socketLimits.unknownMax ? '503 Service Unavailable' : this.signIns.mayConnect(this.proxies.addressOf(request)) ? null : '429 Too Many Requests';
    if (status !== null) return void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    this.sockets.handleUpgrade(request, socket, head, (connected) => this.connected(connected, request));
  }

  private connected(socket: WebSocket, request: IncomingMessage): void {
    const { server } = this;
    const address = this.proxies.addressOf(request);
    if (server === null) return socket.terminate();
    this.unknown += 1;
    const extra: Extra = { socket, address, viewer: null };
    const closed = server.opened(
      {
        protocol: socket.protocol,
        send: (data) => new Promise((resolve, reject) => (socket.readyState === socket.OPEN ? socket.send(data, (error) => (error ? reject(error) : resolve())) : resolve())),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (take) =>
          socket.on('message', (data: Buffer) => {
            take(data.toString('utf8')).catch((error: unknown) => {
              this.log.warn({ err: error }, 'a socket’s message could not be answered');
              socket.close(4500, 'Internal server error');
            });
          }),
      },
      extra,
    );
    const pings = this.keepAlive(socket);
    // A message too large, or no WebSocket frame: the peer's fault, and the end of its connection.
    socket.on('error', () => socket.terminate());
    socket.once('close', (code, reason) => {
      clearInterval(pings);
      if (extra.viewer === null) this.unknown -= 1;
      void closed(code, reason.toString('utf8'));
    });
  }

  /** A peer that answers no ping by the next one is gone. */
  private keepAlive(socket: WebSocket): NodeJS.Timeout {
    let answered = true;
    socket.on('pong', () => (answered = true));
    return setInterval(() => {
      if (!answered) return socket.terminate();
      answered = false;
      socket.ping();
    }, socketLimits.pingMs).unref();
  }

  private serverOf(schema: GraphQLSchema): Server<Extra> {
    const format = formatErrors((incident, error) => this.log.error({ incident, err: error }, 'unexpected error'), this.config);
    const rules = protection(this.config.production).validationRules;
    const { introspection } = this.config;
    return makeServer<Record<string, unknown>, Extra>({
      schema,
      connectionInitWaitTimeout: socketLimits.initTimeoutMs,
      ...socketOptions(format),
      onConnect: (context) => this.connect(context),
      onSubscribe: (context, _id, payload) => {
        const refused = this.refusal(context);
        if (refused !== null) return refused;
        const document = checkedDocument(payload.query, { schema, rules, introspection });
        if ('length' in document) return document;
        const variables = isObject(payload.variables) ? payload.variables : {};
        const costly = refuseCost(document, payload.operationName, variables);
        if (costly !== null) return [costly];
        return { schema, document, operationName: payload.operationName ?? null, variableValues: variables, contextValue: this.contextOf(context) };
      },
    });
  }

  /** False closes the socket as forbidden; a throw would close it as a failure of ours. */
  private async connect({ extra, connectionParams = {} }: SocketContext): Promise<boolean> {
    const { authorization, asked } = askedBy({ extra, connectionParams });
    const viewer = await this.signIns.viewer({ authorization, asked, correlationId: correlationOf(undefined) }).catch(() => null);
    if (viewer === null || extra.socket.readyState !== extra.socket.OPEN || !this.open.admit(extra.socket, viewer, extra.address)) return false;
    extra.viewer = viewer;
    this.unknown -= 1;
    // Disabled while the token was verified: the event may have come before the socket was known.
    return this.signIns.mayGoOn(viewer);
  }

  /** Whether the user may go on, and has not too much under way. */
  private refusal({ extra: { viewer }, subscriptions }: SocketContext): readonly GraphQLError[] | null {
    if (viewer === null || !this.signIns.mayGoOn(viewer)) return [unauthenticated()];
    if (!this.signIns.mayAsk(viewer)) return tooMuch('Too many requests. Wait a moment and try again.');
    if (Object.keys(subscriptions).length > socketLimits.operationsMax) return tooMuch(`${socketLimits.operationsMax} operations are under way on this connection.`);
    return null;
  }

  private contextOf({ extra, connectionParams = {} }: SocketContext): GraphqlContext {
    return { viewer: extra.viewer, correlationId: correlationOf(undefined), asked: askedBy({ extra, connectionParams }).asked };
  }
}

function askedBy({ extra, connectionParams }: { readonly extra: Extra; readonly connectionParams: Readonly<Record<string, unknown>> }) {
  const authorization = connectionParams['authorization'] ?? connectionParams['Authorization'];
  return { authorization, asked: askedOver('WEBSOCKET', { address: extra.address, authorization, purpose: connectionParams['purpose'] }) };
}

const isObject = (value: SubscribePayload['variables']): value is Record<string, unknown> => typeof value === 'object' && value !== null;

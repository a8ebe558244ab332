import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Config } from '#libs/config';
import type { Health, Telemetry } from '#libs/service';
import { mayScrape } from '#libs/telemetry';

/** Where the first worker of a machine answers. */
export const usualPort = 4001;

const httpLimits = {
  /** A request, from its first byte to its last, in milliseconds. */
  requestMs: 5_000,
  connectionsMax: 100,
  headersMax: 50,
} as const;

export interface WorkerHttp {
  readonly port: number;
  close(): Promise<void>;
}

interface Parts {
  readonly config: Config;
  readonly health: Health;
  readonly telemetry: Telemetry;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, value: object): Answer => ({ status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) });

/**
 * `/health`, `/ready` and `/metrics` of a process that serves nothing else; node's own server, since a framework would be most of it.
 * @throws where a configured port is taken; where the usual one is, by another worker, a free one is used
 */
export async function serveWorker(parts: Parts): Promise<WorkerHttp> {
  const server = createServer({ requestTimeout: httpLimits.requestMs, headersTimeout: httpLimits.requestMs }, (request, response) => {
    void answer(parts, request)
      .catch(() => json(500, { status: 'failed' }))
      .then((answered) => send(response, answered));
  });
  server.maxConnections = httpLimits.connectionsMax;
  server.maxHeadersCount = httpLimits.headersMax;
  const { host, telemetry } = parts.config;
  try {
    await listen(server, telemetry.workerPort ?? usualPort, host);
  } catch (error) {
    if (telemetry.workerPort !== null || !isTaken(error)) throw error;
    await listen(server, 0, host);
  }
  const { port } = server.address() as AddressInfo; // It listens on a port, no pipe.
  return {
    port,
    async close() {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

async function answer({ config, health, telemetry }: Parts, { method, url, headers, socket }: IncomingMessage): Promise<Answer> {
  if (method !== 'GET') return json(405, { status: 'GET alone' });
  const [path] = (url ?? '').split('?');
  if (path === '/health') return json(200, { status: 'ok' });
  if (path === '/ready') {
    const { ready, ...rest } = await health.check();
    return json(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', ...rest });
  }
  if (path !== '/metrics') return json(404, { status: 'not found' });
  if (!mayScrape({ ip: socket.remoteAddress ?? '', headers }, config)) return json(403, { status: 'forbidden' });
  const { contentType, text } = await telemetry.metrics.scrape();
  return { status: 200, type: contentType, body: text };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }).end(body);
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { startOtlpReceiver } from '../../../test/support/otlp-receiver.js';
import { openTracing, spanLimits } from './index.js';

describe('traces over OTLP', () => {
  it('lose no span while the collector keeps up, request after request', async () => {
    const receiver = await startOtlpReceiver();
    const fates: Record<string, number> = {};
    const tracing = await openTracing({ url: `${receiver.url}/v1/traces`, share: 1, serviceName: 'test', version: '0', count: (fate, spans) => (fates[fate] = (fates[fate] ?? 0) + spans) });
    const count = 3 * spanLimits.batchMax + 7;
    for (let i = 0; i < count; i += 1) await tracing.span('any', null, {}, async () => i);
    await tracing.stop();
    expect([fates, receiver.spans.length, receiver.asked]).toEqual([{ EXPORTED: count }, count, 4]);
    await receiver.close();
  });

  it('keep no service from stopping where the collector takes a request and never answers it', async () => {
    const asked: ServerResponse[] = [];
    const server = createServer((_request, response) => void asked.push(response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const tracing = await openTracing({ url: `http://127.0.0.1:${port}/v1/traces`, share: 1, serviceName: 'test', version: '0', count: () => undefined });
    await tracing.span('any', null, {}, async () => 1);
    const startedAt = performance.now();
    await tracing.stop();
    expect(performance.now() - startedAt).toBeLessThan(1.5 * spanLimits.stopMs);
    expect(asked).toHaveLength(1);
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
});

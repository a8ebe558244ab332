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
});

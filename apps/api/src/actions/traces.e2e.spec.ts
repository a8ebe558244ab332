import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spanIdOf, traceIdOf } from '#libs/telemetry';
import { type RunningApp, startApp } from '../../../../test/support/app.js';
import { valueOf } from '../../../../test/support/metrics.js';
import { startOtlpReceiver } from '../../../../test/support/otlp-receiver.js';

const correlationId = '019ac000-0000-7000-8000-00000000c0de';
const commandId = '019ac000-0000-7000-8000-00000000aced';
const narrative = 'An invented account that no collector may see.';
const fileReport = 'mutation ($input: FileReportInput!) { fileReport(input: $input) { __typename ... on Recorded { caseId eventTypes position } } }';
const input = { origin: 'OFFICER', incident: {}, place: {}, occurredAt: { precision: 'UNKNOWN', source: 'officer', zone: 'America/Chicago' }, narrative, injuries: 'UNKNOWN' };

interface Filed {
  readonly data: { readonly fileReport: { readonly __typename: string; readonly caseId: string; readonly eventTypes: readonly string[]; readonly position: string } };
}

async function file(service: RunningApp, ids: { readonly correlationId?: string; readonly commandId?: string } = {}): Promise<Filed['data']['fileReport']> {
  const headers: Record<string, string> = { 'content-type': 'application/json', authorization: `Bearer ${await service.token('officer-1', 'OFFICER')}` };
  if (ids.correlationId !== undefined) headers['x-correlation-id'] = ids.correlationId;
  const response = await fetch(service.url, { method: 'POST', headers, body: JSON.stringify({ query: fileReport, variables: { input: { ...input, ...(ids.commandId === undefined ? {} : { commandId: ids.commandId }) } } }) });
  return ((await response.json()) as Filed).data.fileReport;
}

describe('the trace of a mutation', () => {
  let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
  let service: RunningApp;
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    service = await startApp({ CASELEDGER_OTLP_URL: receiver.url });
  });
  afterAll(async () => {
    await service.close();
    await receiver.close();
  });

  it('leads from the mutation by its command to every projection of its events, under the one correlation id', async () => {
    const { caseId, eventTypes, position } = await file(service, { correlationId, commandId });
    const wanted = ['mutation fileReport', 'command fileReport', 'append', 'feed cases', 'feed clocks', 'feed search', 'feed ledger'];
    await receiver.until((spans) => wanted.every((name) => spans.some((span) => span.name === name)));
    const spanOf = (name: string) => receiver.spans.find((span) => span.name === name)!;
    const [mutation, command] = [spanOf('mutation fileReport'), spanOf('command fileReport')];
    for (const name of wanted) expect([name, spanOf(name).traceId]).toEqual([name, traceIdOf(correlationId)]);
    expect(mutation.parentSpanId ?? '').toBe('');
    expect([command.spanId, command.parentSpanId]).toEqual([spanIdOf(commandId), mutation.spanId]);
    expect(command.attributes).toEqual({ 'caseledger.action': 'fileReport', 'caseledger.correlation_id': correlationId, 'caseledger.outcome': 'RECORDED', 'caseledger.event_types': eventTypes, 'caseledger.position': position });
    expect(spanOf('append').parentSpanId).toBe(command.spanId);
    for (const feed of ['cases', 'clocks', 'search', 'ledger']) {
      const span = spanOf(`feed ${feed}`);
      expect(span.parentSpanId).toBe(command.spanId);
      expect(span.attributes).toEqual({ 'caseledger.feed': feed, 'caseledger.correlation_id': correlationId, 'caseledger.event_types': eventTypes, 'caseledger.events': eventTypes.length, 'caseledger.position': position });
    }
    const sent = receiver.raw.join('\n');
    for (const text of [caseId, narrative, 'officer-1', 'demo-unit']) expect(sent).not.toContain(text);
  });

  it('says where a command met a conflict, and nothing of a case', async () => {
    const officer = await service.token('officer-1', 'OFFICER');
    const { caseId } = await file(service);
    await service.graphql(officer, fileReport, { input: { ...input, caseId, expectedRevision: 40 } });
    await receiver.until((spans) => spans.some(({ attributes }) => attributes['caseledger.outcome'] === 'CONFLICT'));
    expect(receiver.raw.join('\n')).not.toContain(caseId);
  });
});

describe('a collector', () => {
  it('that refuses every span makes no command fail, and each span is counted as failed', async () => {
    const receiver = await startOtlpReceiver(400);
    const service = await startApp({ CASELEDGER_OTLP_URL: `${receiver.url}/v1/traces` });
    expect((await file(service)).__typename).toBe('Recorded');
    await receiver.until((spans) => spans.length > 0);
    const page = async (): Promise<string> => (await fetch(new URL('/metrics', service.url))).text();
    let failed = 0;
    while (failed === 0) failed = valueOf(await page(), 'caseledger_spans_total', { fate: 'FAILED' }) ?? 0;
    expect(valueOf(await page(), 'caseledger_spans_total', { fate: 'EXPORTED' })).toBe(0);
    await service.close();
    await receiver.close();
  });

  it('of which nothing answers makes no command fail and no service stop late', async () => {
    const receiver = await startOtlpReceiver();
    await receiver.close();
    const service = await startApp({ CASELEDGER_OTLP_URL: receiver.url });
    expect((await file(service)).__typename).toBe('Recorded');
    await service.close();
  });

  it('is told of no request where the share is zero', async () => {
    const receiver = await startOtlpReceiver();
    const service = await startApp({ CASELEDGER_OTLP_URL: receiver.url, CASELEDGER_TRACE_SHARE: '0' });
    expect((await file(service)).__typename).toBe('Recorded');
    await service.close();
    expect(receiver.asked).toBe(0);
    await receiver.close();
  });
});

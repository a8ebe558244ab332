import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Value {
  readonly stringValue?: string;
  readonly intValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values: readonly Value[] };
}
interface Wire {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly (Omit<ReceivedSpan, 'attributes'> & { readonly attributes: readonly { readonly key: string; readonly value: Value }[] })[] }[];
  }[];
}

const valueOf = ({ stringValue, intValue, boolValue, arrayValue }: Value): unknown => stringValue ?? intValue ?? boolValue ?? arrayValue?.values.map(valueOf);

/** What a collector does of OTLP over HTTP in JSON: takes spans (opentelemetry.io, "OTLP Specification", OTLP/HTTP). Answers with `status`. */
export async function startOtlpReceiver(status = 200) {
  const spans: ReceivedSpan[] = [];
  const raw: string[] = [];
  let asked = 0;
  let arrived = (): void => undefined;
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      asked += 1;
      raw.push(JSON.stringify(body));
      const { resourceSpans } = body as Wire; // The exporter wrote it; a wrong shape fails the test.
      for (const { scopeSpans } of resourceSpans) {
        for (const one of scopeSpans.flatMap((scope) => scope.spans)) spans.push({ ...one, attributes: Object.fromEntries(one.attributes.map(({ key, value }) => [key, valueOf(value)])) });
      }
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      arrived();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    raw,
    get asked(): number {
      return asked;
    },
    /** Waits for further spans until what is received suffices. */
    async until(suffices: (spans: readonly ReceivedSpan[]) => boolean): Promise<void> {
      while (!suffices(spans)) await new Promise<void>((resolve) => (arrived = resolve));
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * The bare thing beside which `live` is measured: graphql-ws and graphql alone, a schema of one subscription, no token, no judging, no bound. Its
 * messages are the same events, from the same log. `DATABASE_URL`, `STREAM`; prints its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { printPosition, type StoredEvent } from '#libs/event-store';
import { createPostgresEventStore } from '#libs/event-store/module';

const { DATABASE_URL: url = '', STREAM: stream = '' } = process.env;
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const store = await createPostgresEventStore({ url, log: silent });

const schema = buildSchema(`
  scalar UUID scalar Position scalar DateTime
  type Query { nothing: Boolean }
  type Subscription { caseChanged(caseId: UUID): CaseChange! }
  type CaseChange { caseId: UUID! eventId: UUID! type: String! revision: Int! position: Position! actor: String! recordedAt: DateTime! }
`);

type Message = { readonly caseChanged: object };
const readers = new Set<(message: Message) => void>();

async function* messages(): AsyncGenerator<Message> {
  const waiting: Message[] = [];
  let wake = (): void => undefined;
  const reader = (message: Message): void => {
    waiting.push(message);
    wake();
  };
  readers.add(reader);
  try {
    for (;;) {
      while (waiting.length > 0) yield waiting.shift() as Message;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    readers.delete(reader);
  }
}

function messageOf(event: StoredEvent): Message {
  const { recordedAt } = JSON.parse(event.head) as { recordedAt: string };
  const { '@by': by } = JSON.parse(event.body) as { '@by': { actor: string } };
  const { id: eventId, type, revision, position } = event;
  return { caseChanged: { caseId: stream.slice('case-'.length), eventId, type, revision: Number(revision), position: printPosition(position), actor: by.actor, recordedAt } };
}

const server = createServer();
useServer({ schema, roots: { subscription: { caseChanged: () => messages() } } }, new WebSocketServer({ server, path: '/graphql' }));
server.listen(0, '127.0.0.1', () => process.stdout.write(`port ${(server.address() as AddressInfo).port}\n`));

const after = await store.head();
for await (const message of store.subscribe({ signal: new AbortController().signal, ...(after === null ? {} : { after }) })) {
  if (message.kind !== 'EVENTS') continue;
  for (const event of message.events) {
    if (event.stream !== stream) continue;
    const made = messageOf(event);
    for (const reader of readers) reader(made);
  }
}

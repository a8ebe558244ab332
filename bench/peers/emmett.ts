import { CommandHandler, type Event } from '@event-driven-io/emmett';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';

export type Noted = Event<'Noted', Record<string, unknown>, Record<string, unknown>>;
type EmmettStore = ReturnType<typeof getPostgreSQLEventStore>;

export interface Emmett {
  readonly store: EmmettStore;
  /** Its own command handler: reads the stream, decides, appends at the version that it read. */
  readonly handle: (stream: string, decide: (count: number) => Noted) => Promise<unknown>;
}

export async function openEmmett(url: string): Promise<Emmett> {
  const store = getPostgreSQLEventStore(url);
  await store.schema.migrate();
  const handle = CommandHandler<number, Noted>({ evolve: (count) => count + 1, initialState: () => 0 });
  return { store, handle: (stream, decide) => handle(store, stream, decide) };
}

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface SilentRelay {
  /** The database by way of the relay. */
  readonly url: string;
  /** From now on nothing comes through, either way. Connections stay open, and new ones are taken: as where a network drops packets, or a server hangs. */
  silence(): void;
  /** What was held back goes through, and so does the rest. */
  speak(): void;
  close(): Promise<void>;
}

/** A way to a database of the tests, whose addresses name a folder with its socket, that can fall silent. */
export async function startSilentRelay(databaseUrl: string): Promise<SilentRelay> {
  const folder = new URL(databaseUrl).searchParams.get('host');
  if (folder === null) throw new Error('the database is reached by a socket in a folder');
  const open = new Set<Socket>();
  let isSilent = false;
  const forward = (from: Socket, to: Socket): void => {
    open.add(from);
    from.on('data', (bytes) => void to.write(bytes));
    from.on('error', () => to.destroy());
    from.on('close', () => {
      open.delete(from);
      to.destroy();
    });
    if (isSilent) from.pause();
  };
  const server = createServer((client) => {
    const database = connect(`${folder}/.s.PGSQL.5432`);
    forward(client, database);
    forward(database, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(databaseUrl);
  url.searchParams.delete('host');
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`; // It listens on a port, no pipe.
  return {
    url: url.href,
    silence() {
      isSilent = true;
      for (const one of open) one.pause();
    },
    speak() {
      isSilent = false;
      for (const one of open) one.resume();
    },
    async close() {
      for (const one of open) one.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

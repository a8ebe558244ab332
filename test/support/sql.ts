import { Client } from 'pg';

export type Row = Readonly<Record<string, unknown>>;

/** Runs statements, one connection for all, and returns the rows of the last. */
export async function query(url: string, ...statements: readonly string[]): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: readonly Row[] = [];
    for (const statement of statements) ({ rows } = await client.query<Row>(statement));
    return rows;
  } finally {
    await client.end();
  }
}

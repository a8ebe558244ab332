import type { Bench } from './measure.js';
import { query } from '../../test/support/sql.js';

/** An empty database on the run's cluster, owned by who asks: a peer makes its own tables there. */
export async function peerDatabase({ cluster }: Bench, name: string): Promise<string> {
  await query(cluster.adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`, `CREATE DATABASE ${name}`);
  const url = new URL(cluster.adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}

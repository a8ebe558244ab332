import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { query } from '../support/sql.js';

/** What was looked into, and what of it holds one of the words. */
export interface Searched {
  readonly looked: number;
  readonly bytes: number;
  readonly found: readonly string[];
}

/** Every file under a folder: one of the words in it, in any case, as bytes. */
export async function searchFiles(folder: string, words: readonly string[]): Promise<Searched> {
  const found: string[] = [];
  let [looked, bytes] = [0, 0];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const content = await readFile(path);
    [looked, bytes] = [looked + 1, bytes + content.length];
    const text = content.toString('latin1').toLowerCase();
    if (words.some((word) => text.includes(word))) found.push(path.slice(folder.length));
  }
  return { looked, bytes, found };
}

/** Every table of every schema, those of PostgreSQL itself included: a row that holds one of the words. */
export async function searchTables(adminUrl: string, words: readonly string[]): Promise<Searched> {
  const rows = await query(
    adminUrl,
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, pg_total_relation_size(c.oid) AS bytes FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'm')`,
  );
  const tables = rows as readonly { name: string; bytes: string }[];
  const where = words.map((word) => `t::text ILIKE '%${word}%'`).join(' OR ');
  const each = tables.map(({ name }) => `SELECT '${name}' AS name WHERE EXISTS (SELECT FROM ${name} AS t WHERE ${where})`);
  const found = (await query(adminUrl, each.join(' UNION ALL '))).map(({ name }) => String(name));
  return { looked: tables.length, bytes: tables.reduce((sum, { bytes }) => sum + Number(bytes), 0), found };
}

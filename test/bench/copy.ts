import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { encodeRow, storableText, type AnyRow, type Table } from '../../libs/read-models/src/engine/columns.js';

const bufferCharsMax = 16 * 1024 * 1024;

/** A row as COPY reads it: tabs between columns, `\N` for null. */
export function copyLine(table: Table, row: AnyRow): string {
  const encoded = encodeRow(table, row);
  return Object.entries(table.columns)
    .map(([name, { type }]) => copyValue(type, encoded[name]))
    .join('\t');
}

function copyValue(type: string, value: unknown): string {
  if (value === null || value === undefined) return String.raw`\N`;
  if (type === 'text[]') return escaped(`{${(value as readonly string[]).map((one) => `"${storableText(one).replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`); // The column's type says so.
  return escaped(storableText(type === 'jsonb' ? JSON.stringify(value) : String(value as string | number | boolean)));
}

const escaped = (text: string): string => text.replaceAll('\\', String.raw`\\`).replaceAll('\t', String.raw`\t`).replaceAll('\n', String.raw`\n`).replaceAll('\r', String.raw`\r`);

/** Writes lines into tables by COPY, through files that the server reads: as its superuser, on this machine. */
export class Copier {
  private readonly buffers = new Map<string, { lines: string[]; chars: number }>();
  private files = 0;
  rows = 0;

  private constructor(
    private readonly client: Client,
    private readonly folder: string,
  ) {}

  static async open(superuserUrl: string): Promise<Copier> {
    const folder = await mkdtemp('/tmp/caseledger-copy-');
    await chmod(folder, 0o755); // The server may be another user's.
    const client = new Client({ connectionString: superuserUrl });
    await client.connect();
    // What a crash would lose is made anew.
    await client.query('SET synchronous_commit = off');
    return new Copier(client, folder);
  }

  /** @param target table with its columns: `case_flow_v1.case_flow (case_id, stage)` */
  async add(target: string, line: string): Promise<void> {
    const buffer = this.buffers.get(target) ?? { lines: [], chars: 0 };
    this.buffers.set(target, buffer);
    buffer.lines.push(line);
    buffer.chars += line.length;
    this.rows += 1;
    if (buffer.chars > bufferCharsMax) await this.flush(target);
  }

  async close(): Promise<void> {
    try {
      for (const target of this.buffers.keys()) await this.flush(target);
    } finally {
      await this.client.end();
      await rm(this.folder, { recursive: true, force: true });
    }
  }

  private async flush(target: string): Promise<void> {
    const buffer = this.buffers.get(target);
    if (buffer === undefined || buffer.lines.length === 0) return;
    const path = join(this.folder, `rows-${(this.files += 1)}`);
    await writeFile(path, `${buffer.lines.join('\n')}\n`, { mode: 0o644 });
    this.buffers.set(target, { lines: [], chars: 0 });
    await this.client.query(`COPY ${target} FROM '${path}'`);
    await rm(path);
  }
}

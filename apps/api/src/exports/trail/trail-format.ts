import type { AuditNode } from '#libs/read-models';
import { csvFormat } from './csv.format.js';
import { ndjsonFormat } from './ndjson.format.js';
import { ocelFormat } from './ocel.format.js';

/** Writes one trail, step by step: what stands before, each step, and what stands after. One is made for each file. */
export interface TrailWriter {
  begin(): string;
  step(row: AuditNode): string;
  end(): string;
}

export interface TrailFormat {
  readonly mediaType: string;
  readonly extension: string;
  writer(): TrailWriter;
}

/** The formats in which the trail across cases is taken out. */
export const trailFormats = { CSV: csvFormat, NDJSON: ndjsonFormat, OCEL_JSON: ocelFormat } as const satisfies Record<string, TrailFormat>;
export type TrailFormatName = keyof typeof trailFormats;

/** The file's text, piece by piece, from pages of steps: no more than a page is held, and what the writer collects. */
export async function* trailTexts(pages: AsyncIterable<readonly AuditNode[]>, writer: TrailWriter): AsyncGenerator<string> {
  yield writer.begin();
  for await (const page of pages) if (page.length > 0) yield page.map((row) => writer.step(row)).join('');
  yield writer.end();
}

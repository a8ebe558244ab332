import { HASH_BYTES, handOversMax, tilePath, type TileId, type TileSource } from '#libs/ledger';
import { witnessLimits } from './port.js';

/** The log did not answer, or not with what was asked for. */
export class LogUnreachable extends Error {
  override readonly name = 'LogUnreachable';
}

/** A log's published files over HTTP. Nothing that it says is trusted here. */
export class RemoteLog implements TileSource {
  private readonly base: string;

  constructor(
    prefix: string,
    private readonly fetch: typeof globalThis.fetch,
  ) {
    this.base = prefix.replace(/\/+$/, '');
  }

  async checkpoint(): Promise<string> {
    return decode(await this.get('checkpoint'));
  }

  /** The notes by which the log's keys handed over, first to last. */
  async handOvers(): Promise<readonly string[]> {
    const value: unknown = parse(decode(await this.get('keys')));
    const notes = typeof value === 'object' && value !== null && 'handOvers' in value ? value.handOvers : null;
    if (!Array.isArray(notes) || notes.length > handOversMax || !notes.every((note) => typeof note === 'string')) throw new LogUnreachable('keys: not a list of hand-overs');
    return notes;
  }

  async readTile(tile: TileId): Promise<Uint8Array | null> {
    const bytes = await this.get(tilePath(tile));
    if (bytes.length !== tile.width * HASH_BYTES) throw new LogUnreachable(`${tilePath(tile)}: ${bytes.length} bytes`);
    return bytes;
  }

  private async get(path: string): Promise<Uint8Array> {
    try {
      const response = await this.fetch(`${this.base}/${path}`, { signal: AbortSignal.timeout(witnessLimits.requestMs), redirect: 'error' });
      if (!response.ok || response.body === null) throw new LogUnreachable(`${path}: status ${response.status}`);
      return await bounded(response.body, path);
    } catch (error) {
      if (error instanceof LogUnreachable) throw error;
      throw new LogUnreachable(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}

async function bounded(body: AsyncIterable<Uint8Array>, path: string): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > witnessLimits.answerBytesMax) throw new LogUnreachable(`${path}: more than ${witnessLimits.answerBytesMax} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new LogUnreachable('the answer is not UTF-8', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new LogUnreachable('the answer is not JSON', { cause });
  }
}

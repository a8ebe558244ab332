import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The one file of a pins folder. It only grows: `chattr +a` may hold it to that. */
export const pinFileName = 'checkpoints.jsonl';

/** A checkpoint kept outside the database. */
export interface Pin {
  /** The signed note. */
  readonly note: string;
  /** `2026-11-22T10:15:30.123Z` */
  readonly pinnedAt: string;
}

export interface ReadPins {
  readonly pins: readonly Pin[];
  /** Lines that are no pins, by number from 1: a torn write, or somebody's edit. */
  readonly unreadable: readonly number[];
}

/** Appends one pin, on disk before the answer. */
export async function writePin(folder: string, pin: Pin): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = await open(join(folder, pinFileName), 'a+', 0o600);
  try {
    const { size } = await file.stat();
    // What a crash left of a line is ended, so that it spoils no other.
    const torn = size > 0 && (await lastByte(file, size)) !== '\n';
    await file.appendFile(`${torn ? '\n' : ''}${JSON.stringify({ pinnedAt: pin.pinnedAt, note: pin.note })}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function lastByte(file: Awaited<ReturnType<typeof open>>, size: number): Promise<string> {
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString('latin1');
}

/** All pins, oldest first; none where there is no file. */
export async function readPins(folder: string): Promise<ReadPins> {
  const text = await readFile(join(folder, pinFileName), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  const pins: Pin[] = [];
  const unreadable: number[] = [];
  for (const [at, line] of text.split('\n').entries()) {
    if (line === '') continue;
    const pin = parsePin(line);
    if (pin === null) unreadable.push(at + 1);
    else pins.push(pin);
  }
  return { pins, unreadable };
}

function parsePin(line: string): Pin | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('note' in value) || !('pinnedAt' in value)) return null;
    const { note, pinnedAt } = value;
    return typeof note === 'string' && typeof pinnedAt === 'string' ? { note, pinnedAt } : null;
  } catch {
    return null;
  }
}

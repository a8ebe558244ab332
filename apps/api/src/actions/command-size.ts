import type { BadField } from './bad-input.js';
import { inputLimits } from './inputs/limits.js';

const bytesOf = (value: unknown): number => Buffer.byteLength(JSON.stringify(value), 'utf8');

/** A command that no event could hold: its largest field, with what is too much. Each field may be within its own limit, and all together not. */
export function findOversize(data: object): BadField | null {
  const bytes = bytesOf(data);
  if (bytes <= inputLimits.commandBytesMax) return null;
  const [largest] = Object.entries(data)
    .map(([path, value]) => ({ path, bytes: bytesOf(value) }))
    .toSorted((a, b) => b.bytes - a.bytes);
  const problem = `makes the whole too large: ${bytes} bytes where ${inputLimits.commandBytesMax} is the most`;
  return { path: largest?.path ?? '', problems: [problem] };
}

import { faulty } from './fault.js';
import { verifierLimits } from './ports.js';
import { fromUtf8 } from './text.js';

const NEWLINE = 0x0a;

/** Cuts a file that comes in pieces into its lines, each ended by a newline, a batch at a time. */
export class LineBatches {
  private carry = new Uint8Array(0);

  constructor(
    private readonly file: string,
    private number = 0,
  ) {}

  /** The batches that are complete with this piece. @throws Faulty */
  *push(piece: Uint8Array): Generator<readonly string[]> {
    const end = piece.lastIndexOf(NEWLINE);
    if (end < 0) {
      this.carry = join(this.carry, piece);
      this.checkLength(this.carry.length);
      return;
    }
    const whole = join(this.carry, piece.subarray(0, end + 1));
    this.carry = piece.slice(end + 1);
    yield* this.batches(whole);
  }

  /** @throws Faulty where the file does not end with a newline */
  finish(): void {
    if (this.carry.length > 0) throw faulty('EVENT_FORM', this.file, `event ${this.number} was changed: its line has no end`, this.number);
  }

  private *batches(whole: Uint8Array): Generator<readonly string[]> {
    let start = 0;
    let lines: string[] = [];
    let bytes = 0;
    while (start < whole.length) {
      const end = whole.indexOf(NEWLINE, start);
      this.checkLength(end - start);
      const line = fromUtf8(whole.subarray(start, end));
      const number = this.number + lines.length;
      if (line === null) {
        // What stands before it is checked first: an earlier event may be wrong as well.
        if (lines.length > 0) yield lines;
        throw faulty('EVENT_FORM', this.file, `event ${number} was changed: it is not text`, number);
      }
      lines.push(line);
      bytes += end - start;
      start = end + 1;
      if (lines.length < verifierLimits.batchEventsMax && bytes < verifierLimits.batchBytesMax && start < whole.length) continue;
      yield lines;
      this.number += lines.length;
      lines = [];
      bytes = 0;
    }
  }

  private checkLength(bytes: number): void {
    if (bytes > verifierLimits.lineBytesMax) throw faulty('TOO_LARGE', this.file, `event ${this.number} is longer than any event`, this.number);
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length);
  joined.set(a);
  joined.set(b, a.length);
  return joined;
}

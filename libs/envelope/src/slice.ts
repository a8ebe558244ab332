import { EnvelopeRefused } from './refusal.js';

/** A top-level member of a JSON object's text: its name, and the very characters of its value. */
export interface FieldSlice {
  readonly name: string;
  readonly text: string;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Cuts a JSON object's text into its top-level members, in order. The text must be its own reprint (so: valid, no space between tokens);
 * the caller has checked that. Linear in the text's length.
 * @throws EnvelopeRefused NOT_JSON where the text is plainly something else
 */
export function sliceFields(text: string): FieldSlice[] {
  const fields: FieldSlice[] = [];
  if (text === '{}') return fields;
  if (text.charCodeAt(0) !== OPEN_BRACE) throw notAnObject(0);
  let at = 1;
  while (at < text.length) {
    if (text.charCodeAt(at) !== QUOTE) throw notAnObject(at);
    const nameEnd = endOfString(text, at);
    if (text.charCodeAt(nameEnd) !== COLON) throw notAnObject(nameEnd);
    const valueEnd = endOfValue(text, nameEnd + 1);
    fields.push({ name: nameIn(text, at, nameEnd), text: text.slice(nameEnd + 1, valueEnd) });
    const next = text.charCodeAt(valueEnd);
    if (next === CLOSE_BRACE && valueEnd === text.length - 1) return fields;
    if (next !== COMMA) throw notAnObject(valueEnd);
    at = valueEnd + 1;
  }
  throw notAnObject(at);
}

/** The names allowed in a body need no escapes; others are unescaped so that a message can print them. */
function nameIn(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes('\\') ? String(JSON.parse(text.slice(start, end))) : raw;
}

/** The index after the quote that ends the string which opens at `open`. */
function endOfString(text: string, open: number): number {
  let quote = text.indexOf('"', open + 1);
  while (quote !== -1 && isEscaped(text, quote)) quote = text.indexOf('"', quote + 1);
  if (quote === -1) throw notAnObject(open);
  return quote + 1;
}

/** An odd number of backslashes stands before it. They end at the string's opening quote at the latest. */
function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (quote - first) % 2 === 1;
}

/** The index after the value that begins at `start`: at a comma or brace of the outer object. */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  let at = start;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = endOfString(text, at);
      continue;
    }
    if (depth === 0 && (unit === COMMA || unit === CLOSE_BRACE)) return at;
    if (unit === OPEN_BRACE || unit === OPEN_BRACKET) depth += 1;
    if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth -= 1;
    at += 1;
  }
  throw notAnObject(start);
}

const notAnObject = (at: number): EnvelopeRefused => new EnvelopeRefused('NOT_JSON', `character ${at}`, 'not a printed JSON object');

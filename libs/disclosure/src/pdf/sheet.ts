import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';

/** Pages of PDF/A-2b with text in columns. Nothing depends on when or where it runs: the same calls write the same bytes. */

const locate = createRequire(import.meta.url);
const fontFiles = {
  regular: 'DejaVuSerif.ttf',
  bold: 'DejaVuSerif-Bold.ttf',
  italic: 'DejaVuSerif-Italic.ttf',
} as const;
export type FontName = keyof typeof fontFiles;

export interface TextStyle {
  readonly font: FontName;
  /** Points. */
  readonly size: number;
  /** Points before it. */
  readonly before?: number;
  /** Points from the column's left edge. */
  readonly indent?: number;
  /** Behind the text, as `#rrggbb`. */
  readonly shade?: string;
}

export interface Block {
  readonly text: string;
  readonly style: TextStyle;
}

interface PlacedLine {
  readonly text: string;
  readonly style: TextStyle;
  /** Points from the row's top. */
  readonly top: number;
  readonly height: number;
}

export interface Column {
  readonly x: number;
  readonly width: number;
}

const page = { width: 612, height: 792, margin: 48, foot: 34 } as const;
export const contentWidth = page.width - 2 * page.margin;
const lineFactor = 1.32;
const ink = '#1a1a1a';
const rule = '#bdbdbd';

/** The only part of fontkit's font that is used here. */
interface OpenFont {
  hasGlyphForCodePoint(codePoint: number): boolean;
}

export class Sheet {
  private readonly doc: PDFKit.PDFDocument;
  private readonly chunks: Buffer[] = [];
  private readonly done: Promise<Buffer>;
  private readonly widths = new Map<string, number>();
  private readonly glyphs = new Map<number, boolean>();
  private y: number = page.margin;
  private heading: (() => void) | null = null;

  constructor(title: string, createdAt: string) {
    const created = new Date(createdAt);
    this.doc = new PDFDocument({
      size: 'LETTER',
      margin: page.margin,
      pdfVersion: '1.7',
      subset: 'PDF/A-2b',
      lang: 'en-US',
      displayTitle: true,
      autoFirstPage: false,
      bufferPages: true,
      // Deflate's output differs between versions and processors; the text of a court's file is small.
      compress: false,
      // None at first: a font opened here and registered again below would be parsed anew at every use.
      font: '',
      info: { Title: title, Author: 'Caseledger', Creator: 'Caseledger', Producer: 'PDFKit', CreationDate: created, ModDate: created },
    });
    this.done = new Promise((resolve, reject) => {
      this.doc.on('data', (chunk: Buffer) => this.chunks.push(chunk));
      this.doc.on('end', () => resolve(Buffer.concat(this.chunks)));
      this.doc.on('error', reject);
    });
    for (const name of ['regular', 'bold', 'italic'] as const) this.doc.registerFont(name, fontPath(name));
    this.newPage();
  }

  /** A block over the whole width. */
  text(text: string, style: TextStyle): void {
    this.row([{ x: 0, width: contentWidth }], [[{ text, style }]]);
  }

  /** A row of columns: each holds blocks one under the other. It goes on over the page's end where it must. */
  row(columns: readonly Column[], cells: readonly (readonly Block[])[], options: { readonly ruled?: boolean } = {}): void {
    const placed = cells.map((blocks, i) => this.place(blocks, columns[i]?.width ?? 0));
    const height = Math.max(0, ...placed.map(endOf));
    // A short row stays whole; a long one begins where it stands.
    if (this.y + Math.min(height, (page.height - 2 * page.margin) / 3) > this.bottom()) this.newPage();
    let from = 0;
    while (from < height) {
      const room = this.bottom() - this.y;
      const to = this.breakBefore(placed, from, from + room, height);
      for (const [i, lines] of placed.entries()) this.print(lines, columns[i] ?? { x: 0, width: 0 }, from, to);
      this.y += to - from;
      from = to;
      if (from < height) this.newPage();
    }
    if (options.ruled === true) this.ruleOff();
  }

  /** Repeats on every page until it is taken away. */
  setHeading(columns: readonly Column[] | null, texts: readonly string[] = []): void {
    this.heading = null;
    if (columns === null) return;
    const style: TextStyle = { font: 'bold', size: 8, before: 3 };
    const print = (): void => {
      const placed = texts.map((text, i) => this.place([{ text, style }], columns[i]?.width ?? 0));
      const height = Math.max(0, ...placed.map(endOf));
      for (const [i, lines] of placed.entries()) this.print(lines, columns[i] ?? { x: 0, width: 0 }, 0, height);
      this.y += height;
      this.ruleOff(ink);
    };
    if (this.y + page.margin * 2 > this.bottom()) this.newPage();
    print();
    this.heading = print;
  }

  gap(points: number): void {
    this.y += points;
  }

  /** A line to write on, from `x` on. */
  blankLine(x: number): void {
    this.doc.lineWidth(0.7).strokeColor(ink).moveTo(page.margin + x, this.y - 2).lineTo(page.width - page.margin, this.y - 2).stroke();
  }

  finish(footer: string): Promise<Buffer> {
    const { start, count } = this.doc.bufferedPageRange();
    for (let i = start; i < start + count; i += 1) {
      this.doc.switchToPage(i);
      this.doc.font('regular').fontSize(7.5).fillColor(ink);
      const at = page.height - page.foot;
      this.write(this.printable(footer), page.margin, at);
      const number = `Page ${i - start + 1} of ${count}`;
      this.write(number, page.width - page.margin - this.doc.widthOfString(number), at);
    }
    this.doc.end();
    return this.done;
  }

  private bottom(): number {
    return page.height - page.margin;
  }

  private newPage(): void {
    this.doc.addPage();
    this.y = page.margin;
    this.heading?.();
  }

  private ruleOff(color: string = rule): void {
    this.y += 3;
    this.doc.lineWidth(0.5).strokeColor(color).moveTo(page.margin, this.y).lineTo(page.width - page.margin, this.y).stroke();
    this.y += 3;
  }

  /** Where this page's part ends: at a line's top in every column, so that no line is cut. */
  private breakBefore(placed: readonly (readonly PlacedLine[])[], from: number, limit: number, height: number): number {
    if (height <= limit) return height;
    const crossing = placed.flatMap((lines) => lines.filter(({ top, height: own }) => top < limit && top + own > limit).map(({ top }) => top));
    const end = Math.min(limit, ...crossing);
    return end > from ? end : limit;
  }

  private place(blocks: readonly Block[], width: number): PlacedLine[] {
    const lines: PlacedLine[] = [];
    let top = 0;
    for (const { text, style } of blocks) {
      top += style.before ?? 0;
      const height = style.size * lineFactor;
      for (const line of this.wrap(this.printable(text), style, width - (style.indent ?? 0))) {
        lines.push({ text: line, style, top, height });
        top += height;
      }
    }
    return lines;
  }

  private print(lines: readonly PlacedLine[], { x, width }: Column, from: number, to: number): void {
    for (const { text, style, top, height } of lines) {
      if (top < from || top >= to) continue;
      const left = page.margin + x + (style.indent ?? 0);
      const at = this.y + top - from;
      if (style.shade !== undefined) this.doc.rect(left - 3, at - 1, width - (style.indent ?? 0) + 3, height + 0.5).fill(style.shade);
      this.doc.font(style.font).fontSize(style.size).fillColor(ink);
      this.write(text, left, at);
    }
  }

  private write(text: string, x: number, y: number): void {
    this.doc.text(text, x, y, { lineBreak: false });
  }

  private wrap(text: string, style: TextStyle, width: number): string[] {
    return text.split('\n').flatMap((paragraph) => this.wrapParagraph(paragraph, style, width));
  }

  private wrapParagraph(paragraph: string, style: TextStyle, width: number): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of paragraph.split(' ').flatMap((one) => this.cut(one, style, width))) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && this.widthOf(longer, style) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    return [...lines, line];
  }

  /** A word that is wider than its column, as hashes are, in pieces. */
  private cut(word: string, style: TextStyle, width: number): string[] {
    if (this.widthOf(word, style) <= width) return [word];
    const pieces: string[] = [];
    let piece = '';
    for (const character of word) {
      if (piece !== '' && this.widthOf(piece + character, style) > width) {
        pieces.push(piece);
        piece = '';
      }
      piece += character;
    }
    return [...pieces, piece];
  }

  private widthOf(text: string, { font, size }: TextStyle): number {
    const key = `${font} ${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      width = this.doc.font(font).fontSize(1_000).widthOfString(text) / 1_000;
      if (this.widths.size >= widthsKeptMax) this.widths.clear();
      this.widths.set(key, width);
    }
    return width * size;
  }

  /** PDF/A forbids glyphs that the font lacks: they become U+FFFD, and the HTML has them as they are. */
  private printable(text: string): string {
    this.doc.font('regular');
    // pdfkit's own types leave out the opened font.
    const font = (this.doc as unknown as { readonly _font: { readonly font: OpenFont } })._font.font;
    let printable = '';
    for (const character of text) {
      const point = character.codePointAt(0) ?? 0;
      if (character === '\n') printable += character;
      else if (point < 0x20 || point === 0x7f) printable += ' ';
      else {
        let known = this.glyphs.get(point);
        if (known === undefined) {
          known = font.hasGlyphForCodePoint(point);
          this.glyphs.set(point, known);
        }
        printable += known ? character : '\uFFFD';
      }
    }
    return printable;
  }
}

/** Measured texts kept in memory. */
const widthsKeptMax = 50_000;

const endOf = (lines: readonly PlacedLine[]): number => {
  const last = lines.at(-1);
  return last === undefined ? 0 : last.top + last.height;
};

const fontPath = (name: FontName): string => locate.resolve(`dejavu-fonts-ttf/ttf/${fontFiles[name]}`);

import type { Line } from '../chronology/chronology.js';
import type { CustodyTable } from '../chronology/custody.js';
import type { Papers } from '../documents.js';
import { type Block, type Column, contentWidth, Sheet, type TextStyle } from './sheet.js';

const title: TextStyle = { font: 'bold', size: 17, before: 2 };
const part: TextStyle = { font: 'bold', size: 12.5, before: 14 };
const item: TextStyle = { font: 'bold', size: 10, before: 10 };
const body: TextStyle = { font: 'regular', size: 9, before: 2 };
const strong: TextStyle = { font: 'bold', size: 9, before: 2 };
const small: TextStyle = { font: 'regular', size: 8, before: 2 };
const aside: TextStyle = { font: 'italic', size: 8, before: 2 };
const withheldStyle: TextStyle = { font: 'italic', size: 8, before: 3, indent: 4, shade: '#ededed' };
const correctionStyle: TextStyle = { font: 'regular', size: 8, before: 3, indent: 4, shade: '#fdf3d7' };
const detail: TextStyle = { font: 'regular', size: 8, before: 1.5, indent: 8 };

const columns: readonly Column[] = [
  { x: 0, width: 28 },
  { x: 34, width: 74 },
  { x: 114, width: 122 },
  { x: 244, width: contentWidth - 244 },
];
const headings = ['No.', 'Recorded', 'Who, and on whose authority', 'What'];
const facts: readonly Column[] = [
  { x: 0, width: 84 },
  { x: 92, width: contentWidth - 92 },
];

/** Chronology or certificate as PDF/A-2b. */
export function writePdf(which: 'CHRONOLOGY' | 'CERTIFICATE', papers: Papers): Promise<Uint8Array> {
  return which === 'CHRONOLOGY' ? chronologyPdf(papers) : certificatePdf(papers);
}

function chronologyPdf({ title: called, facts: rows, chronology, createdAt }: Papers): Promise<Uint8Array> {
  const sheet = new Sheet(called, createdAt);
  sheet.text(called, title);
  sheet.gap(6);
  for (const [label, text] of rows) sheet.row(facts, [[{ text: label, style: strong }], [{ text, style: body }]]);
  sheet.text('Part A. Chronology', part);
  sheet.text(
    'Each line is one recorded event; its number is the event’s number in the case’s record, counted from 0 without gaps. Times are when the event was recorded, in local time with the offset from UTC; times in the text are as reported. A correction never replaces what it corrects: it stands beside it, and again as a line of its own.',
    aside,
  );
  chronologyTable(sheet, chronology.lines);
  sheet.text('Part B. Custody of recordings', part);
  if (chronology.custody.length === 0) sheet.text('No recording is registered in this case.', body);
  for (const table of chronology.custody) custodyTable(sheet, table);
  sheet.text('Part C. Who looked at this case', part);
  if (chronology.access.length === 0) sheet.text('No record of access is part of this bundle.', body);
  else chronologyTable(sheet, chronology.access);
  return sheet.finish(called);
}

function chronologyTable(sheet: Sheet, lines: readonly Line[]): void {
  sheet.gap(4);
  sheet.setHeading(columns, headings);
  for (const line of lines) sheet.row(columns, cellsOf(line), { ruled: true });
  sheet.setHeading(null);
}

function cellsOf(line: Line): readonly (readonly Block[])[] {
  const what: Block[] = [{ text: line.title, style: strong }];
  if (line.text !== null) what.push({ text: line.text, style: body });
  for (const { label, text } of line.details) what.push({ text: `${label}: ${text}`, style: detail });
  for (const { fields, ground } of line.withheld) what.push({ text: `Withheld: ${fields.join(', ')}. Ground: ${ground}`, style: withheldStyle });
  for (const { by, recorded, who, field, from, to, reason } of line.corrections) {
    what.push({ text: `Corrected by No. ${by} (${recorded}, ${who}): ${field} was “${from}”, corrected to “${to}”. Reason: ${reason}`, style: correctionStyle });
  }
  return [
    [{ text: String(line.number), style: strong }],
    [{ text: line.recorded, style: small }],
    [{ text: line.who, style: small }, ...(line.authority === '' ? [] : [{ text: line.authority, style: aside }])],
    what,
  ];
}

function custodyTable(sheet: Sheet, { title: called, registered, firstSha256, custodian, rows }: CustodyTable): void {
  sheet.text(called, item);
  sheet.text(`Registered in No. ${registered}. Answers for the original: ${custodian}. First fingerprint (SHA-256): ${firstSha256 ?? 'none was taken yet'}.`, small);
  sheet.gap(2);
  sheet.setHeading(columns, ['No.', 'Recorded', 'By whom', 'Step']);
  for (const { number, recorded, step, detail: said, who } of rows) {
    const what = [
      { text: step, style: strong },
      { text: said, style: body },
    ];
    sheet.row(columns, [[{ text: String(number), style: strong }], [{ text: recorded, style: small }], [{ text: who, style: small }], what], { ruled: true });
  }
  sheet.setHeading(null);
}

const numbered: readonly Column[] = [
  { x: 0, width: 22 },
  { x: 26, width: contentWidth - 26 },
];
const toFillIn: readonly Column[] = [{ x: 0, width: 190 }];

function certificatePdf({ certificate: { title: called, notice, paragraphs, blanks }, createdAt }: Papers): Promise<Uint8Array> {
  const text: TextStyle = { font: 'regular', size: 10.5, before: 5 };
  const sheet = new Sheet(called, createdAt);
  sheet.text(notice, { font: 'bold', size: 9.5, before: 2, indent: 4, shade: '#fdf3d7' });
  sheet.gap(8);
  sheet.text(called, { ...title, size: 14 });
  sheet.gap(4);
  for (const [i, paragraph] of paragraphs.entries()) sheet.row(numbered, [[{ text: `${i + 1}.`, style: text }], [{ text: paragraph, style: text }]]);
  sheet.gap(10);
  for (const label of blanks) {
    sheet.row(toFillIn, [[{ text: label, style: { font: 'bold', size: 9.5, before: 16 } }]]);
    sheet.blankLine(200);
  }
  return sheet.finish('Draft. Not a certification until it is completed and signed.');
}

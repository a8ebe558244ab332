import type { Chronology, Line } from './chronology.js';
import type { CustodyTable } from './custody.js';

/** The chronology as HTML: text only, no script, no address of anything. Also what verify.html shows after a check. */

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

const e = escapeHtml;

export function chronologyBody({ lines, access, custody }: Chronology): string {
  return [
    '<h2>Part A. Chronology</h2>',
    '<p class="note">Each line is one recorded event; its number is the event’s number in the case’s record, counted from 0 without gaps. Times are when the event was recorded, in local time with the offset from UTC; times in the text are as reported. A correction never replaces what it corrects: it stands beside it, and again as a line of its own.</p>',
    table(lines),
    '<h2>Part B. Custody of recordings</h2>',
    custody.length === 0 ? '<p>No recording is registered in this case.</p>' : custody.map(custodyHtml).join('\n'),
    '<h2>Part C. Who looked at this case</h2>',
    access.length === 0 ? '<p>No record of access is part of this bundle.</p>' : table(access),
  ].join('\n');
}

function table(lines: readonly Line[]): string {
  const head = '<thead><tr><th scope="col">No.</th><th scope="col">Recorded</th><th scope="col">Who, and on whose authority</th><th scope="col">What</th></tr></thead>';
  return `<table class="chronology">${head}<tbody>\n${lines.map(row).join('\n')}\n</tbody></table>`;
}

function row(line: Line): string {
  const details = line.details.map(({ label, text }) => `<dt>${e(label)}</dt><dd>${e(text)}</dd>`).join('');
  const withheld = line.withheld.map(({ fields, ground }) => `<p class="withheld">Withheld: ${e(fields.join(', '))}. Ground: ${e(ground)}</p>`).join('');
  const corrections = line.corrections
    .map(
      ({ by, recorded, who, field, from, to, reason }) =>
        `<p class="correction"><strong>Corrected by No. ${by}</strong> (${e(recorded)}, ${e(who)}): ${e(field)} was “${e(from)}”, corrected to “${e(to)}”. Reason: ${e(reason)}</p>`,
    )
    .join('');
  const text = line.text === null ? '' : `<p>${e(line.text)}</p>`;
  const cells = [
    `<td class="number">${line.number}</td>`,
    `<td class="time">${timeHtml(line.recorded)}</td>`,
    `<td class="who"><p>${e(line.who)}</p>${line.authority === '' ? '' : `<p class="authority">${e(line.authority)}</p>`}</td>`,
    `<td><p class="title">${e(line.title)}</p>${text}${details === '' ? '' : `<dl>${details}</dl>`}${withheld}${corrections}</td>`,
  ];
  return `<tr${line.corrections.length === 0 ? '' : ' class="corrected"'}>${cells.join('')}</tr>`;
}

/** Date, time and offset, each whole. */
const timeHtml = (local: string): string => local.split(' ').map((part) => `<span>${e(part)}</span>`).join(' ');

function custodyHtml({ title, registered, firstSha256, custodian, rows }: CustodyTable): string {
  const head = '<thead><tr><th scope="col">No.</th><th scope="col">Recorded</th><th scope="col">By whom</th><th scope="col">Step</th></tr></thead>';
  const body = rows
    .map(({ number, recorded, step, detail, who }) => `<tr><td class="number">${number}</td><td class="time">${timeHtml(recorded)}</td><td class="who">${e(who)}</td><td><p class="title">${e(step)}</p><p class="break">${e(detail)}</p></td></tr>`)
    .join('\n');
  const first = firstSha256 === null ? 'none was taken yet' : firstSha256;
  return `<h3>${e(title)}</h3>
<p class="break">Registered in No. ${registered}. Answers for the original: ${e(custodian)}. First fingerprint (SHA-256): ${e(first)}.</p>
<table class="chronology">${head}<tbody>
${body}
</tbody></table>`;
}

/** Shared by chronology.html, certificate.html and verify.html. Prints well on Letter and A4. */
export const bundleStyle = `
:root { color-scheme: light; }
body { font: 16px/1.5 Georgia, 'Times New Roman', 'DejaVu Serif', serif; color: #1a1a1a; background: #fff; max-width: 66rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .5rem; } h2 { font-size: 1.3rem; margin: 2.2rem 0 .5rem; } h3 { font-size: 1.05rem; margin: 1.5rem 0 .3rem; }
table.facts { border-collapse: collapse; margin: .5rem 0 1rem; } table.facts th { text-align: left; font-weight: 600; padding: .15rem 1.2rem .15rem 0; vertical-align: top; white-space: nowrap; } table.facts td { padding: .15rem 0; overflow-wrap: anywhere; }
table.chronology { width: 100%; border-collapse: collapse; font-size: .95rem; }
table.chronology th { text-align: left; border-bottom: 2px solid #1a1a1a; padding: .35rem .5rem; font-size: .85rem; }
table.chronology td { border-bottom: 1px solid #c9c9c9; padding: .5rem; vertical-align: top; }
table.chronology p { margin: 0 0 .3rem; }
td.number { font-weight: 700; text-align: right; width: 2.5rem; } td.time { width: 7.5rem; } td.time span { display: inline-block; white-space: nowrap; } td.who { width: 15rem; overflow-wrap: anywhere; }
p.authority, .note { color: #444; font-size: .9rem; } p.title { font-weight: 700; } .break { overflow-wrap: anywhere; }
dl { margin: .2rem 0; display: grid; grid-template-columns: 9.5rem 1fr; gap: .1rem .8rem; } dt { color: #444; font-style: italic; } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
p.withheld { background: #ededed; padding: .2rem .5rem; border-left: 4px solid #6b6b6b; }
p.correction { background: #fdf3d7; padding: .2rem .5rem; border-left: 4px solid #b07d00; }
@media print { body { font-size: 10pt; padding: 0; max-width: none; } table.chronology tr { break-inside: avoid; } thead { display: table-header-group; } }
`;

export function factsTable(facts: readonly (readonly [label: string, text: string])[]): string {
  return `<table class="facts"><tbody>${facts.map(([label, text]) => `<tr><th scope="row">${e(label)}</th><td>${e(text)}</td></tr>`).join('')}</tbody></table>`;
}

/** A whole document. It may run nothing and fetch nothing. */
export function htmlDocument(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${e(title)}</title>
<style>${bundleStyle}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

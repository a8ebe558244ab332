import type { BundleInput } from './write.js';
import { type Chronology, chronologyOf } from './chronology/chronology.js';
import { chronologyBody, escapeHtml, factsTable, htmlDocument } from './chronology/html.js';
import { localTimeIn } from './chronology/local-time.js';
import type { BundleItem } from './items.js';
import { writePdf } from './pdf/pdf.js';
import { readHead } from './verifier/item.js';
import type { Manifest } from './verifier/manifest.js';
import type { VerifiedEvent } from './verifier/verify.js';
import type { FileToWrite } from './zip.write.js';
import { parseCheckpoint, toBase64 } from '#libs/ledger';

/** What a person reads: README, chronology and draft certificate. All of it follows from the bundle's own events and checkpoint. */
export interface Papers {
  readonly title: string;
  readonly facts: readonly (readonly [label: string, text: string])[];
  readonly chronology: Chronology;
  readonly certificate: { readonly title: string; readonly notice: string; readonly paragraphs: readonly string[]; readonly blanks: readonly string[] };
  readonly createdAt: string;
}

/** Without the files themselves and the manifest: those come after. */
export async function writeDocuments(input: BundleInput, manifest: Manifest, checkpoint: string): Promise<readonly FileToWrite[]> {
  const papers = papersOf(input, manifest, checkpoint);
  const files = [
    { name: 'README.txt', bytes: utf8(readme(papers)) },
    { name: 'chronology.html', bytes: utf8(chronologyHtml(papers)) },
    { name: 'certificate.html', bytes: utf8(certificateHtml(papers)) },
  ];
  if (input.documents === 'HTML_AND_PDF') {
    files.push({ name: 'chronology.pdf', bytes: await writePdf('CHRONOLOGY', papers) }, { name: 'certificate.pdf', bytes: await writePdf('CERTIFICATE', papers) });
  }
  return files;
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');

export function eventView(file: VerifiedEvent['file'], item: BundleItem, number: number): VerifiedEvent {
  const head = readHead(item.head);
  if (head === null) throw new RangeError(`Event ${number} has no proper head.`);
  return { file, number, head, leafIndex: item.leafIndex, fields: item.fields };
}

function papersOf(input: BundleInput, manifest: Manifest, checkpoint: string): Papers {
  const { zone, createdAt } = manifest;
  const local = localTimeIn(zone);
  const tree = parseCheckpoint(checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1));
  if (tree === null) throw new RangeError('The checkpoint is none.');
  const events = input.items.map((item, number) => eventView('EVENTS', item, number));
  const access = input.access.map((item, number) => eventView('ACCESS', item, number));
  const called = manifest.case.number ?? manifest.case.stream;
  const facts = [
    ['Case', called],
    ['Record', manifest.case.stream],
    ['Prepared for', audienceInWords[input.audience]],
    ['Made', `${local(createdAt)} (${zone}), ${createdAt} UTC`],
    ['Events', `${manifest.events}, numbered 0 to ${manifest.events - 1}`],
    ['Ledger', `${manifest.ledger.origin}; tree of ${tree.size} leaves, root ${toBase64(tree.root)}`],
    ['Ledger’s key', input.signer.key.id],
  ] as const;
  const values: Readonly<Record<string, string>> = {
    case: called,
    stream: manifest.case.stream,
    events: String(manifest.events),
    last: String(manifest.events - 1),
    created: local(createdAt),
    createdUtc: createdAt,
    origin: manifest.ledger.origin,
    treeSize: String(tree.size),
    root: toBase64(tree.root),
    keyId: input.signer.key.id,
    audience: input.audience,
  };
  const { title, notice, paragraphs, blanks } = input.certificate;
  return {
    title: `Chronology of case ${called}`,
    facts,
    chronology: chronologyOf({ zone, grounds: manifest.grounds, events, access }),
    certificate: { title, notice, paragraphs: paragraphs.map((text) => fill(text, values)), blanks },
    createdAt,
  };
}

const audienceInWords = { COURT: 'a court', OVERSIGHT: 'an oversight body', PUBLIC: 'the public' } as const;

/** @throws RangeError for a name in braces that nothing fills */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new RangeError(`The certificate asks for {${name}}, which nothing fills.`);
    return value;
  });
}

function chronologyHtml({ title, facts, chronology }: Papers): string {
  const note = 'Made by the program from the recorded events alone. To check that nothing was changed, open verify.html and give it the bundle, or run “caseledger verify”.';
  return htmlDocument(title, `<h1>${escapeHtml(title)}</h1>\n${factsTable(facts)}\n<p class="note">${note}</p>\n${chronologyBody(chronology)}`);
}

function certificateHtml({ certificate: { title, notice, paragraphs, blanks } }: Papers): string {
  const numbered = paragraphs.map((text) => `<li><p>${escapeHtml(text)}</p></li>`).join('\n');
  const lines = blanks.map((label) => `<tr><th scope="row">${escapeHtml(label)}</th><td class="blank"></td></tr>`).join('\n');
  const style = '<style>td.blank { border-bottom: 1px solid #1a1a1a; width: 26rem; height: 2.6rem; } table.facts th { white-space: normal; max-width: 20rem; vertical-align: bottom; }</style>';
  return htmlDocument(title, `${style}\n<p class="correction"><strong>${escapeHtml(notice)}</strong></p>\n<h1>${escapeHtml(title)}</h1>\n<ol>\n${numbered}\n</ol>\n<table class="facts"><tbody>\n${lines}\n</tbody></table>`);
}

function readme({ title, facts }: Papers): string {
  return `${title}

${facts.map(([label, text]) => `${label}: ${text}`).join('\n')}

What is in this bundle
  chronology.pdf, chronology.html   the case, event by event, for reading; custody of recordings; who looked at the case
  certificate.pdf, certificate.html a draft for a custodian to check, complete and sign
  verify.html                       a page that checks this bundle: open it in a browser and drop the bundle on it; it needs no network
  events.ndjson, access.ndjson      the recorded events, with what proves each of them
  checkpoint.note, statement.note   what the ledger's key signed
  hand-overs, time-stamps, policies what else belongs to it, where there is any
  manifest.json                     every file with its SHA-256

Whoever could change this bundle could change verify.html in it, too. Take the verifier from the city's own publication, or from another
bundle that you trust, and compare the ledger's key with the one that the city publishes. The format is written down in
docs/bundle-format.md of the program: anyone can write another verifier from it.
`;
}

import { blobSource, webCrypto } from '../verify.browser.js';
import { collect } from '../verifier/collect.js';
import { findingsHtml } from './findings.js';

/** The script of verify.html. It reads the one file that it is given, and reaches nothing else. */

/** The little of a page that is used here: the rest of the program knows no DOM. */
interface PageElement {
  innerHTML: string;
  textContent: string;
  value: string;
  readonly files?: ArrayLike<Blob & { readonly name: string }> | null;
  readonly classList: { toggle(name: string, on: boolean): void };
  addEventListener(type: string, listen: (event: PageEvent) => void): void;
  scrollIntoView(): void;
  setAttribute(name: string, value: string): void;
}
interface PageEvent {
  preventDefault(): void;
  readonly dataTransfer?: { readonly files: ArrayLike<Blob & { readonly name: string }> } | null;
}
declare const document: PageElement & { querySelector(selector: string): PageElement | null };

const eventsShownMax = 20_000;

function element(selector: string): PageElement {
  const found = document.querySelector(selector);
  if (found === null) throw new Error(`the page lacks ${selector}`);
  return found;
}

const drop = element('#drop');
const input = element('#file');
const key = element('#key');
const findings = element('#findings');
let turn = 0;

async function check(file: (Blob & { readonly name: string }) | undefined): Promise<void> {
  if (file === undefined) return;
  turn += 1;
  const mine = turn;
  findings.setAttribute('aria-busy', 'true');
  findings.innerHTML = '<section class="verdict"><h2>Checking…</h2><p>Nothing leaves this computer.</p></section>';
  const ledgerKeys = key.value.split(/\s+/).filter((text) => text !== '');
  let html: string;
  try {
    html = findingsHtml(await collect(blobSource(file), webCrypto, { trusted: { ledgerKeys }, eventsMax: eventsShownMax }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    html = findingsHtml({ kind: 'REFUSED', fault: { code: 'CANNOT_CHECK', file: null, event: null, message: `the file could not be read: ${why}` } });
  }
  // Another file was given meanwhile: this answer is of no use.
  if (mine !== turn) return;
  findings.innerHTML = html;
  findings.setAttribute('aria-busy', 'false');
}

input.addEventListener('change', () => void check(input.files?.[0]));
document.addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.toggle('over', true);
});
document.addEventListener('dragleave', () => drop.classList.toggle('over', false));
document.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.toggle('over', false);
  void check(event.dataTransfer?.files[0]);
});

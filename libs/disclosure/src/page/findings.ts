import { chronologyOf } from '../chronology/chronology.js';
import { chronologyBody, escapeHtml, factsTable } from '../chronology/html.js';
import { localTimeIn } from '../chronology/local-time.js';
import type { CollectedBundle } from '../verifier/collect.js';
import type { BundleFault } from '../verifier/fault.js';
import type { VerifiedBundle } from '../verifier/verify.js';

/** What verify.html says of a bundle, as HTML. Every text in it is escaped. */

const e = escapeHtml;

export function findingsHtml(result: CollectedBundle): string {
  if (result.kind === 'REFUSED') return redHtml(result.fault);
  const { bundle, events, access, cut } = result;
  const { zone, grounds } = bundle.manifest;
  const more = cut ? `<p class="note">Only the first ${events.length + access.length} events are shown here. All were checked.</p>` : '';
  return `${greenHtml(bundle)}
<h2>What this bundle is</h2>
${factsTable(factsOf(bundle))}
${proofHtml(bundle)}
<h1>Chronology of case ${e(bundle.manifest.case.number ?? bundle.manifest.case.stream)}</h1>
${more}${chronologyBody(chronologyOf({ zone, grounds, events, access }))}`;
}

function redHtml({ message, event, file, code }: BundleFault): string {
  const cannot = code === 'CANNOT_CHECK';
  const heading = cannot ? 'This could not be checked' : 'Do not rely on this bundle: something is wrong with it';
  const where = event === null ? (file === null ? '' : `<p>The file concerned: <strong>${e(file)}</strong>.</p>`) : `<p>The first event that is wrong: <strong>No. ${event}</strong> in ${e(file ?? '')}.</p>`;
  const advice = cannot ? '' : '<p>Nothing of its content is shown. Ask whoever gave you the bundle for another copy, and keep this one.</p>';
  return `<section class="verdict red" role="alert"><h2>${heading}</h2><p class="reason">${e(capital(message))}.</p>${where}${advice}</section>`;
}

function greenHtml({ trust, signer, counts }: VerifiedBundle): string {
  const withheld = counts.withheld === 0 ? 'Nothing is withheld.' : `${counts.withheld} fields are withheld, each with its ground; that they are there, and unchanged, was checked as well.`;
  const key =
    trust === 'GIVEN'
      ? '<p>It is signed with the key that you gave, or with one that this key handed over to.</p>'
      : `</section><section class="verdict amber"><h2>One thing is left to you: compare the key</h2><p>You gave no key, so the bundle’s own was used. Compare it with the one that the city publishes (or that you know from an earlier bundle); if it differs, somebody else made this bundle.</p><p class="key">${e(signer.key)}</p>`;
  return `<section class="verdict green" role="status"><h2>Nothing in this bundle was changed</h2>
<p>All ${counts.events} events of the case are there, in order and without a gap, and each is in the signed ledger exactly as shown. ${withheld}</p>${key}</section>`;
}

function factsOf({ manifest, tree, signer, witnesses, timeStamps, manifestSha256, counts }: VerifiedBundle): readonly (readonly [string, string])[] {
  const local = localTimeIn(manifest.zone);
  const cosigners = witnesses.map(({ name, at, trusted }) => `${name}, ${local(at)}${trusted ? ' (a witness that you named)' : ''}`);
  return [
    ['Case', manifest.case.number ?? 'no number'],
    ['Record', manifest.case.stream],
    ['Prepared for', manifest.audience.toLowerCase()],
    ['Made', `${local(manifest.createdAt)} (${manifest.zone})`],
    ['Events', `${counts.events} of the case, ${counts.access} of access; ${counts.shown} fields shown, ${counts.withheld} withheld`],
    ['Ledger', `${manifest.ledger.origin}, tree of ${tree.size} leaves, root ${tree.root}`],
    ['Signed with', `${signer.name}, key ${signer.id}`],
    ['Cosigned by', cosigners.length === 0 ? 'no witness' : cosigners.join('; ')],
    ['Time stamps', timeStamps.length === 0 ? 'none' : `${timeStamps.length} (not checked here: see below)`],
    ['SHA-256 of manifest.json', manifestSha256],
  ];
}

function proofHtml({ last, timeStamps }: VerifiedBundle): string {
  const stamps = timeStamps.length === 0 ? '' : '<li>The time stamps (RFC 3161) are files of the bundle; their authority’s signatures are for a time-stamp tool to check.</li>';
  return `<details><summary>What was checked, and what no check can show</summary>
<h3>Checked</h3>
<ul><li>The container and every file, byte for byte, against the signed list of files.</li>
<li>Every event: what is shown of it is what was recorded; it follows the one before it; it stands in the ledger at its place.</li>
<li>The ledger’s signature, its keys from the first on, and the witnesses’ cosignatures.</li></ul>
<h3>Not shown by any check</h3>
<ul><li>That event ${last.revision} was the case’s last one when the bundle was made is asserted by a signed statement, not proven.</li>
<li>That the records of access are all there are is asserted, too.</li>
<li>Whether what was recorded is true.</li>${stamps}
<li>A page that came with the bundle could lie for it. Use a copy of this page that you have from elsewhere.</li></ul></details>`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

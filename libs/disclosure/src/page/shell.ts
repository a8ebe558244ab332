import { bundleStyle } from '../chronology/html.js';

/** The fixed parts of verify.html, put together by scripts/verifier-page.js. */

export const pageStyle = `${bundleStyle}
#drop { display: block; border: 3px dashed #6b6b6b; border-radius: .5rem; padding: 1.6rem; text-align: center; margin: 1rem 0; font-size: 1.1rem; cursor: pointer; }
#drop.over, #drop:focus-within { border-color: #1a4f8a; background: #eef4fb; }
#drop input { display: block; margin: .8rem auto 0; font: inherit; max-width: 100%; }
.key, #key { font-family: 'DejaVu Sans Mono', Menlo, Consolas, monospace; font-size: .9rem; overflow-wrap: anywhere; }
#key { width: 100%; box-sizing: border-box; padding: .4rem; }
.verdict { border-radius: .5rem; padding: .8rem 1.2rem; margin: 1rem 0; border: 2px solid #6b6b6b; }
.verdict h2 { margin: 0 0 .4rem; font-size: 1.5rem; }
.verdict.green { background: #e5f4e8; border-color: #1c6b2c; } .verdict.green h2 { color: #14531f; } .verdict.green h2::before { content: '\\2713\\00a0'; }
.verdict.red { background: #fbe6e4; border-color: #a11a12; } .verdict.red h2 { color: #8a120b; } .verdict.red h2::before { content: '\\2717\\00a0'; } .verdict.red .reason { font-size: 1.2rem; font-weight: 700; }
.verdict.amber { background: #fdf3d7; border-color: #b07d00; } .verdict.amber h2 { font-size: 1.15rem; }
@media print { #intro { display: none; } }
`;

export const pageBody = `<div id="intro">
<h1>Check a case bundle</h1>
<p>This page checks on your own computer whether anything in a bundle was changed, and shows the case as a chronology. It needs no network and sends nothing anywhere.</p>
<label id="drop" for="file">Drop the bundle (the .zip file) here, or choose it:<input type="file" id="file" accept=".zip,application/zip"></label>
<p><label for="key">The ledger’s key as the city publishes it, if you have it (give it before the bundle):</label></p>
<p><input type="text" id="key" autocomplete="off" spellcheck="false" placeholder="name+id+key"></p>
</div>
<main id="findings"></main>`;

/** @param hashes of the script and of the style, as `sha256-<base64>`: nothing else may run or style the page, and nothing may be fetched */
export function pageDocument(script: string, hashes: { readonly script: string; readonly style: string }): string {
  const policy = `default-src 'none'; script-src '${hashes.script}'; style-src '${hashes.style}'; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Check a case bundle</title>
<style>${pageStyle}</style>
</head>
<body>
${pageBody}
<script>${script}</script>
</body>
</html>
`;
}

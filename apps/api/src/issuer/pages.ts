import { createHash } from 'node:crypto';
import { demonstrationUsers } from '#libs/access';

const style = `
:root { color-scheme: light dark; --line: #8a8f98; --accent: #1a56b0; --paper: #fff; --ink: #16181c; --quiet: #50555e; }
@media (prefers-color-scheme: dark) { :root { --line: #6b717c; --accent: #8ab4f8; --paper: #16181c; --ink: #eceef1; --quiet: #b3b8c1; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 2.5rem 1.25rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; }
.note { border-left: .25rem solid var(--accent); padding-left: .75rem; color: var(--quiet); }
ul { list-style: none; margin: 1.5rem 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .75rem; }
li > button { height: 100%; }
button { width: 100%; min-height: 2.75rem; vertical-align: top; padding: .6rem .9rem; text-align: left; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .4rem; cursor: pointer; }
button:hover { border-color: var(--accent); }
button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button strong { display: block; letter-spacing: .02em; }
button span { display: block; color: var(--quiet); font-size: .9rem; }
.cancel { width: auto; text-align: center; }
a { color: var(--accent); }
`;
const styleHash = `sha256-${createHash('sha256').update(style, 'utf8').digest('base64')}`;

/** Nothing runs, nothing is fetched, nobody frames it; its form goes to this service alone. */
export const pageContentPolicy = `default-src 'none'; style-src '${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => entities[sign] ?? '');

const page = (title: string, content: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Caseledger</title>
<style>${style}</style>
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;

/** One button for each role: in development nobody has a password. */
export function signInPage(action: string): string {
  const users = demonstrationUsers.map(
    ({ actor, role, name, does }) => `<li><button type="submit" name="user" value="${escaped(actor)}"><strong>${escaped(role)}</strong><span>${escaped(name)}: ${escaped(does)}</span></button></li>`,
  );
  return page(
    'Sign in',
    `<h1>Sign in to Caseledger</h1>
<p class="note">Development mode. These people are invented and have no passwords; nobody of such a name is meant. In production this page does not exist.</p>
<form method="post" action="${escaped(action)}">
<h2 hidden>Demonstration users</h2>
<ul aria-label="Demonstration users, one for each role">
${users.join('\n')}
</ul>
<button class="cancel" type="submit" name="user" value="">Cancel</button>
</form>`,
  );
}

export const refusalPage = (reason: string): string =>
  page('Not signed in', `<h1>The sign-in could not go on</h1>\n<p>${escaped(reason)}</p>\n<p><a href="/">Start again</a></p>`);

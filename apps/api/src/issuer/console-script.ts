import { issuerPath } from '#libs/access';
import { consoleClient } from './names.js';

/** Above the console: who is signed in. */
export const signInBar = `
<style>
  body { display: flex; flex-direction: column; height: 100vh; margin: 0; }
  #root { flex: 1; min-height: 0; height: auto; }
  #sign-in { display: flex; gap: 1rem; align-items: center; padding: .5rem 1rem; font: 1rem/1.4 system-ui, sans-serif; background: #16181c; color: #eceef1; }
  #sign-in p { margin: 0; }
  #sign-in button { font: inherit; min-height: 2rem; padding: .2rem .9rem; color: inherit; background: transparent; border: 1px solid #b3b8c1; border-radius: .4rem; cursor: pointer; }
  #sign-in button:focus-visible { outline: 3px solid #8ab4f8; outline-offset: 2px; }
</style>
<div id="sign-in" role="region" aria-label="Sign-in"><p role="status"></p><button type="button" data-does="in" hidden>Sign in</button><button type="button" data-does="out" hidden>Sign out</button></div>
`;

/**
 * Runs in the browser before the console is drawn: authorization code with PKCE (RFC 7636) at the built-in issuer. Verifier and token lie in the tab's own
 * storage and end with it. `startConsole` draws the console with the token in the headers of its requests and its sockets.
 */
export const signInScript = `
const startConsole = (draw, root, options) => {
  const issuer = location.origin + '${issuerPath}';
  const client = '${consoleClient}';
  const redirectUri = location.origin + location.pathname;
  const [asked, held] = ['caseledger.asked', 'caseledger.token'];
  const bar = document.querySelector('#sign-in');
  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const random = (bytes) => text(crypto.getRandomValues(new Uint8Array(bytes)));
  const claimsOf = (token) => JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))));
  const discover = async () => (await fetch(issuer + '/.well-known/openid-configuration')).json();

  const signIn = async () => {
    const { authorization_endpoint: endpoint } = await discover();
    const [verifier, state] = [random(32), random(16)];
    sessionStorage.setItem(asked, JSON.stringify({ verifier, state, typed: new URLSearchParams(location.search).get('query') }));
    const challenge = text(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier)));
    const query = { client_id: client, response_type: 'code', redirect_uri: redirectUri, scope: 'openid', state, code_challenge: challenge, code_challenge_method: 'S256', prompt: 'login' };
    location.assign(endpoint + '?' + new URLSearchParams(query));
  };

  const answered = async () => {
    const query = new URLSearchParams(location.search);
    if (!query.has('state') || !(query.has('code') || query.has('error'))) return null;
    const { verifier, state, typed } = JSON.parse(sessionStorage.getItem(asked) ?? '{}');
    sessionStorage.removeItem(asked);
    // The code does not stay in the history; what was typed before does.
    history.replaceState({}, '', location.pathname + (typed ? '?' + new URLSearchParams({ query: typed }) : ''));
    const { issuer: named, token_endpoint: endpoint } = await discover();
    if (verifier === undefined || query.get('state') !== state || query.get('iss') !== named) return 'That answer belongs to no sign-in of this tab.';
    if (query.has('error')) return 'Nobody was signed in: ' + (query.get('error_description') ?? query.get('error')) + '.';
    const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: client, code: query.get('code'), redirect_uri: redirectUri, code_verifier: verifier });
    const response = await fetch(endpoint, { method: 'POST', body });
    const answer = await response.json();
    if (!response.ok) return 'Nobody was signed in: ' + (answer.error_description ?? answer.error) + '.';
    sessionStorage.setItem(held, JSON.stringify({ token: answer.access_token, name: claimsOf(answer.id_token).name }));
    return null;
  };

  const show = (message, does) => {
    bar.querySelector('p').textContent = message;
    for (const button of bar.querySelectorAll('button')) button.hidden = button.dataset.does !== does;
  };
  bar.querySelector('[data-does=in]').addEventListener('click', () => signIn().catch((error) => show('The sign-in failed: ' + error.message, 'in')));
  bar.querySelector('[data-does=out]').addEventListener('click', () => (sessionStorage.removeItem(held), location.reload()));

  answered().catch((error) => 'The sign-in failed: ' + error.message).then((problem) => {
    const { token, name } = JSON.parse(sessionStorage.getItem(held) ?? '{}');
    const claims = token === undefined ? null : claimsOf(token);
    const stands = claims !== null && claims.exp * 1000 > Date.now();
    if (!stands) sessionStorage.removeItem(held);
    const until = stands ? new Date(claims.exp * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }) : '';
    if (stands) show('Signed in as ' + name + ', ' + claims.roles.join(', ') + ', until ' + until + '.', 'out');
    else show(problem ?? 'Nobody is signed in. Choose one of the invented demonstration users.', 'in');
    const headers = stands ? { Authorization: 'Bearer ' + token } : {};
    draw(root, { ...options, additionalHeaders: headers, connectionParams: headers });
  });
};
`;

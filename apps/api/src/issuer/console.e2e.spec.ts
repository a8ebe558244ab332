import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { type RunningApp, startApp } from '../../../../test/support/app.js';
import { hasChromium, launchChromium } from '../../../../test/support/chromium.js';

if (!hasChromium()) process.stderr.write('SKIPPED: signing in with a real browser, since /usr/bin/chromium is not there (apt-get install chromium)\n');

let service: RunningApp;
let origin: string;
let browser: Browser;
let context: BrowserContext;
let page: Page;
/** Addresses of other machines that a page asked for, and what its content policy stopped. */
const reached: string[] = [];
const complaints: string[] = [];

const status = '#sign-in [role=status]';
const patience = { timeout: 60_000 };

async function told(words: string): Promise<void> {
  await page.locator(status, { hasText: new RegExp(words) }).waitFor(patience).catch(async () => {
    throw new Error(`not told ${words} but: ${await page.locator('body').innerText()}`);
  });
}

async function runQuery(): Promise<string> {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/graphql') && (response.request().postData() ?? '').includes('Cases'), patience);
  await page.locator('.graphiql-execute-button').click(patience);
  return (await answered).text();
}

(hasChromium() ? describe : describe.skip)('a newcomer with a browser', () => {
  beforeAll(async () => {
    service = await startApp();
    ({ origin } = new URL(service.url));
    browser = await launchChromium();
    context = await browser.newContext({ viewport: { width: 1100, height: 1000 } });
    page = await context.newPage();
    page.on('request', (request) => {
      if (!request.url().startsWith(origin) && !/^(blob|data):/.test(request.url())) reached.push(request.url());
    });
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) complaints.push(message.text());
    });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await service.close();
  }, 60_000);

  it('opens the service, is told that nobody is signed in, and sees only that', async () => {
    await page.goto(`${origin}/`, patience);
    expect(new URL(page.url()).pathname).toBe('/graphql');
    await told('Nobody is signed in');
    expect(await runQuery()).toContain('UNAUTHENTICATED');
  }, 120_000);

  it('signs in on a page with a button for each role, which works by the keyboard', async () => {
    await page.getByRole('button', { name: 'Sign in' }).click(patience);
    await page.getByRole('heading', { name: 'Sign in to Caseledger' }).waitFor(patience);
    expect(await page.getByRole('list').getByRole('button').count()).toBe(12);
    await page.screenshot({ path: process.env['CASELEDGER_TEST_PICTURE'] ?? '/dev/null', type: 'png', fullPage: true });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await told('Signed in');
    expect(await page.locator(status).innerText()).toMatch(/^Signed in as Orrin Falk \(invented\), OFFICER, until /);
    expect(page.url()).not.toMatch(/code=|state=/);
  }, 120_000);

  it('queries as that role, with nothing typed', async () => {
    expect(JSON.parse(await runQuery())).toMatchObject({ data: { cases: { edges: [] } } });
  }, 120_000);

  it('signs out, and is nobody again', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click(patience);
    await told('Nobody');
    for (const storage of ['sessionStorage', 'localStorage']) expect(await page.evaluate(`JSON.stringify(${storage})`)).not.toMatch(/eyJ\w/);
  }, 120_000);

  it('who cancels is told that nobody was signed in', async () => {
    await page.getByRole('button', { name: 'Sign in' }).click(patience);
    await page.getByRole('button', { name: 'Cancel' }).click(patience);
    await told('Nobody was signed in');
  }, 120_000);

  it('is not signed in by an answer that their tab did not ask for', async () => {
    await page.goto(`${origin}/graphql?code=somebody-elses&state=x&iss=${encodeURIComponent(`${origin}/oidc`)}`, patience);
    await told('no sign-in of this tab');
  }, 120_000);

  it('reaches no other machine, and no page breaks its own content policy', () => {
    expect(reached).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

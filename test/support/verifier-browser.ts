import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';

const page = fileURLToPath(new URL('../../libs/disclosure/assets/verify.html', import.meta.url));

/** What the page says of a bundle. */
export interface Verdict {
  readonly green: boolean;
  readonly heading: string;
  readonly text: string;
}

/** verify.html from a copy outside the bundle and the repository, in a real Chromium without any network. */
export class VerifierBrowser {
  /** Addresses that the page tried to reach. */
  readonly reached: string[] = [];

  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
    private readonly folder: string,
  ) {}

  static async open(): Promise<VerifierBrowser> {
    const folder = await mkdtemp(join(tmpdir(), 'caseledger-page-'));
    const copy = join(folder, 'verify.html');
    await copyFile(page, copy);
    const browser = await launchChromium();
    const context = await browser.newContext({ viewport: { width: 1100, height: 1400 } });
    const opened = await context.newPage();
    const self = new VerifierBrowser(browser, opened, folder);
    opened.on('request', (request) => {
      if (!request.url().startsWith('file:') && !request.url().startsWith('blob:')) self.reached.push(request.url());
    });
    await opened.goto(pathToFileURL(copy).href);
    await context.setOffline(true);
    return self;
  }

  async verify(bundle: Uint8Array, ledgerKey = ''): Promise<Verdict> {
    await this.page.fill('#key', ledgerKey);
    await this.page.setInputFiles('#file', { name: 'bundle.zip', mimeType: 'application/zip', buffer: Buffer.from(bundle) });
    // The page was told of the file before this returned: it is busy, or has answered about this one.
    await this.page.waitForSelector('#findings[aria-busy="false"]', { state: 'attached' });
    const heading = await this.page.locator('#findings .verdict h2').first().innerText();
    const green = (await this.page.locator('#findings .verdict.green').count()) > 0 && (await this.page.locator('#findings .verdict.red').count()) === 0;
    const text = await this.page.locator('#findings').innerText();
    return { green, heading, text };
  }

  async picture(path: string): Promise<void> {
    await this.page.screenshot({ path, fullPage: true });
  }

  async close(): Promise<void> {
    await this.browser.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

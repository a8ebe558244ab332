import { describe, expect, it } from '@jest/globals';
import { hasChromium } from '../support/chromium.js';
import { inChromium } from './browser.tamper.js';

const sampled = 10;
if (!hasChromium()) process.stderr.write('SKIPPED: bundles in a real browser, since /usr/bin/chromium is not there (apt-get install chromium)\n');

(hasChromium() ? describe : describe.skip)('a court bundle in a real browser with the network off', () => {
  it(`is sound, full and redacted, reaches nothing, and each of ${sampled} flipped bytes is found (npm run test:tamper flips 1,000)`, async () => {
    for (const { missed } of await inChromium(sampled)) expect(missed).toEqual([]);
  }, 60_000);
});

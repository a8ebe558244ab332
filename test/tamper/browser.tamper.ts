import { scenarioBundles } from '../support/scenario-bundles.js';
import { hasChromium } from '../support/chromium.js';
import { VerifierBrowser } from '../support/verifier-browser.js';
import { flipAt, seeded } from './bundle.tamper.js';
import type { TamperCount, TamperPart } from './part.js';

const flips = 1_000;

/** Both bundles of the scenario's case in a real Chromium with the network off, then single bytes of the full one flipped. `pictures`: a folder. */
export async function inChromium(count: number, pictures?: string): Promise<readonly TamperCount[]> {
  const { bundles, ledgerKey } = await scenarioBundles(['COURT', 'PUBLIC']);
  const [full, redacted] = bundles;
  if (full === undefined || redacted === undefined) throw new Error('unreachable: both were asked for');
  const browser = await VerifierBrowser.open();
  try {
    const unsound: string[] = [];
    for (const [name, bundle] of [['full', full], ['redacted', redacted]] as const) {
      const { green, heading } = await browser.verify(bundle, ledgerKey);
      if (pictures !== undefined) await browser.picture(`${pictures}/verified-${name}.png`);
      if (!green) unsound.push(`the ${name} bundle was not found sound: ${heading}`);
    }
    const missed: string[] = [];
    const random = seeded(2026);
    for (let n = 0; n < count; n += 1) {
      const at = random(full.length);
      const flipped = Uint8Array.from(full);
      flipped[at] = (flipped[at] ?? 0) ^ flipAt(at);
      const { green } = await browser.verify(flipped, ledgerKey);
      if (n === 0 && pictures !== undefined) await browser.picture(`${pictures}/refused.png`);
      if (green) missed.push(`byte ${at}: not found`);
    }
    const reached = browser.reached.map((url) => `the page reached for ${url}`);
    return [
      { what: 'bundles of the scenario, full and redacted, sound in Chromium without network', tried: 2, found: 2 - unsound.length, missed: [...unsound, ...reached] },
      { what: `sampled bytes of a full bundle of ${full.length} flipped, in Chromium`, tried: count, found: count - missed.length, missed },
    ];
  } finally {
    await browser.close();
  }
}

export const browserPart: TamperPart = {
  name: 'browser',
  async run({ print }) {
    if (hasChromium()) return inChromium(flips, process.env['CASELEDGER_TEST_PICTURES']);
    print('browser: SKIPPED, since /usr/bin/chromium is not there (apt-get install chromium)');
    return [];
  },
};

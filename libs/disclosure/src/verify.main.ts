import { verifyBundleFile } from './verify.node.js';
import { answerLines } from './answer.js';

/** The verifier as one script without anything beside it: `node verify.mjs BUNDLE.zip [KEY…]`. Ends with 0 (sound), 1 (not), 2 (usage). */

const [path, ...ledgerKeys] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('usage: node verify.mjs BUNDLE.zip [KEY…]\nKEY: the ledger’s verifier key as the city publishes it.\n');
  process.exitCode = 2;
} else {
  const result = await verifyBundleFile(path, { trusted: { ledgerKeys } });
  process.stdout.write(`${answerLines(result).join('\n')}\n`);
  process.exitCode = result.kind === 'VERIFIED' ? 0 : 1;
}

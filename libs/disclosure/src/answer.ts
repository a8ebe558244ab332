import type { BundleVerification } from './verifier/verify.js';

/** A verification in plain words for a terminal. */
export function answerLines(result: BundleVerification): readonly string[] {
  if (result.kind === 'REFUSED') {
    const { message, file, event } = result.fault;
    const where = event !== null ? `First bad event: ${event} in ${file ?? 'the bundle'}.` : file === null ? null : `File: ${file}.`;
    return [`NOT SOUND: ${message}.`, ...(where === null ? [] : [where])];
  }
  const { manifest, counts, tree, signer, trust, witnesses, timeStamps, last, manifestSha256 } = result.bundle;
  const key = trust === 'GIVEN' ? 'the key that you gave leads to it' : 'YOU GAVE NO KEY: compare this one with the one that the city publishes';
  return [
    'SOUND: nothing in this bundle was changed.',
    `Case ${manifest.case.number ?? manifest.case.stream} for ${manifest.audience.toLowerCase()}, made ${manifest.createdAt}.`,
    `${counts.events} events, 0 to ${last.revision}; ${counts.access} of access; ${counts.shown} fields shown, ${counts.withheld} withheld.`,
    `Ledger ${manifest.ledger.origin}: tree of ${tree.size} leaves, root ${tree.root}.`,
    `Signed with ${signer.key} (${key}).`,
    ...witnesses.map(({ name, at }) => `Cosigned by ${name} at ${at}.`),
    ...(timeStamps.length === 0 ? [] : [`Time stamps, not checked here: ${timeStamps.join(', ')}.`]),
    `SHA-256 of manifest.json: ${manifestSha256}`,
    `That event ${last.revision} was the last is asserted by the signed statement, not proven.`,
  ];
}

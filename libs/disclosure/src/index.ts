/**
 * Court bundles. Bundle: one case's record with its proofs, in one file that anyone can check offline (docs/bundle-format.md). Audience: who
 * it is for. Ground: why something is withheld. Item: one event as a bundle shows it. Statement: what the ledger's key says of a bundle.
 */
export { answerLines } from './answer.js';
export { exportCase, type ExportOutcome, type ExportRequest } from './export.js';
export { type BundleItem, discloseItems, type DisclosedItems, type ProvenEvent } from './items.js';
export * from './port.js';
export { Redaction } from './redaction.js';
export { verifyBundle, verifyBundleFile } from './verify.node.js';
export type { BundleFault, FaultCode } from './verifier/fault.js';
export type { BundleVerification, VerifiedBundle, VerifiedEvent, VerifyOptions } from './verifier/verify.js';
export { verifierPage } from './page/page.js';
export { type BundleInput, BundleNotSound, writeBundle } from './write.js';

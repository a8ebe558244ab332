/** The ledger over the event log: the feed that numbers leaves, signed checkpoints, proofs, cosignatures, pins, and the audit. */
export { type AuditOptions, auditLog } from './audit.js';
export type { AuditResult, CheckpointRef, Difference, DifferenceKind } from './audit.report.js';
export { foreignLeafHash, leafOf } from './leaf.js';
export { ledgerFeed, ledgerFeedId } from './ledger.feed.js';
export { currentVerifierKey, readLogKeys, rotateKey, type RotationOutcome } from './ledger-keys.js';
export { type LedgerParts, LedgerService } from './ledger.service.js';
export { type Pin, pinFileName, type ReadPins, readPins, writePin } from './pins.js';
export * from './port.js';

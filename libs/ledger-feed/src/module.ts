/** Where a composed application and the command-line program reach the key files. */
export { openLedgerSigner, rotateKeyFile, type LedgerKeyFiles } from './key-files.js';
export { Rfc3161TimeStamper, TimeStampRefused } from './rfc3161.adapter.js';

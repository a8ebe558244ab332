/** What an outside body runs to keep a log honest. Needs the log's address and first key, a key of its own, and one file. */
export * from './port.js';
export { witnessOnce } from './witness.js';

/** For this library's own tests: the entry, and what stays inside. */
export { claimFeed } from './checkpoint.js';
export * from './index.js';

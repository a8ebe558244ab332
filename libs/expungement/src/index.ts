/** What follows an expungement: its keys never come back, and what they had sealed leaves the disk. */
export { applyExpungements, type ApplyOptions } from './apply.js';
export { Purger, type PurgerOptions } from './purger.js';

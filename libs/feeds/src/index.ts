/** The checkpointed runner of feeds, with parking of what can't be handled, and how far each feed has come. */
export { allOf } from './all-of.js';
export { countParked, listParked, type ParkedCount, type ParkedStream, requestRetry } from './parking.js';
export * from './port.js';
export { FeedProgress, progressLimits } from './progress.js';
export { startFeed } from './runner.js';

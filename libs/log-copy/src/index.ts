/** Moving the event log from PostgreSQL to another server. */
export { changeOver, type ChangeOver, type ChangeOverOptions } from './change-over.js';
export { copyEvents, type CopyOptions, type CopyProgress } from './copy.js';
export { type CopiedEvent, copyLimits, CopyRefused } from './port.js';
export { comparedPositions, type PositionPair } from './verify.js';

export * from './port.js';
export { type CheckedAppend, type CheckedEvent, checkAppend } from './append.check.js';
export { type ParsedPosition, parsePosition, positionAfter, printPosition } from './position.js';

/** Reads are actions too: who saw what, when, from where and why, as events of the log. */
export * from './port.js';
export { GroupingReadRecorder, type ReadRecorderOptions } from './read-recorder.js';
export { accessCategory, decodeReads, readField, type RecordedRead, readsRecorded, type StoredRead, wordsField } from './reads-recorded.js';

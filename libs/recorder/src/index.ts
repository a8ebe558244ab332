/** From a command to durable events: load, decide, seal, append, receipt. */
export { CaseLoader, loaderLimits } from './case-loader.js';
export type { ElsewhereSource } from './elsewhere.js';
export { QueueFull } from './keyed-queue.js';
export type { LoadedCase } from './loaded-case.js';
export {
  type CaseRecorder,
  type Receipt,
  type RecordOutcome,
  type RecordRefused,
  type RecordRequest,
  type RecorderRefusalCode,
  recorderRefusalCodes,
} from './outcome.js';
export { recorderLimits } from './limits.js';
export { Recorder, type RecorderOptions } from './recorder.js';
export { type LoadedStream, type StreamOutcome, type StreamReceipt, StreamRecorder, type StreamRecorderOptions, type StreamRequest } from './stream-recorder.js';

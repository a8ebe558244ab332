import type { Actor, CaseEventData, NewCaseEvent } from '#libs/domain';
import type { Given } from './case-kit.js';
import { peopleSamples } from './samples/people.samples.js';
import { reportSamples } from './samples/report.samples.js';

const samples = { ...reportSamples, ...peopleSamples };
type Sampled = keyof typeof samples;

/** A sample event as it might have been recorded, with what a test needs to be different. */
export function happened<T extends Sampled>(type: T, by: Actor, change: Partial<CaseEventData<T>> = {}, at?: string): Given {
  return { event: recorded(type, change), by, at };
}

/** The event that a decision is expected to emit: the sample, with what differs. */
export function recorded<T extends Sampled>(type: T, change: Partial<CaseEventData<T>> = {}): NewCaseEvent {
  // The type and its data are given together; the compiler can't pair them inside the union.
  return { type, data: { ...samples[type], ...change } } as NewCaseEvent;
}
